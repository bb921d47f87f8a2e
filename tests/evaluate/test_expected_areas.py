"""Expected hectares and their intervals beside simulated maps."""

from statistics import NormalDist

import numpy as np
import pytest
from shapely import box

from soilinfo.evaluate.confidence import NO_DATA, STEPS, VARIABLES, confidence
from soilinfo.evaluate.expected_areas import CLASSES, ProbabilityAreas, expected_areas, probability_areas
from soilinfo.evaluate.suitability import compile_tables, evaluate
from soilinfo.evaluate.zonal import added_up, build_index, histogram
from soilinfo.grid import Grid, Window
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import one_row_crop

SIZE, DRAWS, SPREAD = 24, 2_000, 3.0
GRID = Grid.covering("EPSG:4326", 0.01, (110.0, -7.0 - SIZE / 100, 110.0 + SIZE / 100, -7.0))
# The second zone cuts cells in two and holds the first column, which has no data; the third is both.
ZONES = [box(110.105, -7.24, 110.24, -7.0), box(110.0, -7.24, 110.105, -7.0), box(110.0, -7.24, 110.24, -7.0)]
INDEX = build_index(ZONES, GRID)
DEPTH = {
    "quality": "rc",
    "kind": "numeric",
    "unit": "cm",
    "bands": {"S1": [[60, None]], "S2": [[45, 60]], "S3": [[30, 45]], "N": [[None, 30]]},
    "worst_class": "N",
}
TABLES = compile_tables([one_row_crop(soil_depth=DEPTH)], EVALUATION, {"soil_depth": MEANINGS["soil_depth"]})
"""The deeper the better, so that errors which are alike everywhere make all cells better or worse."""


def mapped_depth() -> np.ndarray:
    depth = np.random.default_rng(5).integers(25, 75, (SIZE, SIZE)).astype(np.int16)
    depth[:, 0] = -1
    return depth


def areas():
    depth = mapped_depth()
    result = confidence(TABLES, {"soil_depth": depth}, {"soil_depth": np.full(depth.shape, SPREAD * 3)})
    stored = dict(zip(VARIABLES, result.packed()[0], strict=True))
    return probability_areas(
        INDEX, lambda window: {name: cells[window.slices] for name, cells in stored.items()}
    )


@pytest.fixture(scope="module")
def expected():
    return expected_areas(areas())


def hectares(classes: np.ndarray) -> np.ndarray:
    """Hectares (zone, class) of one map of classes."""
    return histogram(INDEX, lambda window: classes[window.slices], low=1, high=4, nodata=0).area_ha


def simulated(errors: np.ndarray) -> np.ndarray:
    """Hectares (draw, zone, class) of maps whose depths err so, in deviations (draw, y, x)."""
    depth = mapped_depth()
    found = []
    for error in errors:
        drawn = np.where(depth < 0, depth, np.clip(np.rint(depth + 3 * SPREAD * error), 0, 500)).astype(
            np.int16
        )
        found.append(hectares(evaluate(TABLES, {"soil_depth": drawn}, limiting=False).classes["actual"][0]))
    return np.array(found)


@pytest.fixture(scope="module")
def apart():
    return simulated(np.random.default_rng(1).standard_normal((DRAWS, SIZE, SIZE)))


@pytest.fixture(scope="module")
def alike():
    """Errors evenly spread over their distribution, where random ones would leave the ends to chance."""
    errors = [NormalDist().inv_cdf((draw + 0.5) / DRAWS) for draw in range(DRAWS)]
    return simulated(np.reshape(errors, (DRAWS, 1, 1)))


def test_expected_hectares_are_the_mean_of_simulated_maps_however_errors_hang_together(
    expected, apart, alike
):
    whole = expected.expected_ha.sum(axis=1, keepdims=True)
    assert (np.abs(apart.mean(axis=0) - expected.expected_ha) < 0.003 * whole).all()
    assert (np.abs(alike.mean(axis=0) - expected.expected_ha) < 0.003 * whole).all()


def test_the_independent_interval_is_that_of_simulated_maps(expected, apart):
    low, high = np.quantile(apart, (0.05, 0.95), axis=0)
    width = high - low
    assert (np.abs(expected.independent_ha[0] - low) < 0.12 * width).all()
    assert (np.abs(expected.independent_ha[1] - high) < 0.12 * width).all()


def test_the_correlated_interval_is_that_of_simulated_maps(expected, alike):
    low, high = np.quantile(alike, (0.05, 0.95), axis=0)
    whole = expected.expected_ha.sum(axis=1, keepdims=True)
    assert (np.abs(expected.correlated_ha[0] - low) < 0.003 * whole).all()
    assert (np.abs(expected.correlated_ha[1] - high) < 0.003 * whole).all()


