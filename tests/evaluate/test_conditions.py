"""Cells gathered by what tables tell apart, with their hectares, beside counting cell by cell."""

import numpy as np
import pytest
from shapely.geometry import box

from soilinfo.evaluate.conditions import Conditions, gather, together
from soilinfo.evaluate.tables import Lookup
from soilinfo.evaluate.zonal import build_index, histogram
from soilinfo.grid import CHUNK, Grid

GRID = Grid("EPSG:6933", 1000.0, 0.0, 1_100_000.0, 20, CHUNK + 88)
"""Square kilometres in two strips."""
ZONES = [box(500, 1000, 9000, 1_099_000), box(3000, 500_000, 12_000, 700_000), box(90_000, 0, 99_000, 9000)]
"""A zone with cells in part, one that overlaps it, one off the grid."""
STEPS = Lookup("slope", 0, np.array([0, 0, 1, 1, 2], np.uint16))
"""0 and 1 are alike, 2 and 3 are; what else is no data."""
SIDES = Lookup("aspect", 5, np.array([0, 1, 2], np.uint16))


@pytest.fixture(scope="module")
def layers() -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    return {
        "slope": random.integers(0, 6, GRID.shape).astype(np.int16),
        "aspect": random.integers(4, 8, GRID.shape).astype(np.uint8),
    }


@pytest.fixture(scope="module")
def found(layers: dict[str, np.ndarray]) -> Conditions:
    index = build_index(ZONES, GRID)
    return gather(index, lambda window: {n: v[window.slices] for n, v in layers.items()}, [STEPS, SIDES])


def test_cells_that_no_table_tells_apart_are_one_condition(found: Conditions):
    strips = 2
    assert found.size == strips * len({0, 1, 2}) * len({0, 1, 2})
    assert {name: len(values) for name, values in found.values.items()} == dict.fromkeys(
        found.values, found.size
    )


def test_hectares_of_conditions_are_those_of_their_cells(found: Conditions, layers: dict[str, np.ndarray]):
    index = build_index(ZONES, GRID)
    bands = STEPS.bands[np.clip(layers["slope"], 0, 4)]
    areas = histogram(index, lambda window: bands[window.slices], low=0, high=2, nodata=-1).area_ha
    band = STEPS.bands[np.clip(found.values["slope"], 0, 4)]
    for zone in range(len(ZONES)):
        for each in range(3):
            met = (found.zone == zone) & (band[found.condition] == each)
            assert found.area_ha[met].sum() == pytest.approx(areas[zone, each])


def test_what_lies_off_the_grid_has_no_condition(found: Conditions):
    assert set(found.zone) == {0, 1}


def test_parts_put_together_keep_their_conditions_apart(found: Conditions):
    both = together([found, found])
    assert both.size == 2 * found.size
    assert both.condition.max() == both.size - 1
    assert together([]).size == 0


def test_more_tables_than_a_whole_number_can_hold_are_told_apart_all_the_same(layers: dict[str, np.ndarray]):
    index = build_index(ZONES[:1], GRID)
    many = [Lookup("slope", 0, np.arange(5000, dtype=np.uint16))] * 8
    found = gather(index, lambda window: {"slope": layers["slope"][window.slices]}, many)
    assert found.size == 2 * 6
