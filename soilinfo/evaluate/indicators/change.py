"""Relative change of a property between two times, cell by cell."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from soilinfo.evaluate.indicators.sums import NONE, Steps

PCT_STEP = Fraction(1, 10_000)
"""Percent in a step of a change."""
_STEPS_OF_ONE = 1_000_000
"""Steps of a change by 100 %."""


def relative_change(before: Steps, after: Steps, nodata: int, nodata_after: int) -> NDArray[np.int64]:
    """``100 (after - before) / before`` in steps of PCT_STEP; both in the same steps.

    Cut off towards zero, so that an edge is reached by what is exactly there or beyond, never by rounding:
    100 to 90 is -10 %, 100 to 90.0001 is less. NONE where one is missing, and where nothing was there before,
    of which no change is a share.
    """
    first, last = before.astype(np.int64), after.astype(np.int64)
    missing = (before == nodata) | (after == nodata_after) | (first <= 0)
    whole = np.where(missing, 1, first)
    moved = _STEPS_OF_ONE * (last - first)
    cut = np.sign(moved) * (np.abs(moved) // whole)
    return np.where(missing, NONE, cut)
