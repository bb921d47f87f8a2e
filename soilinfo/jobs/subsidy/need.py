"""The fertilizer that units need: eligible area times the rate in force, as the products of a plan."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import NEED, RECOMMENDATION
from soilinfo.catalog.subsidy import Eligibility
from soilinfo.errors import InputError
from soilinfo.evaluate.need import ROW, UNIT, asked_within_cap, need
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.conversion import eligibility_on, subsidy_of
from soilinfo.jobs.subsidy.eligible_area import areas, land_tables, requests
from soilinfo.jobs.subsidy.mixtures import BESIDE, Pair, bought_beside, product_rates
from soilinfo.jobs.subsidy.recommendation import NO_CREDIT
from soilinfo.jobs.subsidy.uploads import Units
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

NEED_COLUMNS = (
    *("code", "name", "commodity", "fertilizer", "area_ha", "over_cap_ha", "planted_ha", "farmers"),
    *("area_from", "kg_ha", "need_t", "request_t", "edition", "note"),
)
RATES = (
    *("code", "name", "commodity", "fertilizer", "kg_ha", "computed_kg_ha", "legal_kg_ha", "legal_rate"),
    *("nutrient", "status"),
)
"""Columns of ``fertilizer_recommendation_by_<level>`` that a need follows from."""
NOT_ELIGIBLE = "not_eligible"
NO_AREA = "no_area"
NOTES = (NOT_ELIGIBLE, "no_rate", NO_AREA, "no_status", "no_contents")
"""Why a need is missing, the first that holds: the rule in force has no subsidy for commodity or fertilizer;
no edition has doses; nobody states the area; the status that a dose goes by is not known; nobody states what
the product holds."""
UNRATED = ("no_rate", "no_status", "no_contents")
"""Those of NOTES that a plan may take what is asked for in place of."""
OF_UNITS = (NO_AREA, "no_status")
"""Those of NOTES that are about units; the others are about commodities and fertilizers."""


@dataclass(frozen=True)
class Need:
    """What the units of a plan need.

    ``rows`` has NEED_COLUMNS, sorted by code, commodity and fertilizer: ``area_ha`` is the eligible area,
    ``over_cap_ha`` what the rule's most hectares per farmer leave out, ``planted_ha`` what both are part of,
    from ``area_from`` (see :func:`soilinfo.evaluate.need.completed`), ``kg_ha`` the rate in force as this
    product, ``note`` one of NOTES, or BESIDE of what farmers buy without subsidy, missing where there is a
    need of what is divided. A number that is not known is NaN: missing is not zero. ``rates`` has RATES,
    sorted alike: what is recommended of each fertilizer, from which ``kg_ha`` follows.
    """

    rows: pd.DataFrame
    rates: pd.DataFrame
    findings: tuple[Finding, ...]
    versions: Mapping[str, str]
    """Layer or table -> version of all that it was worked out from."""


def need_of(
    store: Store, catalog: Catalog, plan: AllocationPlan, published: Mapping[str, str] | None = None
) -> Need:
    """What the units of a plan's level need of its fertilizers, by commodity.

    ``published``: name -> version of what there is; by default what is published now. The area is that of
    the farmers' register, capped per farmer over all plots by the rule in force on the plan's date; of the
    plan's table where the register lacks farmers. The rate is the one in force of
    ``fertilizer_recommendation_by_<level>``, without organic matter, as the plan's products by CRITERION.
    Where a rate or an area is missing there is no need: the plan's ``without_rate`` is not applied here.
    What is asked for where nobody states an area has a row too. Raises InputError for a table that is not
    published, is empty, or has duplicates, numbers below zero or unknown commodities.
    """
    published = store.ledger.current().layers if published is None else published
    rule, units = eligibility_on(catalog, plan.date), _units(store, published, plan)
    area, found = areas(store, catalog, published, plan, rule, units)
    asked, unknown = requests(store, catalog, published, plan, units)
    area = area.merge(asked[UNIT].drop_duplicates(), how="outer", on=UNIT)
    recommended = _recommended(store, published, plan)
    pairs = list(zip(area["code"], area["commodity"], strict=True))
    rates, told = product_rates(catalog, plan, rule, pairs, _in_force(recommended), units.names)
    needed = need(area, rates)[[*ROW, "need_t"]].round({"need_t": 3})
    rows = needed.merge(rates, how="left", on=ROW).merge(area, how="left", on=UNIT)
    rows = rows.merge(asked, how="left", on=ROW)
    rows = rows.assign(name=rows["code"].map(units.names), note=_notes(rows, rule))[list(NEED_COLUMNS)]
    rows["note"] = rows["note"].mask(rows["fertilizer"].isin(plan.beside), BESIDE)
    findings = (*found, *unknown, *told, *bought_beside(plan, rows), *_missing(plan, rows))
    findings = (*findings, *printed_elsewhere(catalog, plan, published, rows))
    used = recommended.merge(area[UNIT], on=UNIT)[list(RATES)]
    rows, used = (each.sort_values(ROW, ignore_index=True) for each in (rows, used))
    return Need(rows, used, findings, _versions(catalog, plan, published))


def as_counted(plan: AllocationPlan, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a need with ``need_t`` as the plan counts it: where it says so, what is asked for in place of a
    rate. Of land whose area nobody states no need is known, whatever is asked for it.
    """
    if plan.without_rate == "leave_out":
        return rows
    asked = asked_within_cap(rows).where(rows["note"].isin(UNRATED))
    return rows.assign(need_t=rows["need_t"].fillna(asked))


