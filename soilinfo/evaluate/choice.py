"""Choosing between crops and uses: the best crop of each cell, what rivals it, and what land is left.

Crops are compared by their class, then by their potential class, then by a weight (price, priority), then
by their order. Two crops that are alike in class and potential compete: the weight only says which of
them a map shows. A crop without a class is never the best, and nowhere counted as unsuitable. Nor is a crop
ever the best where its whole table rates it N, whatever it is on the characteristics that all crops share.

Classes are those of :mod:`soilinfo.evaluate.suitability`: 1..4 for S1..N, 0 no data. There is no
published standard for any of this: the order, the weights, the steps and their classes are configuration.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.choice import AVAILABLE, NO_CROP, UNKNOWN
from soilinfo.catalog.models import Crop, SuitabilityClass

Classes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

NOT_COUNTED = 255
"""In place of a number of crops: no crop has a class."""
NOT_JUDGED, ELSEWHERE = 5, 6
"""Beside the classes 1..4 of land under some use: land under it that has no class; land under other uses."""


# ---- on what crops are compared -----------------------------------------------------------


@dataclass(frozen=True)
class LeftOut:
    """A characteristic on which crops cannot be compared, and why.

    ``crops``: those whose tables have no such row; ``regional``: the regional criteria sets that drop it.
    ``covered_pct``: share of the land with data.
    """

    characteristic: str
    reason: Literal["no_layer", "no_row", "gaps"]
    crops: tuple[str, ...] = ()
    covered_pct: float | None = None
    regional: tuple[str, ...] = ()


@dataclass(frozen=True)
class Basis:
    """The characteristics on which all compared crops are judged, and those left out with the reason."""

    used: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def common_basis(
    crops: Sequence[Crop],
    covered_pct: Mapping[str, float],
    *,
    regional: Mapping[str, Crop] = MappingProxyType({}),
    irrigation_only: Collection[str] = (),
    least_pct: float,
) -> Basis:
    """The characteristics that are known everywhere for all ``crops``.

    A crop whose table lacks a row, or whose layer has gaps, is not limited by what nobody knows: it would
    win by ignorance. So a characteristic counts only when every table has it and its layer has data on
    ``least_pct`` of the land. ``covered_pct``: that share for each characteristic with a layer.
    ``regional``: tables that hold in a part of the land, by criteria set; they must have the row too.
    ``irrigation_only``: rain and the like, which an irrigated crop does not depend on; it needs no row.
    """
    every = [*crops, *regional.values()]
    named = sorted({name for crop in every for name in crop.characteristics})

    def lacks(name: str, crop: Crop) -> bool:
        return name not in crop.characteristics and not (crop.irrigated and name in irrigation_only)

    judged = {
        name: _left_out(
            name,
            tuple(crop.id for crop in crops if lacks(name, crop)),
            tuple(id for id, crop in regional.items() if lacks(name, crop)),
            covered_pct.get(name),
            least_pct,
        )
        for name in named
    }
    return Basis(
        tuple(name for name, left in judged.items() if left is None),
        tuple(left for left in judged.values() if left is not None),
    )


def _left_out(
    name: str,
    crops: tuple[str, ...],
    regional: tuple[str, ...],
    covered_pct: float | None,
    least_pct: float,
) -> LeftOut | None:
    if covered_pct is None:
        return LeftOut(name, "no_layer", crops, None, regional)
    if crops or regional:
        return LeftOut(name, "no_row", crops, covered_pct, regional)
    return LeftOut(name, "gaps", covered_pct=covered_pct) if covered_pct < least_pct else None


def cut_to(crop: Crop, characteristics: Collection[str]) -> Crop:
    """A crop with only those rows of its table that are about these characteristics."""
    rows = {name: row for name, row in crop.characteristics.items() if name in characteristics}
    return crop.model_copy(update={"characteristics": rows})


# ---- the best crop ------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What to grow in each cell; every array is (y, x).

    ``best``: the crop's code, 0 no data, NO_CROP. ``best_class``, ``best_potential``: its classes among the
    crops compared, ``best_whole``: its class by its whole table; 0 no data, and where there is no best crop
    both ``best_class`` and ``best_whole`` are N, ``best_potential`` is 0. ``suitable``: how many crops have a
    suitable class; ``competing``: how many others are as good as the best in class and potential; both
    NOT_COUNTED without data.
    """

    best: Classes
    best_class: Classes
    best_potential: Classes
    best_whole: Classes
    suitable: NDArray[np.uint8]
    competing: NDArray[np.uint8]


def candidates(actual: Classes, whole: Classes) -> Classes:
    """Classes (crop, y, x) on the characteristics that crops share, N where a crop is N by its whole table.

    ``whole``: classes by the whole tables, 0 where these do not know one: there nothing speaks against it.
    """
    return np.where(whole == SuitabilityClass.N, whole, actual)


