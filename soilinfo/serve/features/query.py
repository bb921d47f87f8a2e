"""What a request asks of a collection of features: its query parameters as a query of the store."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pygeofilter import ast, values
from starlette.datastructures import QueryParams

from soilinfo.catalog.models import SCENARIOS, Catalog
from soilinfo.catalog.names import FINDINGS
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.findings import SEVERITIES
from soilinfo.grid import Bounds
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.features.cql2 import READERS, filter_tree
from soilinfo.serve.features.crs import box_in_crs84
from soilinfo.serve.features.paging import Cursor
from soilinfo.serve.features.times import within
from soilinfo.serve.instants import span
from soilinfo.serve.systems import CRS84, System, corners, offered, system_among
from soilinfo.store.projection import STORED
from soilinfo.store.vector import GEOMETRY, FieldType, Query

Types = Mapping[str, FieldType]


def queryables[Described](collection: Collection, described: Mapping[str, Described]) -> dict[str, Described]:
    """What conditions may name, out of all columns: not those that hold lists.

    Each is a query parameter (Features Part 3, /req/queryables-query-parameters), so none is called like one
    that means something else, as the ``version`` of findings is.
    """
    return {name: each for name, each in described.items() if name not in {*collection.nested, *RESERVED}}


def query_of(params: QueryParams, collection: Collection, types: Types, cursor: Cursor | None) -> Query:
    """What the parameters ask of a collection whose columns have these types; InputError if unclear.

    Without ``limit`` the query has none, and ``cursor`` says where its page begins.
    """
    catalog, known = collection.catalog, queryables(collection, types)
    _check_names(params, collection)
    conditions = {name: value for name, value in params.items() if name in known}
    chosen = [parameters.one_of("property", name, types) for name in parameters.listed(params, "properties")]
    bbox, around = _place(params, catalog)
    return Query(
        bbox=bbox,
        ids=parameters.listed(params, "ids") if "ids" in params else None,
        equal={name: parameters.typed(name, value, known[name]) for name, value in conditions.items()},
        where=_all([around, _filter(params, catalog, known), _time(params, collection)]),
        fields=tuple(dict.fromkeys(chosen)) or None,
        sort=tuple(_sort(key, known) for key in parameters.listed(params, "sortby")),
        limit=parameters.integer(params, "limit", 0, low=1) or None,
        offset=parameters.integer(params, "offset", 0, low=0),
        after=cursor.after if cursor else None,
        geometry=not parameters.boolean(params, "skipGeometry", False),
        crs=asked_system(params, "crs", catalog).name,
    )


RESERVED = frozenset(parameters.ITEMS)
"""Names that are never conditions on a column of the same name."""


def _check_names(params: QueryParams, collection: Collection) -> None:
    """InputError for a severity, crop, scenario or layer that nothing can have: that is not no rows."""
    catalog = collection.catalog
    if collection.id == FINDINGS and "severity" in params:
        parameters.one_of("severity", params["severity"], SEVERITIES)
    closed: Mapping[str, Callable[[], Iterable[str]]] = {
        "crop": catalog.every_crop,
        "scenario": lambda: SCENARIOS,
        "layer": lambda: catalog.layers,
    }
    asked = [name for name in closed if name in params]
    if not asked or collection.id in (*catalog.every_level(), *catalog.tables, FINDINGS):
        return
    for name in asked:
        parameters.one_of(name, params[name], closed[name]())


def _place(params: QueryParams, catalog: Catalog) -> tuple[Bounds | None, Any]:
    """``bbox`` as a rectangle in CRS84, and the condition that makes it exact where it is none there."""
    text, system = params.get("bbox"), asked_system(params, "bbox-crs", catalog)
    if text is None:
        return None, None
    bounds = corners(text, system)
    if system.name in STORED:
        return bounds, None
    if bounds[0] > bounds[2]:
        raise InputError(f"'bbox' must have its west ({bounds[0]:g}) left of its east ({bounds[2]:g})")
    shape = box_in_crs84(bounds, system)
    return shape.bounds, ast.GeometryIntersects(ast.Attribute(GEOMETRY), values.Geometry(shape))


def asked_system(params: QueryParams, name: str, catalog: Catalog) -> System:
    """The offered system that a parameter names, CRS84 without it; InputError for any other."""
    if name not in params:
        return CRS84
    return system_among(params, name, offered(catalog)) or CRS84


def _filter(params: QueryParams, catalog: Catalog, known: Types) -> Any:
    language = parameters.one_of("filter-lang", params.get("filter-lang", next(iter(READERS))), READERS)
    system = asked_system(params, "filter-crs", catalog)
    text = params.get("filter")
    if text is None:
        return None
    try:
        return filter_tree(text, language, known, system)
    except UnknownNameError as error:
        # A name within a filter is part of a parameter's value, not an address.
        raise InputError(str(error)) from None


def _time(params: QueryParams, collection: Collection) -> Any:
    text = params.get("datetime")
    return None if text is None else within(collection, span(text))


def _all(conditions: Iterable[Any]) -> Any:
    given = [each for each in conditions if each is not None]
    return ast.And.from_items(*given) if given else None


def _sort(key: str, known: Types) -> tuple[str, bool]:
    # A '+' in an address arrives as a blank, which is stripped before it comes here.
    return parameters.one_of("property", re.sub(r"^[+-]", "", key), known), key.startswith("-")
