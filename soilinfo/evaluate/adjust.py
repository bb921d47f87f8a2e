"""Properties as they would be after a measure or in another climate, before they are rated.

Every adjustment turns stored integers into stored integers of the same property, so the same tables and
the same kernel rate the land as it is and as it would be; and every cell in which an adjustment did not
do plainly what was asked is told (:data:`OUTCOMES`). The rules are ours, but for peat: its drainage is
not improved where it is protected (Keppres 32/1990; PP 57/2016, art. 23), as in
:mod:`soilinfo.evaluate.tables`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import BoundaryRule, ClassTable, Criterion, Crop, LandEvaluation
from soilinfo.catalog.what_ifs import Adjustment, change_of
from soilinfo.evaluate.criteria import Classes
from soilinfo.evaluate.tables import DRAINAGE, PEAT, Meaning, Packing, rated_classes
from soilinfo.units import convert

SULFIDIC = "sulfidic_depth"
"""The property that says how deep acid sulfate material lies, which drains would let oxidise."""

Packed = NDArray[np.integer]
Mask = NDArray[np.bool_]

OUTCOMES = (
    "changed",
    "clamped",
    "refused_protective_peat",
    "flagged_peat",
    "flagged_sulfidic",
    "unchecked_peat",
    "unchecked_sulfidic",
)
"""What an adjustment does to a cell: its value changed; it was kept at the end of the valid range; it
stayed as it was on protected peat; it was drained on other peat, or above sulfidic material; it was
drained (made drier) although peat, or sulfidic material, is not known there."""


@dataclass(frozen=True)
class Step:
    """One adjustment as a table: what each stored integer of its property becomes.

    ``becomes[packed - low]``; what lies outside stays as it is (no data). ``clamped``: by the same index,
    whether the valid range held the value back.
    """

    adjustment: Adjustment
    low: int
    becomes: NDArray[np.int64]
    clamped: Mask


@dataclass(frozen=True)
class Hazard:
    """Where drains do harm: the property that tells, and whether each of its stored integers is such."""

    property: str
    low: int
    holds: Mask


@dataclass(frozen=True)
class Hazards:
    """What is asked before drainage is improved; None where no layer tells of it."""

    protective_peat: Hazard | None
    peat: Hazard | None
    sulfidic: Hazard | None

    @property
    def properties(self) -> frozenset[str]:
        """The properties that have to be read."""
        return frozenset(each.property for each in (self.peat, self.sulfidic) if each)


@dataclass(frozen=True)
class Effect:
    """What one adjustment did: a mask (y, x) for each of :data:`OUTCOMES` that it can have."""

    adjustment: Adjustment
    cells: Mapping[str, Mask]


Adjusted = tuple[dict[str, Packed], tuple[Effect, ...]]
"""Inputs after every step, and what each step did."""


def steps_of(
    adjustments: Sequence[Adjustment], crop: Crop, meanings: Mapping[str, Meaning], rule: BoundaryRule
) -> tuple[Step, ...]:
    """The adjustments as tables, in the order given; ``meanings`` has every property adjusted.

    The better classes of ``improve`` are those of the crop's own row; without such a row nothing moves.
    """
    return tuple(_step(each, crop, meanings[each.property], rule) for each in adjustments)


def outcomes_of(adjustment: Adjustment) -> tuple[str, ...]:
    """Those of :data:`OUTCOMES` that an adjustment can have."""
    drains = adjustment.property == DRAINAGE
    return tuple(name for name in OUTCOMES if name == "changed" or (name == "clamped") != drains)


def hazards_of(rules: LandEvaluation, meanings: Mapping[str, Meaning]) -> Hazards:
    """Where drainage is refused or flagged, as far as layers (``meanings``) tell."""
    caution = rules.drainage_caution
    return Hazards(
        _hazard(PEAT, meanings, at_least=rules.protective_peat_cm),
        _hazard(PEAT, meanings, at_least=caution.peat_cm),
        _hazard(SULFIDIC, meanings, at_most=caution.sulfidic_cm),
    )


def adjust(steps: Sequence[Step], hazards: Hazards, inputs: Mapping[str, Packed]) -> Adjusted:
    """Inputs (packed, all (y, x)) after every step, and what each step did; ``inputs`` stays as it is.

    ``inputs`` has every property of the steps and, where drainage is improved, those of ``hazards``.
    Cells without data stay without; the dtype of every input is kept.
    """
    after, effects = dict(inputs), []
    for step in steps:
        name = step.adjustment.property
        before = after[name]
        moved, clamped = _moved(step, before)
        if name == DRAINAGE:
            moved, outcomes = _drained(before, moved, hazards, inputs)
        else:
            outcomes = {"clamped": clamped}
        after[name] = moved
        effects.append(Effect(step.adjustment, {"changed": moved != before, **outcomes}))
    return after, tuple(effects)


def overlaid(mask: Mask, own: Adjusted, rest: Adjusted) -> Adjusted:
    """What one adjustment made of the cells of a mask (y, x), and another of the same inputs of the rest."""
    after = {name: np.where(mask, own[0][name], cells) for name, cells in rest[0].items()}
    effects = tuple(
        replace(
            there,
            cells={name: np.where(mask, here.cells[name], cells) for name, cells in there.cells.items()},
        )
        for here, there in zip(own[1], rest[1], strict=True)
    )
    return after, effects


def _moved(step: Step, packed: Packed) -> tuple[Packed, Mask]:
    """What a step makes of each cell, and where it was held back."""
    at = packed.astype(np.int64) - step.low
    known = (at >= 0) & (at < len(step.becomes))
    at[~known] = 0
    moved = np.where(known, step.becomes[at], packed).astype(packed.dtype)
    return moved, known & step.clamped[at]


def _drained(
    before: Packed, moved: Packed, hazards: Hazards, inputs: Mapping[str, Packed]
) -> tuple[Packed, dict[str, Mask]]:
    """Improved drainage but on protected peat, and where it was refused, doubtful or unchecked.

    Only what becomes drier, of a class table that goes from dry to wet, is drained.
    """
    wanted = moved < before
    protected, known_peat = _told(hazards.protective_peat, inputs, wanted.shape)
    peat, _ = _told(hazards.peat, inputs, wanted.shape)
    sulfidic, known_sulfidic = _told(hazards.sulfidic, inputs, wanted.shape)
    refused, done = wanted & protected, wanted & ~protected
    outcomes = {
        "refused_protective_peat": refused,
        "flagged_peat": done & peat,
        "flagged_sulfidic": done & sulfidic,
        "unchecked_peat": done & ~known_peat,
        "unchecked_sulfidic": done & ~known_sulfidic,
    }
    return np.where(refused, before, moved), outcomes


def _told(hazard: Hazard | None, inputs: Mapping[str, Packed], shape: tuple[int, ...]) -> tuple[Mask, Mask]:
    """Where a hazard is, and where it is known whether it is; nowhere without a layer."""
    if hazard is None:
        return np.zeros(shape, bool), np.zeros(shape, bool)
    at = inputs[hazard.property].astype(np.int64) - hazard.low
    known = (at >= 0) & (at < len(hazard.holds))
    at[~known] = 0
    return known & hazard.holds[at], known


def _hazard(
    name: str, meanings: Mapping[str, Meaning], *, at_least: float = -np.inf, at_most: float = np.inf
) -> Hazard | None:
    """The stored integers from ``at_least`` to ``at_most`` cm; None without a layer of numbers."""
    meaning = meanings.get(name)
    if not isinstance(meaning, Packing):
        return None
    depths_cm = np.round(convert(meaning.values(), meaning.unit, "cm"), 9)
    return Hazard(name, meaning.low, (at_least <= depths_cm) & (depths_cm <= at_most))


# ---- one adjustment ---------------------------------------------------------------------


def _step(adjustment: Adjustment, crop: Crop, meaning: Meaning, rule: BoundaryRule) -> Step:
    change, amount = change_of(adjustment)
    if isinstance(meaning, ClassTable):
        codes = _improved(crop.characteristics.get(adjustment.property), meaning, int(amount), rule)
        return Step(adjustment, 0, codes, np.zeros(len(codes), bool))
    packed = np.arange(meaning.low, meaning.high + 1, dtype=np.float64)
    if change == "raise_to":
        # Down to a whole step, so that the target is never passed; 5.999999999 steps are 6.
        wanted = np.maximum(packed, floor(round(amount / meaning.scale, 6)))
    elif change == "times":
        with np.errstate(over="ignore"):
            wanted = np.rint(packed * amount)
    else:
        wanted = np.rint(packed + amount / meaning.scale)
    becomes = np.clip(wanted, meaning.low, meaning.high)
    return Step(adjustment, meaning.low, becomes.astype(np.int64), becomes != wanted)


def _improved(
    criterion: Criterion | None, table: ClassTable, classes: int, rule: BoundaryRule
) -> NDArray[np.int64]:
    """The code that each code (0 no data .. the last) becomes, ``classes`` classes better."""
    codes = np.arange(max(table.code_of.values()) + 1)
    if criterion is None:
        return codes
    order = sorted(table.code_of.values())
    rated = rated_classes(criterion, table, rule)[order]
    places = np.arange(len(order))
    # Nobody comes to a place twice: after as many steps as there are places all have arrived.
    for _ in range(min(classes, len(order))):
        places = np.array([_better_place(int(place), rated) for place in places])
    codes[order] = np.array(order)[places]
    return codes


def _better_place(place: int, rated: Classes) -> int:
    """The place next to ``place`` on the way to the nearest class that is rated better.

    It stays where there is none, or where the next class on the way is rated worse or not at all: an
    improvement never makes land worse. Of two equally near the better one, then the first.
    """
    own = rated[place]
    better = [other for other in range(len(rated)) if 0 < rated[other] < own]
    if not better:
        return place
    nearest = min(better, key=lambda other: (abs(other - place), rated[other], other))
    following = place + (1 if nearest > place else -1)
    return following if 0 < rated[following] <= own else place
