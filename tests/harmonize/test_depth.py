import json

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from soilinfo.errors import InputError
from soilinfo.harmonize.depth import (
    GSM_INTERVALS,
    Horizons,
    depth_means,
    depth_sd,
    overlaps,
    spline_of,
)
from tests.harmonize.facts import EXAMPLES, needs_examples
from tests.real import REAL, needs_real_data

# Horizons of mpspline2's README: four of 10 cm, 10 cm apart.
GAPS = ([0, 20, 40, 60], [10, 30, 50, 70], [6, 4, 3, 10])


def horizons_of(*profiles) -> Horizons:
    """Profiles, each a list of (upper, lower, value)."""
    rows = np.array([row for profile in profiles for row in profile], float).reshape(-1, 3)
    return Horizons(np.cumsum([0, *map(len, profiles)]), *rows.T)


def rows(upper, lower, value):
    return list(zip(upper, lower, value, strict=True))


def test_coefficients_are_those_that_mpspline2_locks_down():
    spline = spline_of([0, 10, 20, 30], [10, 20, 30, 40], [5.4, 5.3, 5.6, 7.0], lam=0.1)
    assert spline.fitted[0] == pytest.approx(5.3938765799840498, abs=1e-14)
    assert spline.b0[0] == 0
    assert spline.b1[0] == pytest.approx(-0.015308550039877671, abs=1e-14)
    assert spline.gamma[0] == pytest.approx(-0.00076542750199388358, abs=1e-14)
    assert spline.alfa[0] == pytest.approx(5.4193908300505127, abs=1e-14)


def test_fitted_means_differ_from_observed_ones_by_the_published_error():
    values = np.array([6.0, 4, 3, 10])
    fitted = spline_of([0, 20, 30, 50], [20, 30, 50, 70], values, lam=0.1).fitted
    rmse = np.sqrt(np.mean((values - fitted) ** 2))
    assert rmse == pytest.approx(0.19001524938836459, abs=1e-14)
    assert rmse / np.subtract(*np.percentile(values, [75, 25])) == pytest.approx(
        0.058466230581035256, abs=1e-14
    )


def test_means_are_exact_and_say_how_much_of_an_interval_they_rest_on():
    means = depth_means(horizons_of(rows(*GAPS)), GSM_INTERVALS, lam=0.1)
    assert means.mean[0] == pytest.approx(
        [
            6.092468423591408,
            5.571200349424161,
            4.267307693460384,
            4.272620112892554,
            9.837407682049305,
            np.nan,
        ],
        abs=1e-12,
        nan_ok=True,
    )
    assert means.covered_cm.tolist() == [[5, 10, 15, 30, 10, 0]]
    assert means.gap_cm.tolist() == [[0, 5, 5, 20, 0, 0]]
    assert means.fitted == pytest.approx(
        [5.95648544772169, 4.01197837843184, 3.19412849179717, 9.8374076820493]
    )


@needs_examples
def test_every_worked_example_is_reproduced():
    examples = json.loads((EXAMPLES / "spline_examples.json").read_text("utf-8"))
    intervals = list(zip(examples["depths"], examples["depths"][1:], strict=False))
    for case in examples["cases"]:
        found = depth_means(horizons_of(case["horizons"]), intervals, case["lam"])
        exact = [np.nan if each is None else each for each in case["exact_mean"]]
        assert found.mean[0] == pytest.approx(exact, abs=1e-10, nan_ok=True)
        assert found.covered_cm[0] == pytest.approx(case["covered_cm"])
        assert found.fitted == pytest.approx(case["s_bar_R"], abs=1e-10)
        spline = spline_of(*np.transpose(case["horizons"]), case["lam"])
        for name in ("b0", "b1", "gamma", "alfa"):
            assert getattr(spline, name) == pytest.approx(case[name], abs=1e-10)


def test_many_profiles_are_as_each_alone_also_those_without_horizons():
    profiles = [rows(*GAPS), [], [(0, 15, 18.5), (15, 45, 35), (45, 80, 32.5)], [(10, 25, 7)], []]
    together = depth_means(horizons_of(*profiles), GSM_INTERVALS)
    for own, mean in zip(profiles, together.mean, strict=True):
        np.testing.assert_array_equal(mean, depth_means(horizons_of(own), GSM_INTERVALS).mean[0])
    assert np.isnan(together.mean[[1, 4]]).all()
    assert not together.covered_cm[[1, 4]].any()


