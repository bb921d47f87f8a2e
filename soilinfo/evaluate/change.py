"""What changed between two versions of one raster: cells, true hectares, classes, distributions.

Windows are added one after the other, so that a nation of any size needs the memory of one window.
"""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

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


def states(before: Packed, after: Packed, nodata: int) -> NDArray[np.uint8]:
    """State of each cell, shape as given."""
    had, has = before != nodata, after != nodata
    found = np.where(before == after, State.SAME, State.CHANGED)
    found = np.where(had & has, found, np.where(has, State.GAINED, State.LOST))
    return np.where(had | has, found, State.NOTHING).astype(np.uint8)


@dataclass
class Tally:
    """Hectares by integer value, over whatever range of values comes."""

    low: int = 0
    area_ha: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    def add(self, values: Packed, area_ha: NDArray[np.float64]) -> None:
        """Add cells, shape (cell,), with the hectares of each."""
        if not len(values):
            return
        low, high = min(self.low, int(values.min())), max(self.high, int(values.max()))
        grown = np.zeros(high - low + 1)
        grown[self.low - low : self.high - low + 1] = self.area_ha
        grown += np.bincount(values.astype(np.int64) - low, area_ha, len(grown))
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
        found = states(before, after, self.nodata)
        there = found != State.NOTHING
        state, hectares = found[there], np.broadcast_to(area_ha, found.shape)[there]
        old, new = before[there], after[there]
        self.cells += np.bincount(state, minlength=len(State))
        self.area_ha += np.bincount(state, hectares, len(State))
        had, has = state != State.GAINED, state != State.LOST
        self.before.add(old[had], hectares[had])
        self.after.add(new[has], hectares[has])
        if self.classes:
            self.pairs.add(old.astype(np.int64) * PAIR + new, hectares)
        else:
            both = had & has
            self.difference.add(new[both].astype(np.int64) - old[both], hectares[both])

    def transitions(self) -> list[tuple[int, int, float]]:
        """(code before, code after, hectares) of a class layer, the largest first."""
        found = [
            (*divmod(self.pairs.low + int(at), PAIR), float(self.pairs.area_ha[at]))
            for at in np.flatnonzero(self.pairs.area_ha)
        ]
        return sorted(found, key=lambda one: -one[2])
