"""Fertilizer doses: what a crop should be given, as chains of steps, and products that give it.

A dose is a base or is chosen by the status of a nutrient in the soil; straw and manure that are given
back are credited, down to a floor (structure of the annex to Kepmentan 01/Kpts/SR.130/1/2006). Amounts are
kg of product a hectare and crop season, contents mass percent, nutrients kg/ha as N, P2O5, K2O and S.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.doses import StatusDose
from soilinfo.errors import InputError, SoilinfoError, UnknownNameError

Amounts = Mapping[str, float]
"""kg/ha by fertilizer or by nutrient."""
Contents = Mapping[str, Amounts | None]
"""Mass percent of each nutrient by fertilizer; None where they are not known."""
Criterion = Literal["least_cost", "least_excess"]

# ---- doses --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One term of a dose: ``kg_ha`` is what it adds; a credit takes away, the floor gives back.

    ``nutrient`` and ``status`` of a status, ``material`` (straw, manure) of a credit.
    """

    kind: Literal["base", "status", "credit", "floor"]
    kg_ha: float
    nutrient: str | None = None
    status: str | None = None
    material: str | None = None


@dataclass(frozen=True)
class Dose:
    """kg/ha of one fertilizer and the steps that add up to it.

    There is no dose (None) where the status of the nutrient ``missing`` is not known.
    """

    kg_ha: float | None
    steps: tuple[Step, ...]
    missing: str | None = None


def doses(
    base: Amounts,
    by_status: Mapping[str, StatusDose],
    statuses: Mapping[str, str | None],
    credits: Mapping[str, Amounts],
    floor: float = 0.0,
) -> dict[str, Dose]:
    """The dose of each fertilizer that has a base or goes by a status, in that order.

    ``statuses``: status of each nutrient, None where it is not known. ``credits``: kg of each fertilizer that
    each material at hand stands for; several materials add up (the annex prints one at a time).
    Raises UnknownNameError for a status that a fertilizer has no dose for.
    """
    named = dict.fromkeys([*base, *by_status])
    return {name: _dose(name, base, by_status.get(name), statuses, credits, floor) for name in named}


def _dose(
    name: str,
    base: Amounts,
    rule: StatusDose | None,
    statuses: Mapping[str, str | None],
    credits: Mapping[str, Amounts],
    floor: float,
) -> Dose:
    steps = [Step("base", base[name])] if name in base else []
    if rule is not None:
        status = statuses.get(rule.nutrient)
        if status is None:
            return Dose(None, tuple(steps), rule.nutrient)
        steps.append(_by_status(rule, status))
    steps += [
        Step("credit", -credited[name], material=material)
        for material, credited in credits.items()
        if credited.get(name)
    ]
    total = sum(step.kg_ha for step in steps)
    if total < floor:
        steps.append(Step("floor", floor - total))
    return Dose(max(total, floor), tuple(steps))


def _by_status(rule: StatusDose, status: str) -> Step:
    if status not in rule.doses:
        raise UnknownNameError(f"dose by status of {rule.nutrient}", status, rule.doses)
    return Step("status", rule.doses[status], nutrient=rule.nutrient, status=status)


def nutrients_in(kg_ha: Amounts, contents: Contents) -> dict[str, float]:
    """Nutrients (kg/ha) in amounts of fertilizers, every nutrient that one of them holds.

    Raises UnknownNameError for a fertilizer that ``contents`` lacks, InputError for one whose contents are
    not known.
    """
    known = _known(contents, kg_ha)
    found = dict.fromkeys((nutrient for held in known.values() for nutrient in held), 0.0)
    for name, held in known.items():
        for nutrient, pct in held.items():
            found[nutrient] += kg_ha[name] * pct / 100
    return found


def _known(contents: Contents, names: Iterable[str]) -> dict[str, Amounts]:
    """The contents of these fertilizers."""
    known: dict[str, Amounts] = {}
    for name in names:
        if name not in contents:
            raise UnknownNameError("fertilizer", name, contents)
        held = contents[name]
        if held is None:
            raise InputError(f"what '{name}' holds is not known, so it cannot be counted on for nutrients")
        known[name] = held
    return known


# ---- products for nutrients ---------------------------------------------------------------

_DECIMALS = 3
"""Amounts are told to a gram a hectare: finer differences are the solver's."""
_SLACK = 1e-9
"""By how much, of one kg or unit of currency, a better aim may suffer for a lesser one."""
_NONE_KG_HA = 1e-9
"""No more than this is left of a need that is met: it is what subtractions of floating point leave."""


@dataclass(frozen=True)
class Blend:
    """Products (kg/ha) that give the nutrients asked for.

    ``left_over``: kg/ha of each nutrient beyond what was asked, also of those that were not asked for.
    ``cost``: per hectare, in the currency of the prices; None where a product used has no price.
    """

    kg_ha: Mapping[str, float]
    left_over: Mapping[str, float]
    cost: float | None


