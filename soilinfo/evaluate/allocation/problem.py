"""What is to be divided among whom, within which bounds; and what each unit gets.

Tonnes throughout. Which unit weighs how much is configuration: no public rule gives a formula.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.errors import InputError
from soilinfo.findings import some

Numbers = NDArray[np.float64]

STATED = ("need_t", "floor_t", "cap_t", "weight")
"""The columns that are stated of every unit."""
FROZEN = "frozen_t"
"""The column, which may be absent, of what a unit gets whatever the method; NaN for every other unit."""

EXACT_T = 0.0005
"""Tonnes that differ by no more than half a kilogram are the same: they are printed to the kilogram."""
SLACK = 1e-9
"""By this share of itself a sum of tonnes or money may be off: additions of floating point leave as much."""


@dataclass(frozen=True)
class Problem:
    """One fertilizer, to be divided among units.

    ``units``: a row per unit, its index the codes: ``need_t``; ``floor_t`` and ``cap_t``, the least and the
    most it may get (``inf`` for no cap); ``weight``, by which its need counts; and ``frozen_t``. The rows are
    kept in the order of their codes, so that no result depends on the order in which they came.
    ``total_t``: what there is to divide.

    Raises InputError, naming the units, for an empty table, a missing column or number, a duplicate, a
    negative number, floors or frozen amounts above caps, or floors that sum to more than the total. A need
    that is missing is not zero.
    """

    units: pd.DataFrame
    total_t: float

    def __post_init__(self) -> None:
        _check_table(self.units)
        _check_numbers(self.units, self.total_t)
        object.__setattr__(self, "units", self.units.sort_index())
        _check_bounds(self)

    @cached_property
    def frozen(self) -> NDArray[np.bool_]:
        """Whether each unit's amount is fixed beforehand."""
        if FROZEN not in self.units:
            return np.zeros(len(self.units), np.bool_)
        return self.units[FROZEN].notna().to_numpy()

    @cached_property
    def lower(self) -> Numbers:
        """The least that each unit gets: its frozen amount or its floor."""
        return self._bound("floor_t")

    @cached_property
    def upper(self) -> Numbers:
        """The most that each unit gets: its frozen amount or its cap."""
        return self._bound("cap_t")

    def _bound(self, column: str) -> Numbers:
        bound = self.units[column].to_numpy(np.float64)
        return np.where(self.frozen, self.units[FROZEN], bound) if self.frozen.any() else bound


@dataclass(frozen=True)
class Shares:
    """What each unit gets before it is rounded to sacks.

    ``units``, indexed as those of the problem: ``wanted_t``, what the method gives regardless of bounds;
    ``allocated_t``, what it gives within them; and ``bound``: ``frozen``, ``floor`` or ``cap`` where that
    decided, ``share`` where the method did. ``left_t``: what nobody may take, because every cap is reached.
    ``level``: by how much weight x need was multiplied to get what is wanted; None where a method has no such
    number.
    """

    units: pd.DataFrame
    left_t: float
    level: float | None = None


def shares(problem: Problem, allocated: Numbers, wanted: Numbers, level: float | None = None) -> Shares:
    """Shares of ``allocated`` tonnes (unit), where ``wanted`` (unit) is regardless of bounds."""
    low = (wanted < problem.lower) & (problem.lower > 0)
    bound = np.select([problem.frozen, low, wanted >= problem.upper], ["frozen", "floor", "cap"], "share")
    units = pd.DataFrame(
        {"wanted_t": wanted, "allocated_t": allocated, "bound": bound.astype(object)},
        index=problem.units.index,
    )
    left = problem.total_t - float(allocated.sum())
    return Shares(units, left if left > SLACK * problem.total_t else 0.0, level)


# ---- faults -----------------------------------------------------------------------------


def _check_table(units: pd.DataFrame) -> None:
    if units.empty:
        raise InputError("there are no units to divide anything among: the table is empty")
    if missing := [name for name in STATED if name not in units]:
        raise InputError(f"the units need {', '.join(STATED)}; missing: {', '.join(missing)}")
    if not units.index.is_unique:
        twice = sorted(units.index[units.index.duplicated()].unique())
        raise InputError(f"units must be listed once; twice or more: {some(twice)}")


def _check_numbers(units: pd.DataFrame, total_t: float) -> None:
    if not 0 <= total_t < np.inf:
        raise InputError(f"the total to divide must be 0 t or more, not {total_t}")
    for name in (*STATED, *({FROZEN} & set(units))):
        values = units[name].to_numpy(np.float64)
        if name != FROZEN and (missing := units.index[np.isnan(values)]).size:
            raise InputError(f"{name} is missing, which is not zero, of {some(sorted(missing))}")
        if (negative := units.index[values < 0]).size:
            raise InputError(f"{name} is negative of {some(sorted(negative))}")
        if name != "cap_t" and (endless := units.index[np.isinf(values)]).size:
            raise InputError(f"{name} is infinite of {some(sorted(endless))}")


def _check_bounds(problem: Problem) -> None:
    units, lower = problem.units, problem.lower
    for name, values in (("frozen", np.where(problem.frozen, lower, 0)), ("floor", units["floor_t"])):
        above = (values > units["cap_t"]) & (problem.frozen | (name == "floor"))
        if above.any():
            raise InputError(f"{name} above cap: {some(units.index[above])}")
    if (excess := float(lower.sum()) - problem.total_t) > SLACK * problem.total_t:
        heaviest = units.index[np.argsort(-lower, kind="stable")[:5]]
        raise InputError(
            f"floors and frozen amounts sum to {excess:,.3f} t more than the total of "
            f"{problem.total_t:,.3f} t; the largest: {some(heaviest)}"
        )
