import csv

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from soilinfo.errors import InputError
from soilinfo.harmonize.carbon import (
    carbon_kg_m3,
    change,
    depth_stocks,
    equal_mass_stock_t_ha,
    fine_earth_g_cm3,
    mineral_mass_t_ha,
    soc_stock_sd_t_ha,
    soc_stock_t_ha,
)
from tests.harmonize.facts import EXAMPLES, needs_examples
from tests.harmonize.test_depth import horizons_of

# A core of three layers: cm, g/kg, g/cm3.
THICKNESS, SOC, DENSITY = np.array([10.0, 10, 20]), np.array([25.0, 15, 8]), np.array([1.1, 1.25, 1.4])


def core_of(thickness, values):
    """Layers from the surface down, as (upper, lower, value)."""
    lower = np.cumsum(thickness)
    return list(zip(lower - thickness, lower, values, strict=True))


def test_a_stock_is_that_of_the_cookbook():
    assert soc_stock_t_ha(10, 1.4, 0, 30) == pytest.approx(42.0)
    assert soc_stock_sd_t_ha(10, 1.4, 0, 30, 10, 0.1, 5) == pytest.approx(42.15934060205401)


@needs_examples
def test_every_worked_stock_is_reproduced_with_its_deviation():
    lines = (EXAMPLES / "soc_stock_ocskgm.csv").read_text("utf-8").splitlines()[1:]
    names = ["orc_g_kg", "bld_kg_m3", "crf_vol_percent", "hsize_cm", "sd_orc", "sd_bld", "sd_crf"]
    table = list(csv.DictReader(lines))
    soc, density, coarse, thickness, sd_soc, sd_density, sd_coarse = (
        np.array([float(row[name]) for row in table]) for name in names
    )
    layer = (soc, density / 1000, coarse, thickness)
    assert soc_stock_t_ha(*layer) == pytest.approx([float(row["ocs_t_ha"]) for row in table])
    assert soc_stock_sd_t_ha(*layer, sd_soc, sd_density / 1000, sd_coarse) / 10 == pytest.approx(
        [float(row["ocs_sd_kg_m2"]) for row in table]
    )


@pytest.mark.parametrize("density_of", ["fine_earth", "whole_soil"])
@pytest.mark.parametrize("correlation", [-0.8, 0, 0.6])
def test_the_deviation_is_that_of_many_draws(density_of, correlation):
    soc, density, coarse, thickness = 30.0, 1.3, 15.0, 30.0
    sd_soc, sd_density, sd_coarse = 0.6, 0.03, 0.5
    random = np.random.default_rng(8)
    covariance = correlation * sd_soc * sd_density
    both = random.multivariate_normal(
        [soc, density], [[sd_soc**2, covariance], [covariance, sd_density**2]], 200_000
    )
    drawn = soc_stock_t_ha(*both.T, random.normal(coarse, sd_coarse, len(both)), thickness, density_of)
    told = soc_stock_sd_t_ha(
        soc, density, coarse, thickness, sd_soc, sd_density, sd_coarse, correlation, density_of
    )
    assert told == pytest.approx(drawn.std(), rel=0.02)


def test_carbon_that_dilutes_density_makes_a_stock_surer():
    layer = (30, 1.3, 0, 30, 3, 0.1, 0)
    alone, together = (soc_stock_sd_t_ha(*layer, correlation=each) for each in (0, -0.7))
    assert together < alone
    assert soc_stock_sd_t_ha(10, 1, 0, 10, 1, 0.1, 0, correlation=-1) == pytest.approx(0, abs=1e-9)


def test_stones_are_taken_off_once_whichever_density_was_measured():
    stones, fine = 0.20, 1.2
    whole = fine * (1 - stones) + 2.65 * stones
    by_fine = soc_stock_t_ha(20, fine, 20, 30)
    assert soc_stock_t_ha(20, whole, 20, 30, density_of="whole_soil") == pytest.approx(by_fine)
    assert soc_stock_t_ha(20, whole, 20, 30) > 1.1 * by_fine


def test_without_stones_both_densities_are_the_same():
    assert fine_earth_g_cm3(1.3, 0) == fine_earth_g_cm3(1.3, 0, "whole_soil") == 1.3


def test_missing_stones_are_not_no_stones_and_impossible_ones_have_no_stock():
    found = soc_stock_t_ha(20, 1.2, [np.nan, -1, 101, 10], 30)
    assert np.isnan(found[:3]).all()
    assert np.isfinite(found[3])
    assert np.isnan(soc_stock_t_ha([np.nan, 20], [1.2, np.nan], 10, 30)).all()
    assert np.isnan(soc_stock_sd_t_ha(20, 1.2, 10, 30, 1, np.nan, 1))
    assert np.isnan(fine_earth_g_cm3(1.2, 60, "whole_soil")), "stones alone weigh 1.59"


