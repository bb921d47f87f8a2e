"""Kabupaten Bone, real rasters under the official boundary: figures checked by other means before."""

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from soilinfo.evaluate.zonal import build_index, histogram, statistics
from soilinfo.grid import Grid
from tests.real import REAL, needs_real_data

GRID = Grid.covering("EPSG:4326", 1 / 480, (119.5, -5.3, 120.6, -4.1))
NODATA = -32768


def ph() -> np.ndarray:
    """Soil pH at 0-5 cm on the national grid, packed in hundredths."""
    path = REAL / "soil_raster/bone_sulawesi/raster_files/phh2o_0-5cm_mean_bone.tif"
    options = {
        "crs": GRID.crs,
        "transform": Affine(*GRID.transform),
        "width": GRID.width,
        "height": GRID.height,
        "resampling": Resampling.bilinear,
        "tolerance": 0.125,
        "nodata": np.nan,
    }
    with rasterio.open(path) as source, WarpedVRT(source, **options) as warped:
        values = warped.read(1)
    return np.where(np.isnan(values), NODATA, np.rint(values * 100)).astype(np.int16)


@needs_real_data
def test_mean_ph_and_covered_share_of_bone():
    where = "kode = '73.08'"
    regency = pyogrio.read_dataframe(REAL / "admin/kemendagri2025/kab.gpkg", where=where)
    index = build_index([shapely.make_valid(regency.geometry.iloc[0])], GRID)
    values = ph()
    layer = histogram(index, lambda window: values[window.slices], low=0, high=1400, nodata=NODATA)
    figures = statistics(layer, 0.01).loc[0]
    assert figures["mean"] == pytest.approx(5.210, abs=0.001)
    assert figures["covered_pct"] == pytest.approx(95.8, abs=0.2)
    assert figures["valid_ha"] + figures["nodata_ha"] == pytest.approx(index.area_ha[0])
