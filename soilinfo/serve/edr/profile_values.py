"""The values of soil profiles, a row for each horizon or depth interval."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pygeofilter import ast

from soilinfo.catalog.names import HARMONIZED, HORIZONS, PROFILES
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.levels import overlaps
from soilinfo.serve.edr.observed import Depth, Parameter
from soilinfo.serve.edr.profile_parameters import DEPTHS, DEVIATION, beside, class_codes
from soilinfo.serve.instants import Span, interval
from soilinfo.serve.kept import kept_with_it
from soilinfo.store.vector import Query

PROFILE = "profile_id"
KEYS = (PROFILE, *DEPTHS)
"""What tells the rows of values apart."""


def values_of(
    collection: Collection, ids: Sequence[str], parameters: Sequence[Parameter], depths: Iterable[Depth]
) -> pd.DataFrame:
    """A row for each horizon or interval of these profiles with any value, in their order, from the top down.

    Columns: KEYS, then the parameters by name as numbers, classes by their codes; NaN where nothing is
    known. ``depths``: only what overlaps one of them; none: all.
    """
    read = _observed if collection.id == PROFILES else _harmonized
    names = [each.name for each in parameters]
    rows = read(collection, ids, parameters).dropna(subset=names, how="all")
    asked = list(depths)
    if asked:
        ends = rows[[*DEPTHS]].itertuples(index=False, name=None)
        rows = rows[[any(overlaps((top, bottom), each) for each in asked) for top, bottom in ends]]
    order = {id: at for at, id in enumerate(ids)}
    downwards = rows.sort_values([*DEPTHS])
    return downwards.sort_values(PROFILE, key=lambda of: of.map(order), kind="stable", ignore_index=True)


def _observed(collection: Collection, ids: Sequence[str], parameters: Sequence[Parameter]) -> pd.DataFrame:
    names = tuple(each.name for each in parameters)
    rows = _read(collection, HORIZONS, Query(where=_of_profiles(ids), fields=(*KEYS, *names)))
    return rows.assign(**{each.name: _numbers(collection, each, rows[each.name]) for each in parameters})


def _harmonized(collection: Collection, ids: Sequence[str], parameters: Sequence[Parameter]) -> pd.DataFrame:
    """Rows of one value each, laid side by side."""
    properties = dict.fromkeys(each.of or each.name for each in parameters)
    where = ast.And(_of_profiles(ids), ast.In(ast.Attribute("property"), [*properties], not_=False))
    rows = _read(
        collection, HARMONIZED, Query(where=where, fields=(*KEYS, "property", "value", "class", DEVIATION))
    )
    keys = rows[[*KEYS]].drop_duplicates()
    for each in parameters:
        own = rows[rows["property"] == (each.of or each.name)]
        values = (
            own[DEVIATION]
            if each.of
            else _numbers(collection, each, own["class" if each.is_coded else "value"])
        )
        keys = keys.merge(own[[*KEYS]].assign(**{each.name: values}), on=[*KEYS], how="left")
    return keys


def _numbers(collection: Collection, parameter: Parameter, values: "pd.Series[float]") -> "pd.Series[float]":
    """Values as they are, classes as their codes."""
    if parameter.is_coded:
        values = values.map(class_codes(collection.catalog, parameter.name))
    return pd.to_numeric(values).astype(np.float64)


def _of_profiles(ids: Sequence[str]) -> ast.Node:
    return ast.In(ast.Attribute(PROFILE), [*ids], not_=False)


def _read(collection: Collection, name: str, query: Query) -> pd.DataFrame:
    """Rows without their places; none where that collection was not published with this one."""
    version = beside(collection, name)
    if version is None:
        return pd.DataFrame(columns=[*(query.fields or ())])
    return pd.DataFrame(collection.store.vector.read(name, version, replace(query, geometry=False)))


def apart(depths: Sequence[Depth]) -> list[list[int]]:
    """Positions of intervals in as few rows as need be, so that in none two of them overlap.

    ``depths`` are sorted; the axis of a profile must rise.
    """
    rows: list[list[int]] = []
    for at, (top, _) in enumerate(depths):
        free = next((row for row in rows if depths[row[-1]][1] <= top), None)
        if free is None:
            rows.append([at])
        else:
            free.append(at)
    return rows


@kept_with_it(1)
def ends_of_profiles(collection: Collection) -> tuple[Span | None, float | None]:
    """First and last instant that profiles were described at, their greatest depth in cm; None: unknown."""
    days = [_end(collection, "date", is_last) for is_last in (False, True)]
    span = (interval(days[0])[0], interval(days[1])[1]) if all(days) else None
    return span, _end(collection, "depth_cm", True)


def _end(collection: Collection, column: str, is_last: bool) -> Any:
    """The smallest or largest value of a column of the profiles; None where there is none."""
    known = ast.IsNull(ast.Attribute(column), not_=True)
    query = Query(where=known, fields=(column,), sort=((column, is_last),), limit=1)
    found = _read(collection, PROFILES, query)
    return found[column].iloc[0] if len(found) else None
