"""Collections in PostGIS: schema ``soilinfo_vector``, one immutable table for each version.

The table ``collection`` lists them. A collection with shared shapes has two tables and a view of
the version's name over them, so that QGIS sees ordinary features.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import numpy as np
import psycopg
import shapely
from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store import select
from soilinfo.store.clause import Sql, Tables, quoted
from soilinfo.store.frames import Prepared, frame_of, plain, prepare
from soilinfo.store.postgres import Postgres
from soilinfo.store.vector import (
    DECIMALS,
    Collection,
    FieldType,
    Query,
)

_ALL = Query()
_TYPES: dict[FieldType, str] = {
    # The order of bytes, as SQLite has it, whatever the locale of the cluster.
    "string": 'text COLLATE "C"',
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
}


class PostGis:
    """The home of collections in a PostgreSQL database."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        with postgres.writing() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS soilinfo_vector.collection ("
                "collection text, version text, table_name text UNIQUE NOT NULL, about text NOT NULL, "
                "PRIMARY KEY (collection, version))"
            )

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
        with self._postgres.writing() as connection:
            if _about(connection, collection, version):
                raise StoreError(f"{collection}/{version} exists already; a version is never overwritten")
            name = _table_name(collection, version)
            connection.execute(
                "INSERT INTO soilinfo_vector.collection VALUES (%s, %s, %s, %s)",
                (collection, version, name, prepared.collection.to_json()),
            )
            _write_tables(connection, name, prepared)

    def features(self, collection: str, version: str, query: Query = _ALL) -> list[bytes]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._opened(collection, version) as opened:
            text = _feature(opened.collection, opened.tables, query)
            return [row[0].encode() for row in opened.select(query, text)]

    def read(self, collection: str, version: str, query: Query = _ALL) -> GeoDataFrame:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._opened(collection, version) as opened:
            names = opened.collection.chosen(query)
            geometry = f"ST_AsBinary({opened.tables.geometry})" if query.geometry else "NULL"
            rows = opened.select(query, ", ".join([*(f"r.{quoted(name)}" for name in names), geometry]))
            return frame_of(rows, names, opened.collection)

    def count(self, collection: str, version: str, query: Query = _ALL) -> int:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._opened(collection, version) as opened:
            sql = select.count(opened.collection, opened.tables, query, _Dialect())
            return int(opened.rows(sql)[0][0])

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._opened(collection, version) as opened:
            return dict(opened.collection.fields)

    def bounds(self, collection: str, version: str) -> Bounds:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._opened(collection, version) as opened:
            return opened.collection.known_bounds(collection)

    def exists(self, collection: str, version: str) -> bool:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._postgres.reading() as connection:
            return _about(connection, collection, version) is not None

    def written(self, _collection: str, _version: str) -> datetime | None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return None

    def remove(self, collection: str, version: str) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._postgres.writing() as connection:
            about = _about(connection, collection, version)
            if about is None:
                return
            for kind, table in _objects(*about):
                _run(connection, f"DROP {kind} {table}")
            connection.execute(
                "DELETE FROM soilinfo_vector.collection WHERE collection = %s AND version = %s",
                (collection, version),
            )

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._postgres.reading() as connection:
            yield from connection.execute(
                "SELECT collection, version FROM soilinfo_vector.collection ORDER BY 1, 2"
            ).fetchall()

    def close(self) -> None:
        """Close every connection."""
        self._postgres.close()

    @contextmanager
    def _opened(self, collection: str, version: str) -> Iterator["_Opened"]:
        with self._postgres.reading() as connection:
            about = _about(connection, collection, version)
            if about is None:
                known = map("/".join, self.on_disk())
                raise UnknownNameError("collection version", f"{collection}/{version}", known)
            yield _Opened(connection, *about)


class _Opened:
    """One collection version in one transaction."""

    def __init__(self, connection: psycopg.Connection, name: str, collection: Collection) -> None:
        self._connection, self.collection = connection, collection
        self.tables = _tables(name, collection)

    def select(self, query: Query, columns: str) -> list[tuple[Any, ...]]:
        return self.rows(select.select(self.collection, self.tables, query, _Dialect(), columns))

    def rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.text, sql.values, binary=True).fetchall()


class _Dialect:
    placeholder = "%s"

    def lower(self, text: str) -> str:
        return f'lower({text} COLLATE "und-x-icu")'

    def geometry(self) -> str:
        return "ST_GeomFromWKB(%s, 4326)"

    def box(self, box: Bounds, tables: Tables) -> Sql:
        return Sql(f"ST_Intersects({tables.geometry}, ST_MakeEnvelope(%s, %s, %s, %s, 4326))", box)


def _about(connection: psycopg.Connection, collection: str, version: str) -> tuple[str, Collection] | None:
    row = connection.execute(
        "SELECT table_name, about FROM soilinfo_vector.collection WHERE collection = %s AND version = %s",
        (collection, version),
    ).fetchone()
    return (row[0], Collection.from_json(row[1])) if row else None


