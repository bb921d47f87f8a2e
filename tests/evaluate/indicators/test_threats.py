"""Ranks of threats: worked examples of others, and of our own by hand."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.evaluate.indicators.threats import Vote, concordance, mean, places, spread, vote

STRAWBERRIES = [
    [8, 4, 2, 3, 5, 1, 6, 7],
    [7, 3, 1, 4, 5, 2, 6, 8],
    [8, 2, 5, 6, 7, 1, 4, 3],
    [8, 3, 4, 2, 5, 1, 6, 7],
]
"""Four raters, eight farms: InfluentialPoints, Coefficient of concordance, worked example I."""
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]
"""Three raters, twenty subjects, many ties: the data set `anxiety` of the R packages irr and DescTools."""


def test_concordance_is_that_of_worked_examples_without_and_with_ties():
    assert concordance(STRAWBERRIES) == pytest.approx(500 / (504 * 16 / 12))  # printed as 0.744
    # irr: kendall(anxiety, TRUE) prints Wt = 0.54 and Chisq(19) = 30.8.
    w = concordance(ANXIETY)
    assert w is not None
    assert round(w, 2) == 0.54
    assert round(3 * 19 * w, 1) == 30.8


def test_concordance_goes_from_none_to_all_and_needs_two_experts_who_do_not_tie_everything():
    assert concordance([[1, 2, 3, 4]] * 5) == 1
    assert concordance([list(each) for each in permutations((1, 2, 3))]) == 0
    assert concordance([[1, 2, 3]]) is None
    assert concordance([]) is None
    assert concordance([[2, 2, 2], [1, 1, 1]]) is None


@given(st.lists(st.lists(st.integers(1, 4), min_size=4, max_size=4), min_size=2, max_size=6))
def test_concordance_lies_between_0_and_1_and_hangs_on_no_order(ranks):
    w = concordance(ranks)
    assert w is None or 0 <= w <= 1 + 1e-12
    assert concordance(ranks[::-1]) == w
    assert concordance([own[::-1] for own in ranks]) == w


def test_those_alike_share_the_mean_of_their_places_and_the_unknown_have_none():
    assert places([2.5, 1.0, None, 2.5, 7.0]) == [2.5, 1.0, None, 2.5, 4.0]
    assert places([100.0, None, 300.0, 100.0], largest_first=True) == [2.5, None, 1.0, 2.5]
    assert places([None]) == [None]


def test_means_and_spreads_of_nothing_are_not_known():
    assert (mean([1, 2, 6]), mean([])) == (3.0, None)
    assert (spread([2, 4, 4, 4, 5, 5, 7, 9]), spread([3])) == (pytest.approx((32 / 7) ** 0.5), None)


def test_what_most_say_wins_and_nobody_wins_a_tie():
    assert vote(["poor", None, "fair", "poor"]) == Vote("poor", 2, 3)
    assert vote(["poor", "fair"]) == Vote(None, 1, 2, ("fair", "poor"))
    assert vote([None]) is None
