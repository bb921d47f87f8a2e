"""What changed between two versions of one raster: cells, true hectares, classes, distributions.

Windows are added one after the other, so that a nation of any size needs the memory of one window.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.evaluate.zonal import QUANTILES

Packed = NDArray[np.integer]
PAIR = 256
"""Codes of a class layer are below it."""


class State(IntEnum):
    """What became of one cell; NOTHING: without data before and after."""

    NOTHING = 0
    SAME = 1
    CHANGED = 2
    GAINED = 3
    LOST = 4


_NOTHING, _SAME, _CHANGED, _GAINED, _LOST = (int(state) for state in State)
"""As compiled code knows them."""


@compiled
def _state(before: int, after: int, nodata: int) -> int:
    if before == nodata:
        return _NOTHING if after == nodata else _GAINED
    if after == nodata:
        return _LOST
    return _SAME if before == after else _CHANGED


@compiled
def states(before: Packed, after: Packed, nodata: int) -> NDArray[np.uint8]:
    """State of each cell, shape (y, x) as given."""
    found = np.empty(before.shape, np.uint8)
    for row in range(before.shape[0]):
        for col in range(before.shape[1]):
            found[row, col] = _state(before[row, col], after[row, col], nodata)
    return found


@dataclass
class Tally:
    """Hectares by integer value, over whatever range of values comes."""

    low: int = 0
    area_ha: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    def reach(self, low: int, high: int) -> None:
        """Widen the range so that it holds every value from ``low`` to ``high``."""
        low, high = min(self.low, low), max(self.high, high)
        grown = np.zeros(high - low + 1)
        grown[self.low - low : self.high - low + 1] = self.area_ha
        self.low, self.area_ha = low, grown

    @property
    def high(self) -> int:
        """The largest value of the range."""
        return self.low + len(self.area_ha) - 1

    def hectares(self, value: int) -> float:
        """Hectares of one value."""
        return float(self.area_ha[value - self.low]) if self.low <= value <= self.high else 0.0

    def statistics(self, scale: float) -> dict[str, float | None]:
        """Area-weighted mean, sd (population) and quantiles of value * scale; None without any area.

        A quantile is the smallest value at which the cumulative share reaches it, as in the tables
        by administrative unit.
        """
        total = self.area_ha.sum()
        if not total:
            return dict.fromkeys(("mean", "sd", *QUANTILES))
        share = self.area_ha / total
        values = np.round((self.low + np.arange(len(share))) * scale, 10)
        mean = float(share @ values)
        reached = share.cumsum() + 1e-12
        found = {name: float(values[(reached >= level).argmax()]) for name, level in QUANTILES.items()}
        return {"mean": mean, "sd": float(np.sqrt(share @ (values - mean) ** 2)), **found}


@dataclass
class Change:
    """All that changed, added up over windows. ``cells`` and ``area_ha`` by :class:`State`.

    ``before`` and ``after`` tally every cell with data, ``difference`` (after - before) those with
    data in both, ``pairs`` (of a class layer) before * PAIR + after, no data included.
    """

    nodata: int
    classes: bool
    cells: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(State), dtype=np.int64))
    area_ha: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(State)))
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    difference: Tally = field(default_factory=Tally)
    pairs: Tally = field(default_factory=Tally)

    def add(self, before: Packed, after: Packed, area_ha: NDArray[np.float64]) -> None:
        """Add one window: packed integers (y, x) of both versions, hectares of each cell (y, x) or (y, 1)."""
        old, new = _range(before, self.nodata), _range(after, self.nodata)
        self.before.reach(*old)
        self.after.reach(*new)
        if self.classes:
            self.pairs.reach(0, PAIR * PAIR - 1)
        else:
            self.difference.reach(new[0] - old[1], new[1] - old[0])
        tallies = [(each.low, each.area_ha) for each in (self.before, self.after)]
        both = self.pairs if self.classes else self.difference
        _add(
            (before, after, np.broadcast_to(area_ha, before.shape)),
            (self.nodata, self.classes),
            (self.cells, self.area_ha),
            (*tallies, (both.low, both.area_ha)),
        )

    def transitions(self) -> list[tuple[int, int, float]]:
        """(code before, code after, hectares) of a class layer, the largest first."""
        found = [
            (*divmod(self.pairs.low + int(at), PAIR), float(self.pairs.area_ha[at]))
            for at in np.flatnonzero(self.pairs.area_ha)
        ]
        return sorted(found, key=lambda one: -one[2])


@compiled
def _range(values: Packed, nodata: int) -> tuple[int, int]:
    """Least and greatest value, leaving out no data; (0, 0) where there is nothing else."""
    low, high, none = 0, 0, True
    for value in values.flat:
        if value != nodata:
            low = int(value) if none or value < low else low
            high = int(value) if none or value > high else high
            none = False
    return low, high


@compiled
def _add(
    window: tuple[Packed, Packed, NDArray[np.float64]],
    kind: tuple[int, bool],
    totals: tuple[NDArray[np.int64], NDArray[np.float64]],
    tallies: tuple[tuple[int, NDArray[np.float64]], ...],
) -> None:
    """Add a window (before, after, hectares) to cells and hectares by state, and to the tallies of before,
    after, and of differences or pairs (each: its least value, and hectares).

    ``kind``: no data, and whether values are codes of classes.
    """
    (before, after, area_ha), (nodata, classes), (cells, hectares) = window, kind, totals
    (old_low, old_ha), (new_low, new_ha), (both_low, both_ha) = tallies
    for row in range(before.shape[0]):
        for col in range(before.shape[1]):
            old, new, area = int(before[row, col]), int(after[row, col]), area_ha[row, col]
            state = _state(old, new, nodata)
            if state == _NOTHING:
                continue
            cells[state] += 1
            hectares[state] += area
            if state != _GAINED:
                old_ha[old - old_low] += area
            if state != _LOST:
                new_ha[new - new_low] += area
            if classes:
                both_ha[old * PAIR + new - both_low] += area
            elif state in (_SAME, _CHANGED):
                both_ha[new - old - both_low] += area
