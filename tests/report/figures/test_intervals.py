"""Values with their intervals on one axis."""

import pytest

from soilinfo.catalog.bounds import LARGEST
from soilinfo.report.figures.intervals import Spot, interval_plot
from soilinfo.report.figures.numbers import significant
from soilinfo.report.phrases import NOTHING, Phrases
from tests.report.facts import CATALOG

WORDS = Phrases(CATALOG, "id")


def test_the_axis_holds_values_intervals_and_lines():
    plot = interval_plot(WORDS, [Spot("a", 5.0, 4.1, 6.2), Spot("b", 5.5)], {"limit": 7.0})
    assert [tick["label"] for tick in plot["ticks"]] == ["4", "5", "6", "7"]
    assert plot["lines"] == [{"at": 1.0, "label": "limit"}]
    first, second = plot["rows"]
    assert first["low"] < first["at"] < first["high"] < 1
    assert (second["at"], second["low"], second["text"]) == (0.5, None, "5,50")


def test_what_does_not_compare_has_no_place_on_the_axis():
    plot = interval_plot(WORDS, [Spot("a", 5.0), Spot("b", 5000.0, apart="other depth")], {})
    assert plot["rows"][1]["at"] is None
    assert float(plot["ticks"][-1]["label"].replace(",", ".")) < 6


def test_a_value_that_is_not_known_is_a_dash_and_not_zero():
    plot = interval_plot(WORDS, [Spot("a", 0.0), Spot("b", None)], {})
    assert [row["text"] for row in plot["rows"]] == ["0", NOTHING]
    assert plot["ticks"][0]["label"] == "0,0"
    assert interval_plot(WORDS, [Spot("b", None)], {}) is None


@pytest.mark.parametrize("values", [(0.0, 5e-324), (7.0, 7.0 + 2**-50), (-LARGEST, LARGEST), (0.0, 1e-14)])
def test_whatever_numbers_a_report_may_have_are_on_the_axis(values):
    rows = interval_plot(WORDS, [Spot("a", value) for value in values], {})["rows"]
    assert all(0 <= row["at"] <= 1 for row in rows)


@pytest.mark.parametrize(("value", "decimals"), [(0.0, 0), (0.0512, 4), (5.62, 2), (48.1, 1), (1234.0, 0)])
def test_three_digits_count(value, decimals):
    assert significant([value, None]) == decimals