def _feature(collection: Collection, tables: Tables, query: Query) -> str:
    """Expression for the text of a GeoJSON Feature."""
    names = collection.chosen(query)
    columns = ", ".join(f"r.{quoted(name)}" for name in names)
    properties = f"(SELECT to_json(p) FROM (SELECT {columns}) p)::text" if names else "'{}'"
    geometry = (
        f"coalesce(ST_AsGeoJSON({tables.geometry}, {DECIMALS}), 'null')" if query.geometry else "'null'"
    )
    return (
        f"""'{{"type":"Feature","id":' || to_json(r.{quoted(collection.id_field)}::text)::text || """
        f"""',"geometry":' || {geometry} || ',"properties":' || {properties} || '}}'"""
    )


# ---- names and tables ---------------------------------------------------------------------

_LONGEST = 63 - len("_shapes_geom_index")
"""PostgreSQL cuts identifiers at 63 bytes; this leaves room for the endings of ours."""


def _table_name(collection: str, version: str) -> str:
    name = f"{collection}_{version}"
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(f"{collection}/{version}".encode()).hexdigest()[:12]
    return f"{name.encode()[: _LONGEST - 13].decode(errors='ignore')}_{digest}"


def _qualified(name: str) -> str:
    return f"soilinfo_vector.{quoted(name)}"


def _tables(name: str, collection: Collection) -> Tables:
    if collection.shape_field is None:
        return Tables(_qualified(name))
    return Tables(_qualified(f"{name}_rows"), _qualified(f"{name}_shapes"))


def _objects(name: str, collection: Collection) -> list[tuple[str, str]]:
    """Everything a version consists of, in the order in which it can be dropped."""
    tables = _tables(name, collection)
    if tables.shapes is None:
        return [("TABLE", tables.rows)]
    return [("VIEW", _qualified(name)), ("TABLE", tables.rows), ("TABLE", tables.shapes)]


def _run(connection: psycopg.Connection, sql: str) -> None:
    """Run a statement whose only variable parts are quoted names of our own."""
    connection.execute(sql)


def _write_tables(connection: psycopg.Connection, name: str, prepared: Prepared) -> None:
    collection, tables = prepared.collection, _tables(name, prepared.collection)
    columns = {column: _TYPES[kind] for column, kind in collection.fields.items()}
    values = [plain(prepared.rows[column]) for column in columns]
    if tables.shapes is None:
        _fill(connection, tables.rows, {**columns, "geom": _geom(prepared)}, [*values, _ewkb(prepared)])
    else:
        key = str(collection.shape_field)
        shapes = {key: columns[key], "geom": _geom(prepared)}
        _fill(connection, tables.shapes, shapes, [prepared.shapes.index.tolist(), _ewkb(prepared)])
        _fill(connection, tables.rows, columns, values)
        _run(connection, f"ALTER TABLE {tables.shapes} ADD PRIMARY KEY ({quoted(key)})")
        _create_view(connection, name, tables, collection)
    _run(connection, f"ALTER TABLE {tables.rows} ADD PRIMARY KEY ({quoted(collection.id_field)})")
    with_geometry = tables.shapes or tables.rows
    _run(connection, f"CREATE INDEX {quoted(f'{name}_geom_index')} ON {with_geometry} USING gist (geom)")
    for _, table in filter(lambda each: each[0] == "TABLE", _objects(name, collection)):
        _run(connection, f"ANALYZE {table}")


def _fill(
    connection: psycopg.Connection, table: str, columns: dict[str, str], values: Sequence[Sequence[Any]]
) -> None:
    definition = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    _run(connection, f"CREATE TABLE {table} ({definition})")
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _create_view(connection: psycopg.Connection, name: str, tables: Tables, collection: Collection) -> None:
    columns = ", ".join(f"r.{quoted(column)}" for column in collection.fields)
    key = quoted(str(collection.shape_field))
    _run(
        connection,
        f"CREATE VIEW {_qualified(name)} AS SELECT {columns}, s.geom "
        f"FROM {tables.rows} r JOIN {tables.shapes} s ON s.{key} = r.{key}",
    )


def _geom(prepared: Prepared) -> str:
    """Column type of the geometry: the one that all have, so that QGIS offers one layer."""
    kinds = set(prepared.shapes.geom_type.dropna())
    return f"geometry({kinds.pop() if len(kinds) == 1 else 'Geometry'}, 4326)"


def _ewkb(prepared: Prepared) -> list[str | None]:
    shapes = shapely.set_srid(np.asarray(prepared.shapes, dtype=object), 4326)
    return cast("list[str | None]", shapely.to_wkb(shapes, hex=True, include_srid=True).tolist())