def test_errors_that_are_alike_leave_far_more_open(expected):
    widths = [np.diff(ends, axis=0)[0] for ends in (expected.correlated_ha, expected.independent_ha)]
    assert (widths[0] > widths[1]).all()
    assert (widths[0].sum(axis=1) > 4 * widths[1].sum(axis=1)).all()


@pytest.fixture(scope="module")
def somewhat_alike():
    """Half of the variance of each cell's error is shared by all cells."""
    random = np.random.default_rng(2)
    shared = random.standard_normal((DRAWS, 1, 1))
    return simulated(np.sqrt(0.5) * (shared + random.standard_normal((DRAWS, SIZE, SIZE))))


def test_the_range_holds_the_expected_area_and_nine_tenths_of_maps_however_errors_hang_together(
    expected, apart, somewhat_alike, alike
):
    low, high = expected.range_ha
    assert ((low <= expected.expected_ha) & (expected.expected_ha <= high)).all()
    for maps in (apart, somewhat_alike, alike):
        assert (((low <= maps) & (maps <= high)).mean(axis=0) >= 0.9).all()


@pytest.mark.parametrize("rare", [0.005, 0.03, 0.045, 0.2])
@pytest.mark.parametrize("alike", [0.0, 0.3, 0.5, 0.9, 1.0])
def test_the_range_of_a_rare_class_holds_nine_tenths_of_maps_too(rare, alike):
    """1,000 hectares that all are N with the same small probability: alike errors give 0 to 0 below 5 %."""
    cells, steps = 1_000, round(rare * STEPS)
    below, squared = np.zeros((1, 3, STEPS + 1)), np.zeros((1, 4, STEPS + 1))
    below[0, :, STEPS - steps] = cells
    squared[0, (0, 1, 2, 3), (STEPS - steps, 0, 0, steps)] = cells
    found = expected_areas(ProbabilityAreas(below, squared, below[:, 0], np.zeros(1)))
    random, bound = np.random.default_rng(3), NormalDist().inv_cdf(steps / STEPS)
    errors = np.sqrt(alike) * random.standard_normal((DRAWS, 1))
    errors = errors + np.sqrt(1 - alike) * random.standard_normal((DRAWS, cells))
    drawn, (low, high) = (errors < bound).sum(axis=1), found.range_ha[:, 0, 3]
    assert low < found.expected_ha[0, 3] < high
    assert ((low <= drawn) & (drawn <= high)).mean() >= 0.9


def test_classes_and_no_data_add_up_to_the_zone(expected):
    known = expected.expected_ha.sum(axis=1) + areas().nodata_ha
    assert known == pytest.approx(INDEX.area_ha)
    assert areas().nodata_ha[0] == pytest.approx(0, abs=1e-6)
    assert areas().nodata_ha[1] > 0


def test_zones_put_together_are_the_zone_of_both():
    """But for the cells that both have a part of, which count as two."""
    parts = areas()
    whole = parts.gathered(lambda values: added_up(values, np.array([0, 0, 1]), 2))
    summed = expected_areas(whole)
    assert summed.expected_ha[0] == pytest.approx(summed.expected_ha[1])
    assert summed.correlated_ha[:, 0] == pytest.approx(summed.correlated_ha[:, 1])
    assert summed.confidence[0] == pytest.approx(summed.confidence[1])
    assert summed.independent_ha[:, 0] == pytest.approx(summed.independent_ha[:, 1], rel=0.01)


def test_certain_classes_leave_no_interval_and_a_zone_without_data_nothing():
    stored = {f"p_{name}": np.full((SIZE, SIZE), 200 if name == "s2" else 0, np.uint8) for name in CLASSES}
    stored["confidence"] = np.full((SIZE, SIZE), 200, np.uint8)
    for values in stored.values():
        values[:, :11] = NO_DATA

    def read(window: Window) -> dict[str, np.ndarray]:
        return {name: cells[window.slices] for name, cells in stored.items()}

    found = expected_areas(probability_areas(INDEX, read))
    assert found.expected_ha[0, 1] == pytest.approx(INDEX.area_ha[0] * 13 / 13.5, rel=1e-3)
    for ends in (*found.range_ha, *found.independent_ha, *found.correlated_ha):
        assert ends == pytest.approx(found.expected_ha)
    assert found.confidence[0] == 1
    assert (found.expected_ha[1] == 0).all()
    assert np.isnan(found.confidence[1])
