"""The area-weighted mean of a unit, with its interval."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.evaluate.indicators.affected import LEAST_KNOWN
from soilinfo.evaluate.indicators.sums import NONE, Steps, Sums
from soilinfo.intervals import INTERVAL_SD

Floats = NDArray[np.float64]
SD_THOUSANDTHS = round(1000 * INTERVAL_SD)
"""Thousandths of a standard deviation to either end of the 90 % interval: 1645."""
FINER = 1000
"""Steps of a bound in a step of its value, so that nothing is rounded."""
ONE = Fraction(1)


def bounds_of(
    mean: Steps, sd: Steps, nodata: int, sd_nodata: int, sd_step: Fraction = ONE
) -> tuple[Steps, Steps]:
    """Lower and upper bound of each cell in FINER steps, NONE where mean or standard deviation is missing.

    ``sd_step``: a step of the standard deviation in steps of the mean. Bounds of a finer one are cut off
    at a FINER step.
    """
    small = max(mean.itemsize, sd.itemsize) <= 2 and sd_step.numerator == 1
    low, high = (np.empty(mean.shape, np.int32 if small else np.int64) for _ in range(2))
    width = SD_THOUSANDTHS * sd_step.numerator, sd_step.denominator
    _write_bounds(mean.ravel(), sd.ravel(), nodata, sd_nodata, width, low.reshape(-1), high.reshape(-1))
    return low, high


@compiled
def _write_bounds(
    mean: Steps, sd: Steps, nodata: int, sd_nodata: int, width: tuple[int, int], low: Steps, high: Steps
) -> None:
    """``width``: of half an interval by a step of the standard deviation, in FINER steps, as a fraction."""
    numerator, denominator = width
    for i in range(len(mean)):
        known = (mean[i] != nodata) & (sd[i] != sd_nodata)
        middle = np.int64(mean[i]) * FINER
        half = np.int64(np.floor(np.int64(sd[i]) * numerator / denominator))  # exact below 2**53
        low[i], high[i] = middle - half if known else NONE, middle + half if known else NONE


def mean_of(sums: Sums, step: Fraction) -> Floats:
    """Mean per zone in the unit of the steps, each cell weighed by its hectares; NaN without data."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean: Floats = sums.steps_ha / sums.valid_ha * step.numerator / step.denominator
    return mean


def mean_interval(middle: Sums, bounds: Sequence[Sums], step: Fraction) -> tuple[Floats, Floats]:
    """Lower and upper bound of the mean per zone: means of the bounds, as errors of all cells count as one.

    That is the widest that it can be. NaN where less than LEAST_KNOWN of the land has bounds, and without
    any.
    """
    if not bounds:
        unknown = np.full(len(middle.valid_ha), np.nan)
        return unknown, unknown
    known = (middle.valid_ha > 0) & (bounds[0].valid_ha >= LEAST_KNOWN * middle.valid_ha)
    middles = mean_of(middle, step)
    low, high = (mean_of(each, step / FINER) for each in bounds)
    # Half the width is that of the land whose uncertainty is known; the mean is that of all land.
    half = (high - low) / 2
    return np.where(known, middles - half, np.nan), np.where(known, middles + half, np.nan)
