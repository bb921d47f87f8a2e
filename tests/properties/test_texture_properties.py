"""What holds for every texture."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.harmonize.texture import (
    CLAY_TO_MM,
    REFUSED,
    SAND_FROM_MM,
    SAND_TO_MM,
    Fractions,
    closed,
    usda_class,
    with_sand_from,
)
from tests.harmonize.test_texture import COUNTS

limits = st.sampled_from(sorted(SAND_FROM_MM.values()))
shares = st.floats(0, 1)


@st.composite
def textures(draw: st.DrawFn) -> Fractions:
    clay = draw(shares) * 100
    silt = draw(shares) * (100 - clay)
    return Fractions(*(np.asarray(each) for each in (100 - clay - silt, silt, clay)))


@given(textures(), limits, limits)
def test_other_limits_leave_clay_and_the_sum_and_no_fraction_is_negative(texture, source, target):
    found = with_sand_from(texture, source, target)
    assert found.clay == texture.clay
    assert sum(found) == pytest.approx(100)
    assert min(found) >= -1e-12
    assert (found.sand >= texture.sand) == (target <= source or texture.sand == found.sand)


@given(shares, limits, limits)
def test_there_and_back_is_the_same_where_mass_is_even_over_the_logarithm(clay, source, target):
    coarse, decades = 100 * (1 - clay), log(SAND_TO_MM / CLAY_TO_MM)
    sand = coarse * log(SAND_TO_MM / source) / decades
    even = Fractions(sand, coarse - sand, 100 * clay)
    there = with_sand_from(even, source, target)
    assert there.sand == pytest.approx(coarse * log(SAND_TO_MM / target) / decades)
    assert with_sand_from(there, target, source) == pytest.approx(even)


@given(textures())
def test_every_texture_has_one_class(texture):
    assert str(usda_class(texture)) in COUNTS


@given(st.lists(st.one_of(st.just(np.nan), st.floats(-20, 120)), min_size=3, max_size=3))
def test_what_is_closed_adds_up_or_is_not_known_at_all(three):
    found = closed(*three)
    whole = np.array(found.fractions)
    assert np.isnan(whole).all() or (whole.sum() == pytest.approx(100) and (whole >= 0).all())
    if found.state != REFUSED and not np.isnan(whole).any():
        assert str(usda_class(found.fractions)) in COUNTS
