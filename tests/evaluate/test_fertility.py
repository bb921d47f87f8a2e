"""Fertility classes: edges, gaps of printed tables, probabilities, and the class that a unit has."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from soilinfo.errors import InputError
from soilinfo.evaluate.expected_areas import hectares_by_rank
from soilinfo.evaluate.fertility import (
    class_probabilities,
    majority,
    majority_probabilities,
    rate,
    shares_pct,
)
from soilinfo.evaluate.tables import Packing

CARBON = (1.0, 2.0, 3.0, 5.0)
NITROGEN = (0.10, 0.20, 0.50, 0.75)
PHOSPHATE = (20.0, 40.0)

unhurried = settings(deadline=None, max_examples=100)
contents = st.floats(0, 3000)
ascending = st.lists(st.integers(1, 300), min_size=1, max_size=5, unique=True).map(sorted)


# ---- rating -----------------------------------------------------------------------------


def test_a_value_between_the_steps_of_a_printed_table_is_of_the_class_above():
    assert rate([2.0, 2.004, 2.01], CARBON).tolist() == [2, 3, 3]
    assert rate([20.0, 20.5, 21.0], (10, 20, 40, 60)).tolist() == [2, 3, 3]


def test_an_edge_belongs_to_the_class_below_it():
    assert rate([*CARBON], CARBON).tolist() == [1, 2, 3, 4]
    assert rate([0.0, 19.9, 20.0, 20.1, 40.0, 40.1], PHOSPHATE).tolist() == [1, 1, 1, 2, 2, 3]


def test_what_is_missing_has_no_class():
    assert rate([[np.nan, np.inf], [-np.inf, 3000.0]], PHOSPHATE).tolist() == [[0, 0], [0, 3]]


def test_packed_integers_and_floats_of_either_width_get_one_class():
    packing = Packing(0, 100, 0.01, "%")
    expected = rate(packing.values(), NITROGEN)
    noisy = np.arange(101, dtype=np.float32) * np.float32(0.01)
    assert np.array_equal(rate(noisy, NITROGEN, decimals=2), expected)
    assert np.array_equal(rate(np.arange(101) * 0.01, NITROGEN, decimals=2), expected)
    assert expected[[10, 11, 20, 21, 50, 51, 75, 76]].tolist() == [1, 2, 2, 3, 3, 4, 4, 5]


def test_a_float_is_rated_as_the_integer_that_it_is_stored_as():
    assert rate([2.004, 2.006], CARBON, decimals=2).tolist() == [2, 3]


@unhurried
@given(st.lists(contents, min_size=2), ascending)
def test_more_of_a_nutrient_is_never_a_poorer_class(values: list[float], edges: list[int]):
    classes = rate(sorted(values), edges).astype(int)
    assert (np.diff(classes) >= 0).all()
    assert classes.min() >= 1
    assert classes.max() <= len(edges) + 1


# ---- probabilities ----------------------------------------------------------------------


def test_the_probability_of_a_class_is_the_part_of_the_normal_distribution_between_its_edges():
    normal = NormalDist(25.0, 10.0)
    low, high = normal.cdf(20), 1 - normal.cdf(40)
    found = class_probabilities(np.array([25.0]), np.array([10.0]), PHOSPHATE)
    assert found[:, 0] == pytest.approx([low, 1 - low - high, high])


def test_no_soil_holds_less_than_nothing():
    normal = NormalDist(15.0, 20.0)
    whole = 1 - normal.cdf(0)
    found = class_probabilities(15.0, 20.0, PHOSPHATE, valid_range=(0.0, 3000.0))
    assert found[0] == pytest.approx((normal.cdf(20) - normal.cdf(0)) / whole)
    assert found.sum() == pytest.approx(1)
    assert found[0] < class_probabilities(15.0, 20.0, PHOSPHATE)[0]


@pytest.mark.parametrize(
    ("mean", "expected"), [(0, [1, 0, 0]), (20, [1, 0, 0]), (20.1, [0, 1, 0]), (99, [0, 0, 1])]
)
def test_without_deviation_the_class_is_certain(mean: float, expected: list[int]):
    assert class_probabilities(mean, 0.0, PHOSPHATE, (0.0, 3000.0)).tolist() == expected


def test_without_mean_or_deviation_there_is_no_probability():
    found = class_probabilities(np.array([np.nan, 5.0, np.nan]), np.array([1.0, np.nan, 0.0]), PHOSPHATE)
    assert np.isnan(found).all()


def test_a_negative_deviation_is_refused():
    with pytest.raises(InputError, match="not negative; one is -2"):
        class_probabilities(np.array([5.0, 6.0]), np.array([1.0, -2.0]), PHOSPHATE)


def test_the_most_probable_class_need_not_be_that_of_the_mean():
    edges, mean = (20.0, 22.0), 21.5
    found = class_probabilities(mean, 10.0, edges)
    assert rate(mean, edges) == 2
    assert found.argmax() + 1 == 3
    assert class_probabilities(mean, 0.1, edges).argmax() + 1 == 2


@unhurried
@given(st.lists(st.tuples(contents, st.floats(0, 500)), min_size=1), ascending)
def test_probabilities_add_up_to_one(cells: list[tuple[float, float]], edges: list[int]):
    means, deviations = np.array(cells).T
    found = class_probabilities(means, deviations, edges, (0.0, 3000.0))
    assert found.shape == (len(edges) + 1, len(cells))
    assert found.min() >= 0
    assert found.sum(axis=0) == pytest.approx(1)


# ---- units ------------------------------------------------------------------------------


def test_a_unit_is_of_the_class_of_most_land():
    assert majority([[120.0, 300.0, 80.0], [0.0, 0.0, 0.1]]).tolist() == [2, 3]


def test_of_equal_areas_the_poorer_class_counts_even_where_a_sum_is_noisy():
    assert majority([[200.0, 200.0, 100.0], [0.3, 0.1 + 0.2, 0.0]]).tolist() == [1, 1]


def test_a_unit_without_land_or_mostly_without_data_has_no_class():
    assert majority([0.0, 0.0, 0.0]) == 0
    assert majority([[30.0, 20.0, 0.0], [30.0, 20.0, 0.0]], nodata_ha=[50.0, 50.1]).tolist() == [1, 0]


def test_shares_count_the_land_without_data():
    found = shares_pct(np.array([[10.0, 20.0, 10.0], [0.0, 0.0, 0.0]]), np.array([10.0, 0.0]))
    assert found[0].tolist() == [20.0, 40.0, 20.0, 20.0]
    assert np.isnan(found[1]).all()


# ---- how sure the class of a unit is ----------------------------------------------------

STEPS = 200
"""Steps of a stored probability, and so quantiles that all cells of a unit are taken at."""


def sure(cells: list[tuple[float, float, float]], nodata_ha: float = 0.0) -> list[float]:
    """The probability of each class of PHOSPHATE to be the unit's, of cells (hectares, mean, deviation)."""
    hectares, means, deviations = np.array(cells).T
    below = np.rint(STEPS * class_probabilities(means, deviations, PHOSPHATE).cumsum(axis=0)[:-1]).astype(int)
    areas = np.stack([np.bincount(own, hectares, STEPS + 1) for own in below])[np.newaxis]
    by_rank = hectares_by_rank(areas, np.array([hectares.sum()]))
    found: list[float] = majority_probabilities(by_rank, [nodata_ha])[0].tolist()
    return found


