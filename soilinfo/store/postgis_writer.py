"""Tables of one collection version in PostGIS: their names, and how they are written and filled."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import psycopg
import shapely

from soilinfo.store.clause import Tables, quoted
from soilinfo.store.frames import Prepared, plain
from soilinfo.store.vector import Collection, FieldType

_TYPES: dict[FieldType, str] = {
    # The order of bytes, as SQLite has it, whatever the locale of the cluster.
    "string": 'text COLLATE "C"',
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
}
_LONGEST = 63 - len("_shapes_geom_index")
"""PostgreSQL cuts identifiers at 63 bytes; this leaves room for the endings of ours."""


def table_name(collection: str, version: str) -> str:
    """The name that a version's tables are called by."""
    name = f"{collection}_{version}"
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(f"{collection}/{version}".encode()).hexdigest()[:12]
    return f"{name.encode()[: _LONGEST - 13].decode(errors='ignore')}_{digest}"


def _qualified(name: str) -> str:
    return f"soilinfo_vector.{quoted(name)}"


def tables_of(name: str, collection: Collection) -> Tables:
    """The tables of the version called ``name``."""
    if collection.shape_field is None:
        return Tables(_qualified(name))
    return Tables(_qualified(f"{name}_rows"), _qualified(f"{name}_shapes"))


def objects_of(name: str, collection: Collection) -> list[tuple[str, str]]:
    """Everything a version consists of, in the order in which it can be dropped."""
    tables = tables_of(name, collection)
    if tables.shapes is None:
        return [("TABLE", tables.rows)]
    return [("VIEW", _qualified(name)), ("TABLE", tables.rows), ("TABLE", tables.shapes)]


def run(connection: psycopg.Connection, sql: str) -> None:
    """Run a statement whose only variable parts are quoted names of our own."""
    connection.execute(sql)


def write_tables(connection: psycopg.Connection, name: str, prepared: Prepared) -> None:
    """Write, index and analyse the tables of a new version."""
    collection, tables = prepared.collection, tables_of(name, prepared.collection)
    columns = {column: _TYPES[kind] for column, kind in collection.fields.items()}
    values = [plain(prepared.rows[column]) for column in columns]
    if tables.shapes is None:
        _fill(connection, tables.rows, {**columns, "geom": _geom(prepared)}, [*values, _ewkb(prepared)])
    else:
        key = str(collection.shape_field)
        shapes = {key: columns[key], "geom": _geom(prepared)}
        _fill(connection, tables.shapes, shapes, [prepared.shapes.index.tolist(), _ewkb(prepared)])
        _fill(connection, tables.rows, columns, values)
        run(connection, f"ALTER TABLE {tables.shapes} ADD PRIMARY KEY ({quoted(key)})")
        _create_view(connection, name, tables, collection)
    run(connection, f"ALTER TABLE {tables.rows} ADD PRIMARY KEY ({quoted(collection.id_field)})")
    for column in prepared.indexed:
        run(connection, f"CREATE INDEX ON {tables.rows} ({quoted(column)})")
    with_geometry = tables.shapes or tables.rows
    run(connection, f"CREATE INDEX {quoted(f'{name}_geom_index')} ON {with_geometry} USING gist (geom)")
    for _, table in filter(lambda each: each[0] == "TABLE", objects_of(name, collection)):
        run(connection, f"ANALYZE {table}")


def _fill(
    connection: psycopg.Connection, table: str, columns: dict[str, str], values: Sequence[Sequence[Any]]
) -> None:
    definition = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    run(connection, f"CREATE TABLE {table} ({definition})")
    # Frozen rows are visible to everyone from the first, so that a deep page is found in the index alone.
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FREEZE)") as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _create_view(connection: psycopg.Connection, name: str, tables: Tables, collection: Collection) -> None:
    columns = ", ".join(f"r.{quoted(column)}" for column in collection.fields)
    key = quoted(str(collection.shape_field))
    run(
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
