"""The inner loop of :mod:`soilinfo.evaluate.confidence`, compiled: probabilities of a crop's classes.

Nothing is compiled on import; see :mod:`soilinfo.compiled`.
"""

from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

CLASSES = 4
STRIP = 480
"""Cells carried through all properties at a time, so that what is between stays in the cache; no power
of 2, for which the rows of an array would fall on one line of the cache."""
_REACH = 6
"""Standard deviations beyond which a normal distribution holds nothing (1e-9)."""
_PER_DEVIATION = 256
_STEPS = 2 * _REACH * _PER_DEVIATION
_NORMAL = np.array([(1 + erf((step / _PER_DEVIATION - _REACH) / sqrt(2))) / 2 for step in range(_STEPS + 1)])
"""The normal distribution function, to be interpolated: within 5e-7."""
_RISE = np.diff(_NORMAL)
_LAST = np.nextafter(float(_STEPS), 0.0)
_CERTAIN = 1e-3
"""Standard deviation, in packed steps, that stands for 0: the value keeps to its step."""


@compiled
def _normal(
    edge: float, means: NDArray[np.float64], precisions: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Probability (cell) of a value below ``edge``."""
    for i in range(len(means)):
        place = ((edge - means[i]) * precisions[i] + _REACH) * _PER_DEVIATION
        place = min(max(place, 0.0), _LAST)
        at = int(place)
        out[i] = _NORMAL[at] + (place - at) * _RISE[at]


@compiled
def _rate(
    means: NDArray[np.float64],
    precisions: NDArray[np.float64],
    edges: NDArray[np.float64],
    ranks: NDArray[np.int64],
    below: NDArray[np.float64],
    own: NDArray[np.int64],
) -> None:
    """Write ``below[k]`` (cell), the probability that one property allows class ``k`` or better.

    ``own`` (cell): the class that its mean gives.
    """
    size = len(means)
    begin, end, whole = np.empty(size), np.empty(size), np.empty(size)
    _normal(edges[0], means, precisions, begin)
    _normal(edges[-1], means, precisions, whole)
    for i in range(size):
        whole[i] = 1.0 / max(whole[i] - begin[i], 1e-9)
    below[:] = 0.0
    for piece in range(len(ranks)):
        rank, first = ranks[piece], edges[piece]
        if first == edges[-1]:  # what is left only fills up the array
            break
        _normal(edges[piece + 1], means, precisions, end)
        row = below[rank]
        for i in range(size):
            row[i] += (end[i] - begin[i]) * whole[i]
            begin[i] = end[i]
            if first < means[i]:
                own[i] = rank
    for rank in range(2, CLASSES):
        below[rank] += below[rank - 1]
    below[CLASSES] = 1.0


@compiled
def _combine(
    means: NDArray[np.float64],
    spreads: NDArray[np.float64],
    edges: NDArray[np.float64],
    ranks: NDArray[np.int64],
    worst: NDArray[np.int64],
    counts: NDArray[np.int64],
    combined: NDArray[np.float64],
) -> None:
    """Take one more property into the product, minimum and sum of probabilities: ``combined`` (3, k, cell).

    ``worst`` (cell): class so far, 0 where there is none; ``counts`` (cell): properties so far.
    """
    size = len(means)
    below, own, precisions = np.empty((CLASSES + 1, size)), np.zeros(size, np.int64), np.empty(size)
    for i in range(size):
        precisions[i] = 1.0 / max(spreads[i], _CERTAIN) if spreads[i] >= 0 else 1.0
    _rate(means, precisions, edges, ranks, below, own)
    first, last = edges[0], edges[-1]
    for i in range(size):
        if worst[i] and first < means[i] < last:
            worst[i] = max(worst[i], own[i]) if spreads[i] >= 0 else 0
            counts[i] += 1
            for rank in range(CLASSES + 1):
                combined[0, rank, i] *= below[rank, i]
                combined[1, rank, i] = min(combined[1, rank, i], below[rank, i])
                combined[2, rank, i] += below[rank, i]


@compiled
def _finish(
    given: NDArray[np.uint8],
    worst: NDArray[np.int64],
    counts: NDArray[np.int64],
    combined: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    """Probabilities of S1..N, of the class ``worst``, and its bounds: ``found`` (7, cell)."""
    joint, least, total = combined[0], combined[1], combined[2]
    for rank in range(1, CLASSES + 1):
        for i in range(len(worst)):
            found[rank - 1, i] = joint[rank, i] - joint[rank - 1, i]
    for i in range(len(worst)):
        own, others = worst[i], counts[i] - 1
        lowest, highest = max(0.0, total[own, i] - others), least[own, i]
        if own > given[i]:
            lowest = max(0.0, lowest - least[own - 1, i])
            highest -= max(0.0, total[own - 1, i] - others)
            # Some property must be at this class: no more than all of them together.
            highest = min(highest, total[own, i] - total[own - 1, i])
        found[CLASSES, i] = joint[own, i] - joint[max(own - 1, 0), i]
        found[CLASSES + 1, i], found[CLASSES + 2, i] = lowest, highest
        if own == 0:
            found[:, i] = np.nan


@compiled
def class_probabilities(
    given: NDArray[np.uint8],
    means: NDArray[np.int32],
    spreads: NDArray[np.float32],
    edges: NDArray[np.float64],
    ranks: NDArray[np.int64],
    out: NDArray[np.float32],
) -> None:
    """Probabilities of S1, S2, S3, N, of the assigned class, and its bounds: ``out`` (7, cell), NaN on entry.

    ``given`` (cell): class that the certain properties give, 0 where there is none.
    ``means``, ``spreads`` (property, cell): in packed steps; a mean outside the edges is missing and
    limits nothing, a spread that is NaN leaves the cell as it is.
    ``edges`` (property, piece + 1), ``ranks`` (property, piece): class by pieces of the packed range.
    """
    for start in range(0, len(given), STRIP):
        end = min(start + STRIP, len(given))
        first, worst, counts = (
            given[start:end],
            given[start:end].astype(np.int64),
            np.zeros(end - start, np.int64),
        )
        if worst.any():
            combined = np.zeros((3, CLASSES + 1, end - start))
            for rank in range(1, CLASSES + 1):  # a class better than the given one is impossible
                combined[:2, rank] = np.where(first <= rank, 1.0, 0.0)
            for at in range(len(edges)):
                own = means[at, start:end].astype(np.float64)
                spread = spreads[at, start:end].astype(np.float64)
                _combine(own, spread, edges[at], ranks[at], worst, counts, combined)
            found = np.empty((CLASSES + 3, end - start))
            _finish(first, worst, counts, combined, found)
            out[:, start:end] = found


@compiled
def pack(probabilities: NDArray[np.float32], steps: int, nodata: int, out: NDArray[np.uint8]) -> None:
    """Write what :func:`class_probabilities` gives as integers of ``1 / steps``: ``out`` (7, cell).

    Rounded are the probabilities of each class or a better one, so that the classes' add up to ``steps``.
    """
    for cell in range(probabilities.shape[1]):
        if np.isnan(probabilities[CLASSES, cell]):
            out[:, cell] = nodata
            continue
        below, before = 0.0, 0
        for rank in range(CLASSES - 1):
            below += probabilities[rank, cell]
            now = round(below * steps)
            out[rank, cell], before = now - before, now
        out[CLASSES - 1, cell] = steps - before
        for bound in range(CLASSES, CLASSES + 3):
            out[bound, cell] = round(probabilities[bound, cell] * steps)
