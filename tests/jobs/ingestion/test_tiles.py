"""The raster of a layer: its one file, or a VRT over its tiles that is whole or not there."""

import numpy as np
import pytest
import rasterio

from soilinfo.errors import StoreError
from soilinfo.jobs.ingestion.tiles import raster_of
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.ingest.test_mosaic import layer, tile


@pytest.fixture
def store(tmp_path):
    opened = open_store(Settings(store=tmp_path / "store", db=None))
    yield opened
    opened.close()


@pytest.fixture
def paths(tmp_path):
    cells = np.full((4, 4), 5.0, "float32")
    return [tile(tmp_path / f"{west}.tif", cells, west, nodata=-9999) for west in (100, 101)]


def test_one_file_is_read_itself(store, paths):
    assert raster_of(store, layer(band=1), paths[:1]) == (paths[0], 1)


def test_tiles_become_a_vrt_and_nothing_else_is_left(store, paths):
    for _ in range(2):
        path, band = raster_of(store, layer(), paths)
        with rasterio.open(path) as whole:
            assert (whole.width, band) == (8, 1)
    assert [each.name for each in (store.directory / "mosaic").iterdir()] == ["ph_h2o.vrt"]


def test_a_disk_that_does_not_take_the_vrt_is_the_stores_error(store, paths):
    (store.directory / "mosaic").write_text("in the way")
    with pytest.raises(StoreError, match=r"mosaic/ph_h2o.vrt cannot be written: File exists"):
        raster_of(store, layer(), paths)
