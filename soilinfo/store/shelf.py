"""Where whole versions lie: a shelf of them, each under one or more names, there whole or not at all."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from soilinfo.store.files import PARTIAL, finished, remove, remove_partials
from soilinfo.store.objects import ObjectPlace

Place = Path | ObjectPlace
"""A file or directory, or the same on object storage."""


def size_of(place: Place) -> int | None:
    """Bytes of a file or object, None when it is not there."""
    if isinstance(place, Path):
        return place.stat().st_size if place.is_file() else None
    return place.size


def written(place: Place) -> datetime | None:
    """When a file, directory, object or group was finished; None when it is not there."""
    if isinstance(place, Path):
        return datetime.fromtimestamp(place.stat().st_mtime, UTC) if place.exists() else None
    return place.written


class Shelf(Protocol):
    """A place for things of two names: ``cube/<layer>/<version>`` or ``cog/<layer>/<version>.tif``."""

    def place(self, layer: str, name: str) -> Place:
        """Where the thing lies, or would lie."""
        ...

    def has(self, layer: str, name: str) -> bool:
        """True when it is there, whole."""
        ...

    def finished(self, layer: str, name: str) -> AbstractContextManager[Place]:
        """A place to write at; on clean exit it is safe and has its name, on an exception nothing remains.

        Raises StoreError when the name is taken: a version is never overwritten.
        """
        ...

    def names(self) -> Iterator[tuple[str, str]]:
        """The names of everything that is there whole, sorted."""
        ...

    def remove(self, layer: str, name: str) -> None:
        """Remove a thing; one that is not there is no error."""
        ...

    def remove_partials(self) -> list[str]:
        """Remove what was never finished; returns what it was called."""
        ...


class FileShelf(Shelf, Protocol):
    """A shelf of single files, each written on this machine."""

    def finished(self, layer: str, name: str) -> AbstractContextManager[Path]:
        """A file of this machine to write; on clean exit it is whole and in its place."""
        ...


class Directory:
    """A shelf in a directory of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, layer: str, name: str) -> Path:
        """Path of the file or directory."""
        return self.root / layer / name

    def has(self, layer: str, name: str) -> bool:
        """True when it is there: only what is finished takes its name."""
        return self.place(layer, name).exists()

    @contextmanager
    def finished(self, layer: str, name: str) -> Iterator[Path]:
        """A partial path, synced and renamed on clean exit."""
        with finished(self.place(layer, name)) as partial:
            yield partial

    def names(self) -> Iterator[tuple[str, str]]:
        """The names of every finished file and Zarr group; other directories are a person's."""
        for path in sorted(self.root.glob("*/*")):
            ours = path.is_file() or (path / "zarr.json").is_file()
            if ours and not path.name.startswith(PARTIAL):
                yield path.parent.name, path.name

    def remove(self, layer: str, name: str) -> None:
        """Remove a file or directory."""
        remove(self.place(layer, name))

    def remove_partials(self) -> list[str]:
        """Remove every file and directory with a partial name."""
        return [str(path.relative_to(self.root)) for path in remove_partials(self.root, f"*/{PARTIAL}*")]
