"""Reading one GeoPackage: an immutable connection of sqlite3, and a store of idle ones."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import shapely

from soilinfo.errors import LimitError, StoreError
from soilinfo.grid import Bounds
from soilinfo.store.cancelling import took_longer
from soilinfo.store.clause import Sql, Tables, joined, quoted
from soilinfo.store.geojson import page_of
from soilinfo.store.geopackage_writer import DESCRIPTION, rows_table, shapes_table
from soilinfo.store.select import Selection
from soilinfo.store.spatial import register, wkb_of
from soilinfo.store.vector import Collection, Page, Query

_MOST_IDLE = 64
_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: a millisecond or so."""
_MAPPED = 1 << 30
"""Most bytes of one file that are read in place."""
# SQLite keeps a boolean as 0 or 1.
sqlite3.register_converter("BOOLEAN", b"1".__eq__)


class _Dialect:
    placeholder = "?"

    def __init__(self, index: str) -> None:
        self._index = index

    def lower(self, text: str) -> str:
        return f"lower({text})"

    def geometry(self) -> str:
        return "?"

    def box(self, box: Bounds, tables: Tables) -> Sql:
        exact = Sql(f"ST_Intersects({tables.geometry}, ?)", (shapely.to_wkb(shapely.box(*box)),))
        return joined([self.near(box, tables), exact], " AND ")

    def near(self, box: Bounds, tables: Tables) -> Sql:
        # The R-tree rounds outwards to 32-bit floats, so it proposes and the exact test decides.
        west, south, east, north = box
        near = f"SELECT id FROM {self._index} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
        return Sql(f"{tables.with_geometry}.fid IN ({near})", (west, east, south, north))


class Reader:
    """One open connection to one GeoPackage, for one thread at a time."""

    def __init__(self, path: Path, name: str) -> None:
        # Texts are compared at a fiftieth of what two paths cost.
        self.path, self.damaged = str(path), False
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(
                address, uri=True, check_same_thread=False, detect_types=sqlite3.PARSE_DECLTYPES
            )
            # Pages that the kernel holds already are not copied once more.
            self._connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
            # LIKE of the standard minds case.
            self._connection.execute("PRAGMA case_sensitive_like = ON")
            (about,) = self._connection.execute(DESCRIPTION, (name,)).fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{path.name} of collection '{name}' cannot be opened: {error}") from error
        register(self._connection)
        self.collection = Collection.from_json(about)
        self._tables, indexed = Tables(quoted(name)), name
        if self.collection.shape_field is not None:
            self._tables, indexed = (
                Tables(quoted(rows_table(name)), quoted(shapes_table(name))),
                shapes_table(name),
            )
        self._dialect = _Dialect(quoted(f"rtree_{indexed}_geom"))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def interrupt(self) -> None:
        """Stop what the connection is doing, from another thread."""
        self._connection.interrupt()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is asked in the block is stopped after so many seconds, with LimitError."""
        end = monotonic() + seconds
        self._connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if monotonic() > end:
                raise LimitError(took_longer(seconds)) from error
            raise

    def selection(self, query: Query) -> Selection:
        """What a query selects here."""
        return Selection(self.collection, self._tables, query, self._dialect)

    def page(self, selection: Selection) -> Page:
        """The page of a query."""
        return page_of(self.rows(selection, selection.keys), self.collection, selection.query)

    def rows(self, selection: Selection, keys: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query: the chosen columns, WKB or None, then ``keys``."""
        names = [f"r.{quoted(name)}" for name in self.collection.chosen(selection.query)]
        geometry = self._tables.geometry if selection.query.geometry else "NULL"
        sql = selection.page([*names, geometry, *keys])
        rows = self._connection.execute(sql.text, sql.values).fetchall()
        at = len(names)
        return [(*row[:at], row[at] and wkb_of(row[at]), *row[at + 1 :]) for row in rows]

    def count(self, selection: Selection) -> int:
        """Number of rows that fulfil a query's conditions."""
        if self.collection.count is not None and not selection.query.has_conditions:
            return self.collection.count
        sql = selection.count()
        return int(self._connection.execute(sql.text, sql.values).fetchone()[0])


class IdleReaders:
    """Connections that wait for their next user; the longest unused are closed first."""

    def __init__(self) -> None:
        self._readers: list[Reader] = []
        self._lock = threading.Lock()

    def take(self, path: Path) -> Reader | None:
        """An idle connection to a file, now the caller's own; None when there is none."""
        asked = str(path)
        with self._lock:
            at = next((place for place, reader in enumerate(self._readers) if reader.path == asked), None)
            return None if at is None else self._readers.pop(at)

    def give(self, reader: Reader) -> None:
        """Take a connection back; a damaged one, and those beyond the limit, are closed."""
        if reader.damaged:
            reader.close()
            return
        with self._lock:
            self._readers.append(reader)
            surplus, self._readers = self._readers[:-_MOST_IDLE], self._readers[-_MOST_IDLE:]
        for oldest in surplus:
            oldest.close()

    def drop(self, path: Path | None = None) -> None:
        """Close the idle connections to a file, or all of them."""
        with self._lock:
            leaving = [reader for reader in self._readers if path is None or reader.path == str(path)]
            self._readers = [reader for reader in self._readers if reader not in leaving]
        for reader in leaving:
            reader.close()
