"""Tables of the fertilizer that units need, for the level of each plan and those above it."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.errors import InputError
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.products import Method
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.jobs.subsidy.need import Need, need_of
from soilinfo.jobs.subsidy.rules import rules_of
from soilinfo.jobs.subsidy.unit_tables import write_unit_table
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

PIPELINE = "fertilizer_need/2"
"""Name of the method; raising the number makes every version anew."""
WITHIN_UNIT = ("plan", "commodity", "fertilizer")
SEVERAL = "several"
"""What stands for words of parts that are not the same."""
SUMS = ["area_ha", "unrated_ha", "over_cap_ha", "planted_ha", "farmers", "need_t", "request_t"]
WORDS = ["area_from", "edition", "note"]
HECTARES = ("area_ha", "unrated_ha", "over_cap_ha", "planted_ha")
DECIMALS = {"need_t": 3, "request_t": 3, "kg_ha": 3, **dict.fromkeys(HECTARES, 4)}
"""To the kilogram and the square metre, so that sums are exact as they are printed."""


def need_nation(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the tables of what the units of every plan need, for its level and those above.

    A plan whose tables cannot be used has no rows, and a finding says why.
    """
    needs = _needs(store, catalog, published, report)
    tables: dict[str, list[pd.DataFrame]] = {}
    for plan, found in needs.items():
        for level, rows in _by_level(store, catalog, published, catalog.allocations[plan].level, found.rows):
            tables.setdefault(level, []).append(rows.assign(plan=plan))
    method = Method(
        PIPELINE,
        {name: version for found in needs.values() for name, version in found.versions.items()},
        {plan: _parameters(catalog, plan) for plan in needs},
    )
    made: dict[str, str] = {}
    for level, parts in tables.items():
        findings = [
            finding
            for plan, found in needs.items()
            for finding in found.findings
            if catalog.allocations[plan].level == level
        ]
        together = partial(pd.concat, parts)
        made |= write_unit_table(
            store, catalog, NEED, level, method, published, together, WITHIN_UNIT, report, progress, findings
        )
    return made


def _needs(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport
) -> dict[str, Need]:
    """What is needed by plan; a warning of each plan that nothing can be said of."""
    found: dict[str, Need] = {}
    for plan in catalog.allocations.values():
        try:
            found[plan.id] = need_of(store, catalog, plan, published)
        except InputError as error:
            report.findings.append(Finding("need_not_made", "warn", NEED, str(error)))
    return found


def _parameters(catalog: Catalog, plan: str) -> dict[str, Any]:
    """Every rule that decides what the units of a plan need; its tables and rates are inputs."""
    asked = catalog.allocations[plan]
    rules = rules_of(catalog, asked)
    used = {"date", "level", "beside", "area", "registry", "request", "without_rate"}
    return {
        **asked.model_dump(mode="json", include=used),
        "fertilizers": sorted(asked.fertilizers),
        "contents": {name: product["contents"] for name, product in rules["fertilizers"].items()},
        "eligibility": rules["eligibility"],
        "criterion": rules["criterion"],
    }


def _by_level(
    store: Store, catalog: Catalog, published: Mapping[str, str], level: str | None, rows: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of a level, and their sums for each published level above it."""
    unrated = rows["area_ha"].where(rows["need_t"].isna(), 0.0)
    rows = rows.drop(columns="name").assign(unrated_ha=unrated).round(DECIMALS)
    while level is not None and level in published:
        yield level, rows
        asked = Query(fields=("code", "parent_code"), geometry=False)
        units = store.vector.read(level, published[level], asked)
        above = catalog.level(level).parent
        if above is None and level in catalog.levels:
            above, units = NATION, units.assign(parent_code=NATION)
        parents = dict(zip(units["code"], units["parent_code"], strict=True))
        level, rows = above, summed(rows.assign(code=rows["code"].map(parents)))


def summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the same code, commodity and fertilizer put together.

    Sums are of what is known; ``unrated_ha`` says how much of the area has no need in them. ``kg_ha`` is the
    mean over the rest. A word that the parts do not share is SEVERAL.
    """
    groups = rows.groupby(["code", "commodity", "fertilizer"])
    sums = groups[SUMS].sum(min_count=1).round(DECIMALS)
    rated_ha = sums["area_ha"] - sums["unrated_ha"]
    kg_ha = (1000 * sums["need_t"] / rated_ha.where(rated_ha > 0)).round(DECIMALS["kg_ha"])
    words = groups[WORDS].first().mask(groups[WORDS].nunique() > 1, SEVERAL)
    return sums.assign(kg_ha=kg_ha).join(words).reset_index()
