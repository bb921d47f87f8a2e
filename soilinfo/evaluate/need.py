"""The fertilizer that farms need: eligible area times recommended rate.

A subsidy is for so many hectares a farmer, over all plots. What a farmer has beyond that is told, and takes
nothing from others. What is missing stays missing: an area or rate that nobody knows is not 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.findings import some

UNIT = ["code", "commodity"]


def capped_area(registry: pd.DataFrame, max_ha: float) -> pd.DataFrame:
    """Eligible hectares by unit and commodity, of a register with a row for each plot.

    ``registry``: farmer, code, commodity, area_ha. A farmer with more than ``max_ha`` on all plots together,
    of all units and commodities given, has each plot counted with the same share of it. Returns code,
    commodity, area_ha (eligible), over_cap_ha (what was left out) and farmers (how many have plots), sorted
    by code and commodity. A farmer with a plot of unknown area may be over the cap or not: the units and
    commodities of that farmer's plots have no area. Raises InputError for an empty register, a row without
    farmer, code or commodity, and a negative area.
    """
    _require_rows(registry, "register of farmers")
    _require_keys(registry, ["farmer", *UNIT])
    _require_not_negative(registry, "area_ha", ["farmer", *UNIT])
    plots = registry["area_ha"].astype("float64")
    of_farmer = _whole_sum(plots.groupby(registry["farmer"]))
    total = registry["farmer"].map(of_farmer)
    eligible = plots.where(total <= max_ha, plots * max_ha / total.where(total > 0)).where(total.notna())
    rows = registry[[*UNIT, "farmer"]].assign(area_ha=eligible, over_cap_ha=plots - eligible)
    groups = rows.groupby(UNIT)
    areas = {name: _whole_sum(groups[name]) for name in ("area_ha", "over_cap_ha")}
    return pd.DataFrame(areas | {"farmers": groups["farmer"].nunique()}).reset_index()


def need(area: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Tonnes of each fertilizer by unit and commodity: hectares x kg/ha / 1000.

    ``area``: code, commodity, area_ha; ``rates``: code, commodity, fertilizer, kg_ha; NaN where not known.
    Returns code, commodity, fertilizer, area_ha, kg_ha, need_t, sorted by the first three, with every row of
    both: an area without a rate (its fertilizer is missing too) and a rate without an area have no need.
    Raises InputError for an empty area table, rows twice, and negative numbers.
    """
    fertilizer = [*UNIT, "fertilizer"]
    _require_rows(area, "table of areas")
    for frame, key, name in ((area, UNIT, "area_ha"), (rates, fertilizer, "kg_ha")):
        _require_keys(frame, key)
        _require_once(frame, key)
        _require_not_negative(frame, name, key)
    rows = area[[*UNIT, "area_ha"]].merge(rates[[*fertilizer, "kg_ha"]], how="outer", on=UNIT)
    needed = rows.assign(need_t=rows["area_ha"] * rows["kg_ha"] / 1000)
    ordered = needed.sort_values(fertilizer, ignore_index=True)
    return ordered[[*fertilizer, "area_ha", "kg_ha", "need_t"]]


def _whole_sum(groups: "pd.api.typing.SeriesGroupBy[float, Any]") -> "pd.Series[float]":
    """The sum of each group; none where one of its members is missing."""
    return groups.sum().where(groups.count() == groups.size())


def _require_rows(frame: pd.DataFrame, what: str) -> None:
    if frame.empty:
        raise InputError(f"the {what} has no rows")


def _require_keys(frame: pd.DataFrame, key: Sequence[str]) -> None:
    lacking = frame[list(key)].isna()
    if lacking.to_numpy().any():
        numbers = np.flatnonzero(lacking.any(axis=1)) + 1
        names = ", ".join(name for name in key if lacking[name].any())
        raise InputError(f"{names} is missing in row {some(numbers)}")


def _require_once(frame: pd.DataFrame, key: Sequence[str]) -> None:
    twice = frame[frame.duplicated(list(key))]
    if len(twice):
        raise InputError(f"rows given more than once: {_named(twice, key)}")


def _require_not_negative(frame: pd.DataFrame, name: str, key: Sequence[str]) -> None:
    wrong = frame[frame[name] < 0]
    if len(wrong):
        raise InputError(f"{name} is negative: {_named(wrong, [*key, name])}")


def _named(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    return some([" ".join(map(str, row)) for row in rows[list(columns)].itertuples(index=False)])
