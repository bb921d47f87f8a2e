"""A query as SQL, the same text for both homes: conditions, order, page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from soilinfo.errors import InputError
from soilinfo.grid import Bounds
from soilinfo.store.clause import Dialect, Sql, Tables, joined, quoted
from soilinfo.store.filters import filter_sql
from soilinfo.store.vector import Collection, FieldType, Query


@dataclass(frozen=True)
class Selection:
    """What a query selects of a collection; its conditions become SQL once, for page and number."""

    collection: Collection
    tables: Tables
    query: Query
    dialect: Dialect

    def page(self, columns: Sequence[str]) -> Sql:
        """SELECT of ``columns`` (of rows ``r`` and shapes ``s``) for the query's page, in its order.

        The page is found by id alone and its columns are fetched afterwards, so that a deep offset
        does not read every geometry before it.
        """
        key, order = f"r.{quoted(self.collection.id_field)}", _order(self.collection, self.query)
        where, limits = self._following, _limits(self.query, self.dialect)
        page = f"SELECT {key} AS key FROM {self._source} WHERE {where.text} ORDER BY {order}{limits.text}"
        rows = f"({page}) page JOIN {self.tables.rows} r ON {key} = page.key{self._shapes}"
        return Sql(f"SELECT {', '.join(columns)} FROM {rows} ORDER BY {order}", where.values + limits.values)

    def count(self) -> Sql:
        """SELECT of the number of features that fulfil the query's conditions."""
        where = self._condition
        return Sql(f"SELECT count(*) FROM {self._source} WHERE {where.text}", where.values)

    @property
    def keys(self) -> list[str]:
        """Columns of the values that :attr:`Query.after` holds: of the sort, then the id."""
        return [f"r.{quoted(name)}" for name, _ in _terms(self.collection, self.query)]

    @property
    def _source(self) -> str:
        return f"{self.tables.rows} r{self._shapes}"

    @property
    def _shapes(self) -> str:
        """Join of the shared shapes; both planners drop it where nothing asks for the geometry."""
        if self.tables.shapes is None:
            return ""
        key = quoted(str(self.collection.shape_field))
        return f" LEFT JOIN {self.tables.shapes} s ON s.{key} = r.{key}"

    @cached_property
    def _condition(self) -> Sql:
        collection, dialect, query = self.collection, self.dialect, self.query
        parts = [_equal(collection, name, value, dialect) for name, value in query.equal.items()]
        if query.ids is not None:
            parts.append(_ids(collection, query.ids, dialect))
        if query.bbox is not None:
            parts.append(joined([dialect.box(box, self.tables) for box in _boxes(query.bbox)], " OR "))
        if query.where is not None:
            parts.append(filter_sql(query.where, collection, self.tables, dialect))
        whole = joined(parts, " AND ", empty="1 = 1")
        if any(isinstance(value, str) and "\0" in value for value in whole.values):
            # PostgreSQL has no such texts.
            raise InputError("a condition has a text with the character NUL, which no text here has")
        return whole

    @property
    def _following(self) -> Sql:
        """The query's conditions, and that a feature follows the one of ``query.after``."""
        if self.query.after is None:
            return self._condition
        following = _after(self.collection, self.query, self.query.after, self.dialect)
        return joined([self._condition, following], " AND ")


def _terms(collection: Collection, query: Query) -> list[tuple[str, bool]]:
    """(column, descending) of everything that features are ordered by."""
    for name, _ in query.sort:
        collection.field(name)
    return [*query.sort, (collection.id_field, False)]


def _after(collection: Collection, query: Query, last: tuple[Any, ...], dialect: Dialect) -> Sql:
    """Condition that a feature follows the one whose values of sort columns and id these are."""
    terms = _terms(collection, query)
    if len(last) != len(terms):
        raise InputError(f"a page follows {len(terms)} value(s), one for each sort key; not {last!r}")
    ways = []
    for place, ((name, descending), value) in enumerate(zip(terms, last, strict=True)):
        same = [
            _equal(collection, each, known, dialect)
            for (each, _), known in zip(terms[:place], last[:place], strict=True)
        ]
        ways.append(joined([*same, _beyond(collection, name, value, descending, dialect)], " AND "))
    return joined(ways, " OR ")


def _beyond(collection: Collection, name: str, value: Any, descending: bool, dialect: Dialect) -> Sql:
    """Condition that a column comes after a value; nulls come last."""
    if value is None:
        return Sql("1 = 0")
    _check_type(collection, name, value)
    column = f"r.{quoted(name)}"
    missing = "" if name == collection.id_field else f" OR {column} IS NULL"
    return Sql(f"{column} {'<' if descending else '>'} {dialect.placeholder}{missing}", (value,))


_PYTHON: dict[FieldType, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
}


def _equal(collection: Collection, name: str, value: Any, dialect: Dialect) -> Sql:
    if value is None:
        collection.field(name)
        return Sql(f"r.{quoted(name)} IS NULL")
    _check_type(collection, name, value)
    return Sql(f"r.{quoted(name)} = {dialect.placeholder}", (value,))


def _check_type(collection: Collection, name: str, value: Any) -> None:
    kind = collection.field(name)
    if type(value) not in _PYTHON[kind]:
        raise InputError(f"field '{name}' is of type {kind}; it cannot equal {value!r}")


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
    # The id is never missing, and its index is in this order.
    *terms, (key, _) = _terms(collection, query)
    ways = [f"r.{quoted(name)} {'DESC' if descending else 'ASC'} NULLS LAST" for name, descending in terms]
    return ", ".join([*ways, f"r.{quoted(key)}"])


def _limits(query: Query, dialect: Dialect) -> Sql:
    if query.offset < 0 or (query.limit is not None and query.limit < 0):
        raise InputError(f"limit and offset count features: {query.limit} and {query.offset} cannot be")
    # An offset needs a limit before it in SQLite; 2**62 is none. It is part of the text, for a planner
    # that does not know it reckons with a tenth of the table.
    limit = f" LIMIT {2**62 if query.limit is None else query.limit:d}"
    if not query.offset:
        return Sql(limit)
    return Sql(f"{limit} OFFSET {dialect.placeholder}", (query.offset,))
