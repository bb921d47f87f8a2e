"""Who gains and who loses between two allocations, and how much of the need each meets."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import EXACT_T
from soilinfo.findings import some

COMPARED = ["need_t", "allocated_t"]


@dataclass(frozen=True)
class Totals:
    """Tonnes in all units that both allocations have, and how many gain, lose or stay as they are.

    ``new_t`` and ``gone_t``: beside these, of the units that only the one after or the one before has.
    ``need_met_pct``: before and after; None where there is no need, or it is not known of every unit.
    """

    before_t: float
    after_t: float
    gained_t: float
    lost_t: float
    new_t: float
    gone_t: float
    gaining: int
    losing: int
    unchanged: int
    need_met_before_pct: float | None
    need_met_after_pct: float | None


@dataclass(frozen=True)
class Comparison:
    """``units`` by code: ``before_t``, ``after_t``, ``change_t``, ``change_pct``, ``need_met_before_pct``,
    ``need_met_after_pct`` and ``outcome``: ``gains``, ``loses``, ``same``, or ``new`` and ``gone`` where only
    one allocation has the unit, whose other numbers are NaN: their tonnes are ``new_t`` and ``gone_t``, and
    in no other total.
    """

    units: pd.DataFrame
    totals: Totals


def compare(before: pd.DataFrame, after: pd.DataFrame) -> Comparison:
    """Two allocations of the same fertilizer, each with ``need_t`` and ``allocated_t`` by code (tonnes).

    A change of EXACT_T or less is none. Percentages are NaN where they would be of 0. Raises InputError
    for a code that stands twice.
    """
    both = _side(before, "before").join(_side(after, "after"), how="outer").sort_index()
    units = pd.DataFrame(
        {
            "before_t": both["allocated_t_before"],
            "after_t": both["allocated_t_after"],
            "change_t": both["allocated_t_after"] - both["allocated_t_before"],
            "need_met_before_pct": _pct(both["allocated_t_before"], both["need_t_before"]),
            "need_met_after_pct": _pct(both["allocated_t_after"], both["need_t_after"]),
        }
    )
    units.insert(3, "change_pct", _pct(units["change_t"], units["before_t"]))
    units["outcome"] = _outcome(units)
    return Comparison(units, _totals(units, both))


def _side(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    if not frame.index.is_unique:
        raise InputError(f"units stand twice {name}: {some(sorted(frame.index[frame.index.duplicated()]))}")
    return frame[COMPARED].add_suffix(f"_{name}")


def _pct(part: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    return 100 * part / whole.where(whole > 0)


def _outcome(units: pd.DataFrame) -> "pd.Series[str]":
    change = units["change_t"]
    conditions = [units["before_t"].isna(), units["after_t"].isna(), change > EXACT_T, change < -EXACT_T]
    return pd.Series(
        np.select(conditions, ["new", "gone", "gains", "loses"], "same"), units.index, dtype=object
    )


def _totals(units: pd.DataFrame, both: pd.DataFrame) -> Totals:
    shared = units["change_t"].notna()
    outcomes, change = units["outcome"][shared].value_counts(), units["change_t"][shared]
    tonnes = {side: float(units[f"{side}_t"][shared].sum()) for side in ("before", "after")}
    met = {side: _met(tonnes[side], both.loc[shared, f"need_t_{side}"]) for side in tonnes}
    return Totals(
        before_t=tonnes["before"],
        after_t=tonnes["after"],
        gained_t=float(change.clip(lower=0).sum()),
        lost_t=float((-change).clip(lower=0).sum()),
        new_t=float(units["after_t"][~shared].sum()),
        gone_t=float(units["before_t"][~shared].sum()),
        gaining=int(outcomes.get("gains", 0)),
        losing=int(outcomes.get("loses", 0)),
        unchanged=int(outcomes.get("same", 0)),
        need_met_before_pct=met["before"],
        need_met_after_pct=met["after"],
    )


def _met(tonnes: float, need_t: "pd.Series[float]") -> float | None:
    need = float(need_t.sum(skipna=False))
    return 100 * tonnes / need if need > 0 else None
