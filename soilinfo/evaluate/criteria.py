"""What one row of a crop's requirement table says about a value, under a named boundary rule.

The printed tables leave three things open (shared edges, gaps, overlaps), so each is settled by
a stated rule and never by accident of an implementation:

* as printed, the edges of a band with two limits belong to it, the edge of a band with one limit
  does not (the source prints ``<`` or ``>``);
* several bands hold a value: the better class;
* no band holds it but two bands meet there (``> x`` beside ``< x``): the worse of the two;
* no band holds it (a gap): the class after that of its better neighbour;
* nothing is ever worse than the row's ``worst_class``.

The other rules move only the edges. ``right_closed`` reads each band as (low, high]; ``better``
and ``worse`` give every edge at which two bands meet to that side and leave the rest as printed.
A band of a single value ([0, 0], "none") holds it under every rule.

Source of the rules: crop-criteria compilation, ``meta.band_semantics`` (FAO 1976 matching;
LaSEM classifies right-closed).
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.catalog.models import BoundaryRule, Criterion, SuitabilityClass

Classes = NDArray[np.uint8]
"""Suitability classes 1..4 (S1..N); 0 where there is none."""

_NO_BAND = np.uint8(5)
"""Stands for 'no band here': worse than every class, so that a minimum passes over it."""


@dataclass(frozen=True)
class _Band:
    """An interval of values and its class; infinite where the table prints no limit."""

    low: float
    high: float
    rank: int

    def holds(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the band as printed holds each value."""
        if np.isfinite([self.low, self.high]).all():
            return (self.low <= values) & (values <= self.high)
        return (self.low < values) & (values < self.high)

    def ends(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the band reaches each value from below: (low, high]."""
        return ((self.low < values) & (values <= self.high)) | self._is_point(values)

    def starts(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the band reaches each value from above: [low, high)."""
        return ((self.low <= values) & (values < self.high)) | self._is_point(values)

    def _is_point(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        return (self.low <= values) & (values <= self.high) & (self.low >= self.high)


def rate(criterion: Criterion, values: ArrayLike, rule: BoundaryRule) -> Classes:
    """Class that one row of a requirement table gives to each value.

    ``values``: for a numeric row, numbers in the criterion's own unit, rounded to the decimals of
    their property (edges are compared exactly); NaN is missing. For a category row, class ids or
    group ids as text; "" is missing. Any shape.

    Returns classes 1..4 of the same shape; 0 where the value is missing or the table lists no
    class for the category. Never worse than ``criterion.worst_class``.
    """
    if criterion.kind == "category":
        rated = _rate_categories(criterion, np.asarray(values, dtype=np.str_))
    else:
        rated = _rate_numbers(_bands(criterion), np.asarray(values, dtype=np.float64), rule)
    return np.minimum(rated, np.uint8(SuitabilityClass[criterion.worst_class]))


def _rate_categories(criterion: Criterion, values: NDArray[np.str_]) -> Classes:
    found = [
        (np.isin(values, np.array(names, np.str_)), int(SuitabilityClass[name]))
        for name, names in criterion.bands.items()
    ]
    rated = _best(found, values.shape)
    return np.where(rated == _NO_BAND, np.uint8(0), rated)


def _rate_numbers(bands: list[_Band], values: NDArray[np.float64], rule: BoundaryRule) -> Classes:
    printed = _best([(band.holds(values), band.rank) for band in bands], values.shape)
    below = _best([(band.ends(values), band.rank) for band in bands], values.shape)
    above = _best([(band.starts(values), band.rank) for band in bands], values.shape)
    meet = (below != _NO_BAND) & (above != _NO_BAND)
    worse = np.where(meet, np.maximum(below, above), printed)
    by_rule = {
        "as_printed": np.where(meet & (printed == _NO_BAND), worse, printed),
        "right_closed": below,
        "better": np.where(meet, np.minimum(below, above), printed),
        "worse": worse,
    }
    rated = by_rule[rule]
    filled = np.where(rated == _NO_BAND, _across_gap(bands, values), rated)
    return np.where(np.isfinite(values), filled, np.uint8(0))


def _best(found: list[tuple[NDArray[np.bool_], int]], shape: tuple[int, ...]) -> Classes:
    """Best class whose mask is set, _NO_BAND where none is."""
    best = np.full(shape, _NO_BAND)
    for mask, rank in found:
        best[mask & (rank < best)] = rank
    return best


def _across_gap(bands: list[_Band], values: NDArray[np.float64]) -> Classes:
    """The class after that of the better neighbour, at most N; 0 for a row without any band."""
    if not bands:
        return np.zeros(values.shape, np.uint8)
    below = _nearest([(band.high, band.rank) for band in bands], values)
    above = _nearest([(-band.low, band.rank) for band in bands], -values)
    return np.minimum(np.minimum(below, above) + np.uint8(1), np.uint8(SuitabilityClass.N))


def _nearest(edges: list[tuple[float, int]], values: NDArray[np.float64]) -> Classes:
    """Class of the band whose edge is the last one at or below each value; the better of equals."""
    ordered = sorted(edges, key=lambda edge: (edge[0], -edge[1]))
    ranks = np.array([_NO_BAND, *(rank for _, rank in ordered)], np.uint8)
    return ranks[np.searchsorted([edge for edge, _ in ordered], values, side="right")]


def _bands(criterion: Criterion) -> list[_Band]:
    return [
        _Band(*_limits(interval), SuitabilityClass[name])
        for name, intervals in criterion.bands.items()
        for interval in intervals
        if not isinstance(interval, str)
    ]


def _limits(interval: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = interval
    return -inf if low is None else low, inf if high is None else high
