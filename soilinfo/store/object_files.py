"""Shelves of single objects on object storage: files that are made on this machine and sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import obstore

from soilinfo.errors import StoreError
from soilinfo.store.files import PARTIAL
from soilinfo.store.objects import ObjectPlace, answered, bucket, sizes_below


class ObjectFiles:
    """A shelf of single objects: one appears whole, as the storage takes it."""

    def __init__(self, root: str, building: Path) -> None:
        """``building``: directory of this machine in which files are made before they are sent."""
        self.root, self.building = root, building

    def place(self, layer: str, name: str) -> ObjectPlace:
        """The object."""
        return ObjectPlace(f"{self.root}/{layer}/{name}")

    def has(self, layer: str, name: str) -> bool:
        """True when it is there."""
        return self.place(layer, name).size is not None

    @contextmanager
    def finished(self, layer: str, name: str) -> Iterator[Path]:
        """A file on this machine, sent on clean exit."""
        if self.has(layer, name):
            raise StoreError(f"{layer}/{name} exists already; a version is never overwritten")
        with self._room(layer, name) as file:
            yield file
            with answered(self.root):
                obstore.put(bucket(self.root), f"{layer}/{name}", file)

    @contextmanager
    def _room(self, layer: str, name: str) -> Iterator[Path]:
        """A path in a directory of its own, which goes with it; what a killed run leaves is partial."""
        try:
            self.building.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=PARTIAL, dir=self.building) as directory:
                yield Path(directory) / name
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(f"{layer}/{name} cannot be written: {reason}") from error

    def names(self) -> Iterator[tuple[str, str]]:
        """(layer, file name) of every object two names deep."""
        for key in sorted(sizes_below(self.root, "")):
            layer, _, name = key.partition("/")
            if name and "/" not in name:
                yield layer, name

    def remove(self, layer: str, name: str) -> None:
        """Remove one object."""
        with answered(self.root):
            obstore.delete(bucket(self.root), f"{layer}/{name}")

    def remove_partials(self) -> list[str]:
        """Nothing: an object is never partial."""
        return []
