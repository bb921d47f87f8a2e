"""Why land has its class: the characteristics at it, on cells whose answer is known."""

import numpy as np
import pytest
from shapely import box

from soilinfo.catalog.models import Criterion
from soilinfo.evaluate.reasons import better_band, cells_by_strip, edge_of, median, ratings
from soilinfo.evaluate.suitability import compile_tables, evaluate
from soilinfo.evaluate.zonal import build_index
from soilinfo.grid import Grid
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import all_crops, crop_of, raw_crop

NODATA = -32768


@pytest.fixture(scope="module")
def maize():
    tables = compile_tables([crop_of(raw_crop("maize"), "maize")], EVALUATION, MEANINGS)
    return {rating.characteristic: rating for rating in ratings(tables, "maize")}


def ranks(rating, *packed):
    return rating.of(np.array(packed)).tolist()


def test_each_value_has_the_class_that_the_table_gives_it(maize):
    assert ranks(maize["ph_h2o"], 450, 560, 600) == [3, 2, 1]
    assert ranks(maize["slope"], 0, 5000) == [1, 4]


def test_what_is_missing_or_out_of_range_has_no_class(maize):
    assert ranks(maize["ph_h2o"], NODATA, 20000) == [0, 0]
    assert ranks(maize["drainage"], 0) == [0]


def test_a_hazard_that_is_absent_is_no_limitation(maize):
    assert ranks(maize["flood_height"], 0) == [1]


def test_the_worst_rating_of_a_cell_is_its_class_for_every_crop():
    random, cells = np.random.default_rng(3), 400
    crops = all_crops()
    tables = compile_tables(crops, EVALUATION, MEANINGS)
    inputs = {}
    for name in tables.inputs:
        one = next(each for each in ratings(tables, crops[0].id) if each.characteristic == name)
        values = random.integers(one.low, one.low + len(one.ranks) - 1, cells)
        inputs[name] = values.reshape(1, -1).astype(np.int32)
    found = evaluate(tables, inputs, scenarios=("actual",))
    for at, crop in enumerate(crops):
        own = np.stack([each.of(inputs[each.characteristic]) for each in ratings(tables, crop.id)])
        known = found.classes["actual"][at] > 0
        np.testing.assert_array_equal(own.max(axis=0)[known], found.classes["actual"][at][known])


def test_the_least_highly_suitable_value_is_the_first_that_is_rated_so(maize):
    target = maize["ph_h2o"].least_highly_suitable()
    assert ranks(maize["ph_h2o"], target - 1, target) == [2, 1]
    assert maize["slope"].least_highly_suitable() is None


ROW = Criterion(
    quality="wa",
    kind="numeric",
    unit="mm/yr",
    bands={"S1": [(900, 1200)], "S2": [(500, 900), (1200, 1600)], "S3": [(1600, None)]},
    worst_class="S3",
)


def test_the_next_better_class_asks_for_its_nearest_band():
    assert better_band(ROW, 3, 2310.0) == ("S2", (1200, 1600))
    assert better_band(ROW, 3, 400.0) == ("S2", (500, 900))
    assert better_band(ROW, 2, 1300.0) == ("S1", (900, 1200))
    assert edge_of((1200, 1600), 2310.0) == 1600


def test_where_the_next_class_has_no_band_the_one_above_it_is_asked():
    row = ROW.model_copy(update={"bands": {"S1": [(900, 1200)], "S3": [(1600, None)]}})
    assert better_band(row, 3, 2310.0) == ("S1", (900, 1200))
    assert better_band(row, 1, 1000.0) is None


def test_a_median_is_a_value_that_some_land_has():
    assert median({400: 10.0, 2000: 10.0}) == 400
    assert median({400: 10.0, 2000: 10.5}) == 2000


def test_cells_by_strip_carry_the_area_of_the_zone():
    grid = Grid.covering("EPSG:4326", 0.01, (120.0, -1.0, 121.0, 0.0))
    index = build_index([box(120.105, -0.755, 120.305, -0.205)], grid)
    areas = [hectares.sum() for _, _, hectares in cells_by_strip(index)]
    assert sum(areas) == pytest.approx(float(index.area_ha[0]))
    for window, at, _ in cells_by_strip(index):
        assert at.min() >= 0
        assert at.max() < window.cells
        assert len(set(at.tolist())) == len(at)
