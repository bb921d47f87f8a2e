"""Relative change of a property between two times, cell by cell."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.evaluate.indicators.sums import NONE, Steps

PCT_STEP = Fraction(1, 10_000)
"""Percent in a step of a change."""
_STEPS_OF_ONE = 1_000_000
"""Steps of a change by 100 %."""


@compiled
def relative_change(
    before: Steps, after: Steps, nodata: int, nodata_after: int, factor: int = 1, factor_after: int = 1
) -> NDArray[np.int64]:
    """``100 (after - before) / before`` in steps of PCT_STEP, shape (y, x) as given.

    ``factor``, ``factor_after``: what makes the steps of both the same; below 2**32 of these there may be.
    Cut off towards zero, so that an edge is reached by what is exactly there or beyond, never by rounding:
    100 to 90 is -10 %, 100 to 90.0001 is less. NONE where one is missing, and where nothing was there before,
    of which no change is a share.
    """
    found = np.empty(before.shape, np.int64)
    for row in range(before.shape[0]):
        for col in range(before.shape[1]):
            first, last = np.int64(before[row, col]) * factor, np.int64(after[row, col]) * factor_after
            known = (before[row, col] != nodata) & (after[row, col] != nodata_after) & (first > 0)
            # As floats, of which a vector divides several at once: what is below 2**53 they hold whole, and a
            # quotient of it is never rounded up to the next step.
            moved = np.trunc(_STEPS_OF_ONE * (last - first) / (first if known else 1))
            found[row, col] = np.int64(moved) if known else NONE
    return found
