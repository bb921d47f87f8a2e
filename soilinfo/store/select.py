"""A query as SQL, the same text for both homes: conditions, order, page."""

import re
from typing import Any

from soilinfo.errors import InputError
from soilinfo.grid import Bounds
from soilinfo.store.clause import Dialect, Sql, Tables, joined, quoted
from soilinfo.store.filters import filter_sql
from soilinfo.store.vector import Collection, FieldType, Query


def select(collection: Collection, tables: Tables, query: Query, dialect: Dialect, columns: str) -> Sql:
    """SELECT of ``columns`` (of rows ``r`` and shapes ``s``) for the query's page of features, in its order.

    The page is found by id alone and its columns are fetched afterwards, so that a deep offset
    does not read every geometry before it.
    """
    key, shapes, order = (
        f"r.{quoted(collection.id_field)}",
        _shapes(collection, tables),
        _order(collection, query),
    )
    where, limits = _condition(collection, tables, query, dialect), _limits(query, dialect)
    page = (
        f"SELECT {key} AS key FROM {tables.rows} r{shapes} WHERE {where.text} ORDER BY {order}{limits.text}"
    )
    rows = f"({page}) page JOIN {tables.rows} r ON {key} = page.key"
    text = f"SELECT {columns} FROM {rows}{shapes} ORDER BY {order}"
    return Sql(text, where.values + limits.values)


def count(collection: Collection, tables: Tables, query: Query, dialect: Dialect) -> Sql:
    """SELECT of the number of features that fulfil the query's conditions."""
    where = _condition(collection, tables, query, dialect)
    return Sql(
        f"SELECT count(*) FROM {tables.rows} r{_shapes(collection, tables)} WHERE {where.text}", where.values
    )


def _shapes(collection: Collection, tables: Tables) -> str:
    """Join of the shared shapes; both planners drop it where nothing asks for the geometry."""
    if tables.shapes is None:
        return ""
    key = quoted(str(collection.shape_field))
    return f" LEFT JOIN {tables.shapes} s ON s.{key} = r.{key}"


def _condition(collection: Collection, tables: Tables, query: Query, dialect: Dialect) -> Sql:
    parts = [_equal(collection, name, value, dialect) for name, value in query.equal.items()]
    if query.ids:
        parts.append(_ids(collection, query.ids, dialect))
    if query.bbox is not None:
        parts.append(joined([dialect.box(box, tables) for box in _boxes(query.bbox)], " OR "))
    if query.where is not None:
        parts.append(filter_sql(query.where, collection, tables, dialect))
    return joined(parts, " AND ", empty="1 = 1")


_PYTHON: dict[FieldType, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
}


def _equal(collection: Collection, name: str, value: Any, dialect: Dialect) -> Sql:
    kind = collection.field(name)
    if value is None:
        return Sql(f"r.{quoted(name)} IS NULL")
    if type(value) not in _PYTHON[kind]:
        raise InputError(f"field '{name}' is of type {kind}; it cannot equal {value!r}")
    return Sql(f"r.{quoted(name)} = {dialect.placeholder}", (value,))


def _ids(collection: Collection, ids: tuple[str, ...], dialect: Dialect) -> Sql:
    values: tuple[Any, ...] = ids
    if collection.field(collection.id_field) == "integer":
        # '007' is no id of a feature whose id is written 7.
        values = tuple(int(text) for text in ids if re.fullmatch(r"0|-?[1-9]\d{0,17}", text, re.ASCII))
    if not values:
        return Sql("1 = 0")
    return Sql(
        f"r.{quoted(collection.id_field)} IN ({', '.join([dialect.placeholder] * len(values))})", values
    )


def _boxes(bbox: Bounds) -> list[Bounds]:
    """One box, or the two on either side of the antimeridian."""
    west, south, east, north = bbox
    if not south <= north:
        raise InputError(f"bbox {bbox} is empty: its south is above its north")
    return [bbox] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]


def _order(collection: Collection, query: Query) -> str:
    for name, _ in query.sort:
        collection.field(name)
    terms = [
        f"r.{quoted(name)} {'DESC' if descending else 'ASC'} NULLS LAST" for name, descending in query.sort
    ]
    return ", ".join([*terms, f"r.{quoted(collection.id_field)} ASC"])


def _limits(query: Query, dialect: Dialect) -> Sql:
    if query.offset < 0 or (query.limit is not None and query.limit < 0):
        raise InputError(f"limit and offset count features: {query.limit} and {query.offset} cannot be")
    # An offset needs a limit before it in SQLite; this one is none.
    limit = 2**62 if query.limit is None else query.limit
    return Sql(f" LIMIT {dialect.placeholder} OFFSET {dialect.placeholder}", (limit, query.offset))
