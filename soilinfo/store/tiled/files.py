"""Where tiles are cut from: files of arrays beside the store, one directory for each version.

``<tiles>/<collection>/<version>/`` holds a file of Arrow for the rows, one for their values and one for each
zoom level; all are mapped into memory, so that every server process shares the same pages. They are made
from the features whenever they are opened and not there: of maps with the version, so that nobody waits for
them, of tables when the first tile is asked for, as few are drawn. They go when the features go.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from soilinfo.errors import StoreError
from soilinfo.store.files import PARTIAL, finished, locked, remove
from soilinfo.store.shelf import written
from soilinfo.store.tiled.generalise import DEEPEST, Level, levels_of
from soilinfo.store.tiled.places import Places, all_places, places
from soilinfo.store.tiled.shapes import Shapes
from soilinfo.store.tiled.values import Values, values_of
from soilinfo.store.vector import Query, VectorStore

_OPEN = 256
"""Most versions whose files are kept open."""
_BLOCK = 5_000
"""Features that are read at a time: databases limit the time of a statement, and the values of a query."""


@dataclass(frozen=True)
class Tiled:
    """One version of a collection, ready to be cut into tiles."""

    directory: Path

    @cached_property
    def _rows(self) -> pa.RecordBatch:
        return _read(self.directory / "rows.arrow")

    @cached_property
    def ids(self) -> Any:
        """(rows,) index of pandas: the id of each feature, as text."""
        return pd.Index(self._rows["id"].to_pylist())

    @cached_property
    def first(self) -> NDArray[np.int32]:
        """(shapes + 1,): where the rows of each shape begin."""
        found: NDArray[np.int32] = _read(self.directory / "shapes.arrow")["first"].to_numpy()
        return found

    @cached_property
    def values(self) -> Values:
        """What the rows hold in every column."""
        messages = _read(self.directory / "values.arrow")["message"]
        names = tuple(name for name in self._rows.schema.names if name != "id")
        return Values(
            tuple(name.removeprefix("=") for name in names),
            np.column_stack([self._rows[name].to_numpy() for name in names]),
            np.frombuffer(messages.buffers()[1], np.int64, len(messages) + 1),
            np.frombuffer(messages.buffers()[2], np.uint8) if len(messages) else np.empty(0, np.uint8),
        )

    @cached_property
    def _levels(self) -> dict[int, Level]:
        return {}

    def level(self, zoom: int) -> Level:
        """What the tiles of a zoom level are cut from."""
        if zoom not in self._levels:
            self._levels[zoom] = _level_of(_read(self.directory / f"{zoom}.arrow"))
        return self._levels[zoom]


class TileFiles:
    """The files of every version that tiles were asked of."""

    def __init__(self, directory: Path, vector: VectorStore) -> None:
        self._directory, self._vector = directory, vector
        self._opened = lru_cache(_OPEN)(Tiled)

    def place(self, collection: str, version: str) -> Path:
        """The directory of a version, or where it would lie."""
        return self._directory / collection / version

    def open(self, collection: str, version: str) -> Tiled:
        """A version, made ready first where it is not; other processes wait for the one that does.

        UnknownNameError for a version that is not there, StoreError when the files cannot be written.
        """
        place = self.place(collection, version)
        if not place.exists():
            with self._one_writer():
                if not place.exists():
                    self._make(collection, version, place)
        return self._opened(place)

    @property
    def writable(self) -> bool:
        """Whether what is missing can be made: a server may have been given the store to read alone."""
        kept = self._directory if self._directory.exists() else self._directory.parent
        return os.access(kept, os.W_OK)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with locked(self._directory / "writer.lock", wait=True):
                yield
        except OSError as error:
            raise StoreError(f"no tiles can be kept in {self._directory}: {error.strerror}") from error

    def _make(self, collection: str, version: str, place: Path) -> None:
        rows, found, first = _read_features(self._vector, collection, version)
        about = self._vector.description(collection, version)
        values = values_of(rows, about.fields)
        with finished(place) as partial:
            partial.mkdir()
            ids = pa.array(rows[about.id_field].astype(str).tolist(), pa.string())
            # A mark keeps a column that is called id apart from the ids.
            columns = {f"={name}": values.codes[:, at] for at, name in enumerate(values.names)}
            _write(partial / "rows.arrow", {"id": ids, **columns})
            messages = pa.LargeBinaryArray.from_buffers(
                pa.large_binary(), len(values), [None, pa.py_buffer(values.ends), pa.py_buffer(values.data)]
            )
            _write(partial / "values.arrow", {"message": messages})
            _write(partial / "shapes.arrow", {"first": first})
            cost = np.maximum.reduceat(values.cost, first[:-1]) if len(first) > 1 else np.zeros(0)
            for zoom, level in levels_of(found, cost):
                _write(partial / f"{zoom}.arrow", _columns(level))

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """(collection, version) of everything that is ready."""
        for path in sorted(self._directory.glob("*/*")):
            if path.is_dir() and not path.name.startswith(PARTIAL):
                yield path.parent.name, path.name

    def written(self, collection: str, version: str) -> datetime | None:
        """When a version was made ready; None when it is not."""
        return written(self.place(collection, version))

    def remove(self, collection: str, version: str) -> None:
        """Remove the files of a version; none is no error."""
        remove(self.place(collection, version))


def _read_features(
    vector: VectorStore, collection: str, version: str
) -> tuple[pd.DataFrame, Places, NDArray[np.int32]]:
    """The rows, sorted by shape, where the shapes are, each once, and where the rows of each begin."""
    about, read = vector.description(collection, version), partial(vector.read, collection, version)
    found: list[Places] = []
    if about.shape_field is None:
        rows = _rows_of(_blocks(read, Query(), about.id_field), found)
        return rows, all_places(found), np.arange(len(rows) + 1, dtype=np.int32)
    rows = _rows_of(_blocks(read, Query(geometry=False), about.id_field))
    rows = rows.sort_values(about.shape_field, kind="stable", ignore_index=True)
    first = np.flatnonzero(~rows[about.shape_field].duplicated())
    for part in np.array_split(first, max(1, -(-len(first) // _BLOCK))):
        ids = tuple(rows[about.id_field].iloc[part].astype(str))
        shapes = read(Query(ids=ids, fields=(about.shape_field,))).set_index(about.shape_field).geometry
        found.append(places(np.asarray(shapes.reindex(rows[about.shape_field].iloc[part]), object), DEEPEST))
    return rows, all_places(found), np.append(first, len(rows)).astype(np.int32)


def _rows_of(blocks: Iterator[GeoDataFrame], found: list[Places] | None = None) -> pd.DataFrame:
    """The rows of some blocks; where their geometries are is added to ``found``, as they are large."""
    rows = []
    for block in blocks:
        if found is not None:
            found.append(places(np.asarray(block.geometry), DEEPEST))
        rows.append(pd.DataFrame(block.drop(columns="geometry")))
    filled = [each for each in rows if len(each)]
    return pd.concat(filled, ignore_index=True) if len(filled) > 1 else rows[0]


def _blocks(read: Callable[[Query], GeoDataFrame], query: Query, id_field: str) -> Iterator[GeoDataFrame]:
    """All features of a query, so many at a time that no statement takes longer than the store allows."""
    yield (block := read(replace(query, limit=_BLOCK)))
    while len(block) == _BLOCK:
        after = (block[id_field].tolist()[-1],)
        yield (block := read(replace(query, limit=_BLOCK, after=after)))


def _columns(level: Level) -> Mapping[str, Any]:
    shapes = level.shapes
    points = pa.FixedSizeListArray.from_arrays(pa.array(shapes.xy.ravel()), 2)
    nested = points
    for offsets in (shapes.points, shapes.paths, shapes.parts):
        nested = pa.ListArray.from_arrays(pa.array(offsets), nested)
    return {"of": level.of, "kind": shapes.kind, "geometry": nested}


def _level_of(batch: pa.RecordBatch) -> Level:
    parts = batch["geometry"]
    paths = parts.values
    points = paths.values
    xy = points.values.flatten().to_numpy().reshape(-1, 2)
    at_parts, at_paths, at_points = (each.offsets.to_numpy() for each in (parts, paths, points))
    return Level(batch["of"].to_numpy(), Shapes(batch["kind"].to_numpy(), at_parts, at_paths, at_points, xy))


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    batch = pa.RecordBatch.from_pydict(dict(columns))
    with pa.ipc.new_file(str(path), batch.schema) as file:
        file.write_batch(batch)


def _read(path: Path) -> pa.RecordBatch:
    return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
