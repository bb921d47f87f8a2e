"""Values of horizons as means of any depth interval: the equal-area quadratic spline, integrated exactly.

Bishop, McBratney and Laslett (1999), Geoderma 91, 27-45; Malone, McBratney, Minasny and Laslett (2009),
Geoderma 154, 138-152. The means are analytic integrals, where the usual programs add up values at the top of
each whole cm; nothing is clamped to a range, nothing is continued above the first or below the last depth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.errors import InputError
from soilinfo.harmonize import spline_kernel as kernel

LAMBDA = 0.1
"""Usual smoothing; the larger, the smoother, and the further the fitted means from the observed."""
GSM_INTERVALS = ((0.0, 5.0), (5.0, 15.0), (15.0, 30.0), (30.0, 60.0), (60.0, 100.0), (100.0, 200.0))
"""Depth intervals (cm) of GlobalSoilMap, specification 2.4 (2015)."""

ROUNDING_CM = 1e-4
"""Horizons that overlap by less touch: 0.1 m of a file that keeps 32 bits is 10.00000015 cm."""

Floats = NDArray[np.float64]
Intervals = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Horizons:
    """Values of one property in the horizons of many profiles.

    ``offsets`` (profiles + 1): the horizons of profile i are ``offsets[i]:offsets[i + 1]``, from the top
    down; a profile may have none. ``upper`` and ``lower`` in cm, ``value`` in the property's unit, all
    finite: a horizon without a value is left out. Horizons may leave gaps. Raises InputError, with the
    position of the profile, for one that does not go downwards, or that overlaps another.
    """

    offsets: NDArray[np.int64]
    upper: Floats
    lower: Floats
    value: Floats

    def __post_init__(self) -> None:
        for name, kind in {"offsets": np.int64, "upper": float, "lower": float, "value": float}.items():
            # A copy, since machine code is compiled once more for arrays that cannot be written to.
            object.__setattr__(self, name, np.array(getattr(self, name), kind, order="C"))
        self._check_shape()
        numbers = np.isfinite(self.upper) & np.isfinite(self.lower) & np.isfinite(self.value)
        self._refuse(~numbers, "has a horizon without a depth or a value")
        self._refuse(~(self.lower > self.upper), "has a horizon whose lower end is not below its upper end")
        above = np.append(-np.inf, self.lower[:-1])[: len(self.upper)]
        above[np.diff(self.profile, prepend=-1) > 0] = -np.inf
        self._refuse(above > self.upper + ROUNDING_CM, "has horizons that overlap or do not go downwards")
        object.__setattr__(self, "upper", np.maximum(self.upper, above))

    @property
    def profiles(self) -> int:
        """How many profiles there are."""
        return len(self.offsets) - 1

    @property
    def profile(self) -> NDArray[np.int64]:
        """The profile of each horizon, by its position."""
        return np.repeat(np.arange(self.profiles), np.diff(self.offsets))

    def _check_shape(self) -> None:
        count, offsets = len(self.upper), self.offsets
        if not len(self.lower) == len(self.value) == count:
            raise InputError(
                f"upper, lower and value of horizons are of {count}, {len(self.lower)} and {len(self.value)}"
            )
        if not len(offsets) or offsets[0] != 0 or offsets[-1] != count or (np.diff(offsets) < 0).any():
            raise InputError(f"offsets go from 0 to the number of horizons, {count}, and do not descend")

    def _refuse(self, wrong: NDArray[np.bool_], reason: str) -> None:
        if wrong.any():
            at = int(wrong.argmax())
            raise InputError(
                f"the profile at position {self.profile[at]} {reason}: "
                f"{self.upper[at]:g} to {self.lower[at]:g} cm, value {self.value[at]:g}"
            )


@dataclass(frozen=True)
class DepthMeans:
    """Means of depth intervals: arrays (profile, interval), and ``fitted`` (horizon).

    ``mean``: over the part of the interval that lies between the first and the last depth of the profile, NaN
    where that is nothing; ``covered_cm``: how much that is. ``gap_cm``: how much of it lies between two
    horizons, where nobody sampled and the spline is the straight line from one to the next. ``fitted``: mean
    of each horizon by the spline, which is the value itself only for a lambda of 0.
    """

    mean: Floats
    covered_cm: Floats
    gap_cm: Floats
    fitted: Floats


def depth_means(
    horizons: Horizons, intervals: Intervals, lam: float = LAMBDA, strata: ArrayLike | None = None
) -> DepthMeans:
    """Mean of each interval (top, bottom in cm) of each profile by its equal-area spline.

    ``strata`` (horizon; any codes): horizons with different ones are not joined, as litter and peat are not
    with the mineral soil below: each run has a spline of its own, and what lies between two runs is not
    covered. A single horizon has its value from its upper to its lower end. Raises InputError for an interval
    that does not go downwards and for a lambda below 0.
    """
    tops, bottoms = _ends(intervals)
    integral, covered, gaps = np.zeros((3, horizons.profiles, len(tops)))
    fitted = np.empty_like(horizons.value)
    kernel.add_pieces(
        *_pieces(horizons, strata),
        (horizons.upper, horizons.lower, horizons.value),
        _smoothing(lam),
        (tops, bottoms),
        (integral, covered, gaps),
        fitted,
    )
    return DepthMeans(_over(integral, covered), covered, gaps, fitted)


def depth_sd(
    horizons: Horizons,
    sd_independent: ArrayLike,
    sd_common: ArrayLike,
    intervals: Intervals,
    lam: float = LAMBDA,
    strata: ArrayLike | None = None,
) -> Floats:
    """Standard deviation (profile, interval) of the means of :func:`depth_means`, in the unit of the values.

    Both inputs are of each horizon, or one number for all: ``sd_independent`` of errors that are not alike
    from horizon to horizon, ``sd_common`` of one error that all horizons of a profile share, as that of an
    equation. A mean is linear in the values, so this is exact, for any distribution. How well a spline
    follows the soil is not in it. NaN where the interval is not covered, or where a deviation that counts is
    not known (NaN).
    """
    tops, bottoms = _ends(intervals)
    errors = tuple(_each(sd, len(horizons.value)) for sd in (sd_independent, sd_common))
    covered = depth_means(horizons, intervals, lam, strata).covered_cm
    variance, common = np.zeros((2, horizons.profiles, len(tops)))
    if len(horizons.value):
        kernel.add_errors(
            *_pieces(horizons, strata),
            (horizons.upper, horizons.lower),
            (errors[0], errors[1]),
            _smoothing(lam),
            (tops, bottoms),
            (variance, common),
        )
    return _over(np.hypot(np.sqrt(variance), common), covered)


def overlaps(horizons: Horizons, intervals: Intervals) -> Floats:
    """How many cm of each interval each horizon fills: (horizon, interval)."""
    tops, bottoms = _ends(intervals)
    shared = np.minimum(horizons.lower[:, None], bottoms) - np.maximum(horizons.upper[:, None], tops)
    filled: Floats = np.maximum(shared, 0.0)
    return filled


@dataclass(frozen=True)
class Spline:
    """The spline of one profile: ``alfa + b0 z + gamma z^2``, z in cm below a horizon's ``upper`` end.

    All arrays (horizon). ``b0``, ``b1``: slopes at its upper and lower end; ``fitted``: its mean.
    """

    upper: Floats
    lower: Floats
    fitted: Floats
    b0: Floats
    b1: Floats
    gamma: Floats
    alfa: Floats

    def at(self, depth_cm: ArrayLike) -> Floats:
        """Value at each depth, of any shape; NaN above the first and below the last horizon."""
        depth = np.asarray(depth_cm, float)
        i = np.clip(np.searchsorted(self.upper, depth, "right") - 1, 0, None)
        thickness = self.lower[i] - self.upper[i]
        below_top = depth - self.upper[i]
        z = np.minimum(below_top, thickness)
        value = self.alfa[i] + z * (self.b0[i] + z * self.gamma[i]) + (below_top - z) * self.b1[i]
        return np.where((depth >= self.upper[0]) & (depth <= self.lower[-1]), value, np.nan)

    def mean(self, top: float, bottom: float) -> float:
        """Exact mean from ``top`` to ``bottom`` (cm), as far as the profile reaches; else NaN."""
        tops, bottoms = _ends([(top, bottom)])
        integral = np.zeros(1)
        slope = np.append(self.b0, self.b1[-1])
        kernel.integrate(self.upper, self.lower, slope, self.fitted, tops, bottoms, integral)
        covered = min(bottom, self.lower[-1]) - max(top, self.upper[0])
        return float(integral[0] / covered) if covered > 0 else np.nan


def spline_of(upper: ArrayLike, lower: ArrayLike, value: ArrayLike, lam: float = LAMBDA) -> Spline:
    """The spline of one profile (horizons from the top down, cm), to draw it or to look into it.

    Raises InputError for horizons that overlap, and where there is none.
    """
    ends = np.atleast_1d(np.asarray(upper, float))
    one = Horizons(np.array([0, len(ends)]), ends, np.atleast_1d(lower), np.atleast_1d(value))
    if not len(ends):
        raise InputError("a profile without horizons has no spline")
    slope, fitted = np.empty(len(ends) + 1), np.empty(len(ends))
    kernel.fit(one.upper, one.lower, one.value, _smoothing(lam), slope, fitted)
    thickness = one.lower - one.upper
    gamma = np.diff(slope) / (2 * thickness)
    alfa = fitted - slope[:-1] * thickness / 2 - gamma * thickness**2 / 3
    return Spline(one.upper, one.lower, fitted, slope[:-1], slope[1:], gamma, alfa)


def _pieces(horizons: Horizons, strata: ArrayLike | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First horizon of each run that one spline joins (and the number of horizons), and its profile."""
    if strata is None:
        return horizons.offsets, np.arange(horizons.profiles)
    codes = np.asarray(strata)
    if codes.shape != horizons.value.shape:
        raise InputError(f"{len(horizons.value)} horizons, but strata of shape {codes.shape}")
    turns = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    starts = np.union1d(horizons.offsets, turns)
    return starts, np.searchsorted(horizons.offsets, starts[:-1], "right") - 1


def _ends(intervals: Intervals) -> tuple[Floats, Floats]:
    ends = np.array(intervals, float).reshape(-1, 2)
    for top, bottom in ends:
        if not (np.isfinite(top) and np.isfinite(bottom) and top < bottom):
            raise InputError(
                f"an interval goes down from one depth to the next, not from {top:g} to {bottom:g}"
            )
    return np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1])


def _smoothing(lam: float) -> float:
    if not (np.isfinite(lam) and lam >= 0):
        raise InputError(f"lambda, the smoothing of a spline, is 0 or more; {lam:g} was asked for")
    return float(lam)


def _each(numbers: ArrayLike, count: int) -> Floats:
    return np.array(np.broadcast_to(np.asarray(numbers, float), (count,)))


def _over(sums: Floats, covered: Floats) -> Floats:
    return np.divide(sums, covered, out=np.full_like(sums, np.nan), where=covered > 0)
