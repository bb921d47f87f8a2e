"""The nutrients behind the tonnes of an allocation: what of those that crops should have they bring."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.evaluate.allocation.hierarchy import UNIT_FERTILIZER
from soilinfo.evaluate.need import UNIT
from soilinfo.evaluate.nutrients import nutrients_met
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.mixtures import BESIDE
from soilinfo.jobs.subsidy.need import UNRATED, as_counted

SHORT_PCT = 80.0
"""Percent of the share that all units together get of a nutrient; one below it is named as short. Ours."""


def nutrients_of_units(
    plan: AllocationPlan,
    rows: pd.DataFrame,
    needs: pd.DataFrame,
    rates: pd.DataFrame,
    rules: Mapping[str, Any],
) -> pd.DataFrame:
    """What the tonnes of each unit bring of each nutrient: as :func:`nutrients_met` tells it, with ``name``.

    Of land with a rate the nutrients that are recommended are needed, less those that farmers are taken to
    buy beside; of other land those in what is asked for in place of a need: also of a fertilizer in which the
    unit has no part. ``rows``: of an allocation's finest level; ``needs`` and ``rates`` as it keeps them;
    ``rules``: of config, that it was made by.
    """
    rated = needs[needs["need_t"].notna()]
    land = rated.drop_duplicates(UNIT)[[*UNIT, "area_ha"]]
    dosed = rates.merge(land, on=UNIT)
    recommended = dosed[UNIT_FERTILIZER].assign(t=dosed["area_ha"] * dosed["kg_ha"] / 1000)
    met = nutrients_met(
        pd.concat([recommended, _tonnes(_asked(plan, rows, needs), "need_t")]),
        _tonnes(rated[rated["note"] == BESIDE], "need_t"),
        _tonnes(rows, "allocated_t"),
        {name: product["contents"] for name, product in rules["fertilizers"].items()},
    )
    met.insert(1, "name", met["code"].map(needs.drop_duplicates("code").set_index("code")["name"]))
    return met


def _asked(plan: AllocationPlan, rows: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """What is asked for in place of a need: of land without a rate, and of units where requests tell no
    commodities."""
    by_commodity = as_counted(plan, needs).dropna(subset="need_t")
    known, had = (pd.MultiIndex.from_frame(each[UNIT_FERTILIZER]) for each in (by_commodity, rows))
    return pd.concat([by_commodity[by_commodity["note"].isin(UNRATED)], rows[~had.isin(known)]])


def _tonnes(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[[*UNIT_FERTILIZER, name]].rename(columns={name: "t"})


def short_of_nutrients(layer: str, met: pd.DataFrame) -> Iterator[Finding]:
    """A warning for each nutrient that units get far less of than all together."""
    for nutrient, found in met.dropna().groupby("nutrient", sort=False):
        pct = 100 * float(found["allocated_t"].sum() / found["need_t"].sum())
        short = found[found["need_met_pct"] < pct * SHORT_PCT / 100]
        if len(short):
            codes = sorted(short["code"])
            least = short.nsmallest(1, "need_met_pct").iloc[0]
            message = (
                f"{len(codes)} unit(s) get less than {SHORT_PCT:g} % as much of the {nutrient} that they "
                f"need as all together, who get {pct:.1f} %; the least is {least['need_met_pct']:.1f} % "
                f"({least['name']}): {some(codes)}"
            )
            evidence = {
                "nutrient": str(nutrient),
                "pct": pct,
                "short_pct": SHORT_PCT,
                "least_pct": float(least["need_met_pct"]),
                "name": str(least["name"]),
                "codes": codes,
            }
            yield Finding("nutrient_short", "warn", layer, message, len(codes), evidence)