def blend(
    nutrients: Amounts,
    contents: Contents,
    *,
    criterion: Criterion,
    prices: Amounts | None = None,
    fixed: Amounts | None = None,
    sparing: Collection[str] = (),
) -> Blend:
    """The products of ``contents`` that give at least the nutrients asked for (kg/ha), by linear programming.

    ``least_cost``: cheapest by ``prices`` (per kg); of equals those with least excess. ``least_excess``:
    least sum of what there is of the nutrients asked for beyond what was asked (kg/ha; one asked for with 0
    counts, one not named does not); of equals the cheapest, where all products have a price. Of equals still
    the fewest kg of the products ``sparing``, then of all, then the products first by name: one question has
    one answer. ``fixed``: products given in just this amount.

    Raises UnknownNameError for a fixed product that is not in ``contents``; InputError for contents or prices
    that are not known, a negative amount, and a nutrient that no product left to choose holds.
    """
    fixed = {name: float(kg) for name, kg in (fixed or {}).items()}
    if not nutrients:
        raise InputError("no nutrients are asked for, so there is nothing to mix")
    known = _known(contents, [*fixed, *sorted(contents)])
    _require_amounts("nutrient", nutrients)
    _require_amounts("fixed amount", fixed)
    _require_amounts("price", prices or {})
    free = [name for name in sorted(known) if name not in fixed]
    rest = _rest(nutrients, nutrients_in(fixed, known))
    _require_held(rest, {name: known[name] for name in free}, fixed)
    aims = _aims(criterion, free, known, nutrients, prices, sparing)
    chosen = _lexicographic(aims, _matrix(rest, free, known), np.array([*rest.values()]))
    amounts = {**fixed, **dict(zip(free, np.round(chosen, _DECIMALS).tolist(), strict=True))}
    kg_ha = {name: amounts[name] for name in sorted(amounts)}
    return Blend(kg_ha, _left_over(nutrients, nutrients_in(kg_ha, known)), _cost(kg_ha, prices))


def blends(
    targets: Iterable[Amounts],
    contents: Contents,
    *,
    criterion: Criterion,
    prices: Amounts | None = None,
    fixed: Amounts | None = None,
    sparing: Collection[str] = (),
) -> list[Blend]:
    """As :func:`blend` for each target, of nothing asked for nothing.

    Equal targets, as districts of one status have, are solved once.
    """
    solved = {frozenset[tuple[str, float]](): Blend({}, {}, None)}
    found = []
    for target in targets:
        key = frozenset(target.items())
        if key not in solved:
            solved[key] = blend(
                target, contents, criterion=criterion, prices=prices, fixed=fixed, sparing=sparing
            )
        found.append(solved[key])
    return found


def _rest(nutrients: Amounts, given: Amounts) -> dict[str, float]:
    """What is still to be given of each nutrient; less than 0 where there is too much already."""
    return {name: kg - given.get(name, 0.0) for name, kg in nutrients.items()}


def _matrix(
    nutrients: Collection[str], names: Sequence[str], known: Mapping[str, Amounts]
) -> NDArray[np.float64]:
    """kg of each nutrient in a kg of each product (nutrient, product)."""
    shares = [[known[name].get(nutrient, 0.0) / 100 for name in names] for nutrient in nutrients]
    return np.reshape(np.array(shares, np.float64), (len(nutrients), len(names)))


def _aims(
    criterion: Criterion,
    free: Sequence[str],
    known: Mapping[str, Amounts],
    nutrients: Amounts,
    prices: Amounts | None,
    sparing: Collection[str],
) -> list[NDArray[np.float64]]:
    """What is made least, one after the other: weights of the products."""
    unpriced = [name for name in known if name not in (prices or {})]
    if criterion == "least_cost" and unpriced:
        raise InputError(f"least cost needs a price of every product; there is none of {', '.join(unpriced)}")
    excess = _matrix(nutrients, free, known).sum(axis=0)
    cost = [] if unpriced or prices is None else [np.array([prices[name] for name in free])]
    spared = [np.array([float(name in sparing) for name in free])] if sparing else []
    fewest = [*spared, np.ones(len(free)), np.arange(1.0, len(free) + 1)]
    return [*cost, excess, *fewest] if criterion == "least_cost" else [excess, *cost, *fewest]


def _lexicographic(
    aims: Sequence[NDArray[np.float64]], holds: NDArray[np.float64], rest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Amounts with ``holds @ amounts >= rest`` that make the first aim least, of those the second ..."""
    from scipy.optimize import linprog  # half a second to load, which no other command should wait for

    if not holds.size:
        return np.zeros(holds.shape[1])
    rows, limits = [-holds], [-rest]
    for aim in aims:
        found = linprog(aim, np.concatenate(rows), np.concatenate(limits), method="highs-ds")
        if found.status:
            raise SoilinfoError(f"the mixture of fertilizers could not be solved: {found.message}")
        rows.append(aim[np.newaxis])
        limits.append(np.array([found.fun + _SLACK * max(1.0, abs(found.fun))]))
    return np.asarray(found.x)


def _left_over(nutrients: Amounts, given: Amounts) -> dict[str, float]:
    names = dict.fromkeys([*nutrients, *given])
    return {name: _rounded(given.get(name, 0.0) - nutrients.get(name, 0.0)) for name in names}


def _cost(kg_ha: Amounts, prices: Amounts | None) -> float | None:
    used = [name for name, kg in kg_ha.items() if kg > 0]
    if prices is None or any(name not in prices for name in used):
        return None
    return _rounded(sum(kg_ha[name] * prices[name] for name in used))


def _rounded(value: float) -> float:
    """To two decimals, never -0.0."""
    return round(value, 2) + 0.0


def _require_amounts(what: str, amounts: Amounts) -> None:
    wrong = [f"{name} {value:g}" for name, value in amounts.items() if not isfinite(value) or value < 0]
    if wrong:
        raise InputError(f"every {what} is a number that is not negative: {', '.join(wrong)}")


def _require_held(rest: Amounts, free: Mapping[str, Amounts], fixed: Amounts) -> None:
    """Amounts to choose have no upper end, so a product that holds a nutrient can give all of it."""
    for nutrient, kg in rest.items():
        if kg > _NONE_KG_HA and not any(held.get(nutrient, 0.0) > 0 for held in free.values()):
            given = f" beyond the fixed {', '.join(fixed)}" if fixed else ""
            raise InputError(
                f"no product holds {nutrient}, of which {kg:g} kg/ha are needed{given}; "
                f"there are: {', '.join(free) or 'none'}"
            )
