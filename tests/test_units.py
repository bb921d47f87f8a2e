"""Units: a closed table, right by definition, and closed spellings."""

import csv
import re
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.errors import UnitError
from soilinfo.units import SPELLINGS, UNITS, compatible, convert, factor_offset, spelled
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


PREFIXES = {"": 1.0, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "k": 1e3}
METRIC = {"g": (1, "g"), "m": (1, "m"), "L": (1e-3, "mmm"), "mol": (1, "N"), "eq": (1, "N"), "S": (1, "S")}
OTHERS = {
    **dict.fromkeys(("Cel", "K"), (1, "K")),
    "t": (1e6, "g"), "har": (1e4, "mm"), "[in_i]": (0.0254, "m"), "[ft_i]": (0.3048, "m"),
    "h": (3600, "s"), "d": (86400, "s"), "a": (1, "a"), "mo": (1, "o"), "deg": (1, "r"),
    "%": (1e-2, ""), "[ppm]": (1e-6, ""), "[pH]": (1, "p"),
}  # fmt: skip
ATOMS = OTHERS | {
    prefix + atom: (by * size, dimensions)
    for prefix, by in PREFIXES.items()
    for atom, (size, dimensions) in METRIC.items()
}
"""Size and dimensions of what UCUM codes are made of, by the definitions of the SI, the inch and the foot."""


def of_ucum(code: str) -> tuple[float, Counter[str]]:
    """Size and dimensions of a UCUM code; in ours what follows a slash is divided by as a whole."""
    size, dimensions = 1.0, Counter[str]()
    for at, group in enumerate(re.sub(r"{.*?}|[()]", "", code).split("/")):
        for term in group.split("."):
            atom, power = re.fullmatch(r"(\d+|.*?)(\d*)", term).groups()
            factor, name = (float(atom), "") if atom.isdigit() else ATOMS[atom]
            exponent = (-1 if at else 1) * int(power or 1)
            size *= factor**exponent
            dimensions.update({each: exponent * name.count(each) for each in set(name)})
    return size, Counter({name: power for name, power in dimensions.items() if power})


def test_factors_are_those_of_the_ucum_codes_beside_them_and_a_quantity_has_one_dimension():
    for quantity in {one.quantity for one in UNITS.values()}:
        some = {symbol: one for symbol, one in UNITS.items() if one.quantity == quantity}
        codes = {symbol: of_ucum(one.ucum) for symbol, one in some.items()}
        assert len({tuple(sorted(dimensions.items())) for _, dimensions in codes.values()}) == 1, quantity
        bases = {symbol: codes[symbol][0] / one.factor for symbol, one in some.items()}
        assert [*bases.values()] == pytest.approx([next(iter(bases.values()))] * len(bases), rel=1e-12), bases


@given(SYMBOLS, SYMBOLS)
def test_a_unit_converts_to_no_other_quantity(here, there):
    if UNITS[here].quantity != UNITS[there].quantity:
        with pytest.raises(UnitError, match="does not convert"):
            factor_offset(here, there)


@given(st.data(), NUMBERS)
def test_a_unit_converts_to_those_of_its_quantity_and_back(data, number):
    here = data.draw(SYMBOLS)
    there = data.draw(st.sampled_from(compatible(here)))
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
    assert {spelled(text, "% vol") for text in ("%", " % ", "percent", "persen")} == {"% vol"}
    assert spelled("%", "g/kg") == "%"
    assert spelled("% w/w", "% vol") == "%"


@pytest.mark.parametrize("text", ["", "-", "MS/cm", "mmol/kg", "g/L", "lb/acre"])
def test_a_unit_that_is_not_in_the_table_is_an_error_that_says_what_is(text):
    with pytest.raises(UnitError, match=r"no unit .*cmol\(\+\)/kg"):
        spelled(text)
