"""How far the doubt of the soil moves tonnes: where no decree prints the rate, within floors and caps."""

from itertools import pairwise

import pytest

from soilinfo.jobs.subsidy.allocate import Choices
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.sensitivity import sensitivity_of
from tests.subsidised import PLAN

PRINTED = ["01.01.01", "01.01.02", "01.02.01", "01.02.02", "01.03.01", "01.03.02"]
"""Districts whose rates a decree prints; 01.04.01 has paddy land of uncertain phosphorus, and a dash."""


@pytest.fixture(scope="module")
def moved(fertilizer_country):
    """Works out the ranges of a plan, with draws enough for a test."""

    def ranges():
        plan = plan_of(fertilizer_country.catalog, PLAN)
        rows = sensitivity_of(fertilizer_country.store, fertilizer_country.catalog, plan, Choices(), draws=60)
        return rows.set_index(["code", "fertilizer"])

    return ranges


@pytest.fixture(scope="module")
def rows(moved):
    return moved()


def test_every_unit_has_a_range_in_order(rows):
    for less, more in pairwise(["least_t", "low_t", "median_t", "high_t", "most_t"]):
        assert (rows[less] <= rows[more] + 1e-6).all()
    assert rows.loc[("01.01.01", "urea"), "name"] == "Sukasari"


def test_uncertain_soil_moves_the_tonnes_of_a_district_without_a_printed_rate(rows):
    row = rows.loc[("01.04.01", "npk_15_10_12")]
    assert row["least_t"] < row["most_t"]


def test_where_a_decree_prints_the_rate_the_need_does_not_go_by_the_soil(rows):
    """Their shares move together, by what the one uncertain district gets more or less."""
    npk = rows.xs("npk_15_10_12", level="fertilizer").loc[PRINTED]
    shares = (npk["most_t"] / npk["allocated_t"]).round(4)
    assert shares.nunique() == 1


def test_the_same_is_drawn_again(moved, rows):
    assert moved().equals(rows)
