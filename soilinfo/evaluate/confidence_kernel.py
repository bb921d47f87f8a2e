"""The inner loop of :mod:`soilinfo.evaluate.confidence`, compiled: probabilities of a crop's classes.

Nothing is compiled on import; see :mod:`soilinfo.compiled`.
"""

from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

CLASSES = 4
_REACH = 6
"""Standard deviations beyond which a normal distribution holds nothing (1e-9)."""
_PER_DEVIATION = 256
_NORMAL = np.array(
    [
        (1 + erf(step / _PER_DEVIATION / sqrt(2))) / 2
        for step in range(-_REACH * _PER_DEVIATION, _REACH * _PER_DEVIATION + 1)
    ]
)
"""The normal distribution function, to be interpolated: within 5e-7."""
_CERTAIN = 1e-3
"""Standard deviation, in packed steps, that stands for 0: the value keeps to its step."""


@compiled
def _normal(deviations: float) -> float:
    """Probability of less than so many standard deviations above the mean."""
    place = (deviations + _REACH) * _PER_DEVIATION
    if place <= 0:
        return 0.0
    if place >= len(_NORMAL) - 1:
        return 1.0
    at = int(place)
    return float(_NORMAL[at] + (place - at) * (_NORMAL[at + 1] - _NORMAL[at]))


@compiled
def _rated(
    mean: float,
    spread: float,
    edges: NDArray[np.float64],
    ranks: NDArray[np.int64],
    below: NDArray[np.float64],
) -> int:
    """Write ``below[k]``, the probability that one property allows class ``k`` or better.

    Returns the class that its mean gives.
    """
    below[:] = 0.0
    own, begin = 0, _normal((edges[0] - mean) / spread)
    whole = _normal((edges[-1] - mean) / spread) - begin
    for piece in range(len(ranks)):
        end = _normal((edges[piece + 1] - mean) / spread)
        below[ranks[piece]] += (end - begin) / whole
        begin = end
        if edges[piece] < mean:
            own = ranks[piece]
    for rank in range(2, CLASSES):
        below[rank] += below[rank - 1]
    below[CLASSES] = 1.0
    return own


@compiled
def _write(
    given: int,
    worst: int,
    properties: int,
    joint: NDArray[np.float64],
    least: NDArray[np.float64],
    total: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """One cell's probabilities of S1..N, that of its class ``worst``, and the bounds of the latter.

    By class ``k``: ``joint`` product, ``least`` minimum and ``total`` sum of the properties'
    probabilities of ``k`` or better. A class better than ``given`` is impossible.
    """
    joint[:given], least[:given], total[:given] = 0.0, 0.0, properties - 1.0
    for rank in range(1, CLASSES + 1):
        out[rank - 1] = joint[rank] - joint[rank - 1]
    best, worse = max(0.0, total[worst] - properties + 1), max(0.0, total[worst - 1] - properties + 1)
    highest = least[worst] - worse
    if given < worst:  # then some property must be at this class, of all that may be
        highest = min(highest, total[worst] - total[worst - 1])
    out[CLASSES] = out[worst - 1]
    out[CLASSES + 1] = max(0.0, best - least[worst - 1])
    out[CLASSES + 2] = highest


@compiled
def class_probabilities(
    given: NDArray[np.uint8],
    means: NDArray[np.int32],
    spreads: NDArray[np.float32],
    edges: NDArray[np.float64],
    ranks: NDArray[np.int64],
    out: NDArray[np.float32],
) -> None:
    """Probabilities of S1, S2, S3, N, of the assigned class, and its bounds: ``out`` (7, cell).

    ``given`` (cell): class that the certain properties give, 0 where there is none.
    ``means``, ``spreads`` (property, cell): in packed steps; a mean outside the edges is missing and
    limits nothing, a spread that is NaN leaves the cell as it is.
    ``edges`` (property, piece + 1), ``ranks`` (property, piece): class by pieces of the packed range.
    """
    below = np.empty(CLASSES + 1)
    joint, least, total = np.empty(CLASSES + 1), np.empty(CLASSES + 1), np.empty(CLASSES + 1)
    for cell in range(len(given)):
        worst, properties = int(given[cell]), 0
        joint[:], least[:], total[:] = 1.0, 1.0, 0.0
        for at in range(len(edges)):
            mean, spread = float(means[at, cell]), float(spreads[at, cell])
            if worst and edges[at, 0] < mean < edges[at, -1]:
                if np.isnan(spread):
                    worst = 0
                else:
                    own = _rated(mean, max(spread, _CERTAIN), edges[at], ranks[at], below)
                    worst, properties = max(worst, own), properties + 1
                    for rank in range(CLASSES + 1):
                        joint[rank] *= below[rank]
                        least[rank] = min(least[rank], below[rank])
                        total[rank] += below[rank]
        if worst:
            _write(int(given[cell]), worst, properties, joint, least, total, out[:, cell])
