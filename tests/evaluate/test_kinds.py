"""Hectares by kind of cell: the sums of the strips, whatever the strips."""

import numpy as np
import pytest
from shapely import box

from soilinfo.evaluate import coverage
from soilinfo.evaluate.kinds import as_histogram, hectares_by_kind, summed
from soilinfo.evaluate.zonal import build_index, histogram, reads, statistics
from soilinfo.grid import Grid, Window
from soilinfo.jobs.effort import unheard

GRID = Grid.covering("EPSG:4326", 1 / 480, (120, -7.5, 120.5, -7))
SHAPE = box(120.013, -7.5, 120.4137, -7.1003)


@pytest.fixture(scope="module")
def cells():
    return np.random.default_rng(1).integers(-1, 60, GRID.shape).astype("int64")


@pytest.mark.parametrize("rows", [16, 512])
def test_they_are_those_of_the_histogram(cells, monkeypatch, rows):
    monkeypatch.setattr(coverage, "CHUNK", rows)
    index, read = build_index([SHAPE], GRID), reads(cells, GRID.window)
    heard = []
    found = hectares_by_kind(index, read, heard.append)
    whole = histogram(index, read, low=0, high=59, nodata=-1)
    assert found == pytest.approx(
        {-1: whole.nodata_ha[0] - index.outside_ha[0]} | dict(enumerate(whole.area_ha[0]))
    )
    assert sum(found.values()) + index.outside_ha[0] == pytest.approx(index.area_ha[0])
    assert heard[-1] == 1.0
    as_one = as_histogram(found, -1, float(index.outside_ha[0]))
    assert statistics(as_one, 0.1).to_numpy() == pytest.approx(statistics(whole, 0.1).to_numpy())


def test_a_part_of_the_kind_is_summed():
    assert summed({0b01: 1.0, 0b11: 2.0, 0b10: 4.0}, lambda kind: kind & 1) == {1: 3.0, 0: 4.0}


def test_an_area_off_the_grid_has_no_kind_and_is_all_without_data():
    index = build_index([box(100, 1, 101, 2)], GRID)
    found = hectares_by_kind(index, lambda window: np.empty(window.shape), unheard)
    assert found == {}
    nothing = as_histogram(found, -1, float(index.outside_ha[0]))
    assert nothing.nodata_ha[0] == pytest.approx(index.area_ha[0])
    assert np.isnan(statistics(nothing, 1.0)["mean"][0])


def test_only_the_cells_of_a_strip_are_read_at_a_time(cells, monkeypatch):
    monkeypatch.setattr(coverage, "CHUNK", 32)
    asked: list[Window] = []

    def read(window):
        asked.append(window)
        return reads(cells, GRID.window)(window)

    hectares_by_kind(build_index([SHAPE], GRID), read, unheard)
    assert len(asked) > 5
    assert max(window.height for window in asked) <= 32
