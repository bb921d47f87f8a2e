"""The equal-area quadratic spline, compiled: slopes of one piece, its integrals, and both for many profiles.

A *piece* is a run of horizons that one spline joins. Its unknowns are the slopes at the boundaries between
horizons (natural ends: no slope at the first and the last depth). The usual formulas (Bishop et al. 1999, doi
10.1016/S0016-7061(99)00003-8; Malone et al. 2009, doi 10.1016/j.geoderma.2009.10.007) ask for the inverse of
``I + 6 n lambda Q' R^-1 Q``; the same slopes b solve ``(R / 6 + n lambda Q Q') b = Q y``, which is symmetric,
positive definite and tridiagonal, so that a profile of n horizons takes n steps.

All depths are cm. One thread is enough: it fits and integrates a million profiles a second.
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@compiled
def fit(upper: Floats, lower: Floats, value: Floats, lam: float, slope: Floats, fitted: Floats) -> None:
    """Write slopes (n + 1: above each horizon, and below the last) and fitted means (n) of a piece."""
    count = len(upper)
    smoothing = count * lam
    ratio = np.empty(count)
    slope[0] = slope[count] = ratio[0] = 0.0
    coupling = 0.0
    for i in range(1, count):
        above, below = lower[i - 1] - upper[i - 1], lower[i] - upper[i]
        gap = upper[i] - lower[i - 1]
        pivot = (above + below) / 3 + gap + 2 * smoothing - coupling * ratio[i - 1]
        slope[i] = (value[i] - value[i - 1] - coupling * slope[i - 1]) / pivot
        coupling = below / 6 - smoothing
        ratio[i] = coupling / pivot
    for i in range(count - 2, 0, -1):
        slope[i] -= ratio[i] * slope[i + 1]
    for i in range(count):
        fitted[i] = value[i] - smoothing * (slope[i] - slope[i + 1])


@compiled
def coefficients(thickness: float, above: float, below: float, mean: float) -> tuple[float, float]:
    """Value at the top of a horizon (alfa) and the factor of the squared depth below its top (gamma)."""
    gamma = (below - above) / (2 * thickness)
    return mean - above * thickness / 2 - gamma * thickness * thickness / 3, gamma


@compiled
def integrate(
    upper: Floats,
    lower: Floats,
    slope: Floats,
    fitted: Floats,
    tops: Floats,
    bottoms: Floats,
    integral: Floats,
) -> None:
    """Add the integral of a fitted piece over each interval, as far as the piece reaches, to ``integral``.

    In a gap between two horizons the spline is the straight line that joins them.
    """
    for i in range(len(upper)):
        thickness, above = lower[i] - upper[i], slope[i]
        alfa, gamma = coefficients(thickness, above, slope[i + 1], fitted[i])
        base = alfa + thickness * (above + gamma * thickness)
        until = upper[i + 1] if i + 1 < len(upper) else lower[i]
        for k in range(len(tops)):
            first, last = max(tops[k], upper[i]) - upper[i], min(bottoms[k], lower[i]) - upper[i]
            if last > first:
                squares = first * first + first * last + last * last
                integral[k] += (last - first) * (alfa + above * (first + last) / 2 + gamma * squares / 3)
            first, last = max(tops[k], lower[i]) - lower[i], min(bottoms[k], until) - lower[i]
            if last > first:
                integral[k] += (last - first) * (base + slope[i + 1] * (first + last) / 2)


@compiled
def cover(upper: Floats, lower: Floats, tops: Floats, bottoms: Floats, covered: Floats, gaps: Floats) -> None:
    """Add the cm of each interval that a piece spans, and of those the cm between its horizons."""
    for k in range(len(tops)):
        span = max(0.0, min(bottoms[k], lower[-1]) - max(tops[k], upper[0]))
        covered[k] += span
        for i in range(1, len(upper)):
            gaps[k] += max(0.0, min(bottoms[k], upper[i]) - max(tops[k], lower[i - 1]))


@compiled
def add_pieces(
    starts: Indices,
    owners: Indices,
    horizons: tuple[Floats, Floats, Floats],
    lam: float,
    intervals: tuple[Floats, Floats],
    sums: tuple[Floats, Floats, Floats],
    fitted: Floats,
) -> None:
    """Fit every piece and add its integrals, covered cm and cm of gaps to its owner's rows of ``sums``.

    Piece p has the horizons ``starts[p]`` to ``starts[p + 1]`` (upper, lower, value) and belongs to the
    profile ``owners[p]``. ``sums``: three arrays (profile, interval). ``fitted`` (horizon) is written.
    """
    tops, bottoms = intervals
    integral, covered, gaps = sums
    slope = np.empty(len(fitted) + 1)
    for piece in range(len(owners)):
        own, owner = slice(starts[piece], starts[piece + 1]), owners[piece]
        upper, lower, value = horizons[0][own], horizons[1][own], horizons[2][own]
        if len(upper):
            fit(upper, lower, value, lam, slope[: len(upper) + 1], fitted[own])
            integrate(upper, lower, slope, fitted[own], tops, bottoms, integral[owner])
            cover(upper, lower, tops, bottoms, covered[owner], gaps[owner])


@compiled
def add_errors(
    starts: Indices,
    owners: Indices,
    horizons: tuple[Floats, Floats],
    errors: tuple[Floats, Floats],
    lam: float,
    intervals: tuple[Floats, Floats],
    sums: tuple[Floats, Floats],
) -> None:
    """Add what errors of the horizons' values make of the integrals: variances, and sums of common errors.

    ``errors``: standard deviations (horizon) of errors that are independent, and of one that all horizons of
    a profile share. The integral is linear in the values: the answer to a unit at one horizon is its weight.
    ``sums``: two arrays (profile, interval). An interval that a piece does not reach gets nothing from it.
    """
    tops, bottoms = intervals
    variance, common = sums
    longest = np.max(np.diff(starts))
    unit, fitted, slope = np.zeros(longest), np.empty(longest), np.empty(longest + 1)
    weight = np.empty(len(tops))
    for piece in range(len(owners)):
        own, owner = slice(starts[piece], starts[piece + 1]), owners[piece]
        upper, lower = horizons[0][own], horizons[1][own]
        for j in range(len(upper)):
            weight[:] = 0.0
            unit[j] = 1.0
            fit(upper, lower, unit[: len(upper)], lam, slope, fitted)
            integrate(upper, lower, slope, fitted, tops, bottoms, weight)
            unit[j] = 0.0
            for k in range(len(tops)):
                if min(bottoms[k], lower[-1]) > max(tops[k], upper[0]):
                    variance[owner, k] += (weight[k] * errors[0][starts[piece] + j]) ** 2
                    common[owner, k] += weight[k] * errors[1][starts[piece] + j]
