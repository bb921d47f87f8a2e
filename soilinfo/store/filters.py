"""CQL2 as SQL: the part of pygeofilter's syntax tree that both databases answer alike.

Types are checked here, so that a comparison of a number with a text is the same error in both
homes; values become parameters, never part of the SQL.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shapely
from pygeofilter import ast, values
from pygeofilter.backends.evaluator import Evaluator, handle

from soilinfo.errors import GeometryError, InputError
from soilinfo.store.clause import Dialect, Sql, Tables, quoted
from soilinfo.store.vector import GEOMETRY, Collection

_Kind = Literal["text", "number", "boolean", "geometry", "null"]

_KIND_OF_FIELD: dict[str, _Kind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
}

SPATIAL: dict[ast.SpatialComparisonOp, str] = {op: f"ST_{op.value.title()}" for op in ast.SpatialComparisonOp}
"""SQL function of each spatial predicate, the same in PostGIS and in our GeoPackage reader."""


@dataclass(frozen=True)
class _Term:
    """A translated part of the tree: its SQL, its kind of value and, for messages, how to call it."""

    sql: Sql
    kind: _Kind
    name: str


def filter_sql(tree: Any, collection: Collection, tables: Tables, dialect: Dialect) -> Sql:
    """A syntax tree as SQL condition.

    Raises UnknownNameError for a column that does not exist, InputError for a comparison of
    different types or a predicate that is not offered.
    """
    term: _Term = _Translator(collection, tables, dialect).evaluate(tree)
    return _of_kind(term, "boolean").sql


def _of_kind(term: _Term, kind: _Kind) -> _Term:
    if term.kind not in (kind, "null"):
        raise InputError(f"the filter needs a {kind} where {term.name} is a {term.kind}")
    return term


def _alike(terms: Sequence[_Term]) -> None:
    kinds = {term.kind for term in terms} - {"null"}
    if len(kinds) > 1 or "geometry" in kinds:
        named = " with ".join(f"{term.name} ({term.kind})" for term in terms)
        raise InputError(f"the filter cannot compare {named}")


def _build(kind: _Kind, template: str, *terms: _Term) -> _Term:
    """A term from a template with one ``{}`` for each part."""
    sql = Sql(
        template.format(*(term.sql.text for term in terms)),
        tuple(value for term in terms for value in term.sql.values),
    )
    return _Term(sql, kind, "an expression")


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
    def combination(self, node: ast.Combination, left: _Term, right: _Term) -> _Term:
        return _build(
            "boolean", f"({{}} {node.op.value} {{}})", *(_of_kind(term, "boolean") for term in (left, right))
        )

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
        places = ", ".join(["{}"] * (len(terms) - 1))
        return _build("boolean", f"({{}} {_not(node)}IN ({places}))", *terms)

    @_handles(ast.IsNull)
    def null(self, node: ast.IsNull, part: _Term) -> _Term:
        return _build("boolean", f"({{}} IS {_not(node)}NULL)", part)

    @_handles(ast.Like)
    def like(self, node: ast.Like, text: _Term) -> _Term:
        # CQL2 has % and _ with the backslash, whatever wildcards the parser names. casei() of a
        # pattern arrives as a tree of its own, which pygeofilter does not walk.
        pattern = _of_kind(self.evaluate(node.pattern), "text")
        terms = [_of_kind(text, "text"), pattern]
        if node.nocase:
            terms = [self._lower(term) for term in terms]
        return _build("boolean", f"({{}} {_not(node)}LIKE {{}} ESCAPE '\\')", *terms)

    # ---- space ----

    @_handles(ast.SpatialComparisonPredicate, subclasses=True)
    def spatial(self, node: ast.SpatialComparisonPredicate, *terms: _Term) -> _Term:
        shapes = [_of_kind(term, "geometry") for term in terms]
        return _build("boolean", f"{SPATIAL[node.op]}({{}}, {{}})", *shapes)

    @_handles(ast.BBox)
    def box(self, node: ast.BBox, place: _Term) -> _Term:
        corners = self._shape(shapely.box(node.minx, node.miny, node.maxx, node.maxy))
        return _build("boolean", "ST_Intersects({}, {})", _of_kind(place, "geometry"), corners)

    @_handles(values.Geometry, values.Envelope)
    def geometry(self, node: Any) -> _Term:
        try:
            return self._shape(shapely.geometry.shape(node.geometry))
        except (shapely.errors.ShapelyError, ValueError, TypeError, LookupError) as error:
            raise GeometryError(f"the filter has a geometry that cannot be read: {error}") from error

    def _shape(self, shape: Any) -> _Term:
        if not shape.is_valid:
            raise GeometryError(f"the filter's geometry is not valid: {shapely.is_valid_reason(shape)}")
        return _Term(Sql(self._dialect.geometry(), (shapely.to_wkb(shape),)), "geometry", "a geometry")

    # ---- expressions ----

    @_handles(ast.Arithmetic, subclasses=True)
    def arithmetic(self, node: ast.Arithmetic, *terms: _Term) -> _Term:
        # Division gives fractions, and nothing where the divisor is zero.
        division = node.op is ast.ArithmeticOp.DIV
        template = "(1.0 * {} / NULLIF({}, 0))" if division else f"({{}} {node.op.value} {{}})"
        return _build("number", template, *(_of_kind(term, "number") for term in terms))

    @_handles(ast.Function)
    def function(self, node: ast.Function, *terms: _Term) -> _Term:
        if node.name.lower() in ("lower", "casei") and len(terms) == 1:
            return self._lower(_of_kind(terms[0], "text"))
        if node.name.lower() == "bbox" and len(terms) == 4:
            west, south, east, north = map(_constant, terms)
            return self._shape(shapely.box(west, south, east, north))
        raise InputError(
            f"the filter uses the function {node.name}, which is not offered here; there is: casei"
        )

    def _lower(self, term: _Term) -> _Term:
        return _build("text", self._dialect.lower("{}"), term)

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

    @_handles(type(None))
    def nothing(self, _: None) -> _Term:
        return _Term(Sql("NULL"), "null", "null")

    def _literal(self, value: Any, kind: _Kind) -> _Term:
        return _Term(Sql(self._dialect.placeholder, (value,)), kind, repr(value))


def _constant(term: _Term) -> float:
    if term.kind != "number" or len(term.sql.values) != 1:
        raise InputError(f"the filter needs a plain number where {term.name} is")
    return float(term.sql.values[0])


def _not(node: Any) -> str:
    return "NOT " if node.not_ else ""