def test_stocks_of_depths_add_up_and_those_of_whole_layers_without_smoothing_are_exact():
    core = horizons_of(core_of(THICKNESS, carbon_kg_m3(SOC, DENSITY)))
    stocks = depth_stocks(core, [(0, 10), (10, 20), (20, 40), (0, 40), (0, 5), (5, 40), (0, 100)], lam=0)
    layers = soc_stock_t_ha(SOC, DENSITY, 0, THICKNESS)
    np.testing.assert_allclose(stocks.t_ha[0, :3], layers)
    assert stocks.t_ha[0, 3] == pytest.approx(layers.sum())
    assert stocks.t_ha[0, 4:6].sum() == pytest.approx(layers.sum())
    assert stocks.t_ha[0, 6] == pytest.approx(layers.sum())
    assert stocks.covered_cm[0, 6] == 40


def test_mean_content_times_mean_density_is_not_the_stock():
    """What the spline of carbon density is for: content and density change against each other."""
    layers = soc_stock_t_ha(SOC, DENSITY, 0, THICKNESS).sum()
    means = (np.average(each, weights=THICKNESS) for each in (SOC, DENSITY))
    assert soc_stock_t_ha(*means, 0, THICKNESS.sum()) > 1.03 * layers


def test_peat_above_sand_keeps_its_carbon_to_itself():
    profile = [(0, 20, 52.0), (20, 40, 55.0), (40, 60, 8.0), (60, 100, 4.0)]
    organic = [True, True, False, False]
    apart = depth_stocks(horizons_of(profile), [(0, 40), (40, 100)], strata=organic)
    joined = depth_stocks(horizons_of(profile), [(0, 40), (40, 100)])
    alone = depth_stocks(horizons_of(profile[2:]), [(40, 100)])
    assert apart.t_ha[0, 1] == pytest.approx(alone.t_ha[0, 0])
    assert joined.t_ha[0, 1] > apart.t_ha[0, 1], "a spline across would carry carbon into the sand"


def test_errors_of_layers_that_are_alike_add_up_and_others_cancel_out():
    core = horizons_of([(0, 15, 30.0), (15, 30, 20.0)])
    alike = depth_stocks(core, [(0, 30)], lam=0, sd_independent=0, sd_common=2.0)
    apart = depth_stocks(core, [(0, 30)], lam=0, sd_independent=2.0, sd_common=0)
    assert alike.sd[0, 0] == pytest.approx(2.0 * 30 * 0.1)
    assert apart.sd[0, 0] == pytest.approx(2.0 * 30 * 0.1 / np.sqrt(2))
    assert np.isnan(depth_stocks(core, [(0, 30)]).sd[0, 0])


def test_carbon_of_equal_mass_is_the_cubic_spline_of_the_sums():
    mass, carbon = DENSITY * THICKNESS * 100, soc_stock_t_ha(SOC, DENSITY, 0, THICKNESS)
    sums = CubicSpline(np.append(0, mass.cumsum()), np.append(0, carbon.cumsum()), bc_type="natural")
    for reference in (900, mass[0], 3000, mass.sum()):
        assert equal_mass_stock_t_ha([0, 3], mass, carbon, reference)[0] == pytest.approx(sums(reference))


def test_compacting_a_soil_changes_its_stock_to_a_depth_but_not_that_of_its_mass():
    mass, carbon = DENSITY * THICKNESS * 100, soc_stock_t_ha(SOC, DENSITY, 0, THICKNESS)
    cores = [core_of(each, carbon / each * 10) for each in (THICKNESS, THICKNESS * 0.875)]
    before, after = depth_stocks(horizons_of(*cores), [(0, 30)]).t_ha[:, 0]
    assert after > before + 2
    same = equal_mass_stock_t_ha([0, 3, 6], np.tile(mass, 2), np.tile(carbon, 2), 3600)
    assert same[0] == same[1]


def test_a_mass_that_was_not_sampled_has_no_stock():
    mass, carbon = [1000.0, 1200, 900, np.nan, 1000, 1100], [20.0, 12, 18, 10, np.nan, 9]
    found = equal_mass_stock_t_ha([0, 2, 4, 6, 6], mass, carbon, [2200, 500, 1500, 100])
    assert found[0] == pytest.approx(32)
    assert np.isnan(found[1:]).all()
    assert np.isnan(equal_mass_stock_t_ha([0, 2], mass[:2], carbon[:2], 2300)).all()
    assert np.isnan(equal_mass_stock_t_ha([0, 2, 4], mass[:4], carbon[:4], [np.nan, -1])).all()
    assert np.isnan(equal_mass_stock_t_ha([0, 0], [], [], 1000)).all()


def test_mineral_mass_leaves_out_what_is_organic():
    assert mineral_mass_t_ha(1.2, 20, 10, 2.0) == pytest.approx(1200 * 0.96)
    assert np.isnan(mineral_mass_t_ha([1.2, np.nan], [580, 20], 10, 2.0)).all()


def test_a_change_is_surer_where_both_visits_share_an_error():
    apart, alike = (change(40, 44, 3, 3, correlation=each) for each in (0, 0.8))
    assert apart.difference == alike.difference == 4
    assert apart.sd == pytest.approx(3 * np.sqrt(2))
    assert alike.sd == pytest.approx(3 * np.sqrt(0.4))
    assert np.isnan(change(40, [np.nan, 44], [3, np.nan], 3, 0).sd[1])


def test_a_correlation_is_no_more_than_one():
    with pytest.raises(InputError, match=r"between -1 and 1, unlike 1\.5"):
        change(40, 44, 3, 3, correlation=1.5)
