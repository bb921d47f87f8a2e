"""The fertilizer that farms need: eligible area times recommended rate.

A subsidy is for so many hectares a farmer, over all plots. What a farmer has beyond that is told, and takes
nothing from others. What is missing stays missing: an area or rate that nobody knows is not 0.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.findings import some

UNIT = ["code", "commodity"]
ROW = [*UNIT, "fertilizer"]
REGISTRY, TABLE, TABLE_CAPPED = "registry", "table", "table_capped"
"""Where an area is from: plots of a register; a table; a table, capped as plots of a register are."""


def capped_area(registry: pd.DataFrame, max_ha: float) -> pd.DataFrame:
    """Eligible planted hectares by unit and commodity, of a register with a row for each plot.

    ``registry``: farmer, code, commodity, area_ha (land), and seasons, the crops a year on the plot; without
    that column each plot is planted once. A farmer with more than ``max_ha`` of land on all plots together,
    of all units and commodities given, has each plot counted with the same share of it. Returns, sorted by
    code and commodity: area_ha (eligible), over_cap_ha (what was left out), farmers (how many count) and
    planted_ha, about what is planted on all plots: only to compare with.

    A farmer with a plot of unknown area may be over the cap or not and counts with no plot, nor does a plot
    of unknown seasons; of a unit and commodity with such plots alone no area is known. ``planted_ha`` has
    each with the mean of the others there. Raises InputError for an empty register, a row without farmer,
    code or commodity, and negative numbers.
    """
    key = ["farmer", *UNIT]
    _require_rows(registry, "register of farmers")
    _require_keys(registry, key)
    plots = registry if "seasons" in registry else registry.assign(seasons=1.0)
    for name in ("area_ha", "seasons"):
        _require_not_negative(plots, name, key)
    land, farmer = plots["area_ha"].astype("float64"), plots["farmer"]
    has_ha = land.groupby(farmer).transform("sum").where(land.notna().groupby(farmer).transform("all"))
    planted = land * plots["seasons"].astype("float64")
    eligible = planted.where(has_ha <= max_ha, planted * max_ha / has_ha)
    alike = planted.groupby([plots[name] for name in UNIT]).transform("mean")
    areas = {
        "area_ha": eligible,
        "over_cap_ha": planted - eligible,
        "planted_ha": planted.fillna(alike),
    }
    groups = plots[UNIT].assign(**areas, farmers=farmer.where(eligible.notna())).groupby(UNIT)
    return groups[[*areas]].sum(min_count=1).assign(farmers=groups["farmers"].nunique()).reset_index()


def completed(capped: pd.DataFrame, listed: pd.DataFrame, least_share: float) -> pd.DataFrame:
    """Eligible planted hectares by unit and commodity: of a register, or of a table where that has more.

    ``capped``: what :func:`capped_area` returns; ``listed``: code, commodity, area_ha (planted) and farmers
    of the table. Where the register has less than ``least_share`` of the table's area, or no plot that
    counts, farmers are missing in it and the table's area counts, capped in the proportion that the plots
    there are: those of the commodity, else all of the unit. Of a unit without plots that count nothing tells
    a proportion. Returns area_ha, over_cap_ha, farmers and planted_ha, of which they are a part, area_from,
    registered_ha (NaN where no plot counts) and listed_ha, sorted by code and commodity.
    """
    registered_ha = capped["planted_ha"].where(capped["area_ha"].notna())
    register = capped.drop(columns="planted_ha").assign(registered_ha=registered_ha)
    table = listed.rename(columns={"area_ha": "listed_ha"})
    both = register.merge(table, how="outer", on=UNIT, suffixes=("", "_listed"), indicator="has")
    is_lacking = both["listed_ha"].notna() & ~(both["registered_ha"] >= least_share * both["listed_ha"])
    of_register = (both["has"] != "right_only") & ~is_lacking
    of_unit = _share_within_cap(capped.groupby("code")[["area_ha", "over_cap_ha"]].sum())
    share = _share_within_cap(both).fillna(both["code"].map(of_unit))
    within = both["listed_ha"] * share.fillna(1.0)
    return both[UNIT].assign(
        area_ha=both["area_ha"].where(of_register, within),
        over_cap_ha=both["over_cap_ha"].where(of_register, both["listed_ha"] - within),
        planted_ha=both["registered_ha"].where(of_register, both["listed_ha"]),
        farmers=both["farmers"].where(of_register, both["farmers_listed"]),
        area_from=np.select([of_register, share.notna()], [REGISTRY, TABLE_CAPPED], TABLE),
        registered_ha=both["registered_ha"],
        listed_ha=both["listed_ha"],
    )


def _share_within_cap(areas: pd.DataFrame) -> "pd.Series[float]":
    """Share of the planted hectares that is eligible; NaN where there are none, or it is not known."""
    return areas["area_ha"] / (areas["area_ha"] + areas["over_cap_ha"])


def asked_within_cap(rows: pd.DataFrame) -> "pd.Series[float]":
    """Tonnes asked for, as far as they are for eligible land: request_t x area_ha / planted_ha, to the kg.

    A request is made for all that is planted, also beyond the cap per farmer and by farmers who do not count.
    NaN where the request or the area is not known; all of it where nothing is planted.
    """
    share = (rows["area_ha"] / rows["planted_ha"]).mask(rows["planted_ha"] == 0, 1.0)
    return (rows["request_t"] * share).round(3)


def need(area: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Tonnes of each fertilizer by unit and commodity: hectares x kg/ha / 1000.

    ``area``: code, commodity, area_ha; ``rates``: code, commodity, fertilizer, kg_ha; NaN where not known.
    Returns code, commodity, fertilizer, area_ha, kg_ha, need_t, sorted by the first three, with every row of
    both: an area without a rate (its fertilizer is missing too) and a rate without an area have no need.
    Raises InputError for an empty area table, rows twice, and negative numbers.
    """
    _require_rows(area, "table of areas")
    for frame, key, name in ((area, UNIT, "area_ha"), (rates, ROW, "kg_ha")):
        _require_keys(frame, key)
        _require_once(frame, key)
        _require_not_negative(frame, name, key)
    rows = area[[*UNIT, "area_ha"]].merge(rates[[*ROW, "kg_ha"]], how="outer", on=UNIT)
    needed = rows.assign(need_t=rows["area_ha"] * rows["kg_ha"] / 1000)
    ordered = needed.sort_values(ROW, ignore_index=True)
    return ordered[[*ROW, "area_ha", "kg_ha", "need_t"]]


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
