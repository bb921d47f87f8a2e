"""Zone indexes: which cells of the grid each unit of a boundary version covers, worked out once and kept.

``<zones>/<level>/<version>-<key>.npz``: named arrays of one dimension. The key is that of the grid and of the
method, so that an index of another grid is another file. It is made from the boundaries again when it is
not there, and goes when they go.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from soilinfo.errors import StoreError
from soilinfo.store.shelf import FileShelf, Place, size_of, written

Arrays = Mapping[str, NDArray[Any]]
_END = ".npz"


class ZoneIndexes:
    """Every kept index of a store."""

    def __init__(self, shelf: FileShelf) -> None:
        self._shelf = shelf

    def read(self, level: str, version: str, key: str) -> Arrays | None:
        """The arrays of an index; None when it is not there, StoreError when the file is damaged."""
        name = _name(version, key)
        place = self._shelf.place(level, name)
        size = size_of(place)
        if size is None:
            return None
        try:
            with np.load(BytesIO(_content(place, size)), allow_pickle=False) as file:
                return dict(file)
        except (BadZipFile, EOFError, ValueError) as error:
            raise StoreError(
                f"zones/{level}/{name} is damaged ({error}); remove it, and it is made again"
            ) from error

    def keep(self, level: str, version: str, key: str, arrays: Arrays) -> None:
        """Keep an index; one that another process has kept meanwhile stays, as it is the same."""
        name = _name(version, key)
        try:
            with self._shelf.finished(level, name) as file:
                np.savez(file, allow_pickle=False, **arrays)
        except StoreError:
            if not self._shelf.has(level, name):
                raise

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """(level, version) of every kept index."""
        for level, name in self._shelf.names():
            version, dash, _ = name.rpartition("-")
            if dash and name.endswith(_END):
                yield level, version

    def written(self, level: str, version: str) -> datetime | None:
        """When the last index of a version was made; None when there is none."""
        times = (written(self._shelf.place(level, name)) for name in self._names(level, version))
        return max(filter(None, times), default=None)

    def remove(self, level: str, version: str) -> None:
        """Remove every index of a version; none is no error."""
        for name in self._names(level, version):
            self._shelf.remove(level, name)

    def _names(self, level: str, version: str) -> list[str]:
        """Files of a version's indexes, one for each grid that it was asked on."""
        found = (name for at, name in self._shelf.names() if at == level and name.endswith(_END))
        return [name for name in found if name.rpartition("-")[0] == version]


def _name(version: str, key: str) -> str:
    return f"{version}-{key}{_END}"


def _content(place: Place, size: int) -> bytes:
    return place.read_bytes() if isinstance(place, Path) else place.read(0, size)
