"""Maps against profiles: numbers by hand, by numpy and by scipy, and what is worth a warning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from soilinfo.catalog.agreement import MapAgreement
from soilinfo.harmonize.agreement import (
    Agreement,
    Pairs,
    agreement,
    integrated,
    is_biased,
    is_unsure,
    tiling,
)
from soilinfo.intervals import INTERVAL_SD

RULES = MapAgreement()


def _pairs(mapped, observed, sd=np.nan, observed_sd=np.nan, conversion_sd=np.nan) -> Pairs:
    mapped = np.asarray(mapped, float)
    sd, *errors = (
        np.broadcast_to(np.asarray(each, float), mapped.shape) for each in (sd, observed_sd, conversion_sd)
    )
    return Pairs(
        mapped, np.asarray(observed, float), sd, mapped - INTERVAL_SD * sd, mapped + INTERVAL_SD * sd, *errors
    )


def test_every_number_of_four_pairs_is_that_worked_out_by_hand():
    found = agreement(
        _pairs([5, 6, 7, 8], [5, 5, 8, 6], sd=1, observed_sd=[0.5, 0.5, np.nan, 0.5], conversion_sd=0)
    )
    # errors 0, 1, -1, 2; means 6.5 and 6; variances 1.25 and 1.5; covariance 0.75
    assert (found.n, found.bias, found.mae, found.rmse) == (4, 0.5, 1.0, pytest.approx(np.sqrt(1.5)))
    assert found.ccc == pytest.approx(1.5 / (1.25 + 1.5 + 0.25))
    assert found.mec == pytest.approx(1 - 6 / 6)
    assert found.r2 == pytest.approx(0.75**2 / (1.25 * 1.5))
    assert (found.n_interval, found.coverage_pct, found.sd_mean) == (4, 75.0, 1.0)
    assert found.standardised_mean == 0.5
    assert found.standardised_sd == pytest.approx(np.std([0, 1, -1, 2], ddof=1))
    # a quarter of 5/3, the mean squared error of the three whose error is known
    assert (found.n_observed_sd, found.observed_error_pct) == (3, pytest.approx(100 * 0.25 / (5 / 3)))
    assert (found.n_conversion_sd, found.conversion_error_pct) == (4, 0.0)


@given(hnp.arrays(float, (2, 25), elements=st.floats(-50, 50, width=16)))
def test_numbers_are_those_of_numpy_and_scipy(values):
    mapped, observed = values
    found = agreement(_pairs(mapped, observed))
    assert found.bias == pytest.approx(mapped.mean() - observed.mean(), abs=1e-9)
    assert found.rmse**2 == pytest.approx(found.bias**2 + np.var(mapped - observed), abs=1e-6)
    if min(mapped.std(), observed.std()) > 1e-3:
        r = stats.pearsonr(mapped, observed).statistic
        assert found.r2 == pytest.approx(r**2, abs=1e-9)
        bias_correction = 2 / (
            mapped.std() / observed.std()
            + observed.std() / mapped.std()
            + found.bias**2 / (mapped.std() * observed.std())
        )
        assert found.ccc == pytest.approx(r * bias_correction, abs=1e-9), "Lin's other form"
        assert abs(found.ccc) <= abs(r) + 1e-9
        assert found.mec <= found.r2 + 1e-9, "no map explains more than its correlation"


def test_a_map_of_one_value_has_no_correlation_and_one_place_no_efficiency():
    constant = agreement(_pairs([5, 5, 5], [4, 5, 6]))
    assert np.isnan(constant.r2)
    assert constant.ccc == 0
    assert np.isnan(agreement(_pairs([5], [4])).mec)


def test_too_few_pairs_are_counted_and_nothing_else_is_told():
    few = agreement(_pairs([1] * 9, [2] * 9, sd=1), least=10)
    assert few.n == 9
    assert np.isnan([few.bias, few.rmse, few.ccc, few.coverage_pct]).all()
    sd = np.where(np.arange(12) < 4, 1.0, np.nan)
    some = agreement(_pairs(np.arange(12), np.arange(12) + 1, sd=sd), least=10)
    assert (some.n, some.bias, some.n_interval) == (12, -1.0, 4)
    assert np.isnan(some.coverage_pct)


def test_what_is_not_known_of_errors_is_not_taken_for_none():
    found = agreement(_pairs(np.arange(10), np.arange(10) + 1.0))
    assert (found.n_interval, found.n_observed_sd, found.n_conversion_sd) == (0, 0, 0)
    assert np.isnan([found.coverage_pct, found.observed_error_pct, found.conversion_error_pct]).all()


def test_a_map_that_is_as_sure_as_it_says_is_not_warned_of():
    random = np.random.default_rng(1)
    observed = random.normal(6, 1, 4000)
    found = agreement(_pairs(observed + random.normal(0, 0.4, 4000), observed, sd=0.4))
    assert found.coverage_pct == pytest.approx(90, abs=1.5)
    assert found.standardised_sd == pytest.approx(1, abs=0.05)
    assert not is_biased(found, RULES)
    assert not is_unsure(found, RULES)


@pytest.mark.parametrize(
    ("bias", "spread", "biased", "unsure"),
    [
        (0.0, 1.0, False, False),
        (0.7, 1.0, True, False),
        (-0.7, 1.0, True, False),
        (0, 2, False, True),
        (0, 0.4, False, True),
    ],
)
def test_a_bias_and_a_wrong_standard_deviation_are_told_apart(bias, spread, biased, unsure):
    random = np.random.default_rng(2)
    observed = random.normal(6, 1, 400)
    found = agreement(_pairs(observed + bias + random.normal(0, spread, 400), observed, sd=1))
    # A bias moves observations out of the interval, too: then it is the bias that is looked at first.
    assert is_biased(found, RULES) == biased
    assert is_unsure(found, RULES) == unsure or biased


def test_what_chance_does_to_a_few_profiles_is_no_warning():
    ten = Agreement(10, bias=0.6, rmse=1.2, n_interval=10, sd_mean=1.0, coverage_pct=75.0)
    many = Agreement(400, bias=0.6, rmse=1.2, n_interval=400, sd_mean=1.0, coverage_pct=75.0)
    assert not is_biased(ten, RULES)
    assert is_biased(many, RULES)
    assert not is_unsure(ten, RULES), "two standard errors of ten are 19 %"
    assert is_unsure(many, RULES)
    assert not is_biased(Agreement(400, bias=9.0, rmse=9.1), RULES), "how sure it is was never stated"


GSM = [(0, 5), (5, 15), (15, 30), (30, 60), (60, 100), (100, 200)]


@pytest.mark.parametrize(
    ("wanted", "parts"),
    [
        ((15, 30), ((15, 30),)),
        ((0, 30), ((0, 5), (5, 15), (15, 30))),
        ((5, 60), ((5, 15), (15, 30), (30, 60))),
        ((0, 20), ()),
        ((0, 300), ()),
        ((2, 5), ()),
    ],
)
def test_a_depth_is_made_of_whole_adjoining_intervals_or_not_at_all(wanted, parts):
    assert tiling(wanted, GSM) == parts


def test_the_interval_itself_comes_before_its_parts():
    assert tiling((0, 30), [*GSM, (0, 30)]) == ((0, 30),)


def test_adjoining_intervals_count_by_their_thickness_and_one_unknown_leaves_none():
    values = np.array([[6.0, 3.0, 1.0], [6.0, np.nan, 1.0]])
    mean, unknown = integrated(values, [(0, 5), (5, 15), (15, 30)])
    assert mean == pytest.approx((6 * 5 + 3 * 10 + 1 * 15) / 30)
    assert np.isnan(unknown)
