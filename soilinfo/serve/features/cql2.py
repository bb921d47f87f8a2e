"""CQL2 (OGC 21-065r2) as the syntax tree of pygeofilter that the store understands."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import shapely
from pygeofilter import ast, values
from pygeofilter.cql2 import ARITHMETIC_MAP, COMPARISON_MAP, SPATIAL_PREDICATES_MAP
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import GeometryError, InputError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve.features.cql2_text import as_json
from soilinfo.serve.features.crs import box_in_crs84, in_crs84
from soilinfo.serve.instants import day, instant
from soilinfo.serve.parameters import document
from soilinfo.serve.systems import CRS84, System
from soilinfo.store.vector import GEOMETRY

READERS: Mapping[str, Callable[[str], Any]] = {
    "cql2-text": as_json,
    "cql2-json": partial(document, "the filter"),
}
"""Reader of a filter by its language, the default first; each gives CQL2 JSON."""

_COMPARISONS = {name: COMPARISON_MAP[name] for name in ("=", "<>", "<", "<=", ">", ">=")}
_PAIRS = {**_COMPARISONS, **ARITHMETIC_MAP, **SPATIAL_PREDICATES_MAP}
"""Operations of two arguments."""
_FUNCTIONS = {"casei": 1}
"""Number of arguments of the functions that the store knows, by name."""
OPERATIONS = ("and", "or", "not", "like", "between", "in", "isNull", *_PAIRS, *_FUNCTIONS)
"""Everything that a filter may do."""


def filter_tree(text: str, language: str, queryables: Collection[str], system: System = CRS84) -> Any:
    """The syntax tree of a filter whose coordinates are of ``system``.

    Raises InputError for a text that is no filter of the language, or does what is not offered;
    UnknownNameError for a property that is none of ``queryables``; GeometryError.
    """
    try:
        return _Tree(queryables, system).of(READERS[language](text))
    except RecursionError:
        raise InputError("the filter is nested too deeply") from None


class _Tree:
    """Translates CQL2 JSON."""

    def __init__(self, queryables: Collection[str], system: System) -> None:
        self._queryables, self._system = queryables, system

    def of(self, node: Any) -> Any:
        """The tree of one part of a filter."""
        match node:
            case bool() | int() | float() | str():
                return node
            case {"op": str(name), "args": list(arguments), **other} if not other:
                return self._operation(name, arguments)
            case {"property": str(name), **other} if not other:
                if name not in self._queryables and name != GEOMETRY:
                    raise UnknownNameError("field", name, [*self._queryables, GEOMETRY])
                return ast.Attribute(name)
            case {"date": str(text)}:
                return day(text).isoformat()
            case {"timestamp": str(text)}:
                return stored_instant(instant(text))
            case {"bbox": list(corners)}:
                return _literal(box_in_crs84(self._system.swapped(_corners(corners)), self._system))
            case {"type": str(), "coordinates": list()} | {"type": str(), "geometries": list()}:
                return _literal(in_crs84(_shape(node), self._system))
        raise InputError(f"the filter has a part that CQL2 does not have: {str(node)[:80]}")

    def _operation(self, name: str, arguments: Sequence[Any]) -> Any:
        match name, arguments:
            case (("and" | "or"), [_, _, *_]):
                return _chain(ast.And if name == "and" else ast.Or, [self.of(each) for each in arguments])
            case "not", [condition]:
                return ast.Not(self.of(condition))
            case "isNull", [value]:
                return ast.IsNull(self.of(value), not_=False)
            case "like", [value, pattern]:
                return ast.Like(self.of(value), self.of(pattern), False, "%", "_", "\\", False)
            case "between", [value, low, high]:
                return ast.Between(self.of(value), self.of(low), self.of(high), not_=False)
            case "in", [value, [_, *_] as listed]:
                return ast.In(self.of(value), [self.of(each) for each in listed], not_=False)
            case _, [left, right] if name in _PAIRS:
                return _PAIRS[name](self.of(left), self.of(right))
            case _, _ if _FUNCTIONS.get(name) == len(arguments):
                return ast.Function(name, [self.of(each) for each in arguments])
        if name in OPERATIONS:
            raise InputError(f"the filter's '{name}' cannot have these {len(arguments)} argument(s)")
        raise InputError(
            f"the filter uses '{name}', which is not offered here; there are: {', '.join(OPERATIONS)}"
        )


def _literal(shape: BaseGeometry) -> values.Geometry:
    # As it is: the store would only put its parts together again.
    return values.Geometry(shape)


def _chain(kind: type, conditions: Sequence[Any]) -> Any:
    """Many conditions as a balanced tree of pairs, so that a long filter is not a deep one."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return kind(_chain(kind, conditions[:middle]), _chain(kind, conditions[middle:]))


def stored_instant(time: datetime) -> str:
    """An instant as collections keep it: a text in UTC, whose order is that of time."""
    return time.astimezone(UTC).isoformat()


def _corners(numbers: Sequence[Any]) -> Bounds:
    """Lower and upper corner; of six numbers the heights are left out, for features have none."""
    if not all(isinstance(each, int | float) for each in numbers) or len(numbers) not in (4, 6):
        raise GeometryError("the filter's bbox needs four or six numbers")
    half = len(numbers) // 2
    first, second, third, fourth = map(float, (*numbers[:2], *numbers[half : half + 2]))
    return first, second, third, fourth


def _shape(node: dict[str, Any]) -> BaseGeometry:
    try:
        return shapely.force_2d(shapely.geometry.shape(node))
    except (shapely.errors.ShapelyError, ValueError, TypeError, LookupError, AttributeError):
        raise GeometryError(
            f"the filter's {node['type'][:20]} is no geometry of GeoJSON: positions are of two or three "
            "finite numbers, lines have two of them at least, rings three"
        ) from None
