"""The allocation that is worth most by the user's own objective, within the user's own limits.

Tonnes are worth what the objective says of each unit and fertilizer: so much per tonne, or less the more
there is (a yield response that flattens). Worth decides alone: a unit whose tonnes are worth a little less
may get nothing but its floor. Units of the same group whose tonnes are worth exactly the same share alike, in
proportion to need; the linear programme therefore has one variable for all of them.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.limits import Limits, groups_of, require_feasible
from soilinfo.evaluate.allocation.problem import SLACK, Numbers, Problem, Shares, shares
from soilinfo.evaluate.allocation.programme import Programme, solve
from soilinfo.evaluate.allocation.proportional import proportional
from soilinfo.evaluate.allocation.water_filling import fill
from soilinfo.findings import some

NO_LIMITS = Limits()
UNIT = ["fertilizer", "code"]


def optimal(
    problems: Mapping[str, Problem], pieces: pd.DataFrame, limits: Limits = NO_LIMITS
) -> Mapping[str, Shares]:
    """The shares, by fertilizer, of most worth within supplies, floors, caps, budget and quotas.

    ``problems`` by fertilizer. ``pieces``: columns ``code``, ``fertilizer``, ``width_t``, ``worth_per_t``, as
    :mod:`soilinfo.evaluate.allocation.response` makes them: the first so many tonnes of a unit are worth so
    much each, the next so much; beyond the last piece nothing. Never worth less than the proportional
    allocation, where that keeps to budget and quotas. Units without need get no more than their floor; what
    is worth nothing is not handed out, so some may be left while caps are not reached.

    Raises InputError naming units whose tonnes have no worth stated, or are worth more the more there are;
    and when limits cannot be kept, which of them (:func:`~soilinfo.evaluate.allocation.limits.groups_of`,
    :func:`~soilinfo.evaluate.allocation.limits.require_feasible`). UnknownNameError for a fertilizer that is
    not divided.
    """
    units = pd.concat(
        [_bounded(name, problems[name], limits) for name in sorted(problems)], ignore_index=True
    )
    groups = groups_of(units, limits)
    require_feasible(groups, {name: each.total_t for name, each in problems.items()}, limits)
    units["group"] = groups.index.get_indexer(pd.MultiIndex.from_frame(units[["fertilizer", "parent"]]))
    segments = _segments(units, pieces)
    by_class = segments.groupby(["group", "worth_per_t"], sort=True)
    classes = by_class[["room_t", "target_t"]].sum().reset_index()
    amounts = solve(_programme(problems, classes, groups, limits))
    tonnes = pd.Series(
        _spread(segments, np.asarray(by_class.ngroup(), np.int64), classes, amounts), segments["unit"]
    )
    allocated = units["lower_t"].add(tonnes.groupby(level=0).sum(), fill_value=0.0).to_numpy(float)
    return {
        name: _shares(problem, allocated[(units["fertilizer"] == name).to_numpy()])
        for name, problem in problems.items()
    }


def _bounded(name: str, problem: Problem, limits: Limits) -> pd.DataFrame:
    """The units of one fertilizer with their bounds and, in ``target_t``, their proportional share."""
    need = problem.units["need_t"].to_numpy(float)
    upper = np.where(need > 0, np.minimum(problem.upper, problem.total_t), problem.lower)
    return pd.DataFrame(
        {
            "fertilizer": name,
            "code": problem.units.index,
            "parent": limits.parents_of(problem).to_numpy(),
            "need_t": need,
            "lower_t": problem.lower,
            "upper_t": np.maximum(upper, problem.lower),
            "target_t": proportional(problem).units["allocated_t"].to_numpy(float),
        }
    )


def _segments(units: pd.DataFrame, pieces: pd.DataFrame) -> pd.DataFrame:
    """The pieces between floor and cap: ``unit`` (row of ``units``), ``group``, ``need_t``, ``start_t``,
    ``stop_t``, ``room_t``, ``target_t`` and ``worth_per_t``, in the order of units."""
    if unknown := {*pieces["fertilizer"].unique()} - {*units["fertilizer"].unique()}:
        raise UnknownNameError("fertilizer", min(unknown), units["fertilizer"].unique())
    unit = pd.MultiIndex.from_frame(units[UNIT]).get_indexer(pd.MultiIndex.from_frame(pieces[UNIT]))
    found = pieces.assign(unit=unit)[unit >= 0].sort_values("unit", kind="stable", ignore_index=True)
    _check_pieces(found)
    unstated = (units["upper_t"] > units["lower_t"]) & ~units.index.isin(found["unit"])
    if unstated.any():
        raise InputError(
            f"it is not stated what a tonne is worth in {some(units['code'][unstated].unique())}"
        )
    own = units.iloc[found["unit"]].reset_index(drop=True)
    start, stop = (reach.clip(own["lower_t"], own["upper_t"]) for reach in _reach(found))
    target = own["target_t"].clip(start, stop) - start
    found = found[["unit", "worth_per_t"]].assign(
        group=own["group"],
        need_t=own["need_t"],
        start_t=start,
        stop_t=stop,
        room_t=stop - start,
        target_t=target,
    )
    return found[found["room_t"] > 0].reset_index(drop=True)


def _check_pieces(pieces: pd.DataFrame) -> None:
    """Raises InputError, naming units, for missing or negative widths and worths that rise."""
    wrong = pieces[["width_t", "worth_per_t"]].isna().any(axis=1) | (pieces["width_t"] < 0)
    rising = pieces["worth_per_t"].diff().gt(0) & pieces["unit"].diff().eq(0)
    for rows, what in (
        (wrong, "width or worth is missing or negative"),
        (rising, "tonnes are worth more the more there are, which is not solved here,"),
    ):
        if rows.any():
            raise InputError(f"{what} in {some(sorted(pieces['code'][rows].unique()))}")


def _reach(pieces: pd.DataFrame) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """From which to which tonne of its ``unit`` each piece goes."""
    stop = pieces["width_t"].groupby(pieces["unit"]).cumsum()
    return stop.groupby(pieces["unit"]).shift(fill_value=0.0), stop


def _programme(
    problems: Mapping[str, Problem], classes: pd.DataFrame, groups: pd.DataFrame, limits: Limits
) -> Programme:
    """Rows, of tonnes above the floors: a supply for each fertilizer, the quotas, the budget."""
    floors = groups["lower_t"].groupby(level="fertilizer").sum()
    supply = floors.index.map({name: each.total_t for name, each in problems.items()}) - floors
    of_group = _members(np.asarray(classes["group"], np.intp), len(groups))
    of_fertilizer = (
        _members(floors.index.get_indexer(groups.index.get_level_values("fertilizer")), len(floors))
        @ of_group
    )
    most, least = groups["most_t"] - groups["lower_t"], groups["lower_t"] - groups["least_t"]
    held, asked = np.isfinite(most.to_numpy(float)), least.to_numpy(float) < 0
    rows = [of_fertilizer, of_group[held], -of_group[asked]]
    limit = [supply.clip(lower=0), most[held], least[asked]]
    if limits.budget is not None:
        price = limits.prices_of(floors.index.to_series())
        # In tonnes of the dearest fertilizer: HiGHS wants rows of one order of magnitude.
        dearest = float(price.max()) or 1.0
        rows.append(csr_array([price / dearest]) @ of_fertilizer)
        limit.append(pd.Series([max(limits.budget - float((floors * price).sum()), 0.0) / dearest]))
    worth, room, target = (classes[name].to_numpy(float) for name in ("worth_per_t", "room_t", "target_t"))
    return Programme(worth, room, target, vstack(rows, format="csr"), np.concatenate(limit))


def _members(group: NDArray[np.intp], count: int) -> csr_array:
    """1 where a member (column) is of a group (row), by the group of each member."""
    return csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape=(count, len(group)))


def _spread(
    segments: pd.DataFrame, of_class: NDArray[np.int64], classes: pd.DataFrame, amounts: Numbers
) -> Numbers:
    """Tonnes of each segment of what its class gets: in proportion to need between start and stop."""
    room = classes["room_t"].to_numpy(float)
    tonnes = np.where((amounts >= room)[of_class], segments["room_t"], 0.0)
    need, start, stop = (segments[name].to_numpy(float) for name in ("need_t", "start_t", "stop_t"))
    order = np.argsort(of_class, kind="stable")
    first = np.searchsorted(of_class[order], np.arange(len(classes) + 1))
    for each in np.flatnonzero((amounts > 0) & (amounts < room)):
        own = order[first[each] : first[each + 1]]
        _, reached = fill(need[own], start[own], stop[own], float(start[own].sum() + amounts[each]))
        tonnes[own] = reached - start[own]
    return tonnes


def _shares(problem: Problem, allocated: Numbers) -> Shares:
    """Where a floor is all that a unit gets, the programme would have given nothing."""
    full = np.isclose(allocated, problem.upper, rtol=SLACK, atol=0)
    kept = np.where(full, problem.upper, np.clip(allocated, problem.lower, problem.upper))
    return shares(problem, kept, np.where(kept <= problem.lower, 0.0, kept))
