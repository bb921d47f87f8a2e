"""CQL2 as SQL: the part of pygeofilter's syntax tree that both databases answer alike.

Types are checked here, so that a comparison of a number with a text is the same error in both
homes; values become parameters, never part of the SQL.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shapely
from pygeofilter import ast, values
from pygeofilter.backends.evaluator import Evaluator, handle

from soilinfo.errors import GeometryError, InputError
from soilinfo.grid import Bounds
from soilinfo.store.clause import Dialect, Sql, Tables, joined, quoted
from soilinfo.store.vector import GEOMETRY, Collection

_Kind = Literal["text", "number", "boolean", "geometry"]

_KIND_OF_FIELD: dict[str, _Kind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
}

SPATIAL: dict[ast.SpatialComparisonOp, str] = {op: f"ST_{op.value.title()}" for op in ast.SpatialComparisonOp}
"""SQL function of each spatial predicate, the same in PostGIS and in our GeoPackage reader."""

MOST_WAITING = 72
"""Symbols of SQL that may wait for others within them: SQLite's parser has room for a hundred, some of which
the rest of a question needs. PostgreSQL is held to the same, so that both take the same filters."""
_SYMBOL = re.compile(r"(?<=\w)(?=\()|\w+|[^\s\w]")
"""One symbol; the bracket of a function counts as two, as the parser has it."""
LONGEST_PATTERN = 10_000
"""Letters of a pattern of LIKE; SQLite takes at most 50,000 bytes."""


@dataclass(frozen=True)
class _Term:
    """A translated part of the tree: its SQL, its kind of value and, for messages, how to call it."""

    sql: Sql
    kind: _Kind
    name: str
    waiting: int = 0
    """Symbols that wait within it at most; none in a column or a literal."""


def filter_sql(tree: Any, collection: Collection, tables: Tables, dialect: Dialect) -> Sql:
    """A syntax tree as SQL condition, by way of the spatial index where it can only hold near a place.

    Raises UnknownNameError for a column that does not exist, InputError for a comparison of
    different types or a predicate that is not offered.
    """
    term: _Term = _Translator(collection, tables, dialect).evaluate(tree)
    near = (dialect.near(place, tables) for place in _places(tree))
    return joined([*filter(None, near), _of_kind(term, "boolean").sql], " AND ")


def _places(tree: Any) -> Iterator[Bounds]:
    """Boxes that every feature touches for which the tree holds."""
    match tree:
        case ast.And(lhs, rhs):
            yield from (*_places(lhs), *_places(rhs))
        case ast.GeometryDisjoint():
            pass
        case (
            ast.SpatialComparisonPredicate(lhs=ast.Attribute(), rhs=values.Geometry() as place)
            | ast.SpatialComparisonPredicate(lhs=values.Geometry() as place, rhs=ast.Attribute())
        ):
            yield place.geometry.bounds


def _of_kind(term: _Term, kind: _Kind) -> _Term:
    if term.kind != kind:
        raise InputError(f"the filter needs a {kind} where {term.name} is a {term.kind}")
    return term


def _alike(terms: Sequence[_Term]) -> None:
    kinds = {term.kind for term in terms}
    if len(kinds) > 1 or "geometry" in kinds:
        named = " with ".join(f"{term.name} ({term.kind})" for term in terms)
        raise InputError(f"the filter cannot compare {named}")


def _build(kind: _Kind, template: str, *terms: _Term) -> _Term:
    """A term from a template with one ``{}`` for each part; InputError where it is too deep."""
    before = deepest = 0
    for piece, term in zip(template.split("{}"), terms, strict=False):
        before += len(_SYMBOL.findall(piece))
        deepest = max(deepest, before + term.waiting)
        before += 1
    if deepest > MOST_WAITING:
        raise InputError("the filter is nested too deeply: some twenty levels are understood")
    text = template.format(*(term.sql.text for term in terms))
    return _Term(Sql(text, _values(terms)), kind, "an expression", deepest)


def _listed(terms: Sequence[_Term]) -> _Term:
    """What stands between the brackets of a list of values of one kind."""
    text = ", ".join(term.sql.text for term in terms)
    return _Term(Sql(text, _values(terms)), terms[0].kind, "a list", 2 + max(term.waiting for term in terms))


def _values(terms: Sequence[_Term]) -> tuple[Any, ...]:
    return tuple(value for term in terms for value in term.sql.values)


def _double(term: _Term) -> _Term:
    """A number as databases compute alike with it; what is computed is one already."""
    return term if term.waiting else _build("number", "CAST({} AS double precision)", term)


def _handles[F: Callable[..., _Term]](*nodes: type, subclasses: bool = False) -> Callable[[F], F]:
    """pygeofilter's decorator, with types."""
    decorate: Callable[[F], F] = handle(*nodes, subclasses=subclasses)
    return decorate


