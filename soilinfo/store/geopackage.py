"""Collections as GeoPackages: one immutable file for each version, read by sqlite3 and its R-tree.

A collection with shared shapes has two tables, ``<collection>_rows`` and ``<collection>_shapes``,
and a registered spatial view of the collection's name, so that QGIS and OGR see ordinary features.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import inf
from pathlib import Path

from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store.cancelling import cancellable
from soilinfo.store.files import PARTIAL, finished, remove
from soilinfo.store.frames import frame_of, prepare
from soilinfo.store.geopackage_reader import IdleReaders, Reader
from soilinfo.store.geopackage_writer import write_geopackage
from soilinfo.store.shelf import written
from soilinfo.store.vector import Collection, FieldType, Page, Query

_ALL = Query()


class GeoPackages:
    """The embedded home of collections: ``<directory>/<collection>/<version>.gpkg``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._seconds = inf
        self._idle = IdleReaders()

    def path(self, collection: str, version: str) -> Path:
        """Where the GeoPackage of a version lies."""
        return self.directory / collection / f"{version}.gpkg"

    def write(
        self,
        collection: str,
        version: str,
        frame: GeoDataFrame,
        *,
        id_field: str,
        shape_field: str | None = None,
    ) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        prepared = prepare(frame, id_field, shape_field)
        with finished(self.path(collection, version)) as partial:
            write_geopackage(partial, collection, prepared)

    def page(self, collection: str, version: str, query: Query = _ALL) -> Page:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.page(reader.selection(query))

    def page_of_all(self, collection: str, version: str, query: Query, position: int) -> tuple[Page, int]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            selection = reader.selection(query)
            page = reader.page(selection)
            matched = page.matched(position)
            return page, reader.count(selection) if matched is None else matched

    def features(self, collection: str, version: str, query: Query = _ALL) -> list[bytes]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return self.page(collection, version, query).features

    def read(self, collection: str, version: str, query: Query = _ALL) -> GeoDataFrame:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            names, rows = reader.collection.chosen(query), reader.rows(reader.selection(query))
            return frame_of(rows, names, reader.collection, query.crs)

    def count(self, collection: str, version: str, query: Query = _ALL) -> int:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.count(reader.selection(query))

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return dict(reader.collection.fields)

    def description(self, collection: str, version: str) -> Collection:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.collection

    def bounds(self, collection: str, version: str) -> Bounds:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.collection.known_bounds(collection)

    def exists(self, collection: str, version: str) -> bool:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return self.path(collection, version).is_file()

    def written(self, collection: str, version: str) -> datetime | None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return written(self.path(collection, version))

    def remove(self, collection: str, version: str) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        path = self.path(collection, version)
        self._idle.drop(path)
        remove(path)

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        for path in sorted(self.directory.glob("*/*.gpkg")):
            if not path.name.startswith(PARTIAL):
                yield path.parent.name, path.stem

    def limit(self, seconds: float) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        self._seconds = seconds

    def close(self) -> None:
        """Close every idle connection."""
        self._idle.drop()

    @contextmanager
    def _reader(self, collection: str, version: str) -> Iterator[Reader]:
        """A connection of one's own for the block, kept for the next caller afterwards."""
        reader = self._taken(collection, version)
        try:
            with cancellable(reader.interrupt), reader.within(self._seconds):
                yield reader
        except sqlite3.Error as error:
            reader.damaged = True
            raise StoreError(f"collection '{collection}/{version}' cannot be read: {error}") from error
        finally:
            self._idle.give(reader)

    def _taken(self, collection: str, version: str) -> Reader:
        path = self.path(collection, version)
        if not path.is_file():
            # Another process may have removed it since; open connections would keep it on the disk.
            self._idle.drop(path)
            if not self.directory.is_dir():
                raise StoreError(f"there is no directory {self.directory} any more, or not at the moment")
            known = map("/".join, self.on_disk())
            raise UnknownNameError("collection version", f"{collection}/{version}", known)
        return self._idle.take(path) or Reader(path, collection)
