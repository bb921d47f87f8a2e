"""An index of several indicators: each scored between its worst and its best value, then averaged."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def score(values: ArrayLike, worst: float, best: float) -> Floats:
    """0 at ``worst`` and beyond, 100 at ``best`` and beyond, in between in proportion; NaN of NaN."""
    share = (np.asarray(values, float) - worst) / (best - worst)
    return np.asarray(100 * np.clip(share, 0.0, 1.0))


def weighted(scores: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Weighted mean of the scores (part, unit) of each unit; NaN where one of them is not known.

    An index that went on without a part would be another one from unit to unit.
    """
    total = np.zeros_like(scores[0])
    for each, weight in zip(scores, weights, strict=True):
        total = total + weight * each
    return np.asarray(total / sum(weights))
