"""NetCDF by the CF conventions, as xarray and GDAL read it."""

from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
import rasterio
import xarray as xr
from starlette.datastructures import QueryParams

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.provider import CoverageProvider
from soilinfo.serve.coverages.selection import selection_of
from soilinfo.store.home import Store
from tests.serve.coverages.dated import dated

Published = dict[str, Collection]
WINDOW = "bbox=120.2,-7.25,120.25,-7.2"


def opened(content: bytes) -> xr.Dataset:
    return xr.load_dataset(BytesIO(content), engine="scipy")


def asked(client: httpx.Client, name: str, query: str = "") -> xr.Dataset:
    answer = client.get(f"/collections/{name}/coverage?f=netcdf&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-netcdf"
    return opened(answer.content)


def test_xarray_reads_the_values_of_the_store_at_their_places(
    client: httpx.Client, nation_store: Store, published: Published
):
    data, grid = asked(client, "ph_h2o"), published["ph_h2o"].grid
    layer = nation_store.cube.open("ph_h2o", published["ph_h2o"].version)
    expected = layer.decode("ph_h2o", layer.read("ph_h2o")).astype("float32")
    np.testing.assert_array_equal(data["ph_h2o"].values, expected)
    np.testing.assert_allclose(data["lon"], grid.x, rtol=0, atol=1e-9)
    np.testing.assert_allclose(data["lat"], grid.y, rtol=0, atol=1e-9)
    assert data.attrs["Conventions"] == "CF-1.11"
    assert data["lat"].attrs["units"] == "degrees_north"


def test_gdal_reads_the_same_at_the_same_places(client: httpx.Client, published: Published, tmp_path: Path):
    path = tmp_path / "soc.nc"
    path.write_bytes(client.get(f"/collections/soc/coverage?f=netcdf&{WINDOW}").content)
    tiff = client.get(f"/collections/soc/coverage?f=tiff&{WINDOW}").content
    with rasterio.open(f"NETCDF:{path}:soc") as found, rasterio.open(BytesIO(tiff)) as expected:
        np.testing.assert_array_equal(found.read(1), expected.read(1))
        assert found.transform.to_gdal() == pytest.approx(expected.transform.to_gdal())
        assert found.crs == expected.crs
        assert found.units == ("%",)


def test_a_projected_answer_has_its_grid_mapping(client: httpx.Client, tmp_path: Path):
    path = tmp_path / "soc.nc"
    path.write_bytes(client.get(f"/collections/soc/coverage?f=netcdf&{WINDOW}&crs=EPSG:32751").content)
    with rasterio.open(f"NETCDF:{path}:soc") as found:
        assert found.crs.to_epsg() == 32751
    assert opened(path.read_bytes())["x"].attrs["standard_name"] == "projection_x_coordinate"


def test_classes_have_their_meanings_and_no_data_is_none_of_them(client: httpx.Client, published: Published):
    answer = client.get(f"/collections/drainage/coverage?f=netcdf&{WINDOW}").content
    data = xr.load_dataset(BytesIO(answer), engine="scipy", mask_and_scale=False)["drainage"]
    table = published["drainage"].catalog.class_table("drainage")
    assert data.attrs["flag_meanings"].split() == [each.id for each in table.classes]
    assert data.attrs["flag_values"].tolist() == [each.code for each in table.classes]
    assert data.attrs["_FillValue"] not in data.attrs["flag_values"]


def test_the_bits_of_a_sum_are_masks(client: httpx.Client):
    data = asked(client, "suitability", f"{WINDOW}&properties=limiting_actual")["limiting_actual"]
    assert data.attrs["flag_masks"].tolist() == [1 << bit for bit in range(len(data.attrs["flag_masks"]))]


def test_depth_and_time_are_scalar_coordinates_with_bounds(published: Published):
    collection = dated(published["soc"], "2020")
    provider = CoverageProvider({"name": "", "type": "coverage", "data": collection})
    data = opened(provider.query(selection_of(QueryParams(WINDOW), collection), "netcdf").content)
    assert (float(data["depth"]), data["depth_bnds"].values.tolist()) == (15.0, [0.0, 30.0])
    assert data["depth"].attrs["positive"] == "down"
    assert data["time"].values == np.datetime64("2020-01-01")
    assert data["time_bnds"].values[1].astype("datetime64[s]") == np.datetime64("2020-12-31T23:59:59")
    assert {"depth", "time"} <= set(data["soc"].coords)


def test_one_coordinate_leaves_one_dimension(client: httpx.Client):
    data = asked(client, "soc", "subset=Lat(-7.2501)")["soc"]
    assert data.dims == ("lon",)
    assert float(data["lat"]) == pytest.approx(-7.2510416, abs=1e-6)
