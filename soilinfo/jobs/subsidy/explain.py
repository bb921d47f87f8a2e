"""Why a unit gets its tonnes: the chain from the versions of soil layers to sacks, of a kept allocation."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.jobs.subsidy.need import need_of
from soilinfo.jobs.subsidy.plans import derived_from
from soilinfo.jobs.subsidy.recommendation import NO_CREDIT
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.report.allocation.explanation import Chain, Need, sentence
from soilinfo.report.phrases import Phrases
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

Statuses = dict[str, dict[str, str]]
"""Status by nutrient, by commodity."""


def explain(store: Store, catalog: Catalog, id_: str, code: str) -> dict[str, Any]:
    """The chain of each fertilizer that a unit gets, JSON-ready, with its sentence in every language.

    Worked out from the very versions that the allocation was made of. UnknownNameError for an allocation that
    is not kept, or a unit that takes no part in it.
    """
    record = store.allocations.record(id_)
    chains = chains_of(store, catalog, allocation_of(store, record), code)
    spoken = [Phrases(catalog, language) for language in catalog.services.languages]
    return {
        "allocation": id_,
        "state": record.state,
        "code": code,
        "name": chains[0].name,
        "chains": [
            asdict(chain) | {"sentence": {each.language: sentence(each, chain) for each in spoken}}
            for chain in chains
        ],
    }


def chains_of(store: Store, catalog: Catalog, allocation: Allocation, code: str) -> list[Chain]:
    """How the tonnes of each fertilizer that a unit of the finest level gets came about."""
    rows = allocation.rows[allocation.rows["code"] == code]
    if rows.empty:
        raise UnknownNameError("unit of the allocation", code, allocation.rows["code"].unique())
    needs = need_of(store, catalog, allocation.plan, allocation.inputs).rows
    own, statuses = needs[needs["code"] == code], _statuses(store, allocation, code)
    versions = dict(sorted(derived_from(store, allocation.inputs)))
    return [_chain(allocation, row, own, statuses, versions) for _, row in rows.iterrows()]


def _statuses(store: Store, allocation: Allocation, code: str) -> Statuses:
    """What the rates of each commodity rest on."""
    name = table_of(RECOMMENDATION, allocation.finest)
    asked = Query(equal={"code": code, "credit": NO_CREDIT}, geometry=False)
    rows = store.vector.read(name, allocation.inputs[name], asked).dropna(subset=["nutrient", "status"])
    found: Statuses = {}
    for commodity, nutrient, status in rows[["commodity", "nutrient", "status"]].itertuples(index=False):
        found.setdefault(commodity, {})[nutrient] = status
    return found


def _chain(
    allocation: Allocation,
    row: "pd.Series[Any]",
    needs: pd.DataFrame,
    statuses: Statuses,
    versions: Mapping[str, str],
) -> Chain:
    fertilizer = row["fertilizer"]
    return Chain(
        code=row["code"],
        name=row["name"],
        fertilizer=fertilizer,
        method=allocation.choices["method"],
        needs=[
            _need(each, statuses.get(each["commodity"], {}))
            for _, each in needs[needs["fertilizer"] == fertilizer].iterrows()
        ],
        need_t=float(row["need_t"]),
        request_t=_known(row["request_t"]),
        weight=float(row["weight"]),
        floor_t=float(row["floor_t"]),
        cap_t=_known(row["cap_t"]),
        share_t=float(row["share_t"]),
        bound=row["bound"],
        sacks=int(row["sacks"]),
        sack_kg=float(allocation.choices["sack_kg"][fertilizer]),
        allocated_t=float(row["allocated_t"]),
        need_met_pct=_known(row["need_met_pct"]),
        versions=versions,
    )


def _need(row: "pd.Series[Any]", statuses: Mapping[str, str]) -> Need:
    rate = _known(row["kg_ha"])
    known = rate is not None
    return Need(
        commodity=row["commodity"],
        area_ha=float(row["area_ha"]),
        kg_ha=rate,
        edition=str(row["edition"]) if known else "",
        statuses=statuses if known else {},
    )


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
