"""Both GDALs read coverages by the OGC API, xarray and rasterio the files: values are those of the store."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import rasterio
import xarray as xr
from numpy.typing import NDArray

from tests.interop import gdal_of_pyogrio
from tests.interop.conftest import Served, get

Run = Callable[..., str]
LAYERS = ["ph_h2o", "soc", "drainage"]


def stored(served: Served, name: str) -> NDArray[np.float32]:
    """The values of a layer; of classes the codes, 0 where there is none."""
    layer = served.store.cube.open(name, served.version(name))
    packed = layer.read(name)
    return packed.astype("float32") if name == "drainage" else layer.decode(name, packed).astype("float32")


def test_gdalinfo_knows_size_place_and_type(served: Served, run: Run):
    told = json.loads(run("gdalinfo", "-json", f"OGCAPI:{served.url}/collections/soc", "-oo", "API=COVERAGE"))
    assert told["size"] == [240, 240]
    assert told["geoTransform"] == pytest.approx([120.0, 1 / 480, 0, -7.0, 0, -1 / 480])
    assert told["bands"][0]["type"] == "Float32"


@pytest.mark.parametrize("name", LAYERS)
def test_an_older_gdal_reads_the_values_of_the_store(served: Served, run: Run, tmp_path: Path, name: str):
    target = tmp_path / "read.tif"
    address = f"OGCAPI:{served.url}/collections/{name}"
    run("gdal_translate", "-q", "-oo", "API=COVERAGE", address, str(target))
    with rasterio.open(target) as opened:
        np.testing.assert_array_equal(opened.read(1).astype("float32"), stored(served, name))


def test_an_older_gdal_reads_a_window(served: Served, run: Run, tmp_path: Path):
    target = tmp_path / "read.tif"
    window = ["-srcwin", "100", "50", "30", "20"]
    address = f"OGCAPI:{served.url}/collections/soc"
    run("gdal_translate", "-q", *window, "-oo", "API=COVERAGE", address, str(target))
    with rasterio.open(target) as opened:
        np.testing.assert_array_equal(opened.read(1), stored(served, "soc")[50:70, 100:130])


@pytest.mark.parametrize("name", LAYERS)
def test_a_newer_gdal_reads_the_values_of_the_store(served: Served, name: str):
    found = gdal_of_pyogrio.read(f"OGCAPI:{served.url}/collections/{name}", {"API": "COVERAGE"})
    np.testing.assert_array_equal(found, stored(served, name))


@pytest.mark.parametrize("name", LAYERS)
def test_rasterio_and_xarray_read_the_same_from_the_files(served: Served, name: str):
    address = f"{served.url}/collections/{name}/coverage"
    tiff, netcdf = (get(address, params={"f": format_}).content for format_ in ("tiff", "netcdf"))
    with rasterio.open(BytesIO(tiff)) as opened:
        np.testing.assert_array_equal(opened.read(1).astype("float32"), stored(served, name))
    values = xr.load_dataset(BytesIO(netcdf), engine="scipy")[name].values
    expected = stored(served, name)
    expected[expected == 0] = np.nan if name == "drainage" else 0
    np.testing.assert_array_equal(values.astype("float32"), expected)
