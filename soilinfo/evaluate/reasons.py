"""Why land has its class: which characteristics are at it, with which values, and what a better class asks.

The law of the minimum (FAO 1976) makes a cell's class that of its worst characteristics. Those, and no
others, explain it: a characteristic that is S2 does not explain why land is N.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, ClassName, Criterion, Interval, Scenario, SuitabilityClass
from soilinfo.evaluate.kernel import BITS, CROPS_PER_WORD, SEVEN
from soilinfo.evaluate.suitability import Tables
from soilinfo.evaluate.zonal import ZoneIndex, cells_of_strip
from soilinfo.grid import Window


@dataclass(frozen=True)
class Rating:
    """The class that one characteristic alone gives a crop, by stored integer.

    ``ranks[packed - low]``: 1..4, 0 where the characteristic is missing or not rated; the last entry is
    for whatever is out of range. ``quality``: the bit of its land quality.
    """

    characteristic: str
    quality: int
    low: int
    ranks: NDArray[np.uint8]

    def of(self, packed: NDArray[np.integer]) -> NDArray[np.uint8]:
        """The class of each cell, of the shape of ``packed``."""
        at = packed.astype(np.int64) - self.low
        at[(at < 0) | (at >= len(self.ranks))] = len(self.ranks) - 1
        return self.ranks[at]

    def least_highly_suitable(self) -> int | None:
        """The lowest stored integer that is S1 although one below it is not; None where there is none."""
        better = np.flatnonzero(np.diff((self.ranks[:-1] == SuitabilityClass.S1).astype(np.int8)) > 0)
        return self.low + int(better[0]) + 1 if len(better) else None


def ratings(tables: Tables, crop: str, scenario: Scenario = "actual") -> list[Rating]:
    """What each characteristic that a crop's table uses and a layer covers makes of its values.

    Read from the compiled tables, so that boundary rule, gaps, absent hazards and management are those of
    the evaluation. Of drainage on protected peat it says what ``actual`` says.
    """
    word, shift = divmod(tables.crops.index(crop), CROPS_PER_WORD)
    by, at = np.uint64(BITS * shift), SCENARIOS.index(scenario)
    qualities = np.searchsorted(tables.ends, np.arange(len(tables.factors)), side="right")
    found = []
    for factor, lookup in enumerate(tables.factors):
        row, known, lacks = (
            each[factor] >> by & SEVEN
            for each in (tables.rows[word, at], tables.known[word], tables.lacks[word])
        )
        rank = (SuitabilityClass.N - np.bitwise_count(row)).astype(np.uint8)
        rank[(known == 0) | (lacks > 0)] = 0
        found.append(Rating(lookup.name, int(qualities[factor]), lookup.low, rank[lookup.bands]))
    return found


def cells_by_strip(index: ZoneIndex) -> Iterator[tuple[Window, NDArray[np.int64], NDArray[np.float64]]]:
    """The cells of all zones of an index, strip by strip: window, place in the flattened window, hectares."""
    for window, part in index.strips():
        cells, span = cells_of_strip(index, window, part)
        yield window, cells, index.span_ha[part][span]


def add_up(sums: dict[int, float], keys: NDArray[np.integer], hectares: NDArray[np.float64]) -> None:
    """Add the hectares of cells to the sums by key."""
    known, at = np.unique(keys, return_inverse=True)
    for key, area in zip(known, np.bincount(at, hectares, len(known)), strict=True):
        sums[int(key)] = sums.get(int(key), 0.0) + float(area)


def median(hectares: Mapping[int, float]) -> int:
    """The smallest value at which half of the area is reached: one that some cell has."""
    values = sorted(hectares)
    reached = np.cumsum([hectares[value] for value in values])
    return values[int(np.searchsorted(reached, reached[-1] / 2 - 1e-9))]


def better_band(criterion: Criterion, rank: int, value: float | str) -> tuple[ClassName, Any] | None:
    """The next better class that a row has a band for, and that band as it is printed.

    Of a numeric row the interval nearest to ``value``, of categories their ids. None where no better
    class is printed.
    """
    for better in range(rank - 1, 0, -1):
        name: ClassName = SuitabilityClass(better).name  # type: ignore[assignment]
        if band := criterion.bands.get(name):
            if isinstance(value, str):
                return name, list(band)
            intervals = [each for each in band if not isinstance(each, str)]
            return name, min(intervals, key=lambda each: _distance(each, value))
    return None


def edge_of(interval: Interval, value: float) -> float | None:
    """The end of an interval that is nearest to a value."""
    return min((end for end in interval if end is not None), key=lambda end: abs(end - value), default=None)


def _distance(interval: Interval, value: float) -> float:
    low, high = interval
    return max((-inf if low is None else low) - value, value - (inf if high is None else high), 0.0)
