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
from scipy.special import ndtr

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


def majority(areas_ha: ArrayLike, nodata_ha: float = 0.0) -> int | None:
    """The position of the class that most land of a unit has, of its hectares by class, poorest first.

    Of equals it is the poorer, as wherever a unit is said to be of one class (of equals the worse): too
    much phosphate is seen in the next soil test, a harvest lost to too little is not got back. Ours. None
    where a unit has no land, and where more than half of it has no data.
    """
    areas = np.round(np.asarray(areas_ha, np.float64), _DECIMALS_HA)
    valid = areas.sum()
    if valid <= 0 or round(nodata_ha, _DECIMALS_HA) > valid:
        return None
    return int(areas.argmax())


def shares_pct(areas_ha: ArrayLike, nodata_ha: ArrayLike) -> NDArray[np.float64]:
    """Percent of the land by class, and last without data (..., class + 1), of areas (..., class).

    They add up to 100; NaN where there is no land at all.
    """
    hectares = np.concatenate([np.asarray(areas_ha), np.asarray(nodata_ha)[..., np.newaxis]], axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(100 * hectares / hectares.sum(axis=-1, keepdims=True))
