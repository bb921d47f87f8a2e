"""Scores of land and the classes they lead to: zoning by SK Mentan 837/1980 and its like elsewhere.

Each factor of a scoring (slope, soil, rain per rainy day) scores by itself, the score of a cell is their sum
(or the highest of them), and the first class whose score is reached is the cell's. An override puts a cell
into its class whatever the score. A cell without data for a factor has no score: what is missing is never 0.
What the rules say stands in the configuration (:mod:`soilinfo.catalog.zoning`), nothing of it here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.condition import Condition
from soilinfo.catalog.zoning import NO_SCORE, Factor, Scoring
from soilinfo.errors import InputError

type Member = tuple[str, ...]
"""The names that one class or soil goes by, the most exact first: its id and its group."""


@dataclass(frozen=True)
class Kinds:
    """A class layer or a soil map: ``codes`` (y, x), not negative, and what each code stands for.

    A class has one member, itself; a map unit has its soils. A code without members has no data.
    """

    codes: NDArray[np.integer]
    members: Mapping[int, tuple[Member, ...]]

    def look_up(self, value: Callable[[tuple[Member, ...]], int], missing: int) -> NDArray[np.int16]:
        """``value`` of the members of each cell (y, x); ``missing`` where a cell has no data."""
        last = max(int(self.codes.max(initial=0)), max(self.members, default=0))
        table = np.full(last + 1, missing, np.int16)
        for code, members in self.members.items():
            table[code] = value(members)
        return np.asarray(table[self.codes])


type Values = NDArray[np.float64] | Kinds
"""One input, shape (y, x): numbers in their property's unit, NaN for no data, or classes."""


@dataclass(frozen=True)
class Assessment:
    """What a scoring says of a window; every array is (y, x).

    ``parts``: score of each factor by its id, and ``score`` of all, NO_SCORE where there is none.
    ``classes``: code of the class, 0 where there is neither score nor override. ``override``: position from 1
    of the override in force that decided, 0 where the score did. ``unchecked``: how many overrides, and
    conditions of classes that would have come first, could not be told for want of data in a cell that has a
    class from its score.
    """

    parts: Mapping[str, NDArray[np.int16]]
    score: NDArray[np.int16]
    classes: NDArray[np.uint8]
    override: NDArray[np.uint8]
    unchecked: NDArray[np.uint8]


def assess(scoring: Scoring, inputs: Mapping[str, Values]) -> Assessment:
    """Score a window and tell the class of each cell.

    ``inputs`` by property, all of one shape (y, x). Overrides, and classes with conditions, of which an input
    is not given are left out. Raises InputError when an input of a factor is missing.
    """
    lacking = [name for name in scoring.needed if name not in inputs]
    if lacking:
        raise InputError(
            f"a score needs {', '.join(lacking)}; given: {', '.join(sorted(inputs)) or 'nothing'}"
        )
    parts = {factor.id: score_of(factor, inputs) for factor in scoring.factors}
    score = _combined(scoring, parts)
    classes, doubtful = _classes(scoring, inputs, score)
    override, unchecked = _overridden(scoring, inputs, classes)
    unchecked += np.where((override > 0) | (classes == 0), 0, doubtful).astype(np.uint8)
    return Assessment(parts, score, classes, override, unchecked)


def score_of(factor: Factor, inputs: Mapping[str, Values]) -> NDArray[np.int16]:
    """Score of one factor (y, x), NO_SCORE where there are no data, or a class that the factor does not rate.

    Of a map unit with several soils the highest score counts, whatever their shares, and it has none when one
    of them has none.
    """
    values = inputs[factor.property]
    if isinstance(values, Kinds):
        return values.look_up(lambda members: _highest(factor.classes, members), NO_SCORE)
    numbers = values if factor.per is None else _quotient(values, numbers_of(inputs, factor.per))
    at = np.searchsorted(factor.edges, numbers, side="left" if factor.edge_belongs == "below" else "right")
    return np.where(np.isnan(numbers), NO_SCORE, np.array(factor.scores)[at]).astype(np.int16)


def _highest(scores: Mapping[str, int], members: tuple[Member, ...]) -> int:
    found = [next((scores[name] for name in member if name in scores), NO_SCORE) for member in members]
    return NO_SCORE if NO_SCORE in found else max(found)


def _quotient(values: NDArray[np.float64], per: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where there is nothing to divide by."""
    return np.divide(values, per, out=np.full_like(values, np.nan), where=per > 0)


def numbers_of(inputs: Mapping[str, Values], name: str) -> NDArray[np.float64]:
    """The values of a property that has numbers; InputError for one that has classes."""
    values = inputs[name]
    if isinstance(values, Kinds):
        raise InputError(f"'{name}' has classes, where numbers are needed")
    return values


def _combined(scoring: Scoring, parts: Mapping[str, NDArray[np.int16]]) -> NDArray[np.int16]:
    stacked = np.stack(list(parts.values()))
    whole = stacked.sum(axis=0) if scoring.combine == "sum" else stacked.max(axis=0)
    return np.where((stacked == NO_SCORE).any(axis=0), NO_SCORE, whole).astype(np.int16)


def _classes(
    scoring: Scoring, inputs: Mapping[str, Values], score: NDArray[np.int16]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Code of the first class whose score is reached and whose conditions are known to hold; how many classes
    before it could not be told."""
    found, unknown = np.zeros(score.shape, np.uint8), np.zeros(score.shape, np.uint8)
    for each in scoring.classes:
        if each.when.keys() <= inputs.keys():
            holds, known = all_hold(each.when, inputs, score.shape)
            open_ = (found == 0) & (score >= (each.least_score or 0))
            unknown += open_ & ~known
            found[open_ & holds] = each.code
    return found, unknown


def _overridden(
    scoring: Scoring, inputs: Mapping[str, Values], classes: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Write the classes of overrides over ``classes``; which override decided, and how many were not told."""
    decided, unchecked = np.zeros(classes.shape, np.uint8), np.zeros(classes.shape, np.uint8)
    for position, each in enumerate(scoring.in_force, start=1):
        if each.when.keys() <= inputs.keys():
            holds, known = all_hold(each.when, inputs, classes.shape)
            first = holds & (decided == 0)
            decided[first] = position
            unchecked += ~known
            classes[first] = scoring.class_of(each.to).code
    unchecked[(decided > 0) | (classes == 0)] = 0
    return decided, unchecked


# ---- conditions -------------------------------------------------------------------------


def all_hold(
    conditions: Mapping[str, Condition], inputs: Mapping[str, Values], shape: tuple[int, ...]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where all conditions hold, and where that is known (y, x).

    One condition that is known to fail settles the matter, whatever is missing of the others.
    """
    holds, fails = np.ones(shape, bool), np.zeros(shape, bool)
    for name, condition in conditions.items():
        here, known = _holds(condition, inputs[name])
        holds &= here
        fails |= known & ~here
    return holds, holds | fails


def _holds(condition: Condition, values: Values) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    if isinstance(values, Kinds):
        wanted = set(condition.any_of)
        found = values.look_up(lambda members: any(wanted & set(member) for member in members), NO_SCORE)
        return found == 1, found != NO_SCORE
    holds = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        for bound, compare in (
            (condition.above, np.greater),
            (condition.at_least, np.greater_equal),
            (condition.at_most, np.less_equal),
            (condition.below, np.less),
        ):
            if bound is not None:
                holds &= compare(values, bound)
    return holds, ~np.isnan(values)
