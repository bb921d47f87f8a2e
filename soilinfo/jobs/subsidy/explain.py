"""Why a unit gets its tonnes: the chain from the versions of soil layers to sacks, of a kept allocation."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.jobs.subsidy.mixtures import BESIDE
from soilinfo.jobs.subsidy.need import NOT_ELIGIBLE, as_counted
from soilinfo.jobs.subsidy.plans import derived_from
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.jobs.subsidy.rules import titles_kept
from soilinfo.jobs.subsidy.unit_tree import unit_tree
from soilinfo.report.allocation.document import KG_PLACES
from soilinfo.report.allocation.explanation import Chain, Need, Rate, sentence
from soilinfo.report.allocation.left_out import LeftOut, sentence_of
from soilinfo.report.allocation.nutrients import sentence_of as nutrients_sentence
from soilinfo.report.phrases import Phrases
from soilinfo.store.home import Store

HECTARE_PLACES = 4
"""Decimals of a hectare that show its square metres."""


def explain(store: Store, catalog: Catalog, id_: str, code: str) -> dict[str, Any]:
    """The chain of each fertilizer that a unit has a part in, and why it has none in the others
    (``left_out``), and what all of them bring of each nutrient (``nutrients``): JSON-ready, each with its
    sentence in every language.

    As the record has it, whatever config says by now. UnknownNameError for an allocation that is not kept, or
    a unit that there is not; InputError for an old record that does not keep the needs it was made by.
    """
    record = store.allocations.record(id_)
    allocation = allocation_of(store, record)
    if allocation.needs.empty:
        raise InputError(f"'{id_}' was drafted before needs were kept, so nothing tells why; draft it anew")
    units = unit_tree(store, catalog, allocation.inputs, allocation.finest).shared
    if code not in units:
        raise UnknownNameError("unit of the allocation", code, units)
    kept = titles_kept(allocation.choices)
    spoken = [Phrases(catalog, language, kept) for language in catalog.services.languages]
    chains, left_out = chains_of(store, allocation, [code]), left_out_of(allocation, {code: units[code]})
    met = _nutrients(allocation, code)
    return {
        "allocation": id_,
        "state": record.state,
        "code": code,
        "name": units[code],
        "chains": [
            asdict(chain) | {"sentence": {each.language: sentence(each, chain) for each in spoken}}
            for chain in chains
        ],
        "left_out": [
            asdict(left) | {"sentence": {each.language: sentence_of(each, left) for each in spoken}}
            for left in left_out
        ],
        "nutrients": {
            "met": met,
            "sentence": {each.language: nutrients_sentence(each, units[code], met) for each in spoken},
        },
    }


def chains_of(store: Store, allocation: Allocation, codes: Collection[str]) -> list[Chain]:
    """How the tonnes of each fertilizer that units of the finest level get came about, by code.

    Of a unit that takes no part there is nothing; :func:`left_out_of` tells why.
    """
    counted = allocation.needs[allocation.needs["note"] != NOT_ELIGIBLE]
    needs, rates = _by_code(counted, codes), _by_code(allocation.rates, codes)
    versions = dict(sorted(derived_from(store, allocation.inputs)))
    return [
        _chain(allocation, row, needs[code], rates.get(code), versions)
        for code, own in _by_code(allocation.rows, codes).items()
        for _, row in own.iterrows()
    ]


def _nutrients(allocation: Allocation, code: str) -> list[dict[str, Any]]:
    rows, numbers = allocation.nutrients, ("need_t", "allocated_t", "need_met_pct")
    return [
        {"nutrient": row["nutrient"]} | {name: _known(row[name]) for name in numbers}
        for _, row in rows[rows["code"] == code].iterrows()
    ]


def left_out_of(allocation: Allocation, units: Mapping[str, str]) -> list[LeftOut]:
    """Why units (names by code) have no part in fertilizers that the plan divides, by code."""
    rows, needs = _by_code(allocation.rows, units), _by_code(allocation.needs, units)
    fertilizers = sorted(allocation.plan.fertilizers)
    return [
        _left_out(allocation, code, name, fertilizer, needs.get(code))
        for code, name in sorted(units.items())
        for fertilizer in fertilizers
        if code not in rows or fertilizer not in set(rows[code]["fertilizer"])
    ]


def _left_out(
    allocation: Allocation, code: str, name: str, fertilizer: str, needs: pd.DataFrame | None
) -> LeftOut:
    plan = allocation.plan
    if needs is None:
        return LeftOut(code, name, fertilizer, "no_row", plan.area.table)
    own = needs[needs["fertilizer"] == fertilizer]
    if plan.request and as_counted(plan, own)["need_t"].notna().any():
        return LeftOut(code, name, fertilizer, "no_request", plan.request.table)
    counted = own[own["note"] != NOT_ELIGIBLE]
    notes = (own if counted.empty else counted)[["commodity", "note"]].dropna()
    return LeftOut(code, name, fertilizer, "no_need", notes=dict(notes.itertuples(index=False)))


def _by_code(frame: pd.DataFrame, codes: Collection[str]) -> dict[str, pd.DataFrame]:
    return {str(code): rows for code, rows in frame[frame["code"].isin(list(codes))].groupby("code")}


def _chain(
    allocation: Allocation,
    row: "pd.Series[Any]",
    needs: pd.DataFrame,
    rates: pd.DataFrame | None,
    versions: Mapping[str, str],
) -> Chain:
    fertilizer = row["fertilizer"]
    return Chain(
        code=row["code"],
        name=row["name"],
        fertilizer=fertilizer,
        method=allocation.choices["method"],
        needs=[
            replace(_need(allocation, each, rates), beside=_beside(needs, each["commodity"]))
            for _, each in needs[needs["fertilizer"] == fertilizer].iterrows()
        ],
        need_t=float(row["need_t"]),
        request_t=_known(row["request_t"], KG_PLACES),
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


def _need(allocation: Allocation, row: "pd.Series[Any]", rates: pd.DataFrame | None) -> Need:
    commodity, kg_ha = row["commodity"], _known(row["kg_ha"])
    area_ha, over_cap_ha = (_known(row[name], HECTARE_PLACES) for name in ("area_ha", "over_cap_ha"))
    planted_ha = _known(row.get("planted_ha"), HECTARE_PLACES)
    need = Need(
        commodity,
        area_ha,
        kg_ha,
        _known(row["need_t"]),
        over_cap_ha=over_cap_ha or 0.0,
        planted_ha=planted_ha,
        area_from=_text(row["area_from"]),
    )
    if kg_ha is None or rates is None:
        return need
    own = rates[rates["commodity"] == commodity]
    rules = allocation.choices["rules"]["doses"][commodity]
    return replace(
        need,
        edition=rules["edition"],
        title=rules["title"],
        statuses=dict(own[["nutrient", "status"]].dropna().itertuples(index=False)),
        rates=[_rate(each) for _, each in own.iterrows()],
        legal_rate=_text(own["legal_rate"].iloc[0]),
    )


def _beside(needs: pd.DataFrame, commodity: str) -> dict[str, float]:
    """kg/ha of what farmers of a commodity buy without subsidy."""
    bought = needs[(needs["note"] == BESIDE) & (needs["commodity"] == commodity) & (needs["kg_ha"] > 0)]
    return dict(bought[["fertilizer", "kg_ha"]].itertuples(index=False))


def _rate(row: "pd.Series[Any]") -> Rate:
    return Rate(
        row["fertilizer"],
        _known(row["kg_ha"]),
        _known(row["computed_kg_ha"]),
        _known(row["legal_kg_ha"]),
        _text(row["nutrient"]),
    )


def _known(value: Any, places: int = 6) -> float | None:
    return None if pd.isna(value) else round(float(value), places)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
