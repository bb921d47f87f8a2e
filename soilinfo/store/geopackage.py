"""Collections as GeoPackages: one immutable file for each version, read by sqlite3 and its R-tree.

A collection with shared shapes has two tables, ``<collection>_rows`` and ``<collection>_shapes``,
and a registered spatial view of the collection's name, so that QGIS and OGR see ordinary features.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store.files import PARTIAL, finished, remove
from soilinfo.store.frames import frame_of, prepare
from soilinfo.store.geopackage_reader import IdleReaders, Reader
from soilinfo.store.geopackage_writer import write_geopackage
from soilinfo.store.shelf import written
from soilinfo.store.spatial import wkb_of
from soilinfo.store.vector import DECIMALS, Collection, FieldType, Query

_ALL = Query()


class GeoPackages:
    """The embedded home of collections: ``<directory>/<collection>/<version>.gpkg``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
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

    def features(self, collection: str, version: str, query: Query = _ALL) -> list[bytes]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            names, rows = reader.rows(query)
            return _features(rows, names, reader.collection)

    def read(self, collection: str, version: str, query: Query = _ALL) -> GeoDataFrame:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            names, rows = reader.rows(query)
            unpacked = [(*values, blob and wkb_of(blob)) for _, *values, blob in rows]
            return frame_of(unpacked, names, reader.collection)

    def count(self, collection: str, version: str, query: Query = _ALL) -> int:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.count(query)

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return dict(reader.collection.fields)

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

    def close(self) -> None:
        """Close every idle connection."""
        self._idle.drop()

    @contextmanager
    def _reader(self, collection: str, version: str) -> Iterator[Reader]:
        """A connection of one's own for the block, kept for the next caller afterwards."""
        path = self.path(collection, version)
        reader = self._idle.take(path) or self._opened(collection, version)
        try:
            yield reader
        except sqlite3.Error as error:
            reader.damaged = True
            raise StoreError(f"collection '{collection}/{version}' cannot be read: {error}") from error
        finally:
            self._idle.give(reader)

    def _opened(self, collection: str, version: str) -> Reader:
        if not self.exists(collection, version):
            known = map("/".join, self.on_disk())
            raise UnknownNameError("collection version", f"{collection}/{version}", known)
        return Reader(self.path(collection, version), collection)


def _features(rows: list[tuple[Any, ...]], names: tuple[str, ...], collection: Collection) -> list[bytes]:
    geometries = _geojson([row[-1] for row in rows])
    # SQLite keeps a boolean as 0 or 1.
    types = [_truth if collection.fields[name] == "boolean" else _as_it_is for name in names]
    features = []
    for (key, *values, _), geometry in zip(rows, geometries, strict=True):
        properties = {name: read(value) for name, read, value in zip(names, types, values, strict=True)}
        feature = {"type": "Feature", "id": str(key), "geometry": geometry, "properties": properties}
        features.append(orjson.dumps(feature))
    return features


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _as_it_is(value: Any) -> Any:
    return value


def _geojson(blobs: list[bytes | None]) -> list[orjson.Fragment | None]:
    """GeoJSON texts of geometry blobs; features that share a shape share the work."""
    distinct = list({blob for blob in blobs if blob is not None})
    shapes = shapely.from_wkb([wkb_of(blob) for blob in distinct])
    texts = shapely.to_geojson(shapely.transform(shapes, lambda points: np.round(points, DECIMALS)))
    by_blob = dict(zip(distinct, map(orjson.Fragment, texts), strict=True))
    return [None if blob is None else by_blob[blob] for blob in blobs]
