"""What became of land between two evaluations: hectares by class and limiting qualities, before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.evaluate.zonal import Read, ZoneIndex, histogram

CLASSES = len(SuitabilityClass) + 1
"""Classes and no data (0)."""

_BITS = 16
"""Bits of a mask of limiting qualities."""


@dataclass(frozen=True)
class Move:
    """Land of one class and limiting qualities (a bit mask) before, and what it is after; 0 is no data."""

    before: int
    after: int
    limited_before: int
    limited_after: int
    hectares: float

    @property
    def gain(self) -> int:
        """Classes gained; negative where land became worse, 0 where a class is missing."""
        return self.before - self.after if self.before and self.after else 0

    @property
    def reason(self) -> int:
        """The qualities that explain the move: those released by it, or those that now limit."""
        return self.limited_before if self.gain > 0 else self.limited_after if self.gain < 0 else 0


def kinds_of_move(
    classes: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    limiting: tuple[NDArray[np.uint16], NDArray[np.uint16]],
) -> NDArray[np.int64]:
    """Classes and limiting qualities (before, after) of each cell in one number."""
    kinds = classes[0].astype(np.int64)
    for part, bits in ((classes[1], _BITS), (limiting[0], _BITS), (limiting[1], _BITS)):
        kinds = kinds << bits | part
    return kinds


def moves_of(hectares: Mapping[int, float]) -> list[Move]:
    """The moves that :func:`kinds_of_move` tells, from the hectares of each, the largest first."""
    found = [_move(kind, area) for kind, area in hectares.items()]
    return sorted((move for move in found if move.hectares > 0), key=lambda move: -move.hectares)


def transitions(index: ZoneIndex, change: Read) -> NDArray[np.float64]:
    """Hectares (zone, class before, class after), 0 for no data; ``change`` reads :func:`change_codes`."""
    areas = histogram(index, change, low=0, high=CLASSES * CLASSES - 1, nodata=-1)
    hectares = areas.area_ha.reshape(-1, CLASSES, CLASSES)
    hectares[:, 0, 0] += areas.nodata_ha
    return hectares


def change_codes(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Class before and after in one number: ``before * CLASSES + after``."""
    return np.asarray(before * np.uint8(CLASSES) + after, np.uint8)


def gained(before: NDArray[np.integer], after: NDArray[np.integer]) -> NDArray[np.float64]:
    """Classes gained, -3 to 3; NaN where one of the two has no class."""
    steps = before.astype(np.float64) - after
    return np.where((before > 0) & (after > 0), steps, np.nan)


def by_quality(found: Sequence[Move], qualities: Sequence[str]) -> Mapping[str, tuple[float, float]]:
    """Hectares released and newly limited by each quality that explains a move, the most first.

    Land that two qualities held back counts for both.
    """
    sums = {
        code: (
            sum((move.hectares for move in found if move.gain > 0 and move.reason >> bit & 1), 0.0),
            sum((move.hectares for move in found if move.gain < 0 and move.reason >> bit & 1), 0.0),
        )
        for bit, code in enumerate(qualities)
    }
    return dict(sorted(((c, s) for c, s in sums.items() if any(s)), key=lambda one: -sum(one[1])))


def _move(kind: int, hectares: float) -> Move:
    mask = (1 << _BITS) - 1
    limited_after, limited_before = kind & mask, kind >> _BITS & mask
    return Move(kind >> 3 * _BITS, kind >> 2 * _BITS & mask, limited_before, limited_after, hectares)