def choose(
    actual: Classes,
    potential: Classes,
    whole: Classes,
    *,
    codes: Sequence[int],
    weights: Sequence[float],
    suitable: Collection[SuitabilityClass] = (SuitabilityClass.S1, SuitabilityClass.S2),
) -> Choice:
    """The best crop of each cell.

    ``actual`` and ``potential``: classes (crop, y, x) of the same crops in the same order, which is the last
    resort between equals, on what they share; ``whole``: those of the land as it is by their whole tables,
    as :func:`candidates` takes them; ``codes`` and ``weights`` one a crop.
    """
    shape = actual.shape[1:]
    is_suitable, actual = _is_one_of(suitable), candidates(actual, whole)
    least = np.full(shape, _NO_CLASS)
    best, best_whole, competing, number = (np.zeros(shape, np.uint8) for _ in range(4))
    for crop in sorted(range(len(codes)), key=lambda at: -weights[at]):
        standing = _standing(actual[crop], potential[crop])
        better, equal = standing < least, (standing == least) & (standing != _NO_CLASS)
        best[better], best_whole[better] = codes[crop], whole[crop][better]
        competing = np.where(better, 0, competing + equal).astype(np.uint8)
        least = np.minimum(least, standing)
        number += is_suitable[actual[crop]]
    nothing = least == _NO_CLASS
    hopeless = ~nothing & (least >= _HOPELESS)
    best[hopeless], best_whole[hopeless], competing[hopeless] = NO_CROP, SuitabilityClass.N, 0
    return Choice(
        best,
        np.where(nothing, 0, least // _STEP).astype(np.uint8),
        np.where(nothing | hopeless, 0, least % _STEP).astype(np.uint8),
        best_whole,
        np.where(nothing, NOT_COUNTED, number).astype(np.uint8),
        np.where(nothing, NOT_COUNTED, competing).astype(np.uint8),
    )


def flags(
    actual: Classes, potential: Classes, whole: Classes, suitable: Collection[SuitabilityClass]
) -> NDArray[np.int64]:
    """Two bits a crop in each cell: bit ``c`` where crop ``c`` is suitable, bit ``crops + c`` where it is as
    good as the best (which N never is). Classes as in :func:`choose`; at most MOST_CROPS crops."""
    is_suitable, crops, actual = _is_one_of(suitable), len(actual), candidates(actual, whole)
    standing = np.stack([_standing(*classes) for classes in zip(actual, potential, strict=True)])
    least = np.minimum(standing.min(axis=0), _HOPELESS - 1)
    found = np.zeros(actual.shape[1:], np.int64)
    for crop in range(crops):
        found |= is_suitable[actual[crop]].astype(np.int64) << crop
        found |= (standing[crop] <= least).astype(np.int64) << (crops + crop)
    return found


_STEP = np.uint8(8)
_NO_CLASS = np.uint8(255)
_HOPELESS = np.uint8(SuitabilityClass.N * 8)
"""From here on, as :func:`_standing` writes it, a crop is N as the land is."""


def _standing(actual: Classes, potential: Classes) -> Classes:
    """Class and potential class as one number, the smaller the better; _NO_CLASS without a class."""
    return np.where(actual == 0, _NO_CLASS, actual * _STEP + potential).astype(np.uint8)


def _is_one_of(classes: Collection[SuitabilityClass]) -> Mask:
    """Whether each stored code, from 0 on, is one of these classes."""
    return np.isin(np.arange(len(SuitabilityClass) + 1), [int(each) for each in classes])


def at_least(area_by_number: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area suitable for at least 1, 2, 3 ... crops, of areas (zone, number of crops from 0 on)."""
    return area_by_number[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]


def ranks(score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank of each crop within its zone by a score (zone, crop), the largest first; equals share a rank."""
    return (score[:, np.newaxis, :] > score[:, :, np.newaxis]).sum(axis=2) + 1


# ---- available land -----------------------------------------------------------------------


@dataclass(frozen=True)
class Exclusion:
    """What one step says of a window, arrays (y, x): where its layer has data, what of that it excludes."""

    known: Mask
    excluded: Mask


def first_loss(steps: Sequence[Exclusion]) -> NDArray[np.uint8]:
    """At which step each cell is lost: 1, 2 ..., AVAILABLE when every step lets it pass.

    The first step that is known to exclude a cell decides, whatever is not known of others. Where none does
    and one has no data, the value is UNKNOWN plus the number of the first such step: that land is neither
    lost nor available.
    """
    outcome = np.full(steps[0].known.shape, AVAILABLE, np.uint8)
    for number, step in reversed([*enumerate(steps, start=1)]):
        outcome[~step.known] = UNKNOWN + number
    for number, step in reversed([*enumerate(steps, start=1)]):
        outcome[step.excluded] = number
    return outcome


@dataclass(frozen=True)
class Funnel:
    """Hectares of suitable land per zone: lost and unknown (zone, step), and what remains (zone)."""

    lost_ha: NDArray[np.float64]
    unknown_ha: NDArray[np.float64]
    remaining_ha: NDArray[np.float64]


def funnel(area_by_outcome: NDArray[np.float64], steps: int) -> Funnel:
    """The funnel of areas (zone, outcome from 1 to AVAILABLE) of :func:`first_loss`."""
    return Funnel(
        area_by_outcome[:, :steps],
        area_by_outcome[:, UNKNOWN : UNKNOWN + steps],
        area_by_outcome[:, AVAILABLE - 1],
    )


# ---- use of land and its suitability ------------------------------------------------------


def class_under_use(used: Mask, use_known: Mask, classes: Classes) -> NDArray[np.uint8]:
    """The best class of some crops where land has a use: 1..4, NOT_JUDGED, ELSEWHERE, 0 no data.

    ``used``: where the land has the use, of ``use_known``. ``classes`` (crop, y, x); where one of the crops
    has no class the land is not judged.
    """
    judged = (classes > 0).all(axis=0)
    under_use = np.where(judged, classes.min(axis=0), NOT_JUDGED)
    return np.where(use_known, np.where(used, under_use, ELSEWHERE), 0).astype(np.uint8)
