"""How far tonnes move where the soil is not what the map most likely says: the doubt of nutrient status."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from math import prod
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_fertility import nutrient_status_of, unit_probability_of
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.sensitivity import drawn_needs, sensitivity
from soilinfo.evaluate.fertilizer import doses
from soilinfo.jobs.subsidy.allocate import Choices, decided_on, problem_of
from soilinfo.jobs.subsidy.conversion import at_hand_of, nutrients_of, subsidy_of
from soilinfo.jobs.subsidy.methods import share
from soilinfo.jobs.subsidy.mixtures import as_products, mixtures
from soilinfo.jobs.subsidy.plans import PlanBasis, basis_of
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

DRAWS = 200
"""Needs that are drawn: enough to tell the twentieth part at either end. Ours."""


@dataclass(frozen=True)
class Doubt:
    """How the need of one commodity's land would differ, were its status another.

    ``chance``: of each case (column) by code, rows sum to 1; ``change_t``: by fertilizer, of the same shape.
    """

    chance: pd.DataFrame
    change_t: Mapping[str, pd.DataFrame]


def sensitivity_of(
    store: Store,
    catalog: Catalog,
    plan: AllocationPlan,
    choices: Choices,
    published: Mapping[str, str] | None = None,
    *,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """The range of each unit's tonnes when its nutrient status is drawn by its probabilities.

    Columns code, name, fertilizer, allocated_t, least_t, low_t (5 %), median_t, high_t (95 %) and most_t,
    before they are rounded to sacks. The chance of a status is its probability in the tables by unit, which
    is of one error of all the unit's cells; each unit, and each nutrient, is drawn for itself: an error of
    the whole map is not in it. Floors and caps that are percents of the need follow the drawn one; what was
    asked for stays the most, and a frozen unit keeps its need. What a decree prints a rate of does not go by
    the soil. ``published``: name -> version of what there is; by default what is published now.
    Raises InputError where no status has probabilities, or the floors of a draw are more than there is.
    """
    published = store.ledger.current().layers if published is None else published
    basis = basis_of(store, catalog, plan, published)
    decided = decided_on(catalog, basis, choices)
    if plan.budget:
        raise InputError(
            f"allocation plan '{plan.id}' has a budget for all fertilizers; ranges are of each alone"
        )
    doubts = list(_doubts(store, catalog, published, basis))
    if not doubts:
        raise InputError(
            f"how sure the status is that the need of '{plan.id}' goes by is known nowhere: no layer of its "
            "nutrients has a standard deviation, or a decree prints every rate"
        )
    ranges = []
    for name in plan.fertilizers:
        problem, method = problem_of(basis, decided, name), partial(_alone, basis, decided, name)
        drawn = (
            _with_needs(basis, decided, name, need) for need in _drawn_needs(problem, doubts, name, draws)
        )
        moved = sensitivity(problem, drawn, method)
        ranges.append(moved.rename_axis("code").reset_index().assign(fertilizer=name))
    rows = pd.concat(ranges, ignore_index=True).sort_values(["code", "fertilizer"], ignore_index=True)
    rows.insert(1, "name", rows["code"].map(basis.tree.shared))
    rows.insert(2, "fertilizer", rows.pop("fertilizer"))
    return rows.round(6)


def _alone(basis: PlanBasis, decided: Mapping[str, Any], name: str, problem: Problem) -> Shares:
    """What each unit gets of one fertilizer; without a budget for all it does not depend on the others."""
    return share(basis, decided, {name: problem})[name]


def _with_needs(
    basis: PlanBasis, decided: Mapping[str, Any], name: str, need_t: "pd.Series[float]"
) -> Problem:
    """The problem of one fertilizer, were the needs (by code) these."""
    demand = basis.demand.loc[[name]]
    codes = demand.index.get_level_values("code")
    other = replace(basis, demand=demand.assign(need_t=need_t.loc[codes].to_numpy()))
    try:
        return problem_of(other, decided, name)
    except InputError as error:
        raise InputError(f"with needs of {name} as one of the draws has them: {error}") from error


def _drawn_needs(
    problem: Problem, doubts: Sequence[Doubt], name: str, draws: int
) -> Iterator["pd.Series[float]"]:
    """Needs of one fertilizer (tonnes by code), a draw after the other."""
    changes = [
        drawn_needs(doubt.change_t[name], doubt.chance, draws=draws, seed=seed)
        for seed, doubt in enumerate(doubts)
    ]
    for drawn in zip(*changes, strict=True):
        need = problem.units["need_t"]
        for change in drawn:
            need = need.add(change.reindex(need.index), fill_value=0.0)
        yield need.clip(lower=0.0).mask(problem.frozen, problem.units["need_t"])


# ---- what is in doubt -------------------------------------------------------------------


def _doubts(
    store: Store, catalog: Catalog, published: Mapping[str, str], basis: PlanBasis
) -> Iterator[Doubt]:
    """That of each commodity whose doses go by a status with probabilities, units of the same printed rates
    together."""
    for commodity, edition in subsidy_of(catalog).doses.items():
        rules = catalog.doses[edition]
        name = table_of(nutrient_status_of(rules.nutrient_status or ""), basis.plan.level)
        if name not in published:
            continue
        assert rules.nutrient_status is not None, "its table is published"
        classes = catalog.class_table(catalog.nutrient_statuses[rules.nutrient_status].classes).classes
        statuses = store.vector.read(name, published[name], Query(geometry=False))
        needs, rates = (each[each["commodity"] == commodity] for each in (basis.needs, basis.rates))
        known = needs[needs["kg_ha"].notna()]
        for printed, codes in _alike(rates[rates["code"].isin(known["code"])]):
            by_soil = [str(rule.nutrient) for each, rule in rules.by_status.items() if each not in printed]
            nutrients = sorted({*by_soil})
            told = statuses[statuses["code"].isin(codes) & statuses["nutrient"].isin(nutrients)]
            chance = _chance(told, nutrients, [each.id for each in classes])
            if chance is not None:
                yield _doubt(catalog, basis.plan, rules, printed, known, chance)


def _alike(rates: pd.DataFrame) -> list[tuple[dict[str, float], list[str]]]:
    """What a decree prints, kg/ha by fertilizer, and the units of which it prints just that.

    ``rates``: what is recommended in each unit for one commodity.
    """
    printed: dict[str, dict[str, float]] = {code: {} for code in rates["code"]}
    known = rates.dropna(subset="legal_kg_ha")
    for code, fertilizer, kg_ha in known[["code", "fertilizer", "legal_kg_ha"]].itertuples(index=False):
        printed[code][fertilizer] = kg_ha
    found: dict[frozenset[tuple[str, float]], list[str]] = {}
    for code, rows in printed.items():
        found.setdefault(frozenset(rows.items()), []).append(code)
    return [(dict(rows), codes) for rows, codes in found.items()]


def _chance(statuses: pd.DataFrame, nutrients: list[str], classes: Sequence[str]) -> pd.DataFrame | None:
    """The chance of each case (column, a level for each nutrient), of the units where every status is known.

    Where the probability of a status is not known it counts as certain. None where none is known.
    """
    columns = {unit_probability_of(each): each for each in classes}
    known = statuses[statuses["status"].notna()].set_index("code")
    told = known.reindex(columns=list(columns)).rename(columns=columns)
    if told.isna().all(axis=None):
        return None
    certain = pd.get_dummies(known["status"]).reindex(columns=told.columns, fill_value=0).astype(float)
    likely = told.div(told.sum(axis=1), axis=0).where(told.notna().all(axis=1), certain)
    by_nutrient = [likely[known["nutrient"] == nutrient] for nutrient in nutrients]
    codes = sorted(set.intersection(*({*each.index} for each in by_nutrient)))
    cases = [*product(classes, repeat=len(nutrients))]
    chances = {
        case: prod(each.loc[codes, one] for each, one in zip(by_nutrient, case, strict=True))
        for case in cases
    }
    frame = pd.DataFrame(chances)
    frame.columns = pd.MultiIndex.from_tuples(cases, names=nutrients)
    return frame


def _doubt(
    catalog: Catalog,
    plan: AllocationPlan,
    rules: Doses,
    printed: Mapping[str, float],
    needs: pd.DataFrame,
    chance: pd.DataFrame,
) -> Doubt:
    nutrients = [str(name) for name in chance.columns.names]
    cases = [dict(zip(nutrients, case, strict=True)) for case in chance.columns.to_flat_index()]
    kg_ha = _products(catalog, plan, rules, printed, cases)
    change = {}
    for name in plan.fertilizers:
        rows = needs[needs["fertilizer"] == name].set_index("code").reindex(chance.index)
        changes = [
            (rows["area_ha"] * (each.get(name, 0.0) - rows["kg_ha"]) / 1000).fillna(0.0) for each in kg_ha
        ]
        change[name] = pd.concat(changes, axis=1).set_axis(chance.columns, axis=1)
    return Doubt(chance, change)


def _products(
    catalog: Catalog,
    plan: AllocationPlan,
    rules: Doses,
    printed: Mapping[str, float],
    cases: Sequence[Mapping[str, str]],
) -> list[dict[str, float]]:
    """kg/ha of the plan's products in each case, as the need has them, ``printed`` as far as that goes."""
    hand = at_hand_of(catalog, plan)
    found = []
    for statuses in cases:
        computed = doses(rules.base, rules.by_status, statuses, {})
        known = {name: dose.kg_ha for name, dose in computed.items() if dose.kg_ha is not None}
        found.append({**known, **printed})
    wanted = [nutrients_of(catalog, each) for each in found]
    mixed = mixtures(plan, hand, wanted)
    return [as_products(hand, *each) for each in zip(mixed, found, strict=True)]