def test_a_single_horizon_has_its_value_from_end_to_end_and_nowhere_else():
    found = depth_means(horizons_of([(10, 25, 7.5)]), [(0, 10), (0, 30), (12, 20), (25, 40)])
    np.testing.assert_array_equal(found.mean[0], [np.nan, 7.5, 7.5, np.nan])
    assert found.covered_cm[0].tolist() == [0, 15, 8, 0]


def test_nothing_is_clamped():
    negative = depth_means(horizons_of([(0, 10, -3), (10, 20, -8), (20, 30, 2000)]), [(0, 10), (20, 30)])
    assert negative.mean[0, 0] < 0
    assert negative.mean[0, 1] > 1000


def test_strata_have_splines_of_their_own_and_nothing_lies_between_them():
    litter, soil = [(0, 10, 40.0), (10, 20, 45.0)], [(25, 40, 2.0), (40, 60, 1.0)]
    apart = depth_means(
        horizons_of([*litter, *soil]), [(0, 20), (20, 25), (25, 60), (0, 60)], strata=[1, 1, 0, 0]
    )
    alone = [depth_means(horizons_of(each), [(0, 60)]).mean[0, 0] for each in (litter, soil)]
    np.testing.assert_allclose(apart.mean[0, [0, 2]], alone)
    assert np.isnan(apart.mean[0, 1])
    assert apart.covered_cm[0].tolist() == [20, 0, 35, 55]
    assert apart.mean[0, 3] == pytest.approx((20 * alone[0] + 35 * alone[1]) / 55)


def test_the_same_strata_at_the_ends_of_two_profiles_do_not_join_them():
    two = horizons_of([(0, 10, 1.0), (10, 20, 2.0)], [(0, 10, 5.0), (10, 20, 9.0)])
    np.testing.assert_array_equal(
        depth_means(two, GSM_INTERVALS, strata=[0, 0, 0, 0]).mean, depth_means(two, GSM_INTERVALS).mean
    )


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ([(0, 20, 1), (10, 30, 2)], "overlap"),
        ([(20, 30, 1), (0, 10, 2)], "overlap"),
        ([(10, 10, 1)], "not below its upper end"),
        ([(0, 10, np.nan)], "without a depth or a value"),
        ([(0, np.inf, 1)], "without a depth or a value"),
    ],
)
def test_wrong_horizons_are_refused_by_the_position_of_their_profile(wrong, reason):
    with pytest.raises(InputError, match=f"profile at position 2 .*{reason}"):
        horizons_of([(0, 10, 1)], [], wrong)


def test_horizons_that_overlap_by_rounding_touch():
    """0.1 m of a file that keeps 32 bits is 10.00000015 cm, 0.9 m is 89.9999976 cm."""
    touching = horizons_of([(0, 10.00000015, 1), (10, 90, 2), (89.9999976, 100, 3)])
    np.testing.assert_array_equal(touching.upper[1:], touching.lower[:-1])
    rounded = depth_means(horizons_of([(0, 10, 1), (10, 90, 2), (90, 100, 3)]), GSM_INTERVALS)
    np.testing.assert_allclose(depth_means(touching, GSM_INTERVALS).mean, rounded.mean, atol=1e-6)


@needs_real_data
def test_fractions_of_a_real_archive_add_up_at_each_depth_as_they_do_in_each_horizon():
    archive = pd.read_csv(REAL / "soil_points" / "gsif" / "edgeroi_horizons.csv")
    fractions = ["SNDPPT", "SLTPPT", "CLYPPT"]
    archive = archive.dropna(subset=fractions).sort_values(["SOURCEID", "UHDICM"])
    offsets = np.append(0, archive.groupby("SOURCEID").size().cumsum())
    sums = archive[fractions].sum(axis=1)
    means = [
        depth_means(Horizons(offsets, archive["UHDICM"], archive["LHDICM"], archive[name]), GSM_INTERVALS)
        for name in fractions
    ]
    told = depth_means(Horizons(offsets, archive["UHDICM"], archive["LHDICM"], sums), GSM_INTERVALS)
    assert len(told.mean) == 307
    assert np.isfinite(told.mean).sum() > 1000
    np.testing.assert_allclose(sum(each.mean for each in means), told.mean, atol=1e-9)


@pytest.mark.parametrize("offsets", [[0, 1], [1, 2], [0, 3, 2], [], [0, 2, 1, 2]])
def test_offsets_that_do_not_fit_are_refused(offsets):
    with pytest.raises(InputError, match="offsets"):
        Horizons(np.array(offsets, int), [0, 10], [10, 20], [1, 2])


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(InputError, match="2, 2 and 1"):
        Horizons(np.array([0, 2]), [0, 10], [10, 20], [1])


