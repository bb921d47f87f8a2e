"""The zone index of a boundary version is made once for each grid and kept in the store."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
from shapely.geometry import box

from soilinfo.grid import Grid
from soilinfo.jobs.runs.zone_index import index_of

GRID = Grid("EPSG:4326", 0.01, 110.0, -6.0, 60, 50)
UNITS = gpd.GeoDataFrame(
    geometry=[box(110.0, -6.3, 110.2, -6.05), box(110.105, -6.2, 110.35, -6.0)], crs="EPSG:4326"
)


def test_an_index_read_from_the_store_is_the_one_that_was_made(store):
    made = index_of(store, GRID, "regency", "v1", UNITS)
    kept = index_of(store, GRID, "regency", "v1", UNITS.iloc[:0])
    for name, values in made.arrays().items():
        assert np.array_equal(kept.arrays()[name], values), name
    assert kept.window == made.window
    assert list(kept.strips()) == list(made.strips())


def test_an_index_that_cannot_be_kept_is_an_answer_all_the_same(store, caplog):
    (store.directory / "zones").mkdir(exist_ok=True)
    (store.directory / "zones" / "regency").write_text("a file where the level's directory would be")
    assert index_of(store, GRID, "regency", "v1", UNITS).zones == 2
    assert "zone index of 'regency' is made anew each time" in caplog.text


def test_another_grid_and_another_version_have_an_index_of_their_own(store):
    finer = replace(GRID, resolution=0.005, width=120, height=100)
    index_of(store, GRID, "regency", "v1", UNITS)
    assert (
        index_of(store, finer, "regency", "v1", UNITS).window
        != index_of(store, GRID, "regency", "v1", UNITS).window
    )
    assert index_of(store, GRID, "regency", "v2", UNITS.iloc[:1]).zones == 1