class _Translator(Evaluator):  # type: ignore[misc]
    """Walks the tree from the leaves up, as pygeofilter's own back ends do."""

    def __init__(self, collection: Collection, tables: Tables, dialect: Dialect) -> None:
        self._collection, self._tables, self._dialect = collection, tables, dialect

    def adopt(self, node: Any, *_: Any) -> _Term:
        """Anything without a handler."""
        raise InputError(f"the filter uses {type(node).__name__}, which is not offered here")

    # ---- conditions ----

    @_handles(ast.Not)
    def negation(self, _: ast.Not, part: _Term) -> _Term:
        return _build("boolean", "NOT ({})", _of_kind(part, "boolean"))

    @_handles(ast.And, ast.Or)
    def combination(self, node: ast.Combination, *terms: _Term) -> _Term:
        # SQLite tests from left to right: what looks at a geometry comes last.
        cheapest_first = sorted(terms, key=lambda term: "ST_" in term.sql.text)
        conditions = (_of_kind(term, "boolean") for term in cheapest_first)
        return _build("boolean", f"({{}} {node.op.value} {{}})", *conditions)

    @_handles(ast.Comparison, subclasses=True)
    def comparison(self, node: ast.Comparison, left: _Term, right: _Term) -> _Term:
        _alike([left, right])
        return _build("boolean", f"({{}} {node.op.value} {{}})", left, right)

    @_handles(ast.Between)
    def between(self, node: ast.Between, *terms: _Term) -> _Term:
        _alike(terms)
        return _build("boolean", f"({{}} {_not(node)}BETWEEN {{}} AND {{}})", *terms)

    @_handles(ast.In)
    def within_list(self, node: ast.In, *terms: _Term) -> _Term:
        _alike(terms)
        return _build("boolean", f"({{}} {_not(node)}IN ({{}}))", terms[0], _listed(terms[1:]))

    @_handles(ast.IsNull)
    def null(self, node: ast.IsNull, part: _Term) -> _Term:
        return _build("boolean", f"({{}} IS {_not(node)}NULL)", part)

    @_handles(ast.Like)
    def like(self, node: ast.Like, text: _Term) -> _Term:
        # CQL2 has % and _ with the backslash, whatever wildcards the parser names. casei() of a
        # pattern arrives as a tree of its own, which pygeofilter does not walk.
        pattern = _of_kind(self.evaluate(node.pattern), "text")
        if any(len(value) > LONGEST_PATTERN for value in pattern.sql.values):
            raise InputError(f"the filter has a pattern of more than {LONGEST_PATTERN:,} letters")
        return _build("boolean", f"({{}} {_not(node)}LIKE {{}} ESCAPE '\\')", _of_kind(text, "text"), pattern)

    # ---- space ----

    @_handles(ast.SpatialComparisonPredicate, subclasses=True)
    def spatial(self, node: ast.SpatialComparisonPredicate, *terms: _Term) -> _Term:
        shapes = [_of_kind(term, "geometry") for term in terms]
        return _build("boolean", f"{SPATIAL[node.op]}({{}}, {{}})", *shapes)

    @_handles(values.Geometry)
    def geometry(self, node: values.Geometry) -> _Term:
        shape = node.geometry
        if not shape.is_valid:
            raise GeometryError(f"the filter's geometry is not valid: {shapely.is_valid_reason(shape)}")
        return _Term(Sql(self._dialect.geometry(), (shapely.to_wkb(shape),)), "geometry", "a geometry")

    # ---- expressions ----

    @_handles(ast.Arithmetic, subclasses=True)
    def arithmetic(self, node: ast.Arithmetic, *terms: _Term) -> _Term:
        # Division gives fractions, and nothing where the divisor is zero.
        division = node.op is ast.ArithmeticOp.DIV
        template = "({} / NULLIF({}, 0))" if division else f"({{}} {node.op.value} {{}})"
        return _build("number", template, *(_double(_of_kind(term, "number")) for term in terms))

    @_handles(ast.Function)
    def function(self, node: ast.Function, *terms: _Term) -> _Term:
        if node.name.lower() == "casei" and len(terms) == 1:
            return _build("text", self._dialect.lower("{}"), _of_kind(terms[0], "text"))
        raise InputError(
            f"the filter uses the function {node.name}, which is not offered here; there is: casei"
        )

    @_handles(ast.Attribute)
    def attribute(self, node: ast.Attribute) -> _Term:
        if node.name == GEOMETRY:
            return _Term(Sql(self._tables.geometry), "geometry", GEOMETRY)
        kind = _KIND_OF_FIELD[self._collection.field(node.name)]
        return _Term(Sql(f"r.{quoted(node.name)}"), kind, f"field '{node.name}'")

    @_handles(str)
    def text(self, value: str) -> _Term:
        return self._literal(value, "text")

    @_handles(bool)
    def truth(self, value: bool) -> _Term:
        return self._literal(value, "boolean")

    @_handles(int, float)
    def number(self, value: float) -> _Term:
        # SQLite's integers have 64 bits.
        return self._literal(value if abs(value) < 2**63 else float(value), "number")

    def _literal(self, value: Any, kind: _Kind) -> _Term:
        return _Term(Sql(self._dialect.placeholder, (value,)), kind, repr(value))


def _not(node: Any) -> str:
    return "NOT " if node.not_ else ""
