"""What holds for the spline of every profile."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.harmonize.depth import Horizons, depth_means, depth_sd, spline_of

unhurried = settings(deadline=None, max_examples=100)
lambdas = st.sampled_from([0.0, 0.01, 0.1, 1.0, 10.0])
values = st.floats(-1000, 1000).map(lambda v: round(v, 3))


@st.composite
def profiles(draw: st.DrawFn) -> Horizons:
    """One to eight horizons of 1 to 60 cm, with gaps or without."""
    steps = draw(
        st.lists(st.tuples(st.just(0) | st.integers(0, 30), st.integers(1, 60)), min_size=1, max_size=8)
    )
    upper, lower, depth = [], [], 0
    for gap, thickness in steps:
        upper.append(depth + gap)
        depth += gap + thickness
        lower.append(depth)
    value = draw(st.lists(values, min_size=len(steps), max_size=len(steps)))
    return Horizons(np.array([0, len(steps)]), upper, lower, value)


def own_intervals(profile: Horizons) -> list[tuple[float, float]]:
    return list(zip(profile.upper.tolist(), profile.lower.tolist(), strict=True))


@unhurried
@given(profiles(), lambdas)
def test_the_spline_is_that_of_the_published_matrices(profile: Horizons, lam: float):
    """Z = I + 6 n lambda Q' R^-1 Q; s = Z^-1 y; b = 6 R^-1 Q s (Bishop et al. 1999, Malone et al. 2009)."""
    thickness, gaps = profile.lower - profile.upper, profile.upper[1:] - profile.lower[:-1]
    count, beside = len(thickness), np.diag(thickness[1:-1], 1)
    inner = np.diag(2 * (thickness[1:] + thickness[:-1]) + 6 * gaps) + beside + beside.T
    steps = np.diff(np.eye(count), axis=0)
    through = np.linalg.solve(inner, steps)
    fitted = np.linalg.solve(np.eye(count) + 6 * count * lam * steps.T @ through, profile.value)
    spline = spline_of(profile.upper, profile.lower, profile.value, lam)
    np.testing.assert_allclose(spline.fitted, fitted, atol=1e-8)
    np.testing.assert_allclose(spline.b0[1:], 6 * through @ fitted, atol=1e-8)


@unhurried
@given(profiles(), lambdas)
def test_each_horizon_keeps_its_fitted_mean(profile: Horizons, lam: float):
    found = depth_means(profile, own_intervals(profile), lam)
    np.testing.assert_allclose(found.mean[0], found.fitted, atol=1e-7)


@unhurried
@given(profiles())
def test_without_smoothing_each_horizon_keeps_its_observed_mean(profile: Horizons):
    found = depth_means(profile, own_intervals(profile), lam=0)
    np.testing.assert_allclose(found.mean[0], profile.value, atol=1e-7)


@unhurried
@given(profiles(), lambdas, values)
def test_a_profile_of_one_value_stays_so(profile: Horizons, lam: float, value: float):
    flat = Horizons(profile.offsets, profile.upper, profile.lower, np.full_like(profile.value, value))
    found = depth_means(flat, [(0, 10), (5, 400), *own_intervals(flat)], lam)
    np.testing.assert_allclose(found.mean[found.covered_cm > 0], value, rtol=1e-12)


@unhurried
@given(profiles(), lambdas, st.sets(st.integers(0, 500), min_size=2, max_size=8))
def test_parts_make_up_the_whole(profile: Horizons, lam: float, depths: set[int]):
    parts = list(pairwise(sorted(depths)))
    found = depth_means(profile, [*parts, (min(depths), max(depths))], lam)
    mass = np.where(found.covered_cm > 0, found.mean, 0) * found.covered_cm
    np.testing.assert_allclose(mass[0, :-1].sum(), mass[0, -1], atol=1e-6)
    assert found.covered_cm[0, :-1].sum() == found.covered_cm[0, -1]
    assert (np.isnan(found.mean) == (found.covered_cm == 0)).all()


@unhurried
@given(profiles(), lambdas, st.floats(-3, 3))
def test_sums_of_properties_are_kept(profile: Horizons, lam: float, factor: float):
    """As sand, silt and clay that add up to 100 % in each horizon do so at each depth."""
    other = Horizons(profile.offsets, profile.upper, profile.lower, 100 - factor * profile.value)
    intervals = [(0, 5), (5, 15), (15, 30), (30, 60), (60, 100), (100, 200)]
    first, second = (depth_means(each, intervals, lam).mean for each in (profile, other))
    np.testing.assert_allclose(factor * first + second, np.where(np.isnan(first), np.nan, 100), atol=1e-6)


@unhurried
@given(profiles(), lambdas, st.floats(0, 10), st.floats(0, 10), st.floats(0, 5))
def test_a_larger_error_is_never_told_as_a_smaller_one(
    profile: Horizons, lam: float, independent: float, common: float, more: float
):
    intervals = [(0, 30), (30, 100)]
    less = depth_sd(profile, independent, common, intervals, lam)
    for sds in ((independent + more, common), (independent, common + more)):
        greater = depth_sd(profile, *sds, intervals, lam)
        assert (np.isnan(greater) == np.isnan(less)).all()
        assert (greater >= less - 1e-9)[~np.isnan(less)].all()
