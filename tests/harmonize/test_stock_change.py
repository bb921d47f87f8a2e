"""What changes in a stock of carbon: exact where the soil is even, sure only beyond its errors."""

import numpy as np
import pytest

from soilinfo.harmonize.carbon import change, soc_stock_sd_t_ha
from soilinfo.harmonize.stock_change import Layers, at_fixed_depth, depth_of, in_equal_mass, mineral_mass

OM = 1.724


def layers(*of, sd=(0.0, 0.0, 0.0), common=(0.0, 0.0, 0.0), opposed=False):
    """Layers of (upper, lower, carbon g/kg, density g/cm3, stones %)."""
    upper, lower, *parts = np.array(of, float).T
    value = np.array(parts)
    sds = [np.repeat(np.array(each, float)[:, None], len(of), axis=1) for each in (sd, common)]
    return Layers(upper, lower, np.zeros(len(of), bool), value, *sds, opposed)


def test_a_soil_that_was_only_compacted_gained_carbon_at_its_depth_and_none_in_its_mass():
    # 40 cm pressed together to 32: the density is a quarter higher.
    before = layers((0, 20, 20, 1.0, 0), (20, 40, 20, 1.0, 0))
    after = layers((0, 16, 20, 1.25, 0), (16, 32, 20, 1.25, 0))
    fixed = at_fixed_depth(before, after, 30)
    assert (fixed.first, fixed.second) == (pytest.approx(60), pytest.approx(75))
    equal = in_equal_mass(before, after, 30, OM)
    assert (equal.first, equal.second) == (pytest.approx(60), pytest.approx(60))
    assert equal.change == pytest.approx(0, abs=1e-9)


def test_what_an_uneven_soil_is_told_does_not_hang_on_how_much_it_was_compacted():
    core = ((0, 10, 30, 1.0, 5), (10, 20, 18, 1.2, 5), (20, 40, 8, 1.3, 5))
    before = layers(*core)
    after = layers(*((top * 0.8, bottom * 0.8, c, d / 0.8, s) for top, bottom, c, d, s in core))
    assert at_fixed_depth(before, after, 20).change > 5
    equal = in_equal_mass(before, after, 20, OM)
    # 20 cm are two whole layers: 10 x (30 x 1.0 + 18 x 1.2) x 0.95 x 0.1 t/ha.
    assert equal.first == pytest.approx(49.02)
    assert equal.second == pytest.approx(49.02)


def test_carbon_that_was_added_is_not_taken_for_soil():
    before = layers((0, 30, 10, 1.2, 0), (30, 60, 10, 1.2, 0))
    # The same mineral soil, twice the carbon: organic matter makes the fine earth heavier.
    mineral = 1.2 * (1 - OM * 0.010)
    after = layers(*((top, top + 30, 20, mineral / (1 - OM * 0.020), 0) for top in (0, 30)))
    equal = in_equal_mass(before, after, 30, OM)
    assert equal.first == pytest.approx(36)
    assert equal.second == pytest.approx(30 * 0.1 * 20 * mineral / (1 - OM * 0.020))


def test_too_little_soil_has_no_stock_and_how_deep_it_takes_is_told():
    before = layers((0, 30, 10, 1.4, 0))
    after = layers((0, 30, 10, 1.2, 0))
    assert np.isnan(in_equal_mass(before, after, 30, OM).second)
    mass = mineral_mass(before, 30, OM)
    assert mass == pytest.approx(4200 * (1 - OM / 100))
    assert depth_of(after, mass, OM) == pytest.approx(35)


def test_independent_errors_add_up_as_the_kernels_of_stocks_add_them():
    before = layers((0, 30, 20, 1.3, 10), sd=(2, 0.1, 3))
    after = layers((0, 30, 24, 1.3, 10), sd=(2, 0.1, 3))
    sds = [float(soc_stock_sd_t_ha(soc, 1.3, 10, 30, 2, 0.1, 3)) for soc in (20, 24)]
    found = at_fixed_depth(before, after, 30)
    assert found.sd == pytest.approx(float(change(0, 0, *sds, 0).sd), rel=1e-5)
    assert found.change == pytest.approx(14.04)
    assert found.is_sure is False


def test_an_error_of_the_density_moves_an_equal_mass_less_than_a_depth():
    deep = ((0, 30, 20, 1.3, 0), (30, 60, 20, 1.3, 0))
    before, after = (layers(*deep, sd=(0.5, 0.1, 0), opposed=each) for each in (False, False))
    assert in_equal_mass(before, after, 30, OM).sd < at_fixed_depth(before, after, 30).sd / 2


def test_density_estimated_from_the_carbon_errs_against_it():
    even = (0, 30, 20, 1.0, 0)
    apart = layers(even, sd=(2, 0.1, 0))
    opposed = layers(even, sd=(2, 0.1, 0), opposed=True)
    assert at_fixed_depth(opposed, opposed, 30).sd == pytest.approx(0, abs=1e-5)
    assert at_fixed_depth(apart, apart, 30).sd == pytest.approx(12, rel=1e-5)


def test_an_equation_errs_alike_in_all_layers_and_an_error_not_known_stays_so():
    two = ((0, 15, 20, 1.0, 0), (15, 30, 20, 1.0, 0))
    sure = layers(*two)
    assert at_fixed_depth(sure, layers(*two, sd=(2, 0, 0)), 30).sd == pytest.approx(6 / np.sqrt(2), rel=1e-4)
    assert at_fixed_depth(sure, layers(*two, common=(2, 0, 0)), 30).sd == pytest.approx(6, rel=1e-6)
    unknown = at_fixed_depth(sure, layers(*two, sd=(np.nan, 0, 0)), 30)
    assert np.isnan(unknown.sd)
    assert unknown.is_sure is None


def test_gaps_are_told_by_part_and_end_what_reaches_down_from_the_surface():
    some = layers((0, 10, 20, 1.0, 0), (10, 20, 20, np.nan, 0), (25, 40, 20, 1.0, 0))
    assert [*some.gaps(0, 30)] == [(20, 25)]
    assert [*some.gaps(1, 30)] == [(10, 25)]
    assert some.from_surface.bottom == 10
    assert layers((5, 10, 20, 1.0, 0)).from_surface.bottom == 0