def test_intervals_lambdas_and_strata_that_mean_nothing_are_refused():
    profile = horizons_of([(0, 10, 1)])
    with pytest.raises(InputError, match="from 30 to 10"):
        depth_means(profile, [(30, 10)])
    for lam in (-0.1, np.nan, np.inf):
        with pytest.raises(InputError, match="lambda"):
            depth_means(profile, GSM_INTERVALS, lam)
    with pytest.raises(InputError, match="1 horizons, but strata"):
        depth_means(profile, GSM_INTERVALS, strata=[1, 2])
    with pytest.raises(InputError, match="no spline"):
        spline_of([], [], [])


def test_errors_are_those_of_the_derivatives():
    upper, lower, value = GAPS
    sd = np.array([0.5, 0.2, 0.1, 1.0])
    weights = np.array(
        [
            depth_means(horizons_of(rows(upper, lower, np.eye(4)[j])), GSM_INTERVALS[:5]).mean[0]
            for j in range(4)
        ]
    )
    profile = horizons_of(rows(upper, lower, value))
    np.testing.assert_allclose(
        depth_sd(profile, sd, 0, GSM_INTERVALS[:5])[0], np.sqrt(sd**2 @ weights**2), atol=1e-14
    )
    np.testing.assert_allclose(
        depth_sd(profile, 0, sd, GSM_INTERVALS[:5])[0], np.abs(sd @ weights), atol=1e-14
    )
    both = depth_sd(profile, sd, sd, GSM_INTERVALS[:5])[0]
    np.testing.assert_allclose(both**2, sd**2 @ weights**2 + (sd @ weights) ** 2)


def test_an_error_that_all_horizons_share_does_not_become_smaller_by_averaging():
    profile = horizons_of(rows(*GAPS))
    assert depth_sd(profile, 0, 0.4, [(0, 70)])[0, 0] == pytest.approx(0.4)
    assert depth_sd(profile, 0.4, 0, [(0, 70)])[0, 0] < 0.4


def test_an_unknown_error_stays_unknown_and_harms_only_its_own_spline():
    profiles = horizons_of(rows(*GAPS), [(0, 10, 1.0), (10, 20, 2.0)], [])
    sd = depth_sd(profiles, [1, 1, np.nan, 1, 1, 1], 0, GSM_INTERVALS)
    assert np.isnan(sd[0]).all()
    assert np.isfinite(sd[1, :3]).all()
    assert np.isnan(sd[1, 3:]).all()
    assert np.isnan(sd[2]).all()
    apart = depth_sd(profiles, [1, 1, np.nan, 1, 1, 1], 0, GSM_INTERVALS, strata=[1, 1, 0, 0, 0, 0])
    assert np.isfinite(apart[0, :3]).all()
    assert np.isnan(apart[0, 3])


def test_without_any_horizon_there_is_no_error_and_no_crash():
    assert np.isnan(depth_sd(horizons_of([], []), 1, 1, GSM_INTERVALS)).all()
    assert np.isnan(depth_means(horizons_of([], []), GSM_INTERVALS).mean).all()


def test_the_curve_joins_smoothly_and_its_integral_is_the_mean():
    spline = spline_of(*GAPS, lam=0.1)
    ends = np.array([10, 20, 30, 40, 50, 60.0])
    steps = spline.at(ends + 1e-7) - spline.at(ends - 1e-7)
    assert np.abs(steps).max() < 1e-6
    slopes = [np.diff(spline.at(ends + side)) for side in (-1e-6, 1e-6)]
    np.testing.assert_allclose(*slopes, atol=1e-5)
    for top, bottom in [(0, 5), (8, 33), (0, 70)]:
        area = quad(spline.at, top, bottom, points=ends[(ends > top) & (ends < bottom)], epsabs=1e-12)[0]
        assert spline.mean(top, bottom) == pytest.approx(area / (bottom - top), abs=1e-10)


def test_the_curve_is_unknown_where_nobody_looked():
    spline = spline_of([10, 20], [20, 30], [1, 2])
    assert np.isnan(spline.at([9.9, 30.1, np.nan])).all()
    assert np.isfinite(spline.at([[10, 15], [20, 30]])).all()
    assert np.isnan(spline.mean(30, 40))
    assert spline.mean(0, 40) == spline.mean(10, 30)


def test_overlaps_tell_which_horizons_an_interval_rests_on():
    assert overlaps(horizons_of([(0, 12, 1), (12, 40, 2)]), [(0, 5), (5, 15), (30, 60)]).tolist() == [
        [5, 7, 0],
        [0, 3, 10],
    ]
