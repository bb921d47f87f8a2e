"""Numbers of a report: so many digits, no sign of zero, nothing that is no number."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape

from soilinfo.report.country.outline import checked_outline, outline
from soilinfo.report.country.rounding import rounded_ha, rounded_pct, rounded_value


@pytest.mark.parametrize(
    ("number", "value", "ha", "pct"),
    [
        (1234567.891, 1234570.0, 1234567.89, 1234567.891),
        (0.000123456789, 0.000123457, 0.0, 0.0),
        (2.5, 2.5, 2.5, 2.5),
        (None, None, None, None),
        (math.nan, None, None, None),
        (math.inf, None, None, None),
    ],
)
def test_numbers_have_the_declared_digits(number, value, ha, pct):
    assert (rounded_value(number), rounded_ha(number), rounded_pct(number)) == (value, ha, pct)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_twice_changes_nothing_and_zero_has_no_sign(number):
    for rounded in (rounded_value, rounded_ha, rounded_pct):
        once = rounded(number)
        assert rounded(once) == once
        assert once != 0 or math.copysign(1, once) == 1


def test_an_outline_is_small_valid_and_near_the_shape():
    coast = shapely.Point(100.0, -5.0).buffer(1.0, quad_segs=500)
    simple = outline(coast)
    assert checked_outline(simple) == simple
    assert len(simple["coordinates"][0][0]) < 60
    assert shape(simple).hausdorff_distance(coast) < 0.011


def test_a_tiny_island_keeps_an_outline_and_an_empty_shape_has_none():
    assert shape(outline(shapely.box(100, -5, 100.002, -4.998))).area > 0
    assert outline(shapely.Polygon()) is None
