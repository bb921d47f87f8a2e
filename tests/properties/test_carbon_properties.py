"""What holds for the carbon of every soil."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.harmonize.carbon import (
    ROCK_G_CM3,
    depth_stocks,
    equal_mass_stock_t_ha,
    soc_stock_sd_t_ha,
    soc_stock_t_ha,
)
from soilinfo.harmonize.depth import Horizons

layers = st.tuples(st.floats(0, 580), st.floats(0.05, 2.0), st.floats(0, 100), st.floats(1, 200))
deviations = st.tuples(st.floats(0, 50), st.floats(0, 0.5), st.floats(0, 30))
densities = st.sampled_from(["fine_earth", "whole_soil"])
cores = st.lists(st.tuples(st.integers(1, 50), st.floats(0.1, 100)), min_size=1, max_size=8)


@given(layers, st.integers(0, 3), densities)
def test_what_is_missing_never_becomes_a_stock(layer, missing, density_of):
    broken = [np.nan if i == missing else value for i, value in enumerate(layer)]
    assert np.isnan(soc_stock_t_ha(*broken, density_of))
    assert np.isnan(soc_stock_sd_t_ha(*broken, 1, 0.1, 2, 0, density_of))


@given(layers)
def test_both_kinds_of_density_tell_the_same_stock(layer):
    soc, fine, coarse, thickness = layer
    whole = fine * (1 - coarse / 100) + ROCK_G_CM3 * coarse / 100
    told = soc_stock_t_ha(soc, whole, coarse, thickness, "whole_soil")
    assert np.isnan(told) or told == pytest.approx(soc_stock_t_ha(*layer), abs=1e-6)


@given(layers, deviations, st.integers(0, 2), st.floats(0, 5), st.floats(0, 1))
def test_a_larger_error_of_an_input_never_makes_a_stock_surer(layer, sds, which, more, correlation):
    greater = [sd + more * (i == which) for i, sd in enumerate(sds)]
    less, told = (soc_stock_sd_t_ha(*layer, *each, correlation) for each in (sds, greater))
    assert told >= less * (1 - 1e-12)


@given(cores, st.sampled_from([0.0, 0.1, 1.0]), st.sets(st.integers(0, 300), min_size=2, max_size=6))
def test_stocks_of_depths_add_up(core, lam, depths):
    lower = np.cumsum([float(thickness) for thickness, _ in core])
    upper = np.append(0, lower[:-1])
    profile = Horizons(np.array([0, len(core)]), upper, lower, np.array([value for _, value in core]))
    parts = list(pairwise(sorted(depths)))
    stocks = depth_stocks(profile, [*parts, (min(depths), max(depths))], lam).t_ha[0]
    assert np.nansum(stocks[:-1]) == pytest.approx(np.nan_to_num(stocks[-1]), abs=1e-6)


@given(cores, st.floats(0.5, 2))
def test_stocks_of_all_mass_are_those_of_the_layers_and_depth_does_not_matter(core, factor):
    mass, carbon = np.array(core, float).T
    whole = equal_mass_stock_t_ha([0, len(core)], mass, carbon, mass.sum())
    assert whole[0] == pytest.approx(carbon.sum(), rel=1e-9)
    half = equal_mass_stock_t_ha([0, len(core)], mass, carbon, mass.sum() / 2)
    scaled = equal_mass_stock_t_ha([0, len(core)], mass * factor, carbon * factor, factor * mass.sum() / 2)
    assert scaled[0] == pytest.approx(factor * half[0], rel=1e-6, abs=1e-6)
