"""The area that a plan's units have a subsidy for, and what they ask for, from its uploaded tables."""

from collections.abc import Mapping

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.catalog.subsidy import Eligibility
from soilinfo.evaluate.need import UNIT, capped_area
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.uploads import (
    Units,
    of_units,
    unlisted,
    uploaded,
    with_commodities,
    without_duplicates,
    without_negatives,
)
from soilinfo.store.home import Store

COLUMNS = [*UNIT, "area_ha", "over_cap_ha", "farmers", "area_from"]
COMPLETE = 0.9
"""Share of the table's area below which a register is told to be incomplete. Ours."""


def areas(
    store: Store,
    catalog: Catalog,
    published: Mapping[str, str],
    plan: AllocationPlan,
    rule: Eligibility,
    units: Units,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Eligible hectares by unit and commodity (COLUMNS): of the register where it has plots, else of a table.

    Raises InputError for tables that cannot be used; rows of no unit, and units without a row, are findings.
    """
    listed, found = _listed(store, catalog, published, plan, units)
    if plan.registry is None or rule.max_ha_per_farmer is None:
        return listed, found
    plots, more = _plots(store, catalog, published, plan, units)
    capped = capped_area(plots, rule.max_ha_per_farmer).assign(area_from="registry")
    together = pd.concat([capped[COLUMNS], listed]).drop_duplicates(UNIT)
    return together, [*found, *more, *_incomplete(plan, capped, listed), *_uncapped(plan, together)]


def _listed(
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, units: Units
) -> tuple[pd.DataFrame, list[Finding]]:
    """Planted hectares of the plan's table."""
    table, columns = plan.area.table, plan.area.model_dump(exclude={"table"}, exclude_none=True)
    rows = with_commodities(catalog, table, uploaded(store, published, plan.id, table, columns))
    without_negatives(table, rows, ["area_ha"])
    without_duplicates(table, rows, UNIT)
    known, found = of_units(table, rows, units)
    listed = known.assign(over_cap_ha=0.0, area_from="table").reindex(columns=COLUMNS)
    return listed.astype({"farmers": "float64"}), [*found, *unlisted(table, known, units)]


def _plots(
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, units: Units
) -> tuple[pd.DataFrame, list[Finding]]:
    """The plots of the farmers' register that lie in units of the plan."""
    assert plan.registry is not None, "asked for of a plan with a register only"
    table, columns = plan.registry.table, plan.registry.model_dump(exclude={"table"})
    rows = with_commodities(catalog, table, uploaded(store, published, plan.id, table, columns))
    without_negatives(table, rows, ["area_ha"])
    return of_units(table, rows, units)


def _incomplete(plan: AllocationPlan, capped: pd.DataFrame, listed: pd.DataFrame) -> list[Finding]:
    """A warning of units where the register has less land than the plan's table: it may lack farmers."""
    both = capped.merge(listed[[*UNIT, "area_ha"]], on=UNIT, suffixes=("", "_listed"))
    both["has_ha"] = both["area_ha"] + both["over_cap_ha"]
    less = both[both["has_ha"] < COMPLETE * both["area_ha_listed"]]
    if less.empty:
        return []
    told = [
        f"{code} {commodity} {has:,.1f} of {asked:,.1f} ha"
        for code, commodity, has, asked in less[[*UNIT, "has_ha", "area_ha_listed"]].itertuples(index=False)
    ]
    message = (
        f"the register of plan '{plan.id}' has less than {COMPLETE:.0%} of its table's area, and what it has "
        f"is what counts: {some(told)}"
    )
    codes = sorted(set(less["code"]))
    return [Finding("register_incomplete", "warn", NEED, message, len(codes), {"codes": codes})]


def _uncapped(plan: AllocationPlan, together: pd.DataFrame) -> list[Finding]:
    """A note of the areas that no register tells farmers of: the rule's largest area does not cap them."""
    others = sorted(set(together.loc[together["area_from"] == "table", "code"]))
    if not others:
        return []
    message = (
        f"areas of plan '{plan.id}' in {len(others)} units are those of its table, not capped by farmer, "
        f"as its register has no plots of them: {some(others)}"
    )
    return [Finding("area_not_capped", "note", NEED, message, len(others), {"codes": others})]


def requests(
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, units: Units
) -> tuple[pd.DataFrame, list[Finding]]:
    """Tonnes asked for: code, commodity, fertilizer, request_t; none of a table that tells no commodities.

    Rows of no unit are left out, and a finding, unless the table of areas has them and tells so already.
    """
    asked, commodity = plan.request, plan.area.commodity
    if asked is None or commodity not in catalog.table(asked.table).columns:
        none = pd.DataFrame(columns=[*UNIT, "fertilizer", "request_t"], dtype="str")
        return none.astype({"request_t": "float64"}), []
    columns = {"code": asked.code, "commodity": commodity, **asked.columns}
    written = uploaded(store, published, plan.id, asked.table, columns)
    rows = with_commodities(catalog, asked.table, written)
    without_negatives(asked.table, rows, asked.columns)
    known, found = of_units(asked.table, rows, units)
    sums = known.groupby(UNIT)[list(asked.columns)].sum(min_count=1).reset_index()
    long = sums.melt(UNIT, var_name="fertilizer", value_name="request_t")
    return long, [] if asked.table == plan.area.table else found