def test_a_unit_changes_its_class_when_most_of_its_land_does():
    """60 ha are low up to half a deviation above their mean; 40 ha are medium either way."""
    assert sure([(60, 18.0, 4.0), (40, 30.0, 2.0)]) == pytest.approx(
        [norm.cdf(0.5), norm.sf(0.5), 0], abs=1 / STEPS
    )


def test_the_cells_that_decide_are_those_which_tip_the_balance():
    """30, 30 and 40 ha leave the low class at 1.0, 0.25 and 2.0 deviations: from 1.0 on most is medium."""
    cells = [(30, 18.0, 2.0), (30, 19.0, 4.0), (40, 10.0, 5.0)]
    assert sure(cells)[0] == pytest.approx(norm.cdf(1.0), abs=1 / STEPS)


def test_a_mixture_of_land_is_no_doubt_about_its_majority():
    assert sure([(60, 10.0, 0.0), (40, 50.0, 0.0)]) == [1, 0, 0]


def test_a_unit_of_one_kind_of_land_is_as_sure_as_its_cells():
    expected = class_probabilities(25.0, 10.0, PHOSPHATE)
    assert sure([(1, 25.0, 10.0)] * 7) == pytest.approx(expected, abs=1 / STEPS)


@unhurried
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 70), st.sampled_from([0.0, 1.0, 5.0, 20.0])),
        min_size=1,
        max_size=6,
    )
)
def test_it_is_that_of_all_cells_being_off_by_the_same_number_of_deviations(cells: list[tuple]):
    """Beside each quantile of the normal distribution worked out for itself."""
    hectares, means, deviations = np.array(cells, float).T
    off = norm.ppf((np.arange(4000) + 0.5) / 4000)[:, np.newaxis]
    classes = rate(means + off * deviations, PHOSPHATE)
    areas = np.stack([((classes == rank) * hectares).sum(axis=1) for rank in (1, 2, 3)])
    shares = [(areas.argmax(axis=0) == at).mean() for at in range(3)]
    # Each cell leaves a class half a step too early or too late, and so may the majority at either edge.
    assert sure([*cells]) == pytest.approx(shares, abs=2.1 / STEPS)


def test_where_most_of_the_land_has_no_probability_the_class_has_none():
    assert np.isnan(sure([(30, 25.0, 10.0)], nodata_ha=30.1)).all()
    assert sum(sure([(30, 25.0, 10.0)], nodata_ha=30.0)) == pytest.approx(1)
