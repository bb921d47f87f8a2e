"""Soil profiles: depth means by the equal-area spline, beside mpspline.

100,000 profiles of three to eight horizons, whole cm, without gaps, values as clay content has them; means of
the six intervals of GlobalSoilMap, lambda 0.1. *mpspline* is PyPI's port of R's mpspline2, of a list of
profiles (1,000 of them, laid out before the clock starts), one process. *numpy* is what a careful script does
with the published matrices: of each profile one `numpy.linalg.solve`, then exact integrals, interval by
interval (2,000 profiles). soilinfo checks all horizons besides and says how many cm of an interval are
covered; *with errors* adds the deviations of the means, of errors that are independent and of one that a
profile shares. In the run the means of numpy are checked to be soilinfo's within 1e-9, and those of mpspline
to be what the same curve gives when it is summed up as mpspline does it: its values at the top of each whole
cm. *Further from exact* is how far that is from the exact mean. Processor time (all threads), best of three;
mpspline once.
"""

import subprocess
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.depth import GSM_INTERVALS, Horizons, depth_means, depth_sd, spline_of
from tests.benchmarks.peers import PEERS

TITLE = "Soil profiles: depth means of 100,000"
PROFILES, BY_NUMPY, BY_MPSPLINE = 100_000, 2_000, 1_000
LAMBDA = 0.1
SCRIPT = Path(__file__).parent / "peers" / "splines.py"
Floats = NDArray[np.float64]


def measure() -> list[Mapping[str, str]]:
    profiles = _profiles(PROFILES)
    exact = depth_means(profiles, GSM_INTERVALS, LAMBDA).mean
    peer, peer_seconds = _mpspline(_first(profiles, BY_MPSPLINE))
    _check(peer, _left_sums(_first(profiles, BY_MPSPLINE)), 1e-9)
    numpy, numpy_seconds = _timed(lambda: _by_matrices(_first(profiles, BY_NUMPY)))
    _check(numpy, exact[:BY_NUMPY], 1e-9)
    _, seconds = _timed(lambda: depth_means(profiles, GSM_INTERVALS, LAMBDA))
    _, with_errors = _timed(lambda: _with_errors(profiles))
    off = np.abs(peer - exact[:BY_MPSPLINE])
    slowest = BY_MPSPLINE / peer_seconds
    return [
        _row("mpspline 0.2.0", BY_MPSPLINE / peer_seconds, slowest, off),
        _row("numpy, matrices", BY_NUMPY / numpy_seconds, slowest),
        _row("soilinfo", PROFILES / seconds, slowest),
        _row("soilinfo, with errors", PROFILES / with_errors, slowest),
    ]


def _row(way: str, rate: float, slowest: float, off: Floats | None = None) -> Mapping[str, str]:
    further = f"{np.nanmedian(off):.2f}, at most {np.nanmax(off):.1f}" if off is not None else "0"
    return {
        "way": way,
        "profiles a second": f"{rate:,.0f}",
        "s for 100,000": f"{PROFILES / rate:.2f}",
        "x mpspline": f"{rate / slowest:,.0f}",
        "further from exact (median)": further,
    }


def _profiles(count: int) -> Horizons:
    random = np.random.default_rng(1)
    counts = random.integers(3, 9, count)
    offsets = np.append(0, counts.cumsum())
    ends = random.integers(4, 41, offsets[-1]).cumsum()
    below = np.append(0, ends)[offsets[:-1]].repeat(counts)
    upper = np.append(0, ends[:-1]) - below
    return Horizons(offsets, upper, ends - below, random.uniform(5, 60, len(ends)).round(1))


def _first(profiles: Horizons, count: int) -> Horizons:
    offsets = profiles.offsets[: count + 1]
    columns = (each[: offsets[-1]] for each in (profiles.upper, profiles.lower, profiles.value))
    return Horizons(offsets, *columns)


def _each(profiles: Horizons) -> list[tuple[Floats, Floats, Floats]]:
    columns = (profiles.upper, profiles.lower, profiles.value)
    return [
        tuple(column[first:last] for column in columns)  # type: ignore[misc]
        for first, last in pairwise(profiles.offsets)
    ]


def _with_errors(profiles: Horizons) -> tuple[Floats, Floats]:
    means = depth_means(profiles, GSM_INTERVALS, LAMBDA).mean
    return means, depth_sd(profiles, 2.0, 1.5, GSM_INTERVALS, LAMBDA)


def _mpspline(profiles: Horizons) -> tuple[Floats, float]:
    with TemporaryDirectory() as scratch:
        given, found = Path(scratch) / "given.npz", Path(scratch) / "found.npz"
        names = ("offsets", "upper", "lower", "value")
        np.savez(given, **{name: getattr(profiles, name) for name in names})
        subprocess.run([PEERS / "bin" / "python", SCRIPT, given, found], check=True)
        answer = np.load(found)
        return answer["means"], float(answer["seconds"])


def _left_sums(profiles: Horizons) -> Floats:
    """Means of the values at the top of each whole cm, within 0 and 1,000."""
    means = np.full((profiles.profiles, len(GSM_INTERVALS)), np.nan)
    for own, (upper, lower, value) in zip(means, _each(profiles), strict=True):
        values = np.clip(spline_of(upper, lower, value, LAMBDA).at(np.arange(lower[-1])), 0, 1000)
        for k, (top, bottom) in enumerate(GSM_INTERVALS):
            if top < len(values):
                own[k] = values[int(top) : int(bottom)].mean()
    return means


def _by_matrices(profiles: Horizons) -> Floats:
    means = np.full((profiles.profiles, len(GSM_INTERVALS)), np.nan)
    for own, (upper, lower, value) in zip(means, _each(profiles), strict=True):
        count, thick = len(value), lower - upper
        gaps = upper[1:] - lower[:-1]
        inner = np.diag(2 * (thick[1:] + thick[:-1]) + 6 * gaps)
        inner += np.diag(thick[1:-1], 1) + np.diag(thick[1:-1], -1)
        steps = np.diff(np.eye(count), axis=0)
        through = np.linalg.solve(inner, steps)
        fitted = np.linalg.solve(np.eye(count) + 6 * count * LAMBDA * steps.T @ through, value)
        slope = np.concatenate([[0], 6 * through @ fitted, [0]])
        gamma = np.diff(slope) / (2 * thick)
        alfa = fitted - slope[:-1] * thick / 2 - gamma * thick**2 / 3
        for k, (top, bottom) in enumerate(GSM_INTERVALS):
            low, high = np.clip([top, bottom], upper[:, None], lower[:, None]).T - upper
            parts = (alfa * z + slope[:-1] * z**2 / 2 + gamma * z**3 / 3 for z in (high, low))
            covered = (high - low).sum()
            if covered > 0:
                own[k] = np.subtract(*parts).sum() / covered
    return means


def _check(found: Floats, expected: Floats, tolerance: float) -> None:
    np.testing.assert_allclose(found, expected, atol=tolerance)


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    best = float("inf")
    for _ in range(3):
        start = process_time()
        result = work()
        best = min(best, process_time() - start)
    return result, best
