"""Layers of slope, made from heights when they are ingested."""

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.jobs.terrain import slope_raster
from soilinfo.settings import Settings
from soilinfo.store.home import open_store

CONFIG = Path(__file__).parents[2] / "config"
NODATA = -32768


def heights(path: Path) -> str:
    """A hill of 20 km in the west of the sample nation's grid, in cells of 90 m."""
    rows, cols = np.mgrid[0:220, 0:220] - 110.0
    hill = (1000 * np.exp(-(rows**2 + cols**2) / 50**2)).astype("float32")
    shape = {"height": 220, "width": 220, "count": 1}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        crs="EPSG:32747",
        transform=Affine(90, 0, 220_000, 0, -90, 9_290_000),
        **shape,
    ) as file:
        file.write(hill, 1)
    return str(path)


def test_layers_of_one_elevation_model_share_a_raster_whose_shares_add_up(tmp_path: Path) -> None:
    catalog, elevation = load(CONFIG), (heights(tmp_path / "dem.tif"), 1)
    store = open_store(Settings(store=tmp_path / "store"))
    layers = [layer for layer in catalog.layers.values() if layer.terrain]
    made = [slope_raster(store, catalog, layer, elevation, "content") for layer in layers]
    assert len({path for path, _ in made}) == 1
    assert sorted(band for _, band in made) == [2, 3, 4, 5, 6, 7]
    with rasterio.open(made[0][0]) as file:
        mean, shares = file.read(1), file.read(list(range(2, 8)))
    there = mean != NODATA
    assert 0.002 < there.mean() < 0.01, "no data where there are no heights"
    assert (shares[:, there].sum(axis=0) == 100).all()
    assert (shares[:, ~there] == NODATA).all()
    assert 100 < mean.max() < 300, "tenths of a percent"
    store.close()


def test_other_heights_make_another_raster(tmp_path: Path) -> None:
    catalog, elevation = load(CONFIG), (heights(tmp_path / "dem.tif"), 1)
    store = open_store(Settings(store=tmp_path / "store"))
    layer = catalog.layer("slope_share_3_8")
    one, same, other = (slope_raster(store, catalog, layer, elevation, text) for text in ("a", "a", "b"))
    assert one == same != other
    store.close()
