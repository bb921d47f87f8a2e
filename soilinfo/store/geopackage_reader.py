"""Reading one GeoPackage: an immutable connection of sqlite3, and a store of idle ones."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import shapely

from soilinfo.errors import StoreError
from soilinfo.grid import Bounds
from soilinfo.store import select
from soilinfo.store.clause import Sql, Tables, quoted
from soilinfo.store.geopackage_writer import DESCRIPTION, rows_table, shapes_table
from soilinfo.store.spatial import register
from soilinfo.store.vector import Collection, Query

_MOST_IDLE = 64


class _Dialect:
    placeholder = "?"

    def __init__(self, index: str) -> None:
        self._index = index

    def lower(self, text: str) -> str:
        return f"lower({text})"

    def geometry(self) -> str:
        return "?"

    def box(self, box: Bounds, tables: Tables) -> Sql:
        # The R-tree rounds outwards to 32-bit floats, so it proposes and the exact test decides.
        west, south, east, north = box
        near = f"SELECT id FROM {self._index} WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?"
        exact = f"ST_Intersects({tables.geometry}, ?)"
        corners = shapely.to_wkb(shapely.box(*box))
        return Sql(f"{tables.with_geometry}.fid IN ({near}) AND {exact}", (west, east, south, north, corners))


class Reader:
    """One open connection to one GeoPackage, for one thread at a time."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.damaged = path, False
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
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

    def rows(self, query: Query) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """The chosen columns and the rows (id, columns ..., blob) of a query."""
        names = self.collection.chosen(query)
        geometry = self._tables.geometry if query.geometry else "NULL"
        columns = ", ".join([*(f"r.{quoted(name)}" for name in (self.collection.id_field, *names)), geometry])
        sql = select.select(self.collection, self._tables, query, self._dialect, columns)
        return names, self._connection.execute(sql.text, sql.values).fetchall()

    def count(self, query: Query) -> int:
        """Number of rows that fulfil a query's conditions."""
        sql = select.count(self.collection, self._tables, query, self._dialect)
        return int(self._connection.execute(sql.text, sql.values).fetchone()[0])


class IdleReaders:
    """Connections that wait for their next user; the longest unused are closed first."""

    def __init__(self) -> None:
        self._readers: list[Reader] = []
        self._lock = threading.Lock()

    def take(self, path: Path) -> Reader | None:
        """An idle connection to a file, now the caller's own; None when there is none."""
        with self._lock:
            at = next((place for place, reader in enumerate(self._readers) if reader.path == path), None)
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
            leaving = [reader for reader in self._readers if path in (None, reader.path)]
            self._readers = [reader for reader in self._readers if reader not in leaving]
        for reader in leaving:
            reader.close()