def _units(store: Store, published: Mapping[str, str], plan: AllocationPlan) -> Units:
    if plan.level not in published:
        raise InputError(f"the level '{plan.level}' of allocation plan '{plan.id}' is not published")
    asked = Query(fields=("code", "name"), geometry=False)
    rows = store.vector.read(plan.level, published[plan.level], asked)
    return Units(plan.level, dict(zip(rows["code"], rows["name"], strict=True)))


def _versions(catalog: Catalog, plan: AllocationPlan, published: Mapping[str, str]) -> dict[str, str]:
    tables = [each.table for each in (plan.area, plan.registry, plan.request) if each]
    tables += land_tables(catalog, published, plan.level).values()
    return {name: published[name] for name in (plan.level, table_of(RECOMMENDATION, plan.level), *tables)}


# ---- what is recommended ----------------------------------------------------------------


def _recommended(store: Store, published: Mapping[str, str], plan: AllocationPlan) -> pd.DataFrame:
    """What is recommended without organic matter (RATES); InputError where nothing is published."""
    name = table_of(RECOMMENDATION, plan.level)
    if name not in published:
        raise InputError(
            f"allocation plan '{plan.id}' needs '{name}', which is not published; run `soilinfo evaluate`"
        )
    asked = Query(equal={"credit": NO_CREDIT}, fields=RATES, geometry=False)
    return pd.DataFrame(store.vector.read(name, published[name], asked))


def _in_force(rows: pd.DataFrame) -> dict[Pair, dict[str, float]]:
    """The doses in force, kg/ha by fertilizer, of each unit and commodity.

    Those of which one is not known are left out: half a recommendation is none.
    """
    found: dict[Pair, dict[str, float]] = {}
    for code, commodity, fertilizer, kg_ha in rows[[*ROW, "kg_ha"]].itertuples(index=False):
        found.setdefault((code, commodity), {})[fertilizer] = kg_ha
    return {pair: doses for pair, doses in found.items() if not any(map(np.isnan, doses.values()))}


# ---- what is missing --------------------------------------------------------------------


def _notes(rows: pd.DataFrame, rule: Eligibility) -> "pd.Series[str]":
    """Why there is no need, by row; missing where there is one."""
    subsidised = rows["commodity"].isin(rule.commodities) & rows["fertilizer"].isin(rule.fertilizers)
    lacking = [rows[name].isna() for name in ("edition", "area_ha")]
    reasons = [~subsidised, *lacking, ~rows["rated"], rows["kg_ha"].isna()]
    chosen = np.select([each.to_numpy() for each in reasons], NOTES, default="")
    return pd.Series(chosen, index=rows.index, dtype="str").where(chosen != "")


def _missing(plan: AllocationPlan, rows: pd.DataFrame) -> Iterator[Finding]:
    """Notes of each reason for which no rate gives a need: what that is of where nothing stands for it, and
    where what is asked for does.
    """
    is_asked = rows["note"].isin(UNRATED) & rows[["request_t", "area_ha"]].notna().all(axis=1)
    stands = is_asked & (plan.without_rate == "request")
    for reason in NOTES:
        because = rows["note"] == reason
        yield from _without_rate("need_missing", plan, reason, rows[because & ~stands])
        yield from _without_rate("need_requested", plan, reason, rows[because & stands])


def printed_elsewhere(
    catalog: Catalog, plan: AllocationPlan, published: Mapping[str, str], rows: pd.DataFrame
) -> Iterator[Finding]:
    """A warning for each commodity whose rates are printed for units of a level that is not the plan's."""
    for commodity, edition in subsidy_of(catalog).doses.items():
        legal = catalog.doses[edition].legal
        if legal is None or legal.table not in published or commodity not in set(rows["commodity"]):
            continue
        level = catalog.table(legal.table).unit_level
        if level != plan.level:
            message = (
                f"the rates of {commodity} that table '{legal.table}' prints are of {level}; plan "
                f"'{plan.id}' is of {plan.level}, whose computed rates count"
            )
            evidence = {"plan": plan.id, "commodity": commodity, "table": legal.table, "level": level}
            yield Finding("legal_rate_of_other_level", "warn", NEED, message, None, evidence)


def _without_rate(check: str, plan: AllocationPlan, reason: str, about: pd.DataFrame) -> Iterator[Finding]:
    if about.empty:
        return
    of = _told(about["name" if reason in OF_UNITS else "commodity"])
    stands = "; what is asked for stands for it" if check == "need_requested" else ""
    message = (
        f"no rate gives a need of {_told(about['fertilizer'])} in plan '{plan.id}' ({reason}){stands}: {of}"
    )
    several = {"fertilizers": "fertilizer", "commodities": "commodity", "codes": "code"}
    told = {name: sorted(set(about[column])) for name, column in several.items()}
    yield Finding(check, "note", NEED, message, len(about), {"plan": plan.id, "reason": reason, **told})


def _told(names: Collection[str]) -> str:
    return some(sorted(set(map(str, names))))
