"""What a person should know of the areas that a plan's need goes by."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.evaluate.need import REGISTRY, TABLE, TABLE_CAPPED, UNIT
from soilinfo.findings import Finding, some

COMPLETE = 0.9
"""Share of the table's area below which a register lacks farmers, and of the register's below which the table
does not bear it out. Ours."""
CROPS_A_YEAR = 3
"""Crops that land carries in a year at most: planted area beyond that is told. Ours."""


def unstated(plan: AllocationPlan, plots: pd.DataFrame) -> Iterator[Finding]:
    """A warning of farmers with a plot of unknown area, and one of plots of unknown seasons: none count."""
    lacking = plots.loc[plots["area_ha"].isna(), "farmer"].unique()
    if len(lacking):
        codes = sorted(plots.loc[plots["farmer"].isin(lacking), "code"].unique())
        message = (
            f"{len(lacking)} farmer(s) in the register of plan '{plan.id}' have a plot of unknown area and "
            f"count with none of their plots until it is stated, in {some(codes)}"
        )
        evidence = {"farmers": len(lacking), "codes": codes}
        yield Finding("plots_without_area", "warn", NEED, message, len(codes), evidence)
    untold = plots[plots["seasons"].isna()] if "seasons" in plots else plots[:0]
    if len(untold):
        codes = sorted(untold["code"].unique())
        message = (
            f"{len(untold)} plot(s) in the register of plan '{plan.id}' do not tell how many crops a year "
            f"are grown, so what is planted there does not count, in {some(codes)}"
        )
        evidence = {"plots": len(untold), "codes": codes}
        yield Finding("plots_without_seasons", "warn", NEED, message, len(codes), evidence)


def incomplete(plan: AllocationPlan, areas: pd.DataFrame) -> Iterator[Finding]:
    """A warning of units whose register has less land than the plan's table: it lacks farmers."""
    less = areas[areas["area_from"] == TABLE_CAPPED].fillna({"registered_ha": 0.0})
    if len(less):
        message = (
            f"the register of plan '{plan.id}' has less than {COMPLETE:.0%} of its table's area; that counts "
            "in its place, capped in the proportion that the plots there are: "
            f"{_told(less, 'registered_ha', 'of', 'listed_ha')}"
        )
        evidence = _evidence(less, "registered_ha", "listed_ha") | {"least_pct": 100 * COMPLETE}
        yield Finding("register_incomplete", "warn", NEED, message, len(evidence["codes"]), evidence)


def beyond_table(plan: AllocationPlan, areas: pd.DataFrame) -> Iterator[Finding]:
    """A warning of units whose register has more planted than the plan's table: plots may be in it twice."""
    is_more = COMPLETE * areas["registered_ha"] > areas["listed_ha"]
    more = areas[(areas["area_from"] == REGISTRY) & is_more]
    if len(more):
        message = (
            f"the table of plan '{plan.id}' has less than {COMPLETE:.0%} of what its register has planted, "
            "which counts; plots may be entered twice, or too large: "
            f"{_told(more, 'registered_ha', 'beside', 'listed_ha')}"
        )
        evidence = _evidence(more, "registered_ha", "listed_ha") | {"least_pct": 100 * COMPLETE}
        yield Finding("register_beyond_table", "warn", NEED, message, len(evidence["codes"]), evidence)


def uncapped(plan: AllocationPlan, areas: pd.DataFrame) -> Iterator[Finding]:
    """A note of the areas that no register tells farmers of: the rule's largest area does not cap them."""
    others = sorted(areas.loc[areas["area_from"] == TABLE, "code"].unique())
    if others:
        message = (
            f"areas of plan '{plan.id}' in {len(others)} units are those of its table, not capped by farmer, "
            f"as its register has no plots of them that count: {some(others)}"
        )
        yield Finding("area_not_capped", "note", NEED, message, len(others), {"codes": others})


def beyond_land(plan: AllocationPlan, areas: pd.DataFrame, land: pd.DataFrame) -> Iterator[Finding]:
    """A warning for each commodity with more planted than its mapped land carries in a year.

    ``areas``: code, commodity, planted_ha; ``land``: code, commodity, land_ha, and unknown_land_ha, land of
    which the map does not tell whether it is the commodity's: all of it may be.
    """
    both = areas.merge(land, on=UNIT)
    most_ha = CROPS_A_YEAR * (both["land_ha"] + both["unknown_land_ha"])
    for commodity, beyond in both[both["planted_ha"] > most_ha].groupby("commodity"):
        message = (
            f"more {commodity} is planted in plan '{plan.id}' than {CROPS_A_YEAR} crops a year on the land "
            f"that the map has of it: {_told(beyond, 'planted_ha', 'on', 'land_ha')}"
        )
        evidence = _evidence(beyond, "planted_ha", "land_ha")
        evidence |= {"commodity": str(commodity), "crops_a_year": CROPS_A_YEAR}
        yield Finding("area_beyond_land", "warn", NEED, message, len(beyond), evidence)


def _told(rows: pd.DataFrame, less: str, word: str, more: str) -> str:
    columns = [*UNIT, less, more]
    return some(
        [
            f"{code} {commodity} {one:,.1f} {word} {other:,.1f} ha"
            for code, commodity, one, other in rows[columns].itertuples(index=False)
        ]
    )


def _evidence(rows: pd.DataFrame, *hectares: str) -> dict[str, Any]:
    """The units, the hectares of all of them together, and of each under ``areas``."""
    sums = {name: round(float(rows[name].sum()), 4) for name in hectares}
    each = rows[[*UNIT, *hectares]].round(4).to_dict("records")
    return {"codes": sorted(rows["code"].unique()), **sums, "areas": each}
