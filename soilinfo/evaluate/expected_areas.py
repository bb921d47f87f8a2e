"""Expected hectares of each suitability class in zones, and the range that they may lie in.

The expected area of a class is the sum of its cells' areas, each times its probability. How far the
true one may lie off depends on how the errors of neighbouring cells hang together, which is rarely
known; so both extremes are worked out, each with its 90 % interval:

* ``independent``: every cell errs on its own. The variance of the area is the sum of
  ``a² p (1 - p)``, and the sum of so many small parts is normal;
* ``correlated``: all cells of a zone err alike. One number ``u``, uniform between 0 and 1, is shared by
  all, and the class of each cell is the quantile ``u`` of its own distribution of classes.

Errors of a soil map are correlated over kilometres, neither cell by cell nor over a province, and
neither interval need hold what then is true: errors that are alike make of a class rarer than 5 %
an interval from 0 to 0. The range that is told therefore spans both of them and the expected area
more or less 1.645 standard deviations of errors that are alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.evaluate import kernel
from soilinfo.evaluate.confidence import NO_DATA, STEPS
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.grid import Window
from soilinfo.intervals import INTERVAL_SD

CLASSES = ("s1", "s2", "s3", "n")
ReadAll = Callable[[Window], Mapping[str, NDArray[np.integer]]]
"""Stored probabilities of a window by name: the variables of :mod:`soilinfo.evaluate.confidence`."""


@dataclass(frozen=True)
class ProbabilityAreas:
    """Hectares by stored probability; areas of zones put together add up.

    ``below_ha`` (zone, k, step): by probability of class ``k`` or better, for S1, S2, S3.
    ``squared`` (zone, class, step): squares of the hectares of single cells by probability of a class.
    ``confidence_ha`` (zone, step): by probability of the assigned class. ``nodata_ha`` (zone).
    """

    below_ha: NDArray[np.float64]
    squared: NDArray[np.float64]
    confidence_ha: NDArray[np.float64]
    nodata_ha: NDArray[np.float64]

    def gathered(self, gather: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> "ProbabilityAreas":
        """The same of larger zones; ``gather`` adds up arrays (zone, ...)."""
        return ProbabilityAreas(
            *map(gather, (self.below_ha, self.squared, self.confidence_ha, self.nodata_ha))
        )


@dataclass(frozen=True)
class ExpectedAreas:
    """Hectares (zone, class) of S1..N: expected, and the ends of range and 90 % intervals (end, zone, class).

    ``range_ha`` holds the expected area and both intervals, and is wider than nothing where any cell is
    uncertain. ``confidence``: mean probability of the assigned class (zone); NaN where a zone has none.
    """

    expected_ha: NDArray[np.float64]
    range_ha: NDArray[np.float64]
    independent_ha: NDArray[np.float64]
    correlated_ha: NDArray[np.float64]
    confidence: NDArray[np.float64]


def probability_areas(index: ZoneIndex, read: ReadAll) -> ProbabilityAreas:
    """Areas by probability in every zone, read in strips of chunk rows."""
    below, squared, confidence = (np.zeros((parts, index.zones, STEPS + 1)) for parts in (3, 4, 1))
    nodata_ha, again = index.outside_ha.copy(), np.empty(index.zones)
    for window, part in index.strips():
        stored = read(window)
        classes = [stored[f"p_{name}"] for name in CLASSES]
        for cells, histogram in zip(classes, squared, strict=True):
            _add(index, window, part, cells, 2, histogram, again)
        for cells, histogram in zip(_below(classes), below, strict=True):
            _add(index, window, part, cells, 1, histogram, again)
        _add(index, window, part, stored["confidence"], 1, confidence[0], nodata_ha)
    return ProbabilityAreas(below.swapaxes(0, 1), squared.swapaxes(0, 1), confidence[0], nodata_ha)


def expected_areas(areas: ProbabilityAreas) -> ExpectedAreas:
    """Expected hectares of each class in every zone, with their ranges; zeros where nothing is known."""
    valid = areas.confidence_ha.sum(axis=1)
    by_rank = hectares_by_rank(areas.below_ha, valid)
    expected, share = by_rank.mean(axis=-1), np.arange(STEPS + 1) / STEPS
    independent = _normal_interval(expected, np.sqrt(areas.squared @ (share * (1 - share))), valid)
    correlated = np.quantile(by_rank, (0.05, 0.95), axis=-1)
    lows, highs = zip(
        independent, correlated, _normal_interval(expected, by_rank.std(axis=-1), valid), strict=True
    )
    with np.errstate(invalid="ignore"):
        confidence = areas.confidence_ha @ share / valid
    return ExpectedAreas(
        expected, np.stack([np.min(lows, axis=0), np.max(highs, axis=0)]), independent, correlated, confidence
    )


def _normal_interval(
    expected: NDArray[np.float64], deviation: NDArray[np.float64], valid: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Ends (end, zone, class) of the 90 % interval of a normal area, within 0 and what a zone has."""
    ends = np.stack([expected - INTERVAL_SD * deviation, expected + INTERVAL_SD * deviation])
    return np.clip(ends, 0, valid[:, np.newaxis])


def hectares_by_rank(below_ha: NDArray[np.float64], whole_ha: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hectares (zone, class, u) of each class when all cells of a zone are at the quantile ``u``.

    ``below_ha`` (zone, k, step): by the stored probability of class ``k`` or one before it, for all classes
    but the last; ``whole_ha`` (zone): of all classes. ``u`` takes as many equally likely values as a
    probability has steps. A cell is of class ``k`` or one before it where the probability of that reaches
    ``u``.
    """
    reached = below_ha[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
    whole = np.broadcast_to(whole_ha[:, np.newaxis, np.newaxis], reached[:, :1].shape)
    # The sums are rounded each on its own: a difference of equals may come out a little below 0.
    return np.maximum(np.diff(np.concatenate([np.zeros_like(whole), reached, whole], axis=1), axis=1), 0.0)


def _below(classes: Sequence[NDArray[np.integer]]) -> Iterator[NDArray[np.integer]]:
    """Stored probabilities of S1, of S2 or better, and of S3 or better."""
    known, so_far = classes[0] != NO_DATA, np.zeros_like(classes[0])
    for own in classes[:3]:
        so_far = np.where(known, so_far + own, NO_DATA).astype(np.uint8)
        yield so_far


def _add(
    index: ZoneIndex,
    window: Window,
    part: slice,
    cells: NDArray[np.integer],
    power: int,
    histogram: NDArray[np.float64],
    missing: NDArray[np.float64],
) -> None:
    """Add the hectares (to a power) of every cell of a strip to its zone's histogram (zone, step)."""
    spans = tuple(values[part] for values in index.spans)
    weights = index.span_ha[part] ** power
    kernel.add_areas(cells, (window.row, window.col), spans, weights, 0, NO_DATA, histogram, missing)
