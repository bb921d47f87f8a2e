"""The area that a plan's units have a subsidy for, and what they ask for, from its uploaded tables."""

from collections.abc import Mapping

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_fertility import nutrient_status_of
from soilinfo.catalog.subsidy import Eligibility
from soilinfo.evaluate.need import TABLE, UNIT, capped_area, completed
from soilinfo.findings import Finding
from soilinfo.jobs.subsidy.area_findings import (
    COMPLETE,
    beyond_land,
    beyond_table,
    incomplete,
    uncapped,
    unstated,
)
from soilinfo.jobs.subsidy.conversion import subsidy_of
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
from soilinfo.store.vector import Query

AREA_COLUMNS = [*UNIT, "area_ha", "over_cap_ha", "planted_ha", "farmers", "area_from"]
LISTED = [*UNIT, "area_ha", "farmers"]


def areas(
    store: Store,
    catalog: Catalog,
    published: Mapping[str, str],
    plan: AllocationPlan,
    rule: Eligibility,
    units: Units,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Eligible hectares by unit and commodity (AREA_COLUMNS): see :func:`soilinfo.evaluate.need.completed`.

    Raises InputError for tables that cannot be used; what does not fit, and what seems wrong, are findings.
    """
    counted, found = _listed(store, catalog, published, plan, units)
    if plan.registry is not None and rule.max_ha_per_farmer is not None:
        plots, more = _plots(store, catalog, published, plan, units)
        counted = completed(capped_area(plots, rule.max_ha_per_farmer), counted[LISTED], COMPLETE)
        told = [finding for of in (incomplete, beyond_table, uncapped) for finding in of(plan, counted)]
        found = [*found, *more, *unstated(plan, plots), *told]
    land = _mapped_land(store, catalog, published, plan.level)
    return counted[AREA_COLUMNS], [*found, *beyond_land(plan, counted, land)]


def _listed(
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, units: Units
) -> tuple[pd.DataFrame, list[Finding]]:
    """Planted hectares of the plan's table."""
    table, columns = plan.area.table, plan.area.model_dump(exclude={"table"}, exclude_none=True)
    rows = with_commodities(catalog, table, uploaded(store, published, plan.id, table, columns))
    without_negatives(table, rows, ["area_ha"])
    without_duplicates(table, rows, UNIT)
    known, found = of_units(table, rows, units)
    listed = known.assign(over_cap_ha=0.0, planted_ha=known["area_ha"], area_from=TABLE)
    return listed.reindex(columns=AREA_COLUMNS).astype({"farmers": "float64"}), [
        *found,
        *unlisted(table, known, units),
    ]


def _plots(
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, units: Units
) -> tuple[pd.DataFrame, list[Finding]]:
    """The plots of the farmers' register that lie in units of the plan."""
    assert plan.registry is not None, "asked for of a plan with a register only"
    table, columns = plan.registry.table, plan.registry.model_dump(exclude={"table"}, exclude_none=True)
    rows = with_commodities(catalog, table, uploaded(store, published, plan.id, table, columns))
    without_negatives(table, rows, [name for name in ("area_ha", "seasons") if name in columns])
    return of_units(table, rows, units)


def land_tables(catalog: Catalog, published: Mapping[str, str], level: str) -> dict[str, str]:
    """Published table with the mapped land of each commodity, where its status is of that land."""
    commodities = subsidy_of(catalog).commodities
    tables = {
        each.commodity: table_of(nutrient_status_of(each.id), level)
        for each in catalog.nutrient_statuses.values()
        if each.commodity in commodities and commodities[each.commodity].land == each.land
    }
    return {commodity: name for commodity, name in tables.items() if name in published}


def _mapped_land(store: Store, catalog: Catalog, published: Mapping[str, str], level: str) -> pd.DataFrame:
    """Hectares by unit and commodity: ``land_ha`` of its own, ``unknown_land_ha`` that may be."""
    columns = ["code", "land_ha", "unknown_land_ha"]
    asked = Query(fields=tuple(columns), geometry=False)
    by_commodity = {
        commodity: store.vector.read(name, published[name], asked)[columns].drop_duplicates("code")
        for commodity, name in land_tables(catalog, published, level).items()
    }
    parts = [rows.assign(commodity=commodity) for commodity, rows in by_commodity.items()]
    return pd.concat(parts) if parts else pd.DataFrame(columns=[*columns, "commodity"])


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
