"""Affected land: what lies beyond a limit, and how much it could be where values are uncertain."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.evaluate.indicators.sums import Sums

Floats = NDArray[np.float64]
LEAST_KNOWN = 0.95
"""Share of the land with values of which the uncertainty must be known for an interval to be told. Ours."""


@dataclass(frozen=True)
class Limit:
    """Where land begins to be affected: on which side of a value, and whether the value itself is."""

    value: Fraction
    side: Literal["below", "above"]
    inclusive: bool

    def edge(self, step: Fraction) -> int:
        """The whole number of steps below which land is affected, or (above) is not."""
        steps = self.value / step
        owned = (self.side == "below") == self.inclusive
        return floor(steps) + 1 if owned else ceil(steps)

    def affected_ha(self, sums: Sums, at: int) -> Floats:
        """Affected hectares per zone, by the edge at that place."""
        below = sums.below_ha[:, at]
        return below if self.side == "below" else sums.valid_ha - below


def exactly(value: float) -> Fraction:
    """A number as it is written in decimals, to twelve digits: 4.5 is 9/2, and no edge moves by rounding."""
    return Fraction(f"{value:.12g}")


def affected_interval(limit: Limit, middle: Sums, bounds: Sequence[Sums], at: int) -> tuple[Floats, Floats]:
    """Least and most affected hectares per zone, of sums by the lower and the upper bound of each cell.

    Errors of all cells count as one: the least is affected even by the harmless bound, the most already by
    the other. Land whose uncertainty is not known is left out of the least and counts in the most; NaN where
    it is more than LEAST_KNOWN leaves, of zones without data, and without bounds.
    """
    if not bounds:
        unknown = np.full(len(middle.valid_ha), np.nan)
        return unknown, unknown
    low, high = bounds
    harmless, harmful = (high, low) if limit.side == "below" else (low, high)
    doubtful = np.maximum(middle.valid_ha - low.valid_ha, 0)
    known = (middle.valid_ha > 0) & (low.valid_ha >= LEAST_KNOWN * middle.valid_ha)
    least = limit.affected_ha(harmless, at)
    most = limit.affected_ha(harmful, at) + doubtful
    return np.where(known, least, np.nan), np.where(known, most, np.nan)
