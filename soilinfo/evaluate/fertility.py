"""Fertility classes: rating of soil values, how sure a class is, and which class a unit has.

Classes are counted from the poorest on, as their edges ascend; what they are called (very low .. very
high, or low, medium, high) and the edges are configuration. Printed tables go in steps (1.00-2.00, then
2.01-3.00) that leave 2.004 to nobody: classes are taken to follow one another without a gap, and the
lower class owns the printed edge.
"""

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.errors import InputError

Classes = NDArray[np.uint8]
"""Classes 1 (poorest), 2, 3 ...; 0 where there is none."""

_DECIMALS_HA = 5
"""Areas are compared to a tenth of a square metre, as tables print them: noise of a sum is no majority."""


def rate(values: ArrayLike, edges: Sequence[float], decimals: int | None = None) -> Classes:
    """Class of each value: 1 up to and with the first edge, 2 up to the second ...; 0 where it is missing.

    ``values``: numbers of any shape in the unit of the edges, NaN or infinite where missing. ``edges``
    ascend. ``decimals``: those that the property is stored with; a float is then rated as the packed
    integer that it would be stored as, so that a float32 of 0.1, which is a little more, is 0.1.
    """
    numbers = np.asarray(values, np.float64)
    if decimals is not None:
        numbers = np.round(numbers, decimals)
    classes = np.ones(numbers.shape, np.uint8)
    for edge in edges:
        classes += numbers > edge
    return np.where(np.isfinite(numbers), classes, np.uint8(0))


def class_probabilities(
    mean: ArrayLike,
    sd: ArrayLike,
    edges: Sequence[float],
    valid_range: tuple[float, float] = (-inf, inf),
) -> NDArray[np.float64]:
    """Probability of each class (class, ...), where the value is normal around ``mean``.

    ``mean`` and ``sd`` (of one shape, or one number for all) are in the unit of the edges. The distribution
    is cut off at the ends of ``valid_range``, as that of :mod:`soilinfo.evaluate.confidence` is: no soil
    holds less than nothing. An ``sd`` of 0 is a certain value; NaN of either is no probability. Raises
    InputError for a negative ``sd``.
    """
    from scipy.special import ndtr  # half a second to load, which no other command should wait for

    means, deviations = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(sd, np.float64))
    if (deviations < 0).any():
        raise InputError(f"a standard deviation is not negative; one is {np.nanmin(deviations):g}")
    low, high = valid_range
    ends = np.array([low, *np.clip(edges, low, high), high]).reshape(-1, *[1] * means.ndim)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        below = ndtr((ends - means) / deviations)
        shares = np.diff(below, axis=0) / (below[-1] - below[0])
    ranks = np.arange(1, len(edges) + 2).reshape(-1, *[1] * means.ndim)
    certain = rate(means, edges) == ranks
    known = ~np.isnan(means + deviations)
    return np.where(known, np.where(deviations > 0, shares, certain), np.nan)


def majority(areas_ha: ArrayLike, nodata_ha: ArrayLike = 0.0) -> Classes:
    """The class that most land of each unit has (...), by its hectares (..., class), poorest first.

    Of equals it is the poorer, as wherever a unit is said to be of one class (of equals the worse): too
    much phosphate is seen in the next soil test, a harvest lost to too little is not got back. Ours. None (0)
    where a unit has no land, and where more than half of it has no data.
    """
    areas = np.round(np.asarray(areas_ha, np.float64), _DECIMALS_HA)
    valid = areas.sum(axis=-1)
    told = (valid > 0) & (np.round(np.asarray(nodata_ha, np.float64), _DECIMALS_HA) <= valid)
    return np.where(told, areas.argmax(axis=-1) + 1, 0).astype(np.uint8)


def majority_probabilities(by_rank_ha: NDArray[np.float64], nodata_ha: ArrayLike) -> NDArray[np.float64]:
    """The probability of each class (unit, class), 0..1, to be the one that most land of a unit has.

    ``by_rank_ha`` (unit, class, u): the hectares of each class were all cells of a unit at the same quantile
    ``u`` of their own distributions, of equally likely ``u``, as
    :func:`soilinfo.evaluate.expected_areas.hectares_by_rank` has them; ``nodata_ha`` (unit): land of unknown
    distribution. So one error is common to all cells of a unit (each is off by the same number of its
    standard deviations), which is the upper end: what maps are wrong by is alike among neighbours, and errors
    of each cell for itself would average out in a district. NaN where a unit has no :func:`majority`.
    """
    nodata = np.asarray(nodata_ha, np.float64)[..., np.newaxis]
    most = majority(by_rank_ha.swapaxes(-1, -2), nodata)[..., np.newaxis, :]
    ranks = np.arange(1, by_rank_ha.shape[-2] + 1)[:, np.newaxis]
    return np.where((most > 0).all(axis=-1), (most == ranks).mean(axis=-1), np.nan)


def shares_pct(areas_ha: ArrayLike, nodata_ha: ArrayLike) -> NDArray[np.float64]:
    """Percent of the land by class, and last without data (..., class + 1), of areas (..., class).

    They add up to 100; NaN where there is no land at all.
    """
    hectares = np.concatenate([np.asarray(areas_ha), np.asarray(nodata_ha)[..., np.newaxis]], axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(100 * hectares / hectares.sum(axis=-1, keepdims=True))
