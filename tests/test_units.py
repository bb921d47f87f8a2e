"""Units: a closed table, right by definition, and closed spellings."""

import csv
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.errors import UnitError
from soilinfo.units import SPELLINGS, UNITS, convert, factor_offset, spelled
from tests.harmonize.facts import EXAMPLES, needs_examples

SYMBOLS = st.sampled_from(sorted(UNITS))
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@needs_examples
def test_all_forty_published_conversions_are_right_the_two_wrong_ones_too():
    lines = (EXAMPLES / "unit_conversion_check.csv").read_text(encoding="utf-8").splitlines()
    rows = [*csv.DictReader(lines[1:])]
    assert Counter(row["verdict"] for row in rows) == {"OK": 38, "WRONG": 2}
    for row in rows:
        there = spelled(row["unit_to"])
        here = spelled(row["unit_from"], there)
        factor, offset = factor_offset(here, there)
        assert (factor, offset) == (pytest.approx(float(row["true_factor"]), rel=1e-9), 0), row


@given(SYMBOLS, SYMBOLS, NUMBERS)
def test_a_unit_converts_to_those_of_its_quantity_and_back_and_to_no_other(here, there, number):
    if UNITS[here].quantity != UNITS[there].quantity:
        with pytest.raises(UnitError, match="does not convert"):
            factor_offset(here, there)
        return
    back = convert(convert(np.array([number]), here, there), there, here)
    assert back == pytest.approx([number], rel=1e-9, abs=1e-6)


@given(st.data(), NUMBERS)
def test_the_way_over_a_third_unit_leads_to_the_same_number(data, number):
    first = data.draw(SYMBOLS)
    alike = [symbol for symbol in UNITS if UNITS[symbol].quantity == UNITS[first].quantity]
    second, third = (data.draw(st.sampled_from(alike)) for _ in range(2))
    value = np.array([number])
    over = convert(convert(value, first, second), second, third)
    assert over == pytest.approx(convert(value, first, third), rel=1e-9, abs=1e-9)


def test_amounts_of_other_dimensions_never_convert():
    for here, there in product(["% vol", "cmol(+)/kg", "cmol(+)/L", "g/cm3", "dS/m"], ["%"]):
        with pytest.raises(UnitError):
            factor_offset(here, there)


def test_each_spelling_is_of_one_unit():
    texts = [text for each in SPELLINGS.values() for text in each]
    assert len(texts) == len(set(texts))
    assert not set(texts) & {symbol.replace(" ", "") for symbol in UNITS}
    assert all(spelled(text) == symbol for symbol, each in SPELLINGS.items() for text in each)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("me/100g", "meq/100 g"),
        ("gr/kg", "g/kg"),
        ("kg/l", "kg/dm3"),
        ("cmol/kg", "cmol(+)/kg"),
        ("cm³/cm³", "cm3/cm3"),
        ("µS/cm", "uS/cm"),
        ("\N{GREEK SMALL LETTER MU}S/cm", "uS/cm"),
        ("m³/100\N{NO-BREAK SPACE}m³", "% vol"),
        ("g kg⁻¹", "g/kg"),
    ],
)
def test_units_are_read_as_laboratories_write_them(text, symbol):
    assert spelled(text) == symbol


def test_whether_a_percentage_is_of_volume_is_for_the_property_to_say():
    assert spelled("%") == "%"
    assert spelled("%", "% vol") == "% vol"
    assert spelled("%", "g/kg") == "%"
    assert spelled("% w/w", "% vol") == "%"


@pytest.mark.parametrize("text", ["", "-", "MS/cm", "mmol/kg", "g/L", "lb/acre"])
def test_a_unit_that_is_not_in_the_table_is_an_error_that_says_what_is(text):
    with pytest.raises(UnitError, match=r"no unit .*cmol\(\+\)/kg"):
        spelled(text)
