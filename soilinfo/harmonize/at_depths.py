"""A property of many profiles at common depths: its means, their errors, and what of a depth was observed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.depth import ROUNDING_CM, Horizons, Intervals, depth_means, depth_sd, overlaps
from soilinfo.harmonize.observed import SEPARATOR, Elements, Floats, Positions, Texts
from soilinfo.harmonize.ways import NONE, OUTSIDE, Led

LEAST_CM = 1e-6
"""What is thinner is rounding."""


@dataclass(frozen=True)
class AtDepths:
    """Arrays (profile, interval) of the profiles that something is known of; NaN where that is nothing."""

    profile: Positions
    """Their positions among all profiles."""
    refused: NDArray[np.bool_]
    """Where there is no value although something was observed."""
    single: NDArray[np.bool_]
    """Profiles (one value each) that rest on one horizon."""
    value: Floats
    sd: Floats
    sd_conversion: Floats
    observed: Floats
    covered_cm: Floats
    """How much was observed: gaps between horizons do not count."""
    span_cm: Floats
    """The same with the gaps, over which a spline is a straight line."""
    censored_cm: Floats
    range: NDArray[np.uint8]
    elements: Texts
    observations: Texts


def at_depths(led: Led, elements: Elements, intervals: Intervals, smoothing: float) -> AtDepths:
    """The means of each interval, by a spline for each profile; organic layers apart from mineral ones.

    A profile whose horizons overlap is refused: which of them is right cannot be told.
    """
    used = np.isfinite(led.estimate.value)
    tangled = _tangled(elements, used, len(led.chosen))
    used &= ~tangled[elements.profile]
    refused = led.refused | tangled
    counts = np.bincount(elements.profile[used], minlength=len(refused))
    profile = np.flatnonzero((counts > 0) | refused)
    offsets = np.append(0, np.cumsum(counts[profile]))
    at = np.flatnonzero(used)
    horizons = Horizons(offsets, elements.upper[at], elements.lower[at], led.estimate.value[at])
    strata = elements.organic[at]
    means = depth_means(horizons, intervals, smoothing, strata)
    covered = means.covered_cm - means.gap_cm
    covered = np.where(covered > LEAST_CM, covered, 0.0)
    known = covered > 0
    own, added = led.estimate.sd[at], led.estimate.sd_conversion[at]
    sd, sd_conversion = (depth_sd(horizons, each, added, intervals, smoothing, strata) for each in (own, 0.0))
    observed = _observed(led.observed[at], horizons, intervals, smoothing, strata)
    shared = overlaps(horizons, intervals)
    return AtDepths(
        profile=profile,
        refused=np.repeat(refused[profile, None], len(intervals), axis=1),
        single=counts[profile] == 1,
        value=np.where(known, means.mean, np.nan),
        sd=np.where(known, sd, np.nan),
        sd_conversion=np.where(known, sd_conversion, np.nan),
        observed=np.where(known, observed, np.nan),
        covered_cm=covered,
        span_cm=means.covered_cm,
        censored_cm=_sums(shared * led.estimate.censored[at, None], horizons),
        range=_worst(shared > 0, led.estimate.range[at], horizons),
        elements=_within(shared > 0, elements.id[at], horizons),
        observations=_within(shared > 0, led.observations[at], horizons),
    )


def _tangled(elements: Elements, used: NDArray[np.bool_], profiles: int) -> NDArray[np.bool_]:
    """Profiles in which used elements overlap by more than rounding."""
    at = np.flatnonzero(used)
    profile, upper, lower = elements.profile[at], elements.upper[at], elements.lower[at]
    over = (profile[1:] == profile[:-1]) & (upper[1:] < lower[:-1] - ROUNDING_CM)
    return np.bincount(profile[1:][over], minlength=profiles) > 0


def _observed(
    values: Floats, horizons: Horizons, intervals: Intervals, smoothing: float, strata: NDArray[np.bool_]
) -> Floats:
    """Means of the values before they were converted; NaN where they are of several properties."""
    known = np.isfinite(values)
    filled = Horizons(horizons.offsets, horizons.upper, horizons.lower, np.where(known, values, 0.0))
    means = depth_means(filled, intervals, smoothing, strata).mean
    lacking = np.bincount(horizons.profile[~known], minlength=horizons.profiles) > 0
    return np.where(lacking[:, None], np.nan, means)


def _sums(values: Floats, horizons: Horizons) -> Floats:
    """Sums (profile, interval) of values (horizon, interval)."""
    sums = [np.bincount(horizons.profile, column, horizons.profiles) for column in values.T]
    return np.stack(sums, axis=1)


def _worst(shared: NDArray[np.bool_], codes: NDArray[np.uint8], horizons: Horizons) -> NDArray[np.uint8]:
    """The gravest code (profile, interval) of the horizons that share in an interval."""
    worst = np.full((horizons.profiles, shared.shape[1]), NONE, np.uint8)
    for code in range(NONE + 1, OUTSIDE + 1):
        some = _sums(shared * (codes == code)[:, None].astype(float), horizons) > 0
        worst[some] = code
    return worst


def _within(shared: NDArray[np.bool_], texts: Texts, horizons: Horizons) -> Texts:
    """The texts (profile, interval) of the horizons that share in an interval, with commas between them.

    These follow each other, so that each answer is a piece of one long text.
    """
    whole = SEPARATOR.join(texts)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + len(SEPARATOR))
    starts, ends = np.append(0, ends)[:-1], ends - len(SEPARATOR)
    found: Texts = np.full((horizons.profiles, shared.shape[1]), "", object)
    for k, some in enumerate(shared.T):
        at = np.flatnonzero(some)
        profile = horizons.profile[at]
        turn = np.flatnonzero(np.diff(profile, prepend=-1))
        first, last = at[turn], at[np.append(turn[1:], len(at)) - 1] if len(at) else at
        pieces = zip(starts[first].tolist(), ends[last].tolist(), strict=True)
        found[profile[turn], k] = [whole[start:end] for start, end in pieces]
    return found if all(texts) else _without_empty(found)


def _without_empty(lists: Texts) -> Texts:
    """Lists in texts without what is empty in them, as of layers whose value rests on no observation."""
    said = [SEPARATOR.join(filter(None, text.split(SEPARATOR))) for text in lists.ravel()]
    return np.array(said, object).reshape(lists.shape)
