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
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.sensitivity import drawn_needs, sensitivity
from soilinfo.evaluate.fertilizer import doses
from soilinfo.jobs.subsidy.allocate import Choices, decided_on, problem_of
from soilinfo.jobs.subsidy.conversion import at_hand_of, nutrients_of, subsidy_of
from soilinfo.jobs.subsidy.methods import share
from soilinfo.jobs.subsidy.mixtures import mixtures
from soilinfo.jobs.subsidy.plans import PlanBasis, basis_of
from soilinfo.jobs.subsidy.recommendation import NO_CREDIT
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
    asked for stays the most, and a frozen unit keeps its need. Where a decree prints the rate, the need does
    not go by the soil. ``published``: name -> version of what there is; by default what is published now.
    Raises InputError where no status has probabilities, or the floors of a draw are more than there is.
    """
    published = store.ledger.current().layers if published is None else published
    basis = basis_of(store, catalog, plan, published)
    decided = decided_on(catalog, basis, choices)
    if plan.budget:
        raise InputError(
            f"allocation plan '{plan.id}' has a budget for all fertilizers; ranges are of each alone"
        )
    doubts = list(_doubts(store, catalog, published, plan, basis.needs))
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
    store: Store, catalog: Catalog, published: Mapping[str, str], plan: AllocationPlan, needs: pd.DataFrame
) -> Iterator[Doubt]:
    """That of each commodity whose doses go by a status with probabilities."""
    for commodity, edition in subsidy_of(catalog).doses.items():
        rules = catalog.doses[edition]
        name = table_of(nutrient_status_of(rules.nutrient_status or ""), plan.level)
        rows = needs[(needs["commodity"] == commodity) & needs["kg_ha"].notna()]
        free = rows[~rows["code"].isin(_printed(store, published, plan, commodity))]
        if name not in published or free.empty:
            continue
        statuses = store.vector.read(name, published[name], Query(geometry=False))
        assert rules.nutrient_status is not None, "its table is published"
        classes = catalog.class_table(catalog.nutrient_statuses[rules.nutrient_status].classes).classes
        chance = _chance(statuses[statuses["code"].isin(free["code"])], rules, [each.id for each in classes])
        if chance is not None:
            yield _doubt(catalog, plan, rules, free, chance)


def _printed(store: Store, published: Mapping[str, str], plan: AllocationPlan, commodity: str) -> set[str]:
    """Units whose rate a decree prints."""
    name = table_of(RECOMMENDATION, plan.level)
    asked = Query(equal={"commodity": commodity, "credit": NO_CREDIT}, geometry=False)
    rows = store.vector.read(name, published[name], asked)
    return {*rows.loc[rows["legal_kg_ha"].notna(), "code"]}


def _chance(statuses: pd.DataFrame, rules: Doses, classes: Sequence[str]) -> pd.DataFrame | None:
    """The chance of each case, a tuple of the status of every nutrient, of the units where all are known.

    Where the probability of a status is not known it counts as certain. None where none is known.
    """
    columns = {unit_probability_of(each): each for each in classes}
    known = statuses[statuses["status"].notna()].set_index("code")
    told = known.reindex(columns=list(columns)).rename(columns=columns)
    if told.isna().all(axis=None):
        return None
    certain = pd.get_dummies(known["status"]).reindex(columns=told.columns, fill_value=0).astype(float)
    likely = told.div(told.sum(axis=1), axis=0).where(told.notna().all(axis=1), certain)
    nutrients = sorted({rule.nutrient for rule in rules.by_status.values()})
    by_nutrient = [likely[known["nutrient"] == nutrient] for nutrient in nutrients]
    codes = sorted(set.intersection(*({*each.index} for each in by_nutrient)))
    return pd.DataFrame(
        {
            case: prod(each.loc[codes, one] for each, one in zip(by_nutrient, case, strict=True))
            for case in product(classes, repeat=len(nutrients))
        },
        index=codes,
    )


def _doubt(
    catalog: Catalog, plan: AllocationPlan, rules: Doses, needs: pd.DataFrame, chance: pd.DataFrame
) -> Doubt:
    nutrients = sorted({str(rule.nutrient) for rule in rules.by_status.values()})
    cases = [dict(zip(nutrients, case, strict=True)) for case in chance.columns.to_flat_index()]
    kg_ha = _products(catalog, plan, rules, cases)
    change = {}
    for name in plan.fertilizers:
        rows = needs[needs["fertilizer"] == name].set_index("code").reindex(chance.index)
        change[name] = pd.DataFrame(
            {
                case: (rows["area_ha"] * (each.get(name, 0.0) - rows["kg_ha"]) / 1000).fillna(0.0)
                for case, each in zip(chance, kg_ha, strict=True)
            }
        )
    return Doubt(chance, change)


def _products(
    catalog: Catalog, plan: AllocationPlan, rules: Doses, cases: Sequence[Mapping[str, str]]
) -> list[dict[str, float]]:
    """kg/ha of the plan's products in each case, as the need has them."""
    hand = at_hand_of(catalog, plan)
    found = []
    for statuses in cases:
        computed = doses(rules.base, rules.by_status, statuses, {})
        found.append({name: dose.kg_ha for name, dose in computed.items() if dose.kg_ha is not None})
    wanted = [nutrients_of(catalog, each) for each in found]
    return [dict(each.blend.kg_ha) for each in mixtures(plan, hand, wanted)]
