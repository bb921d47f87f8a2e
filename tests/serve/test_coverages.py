"""Coverages: the values of the store, cut, scaled and encoded."""

from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.grid import Grid
from soilinfo.serve.collections import Collection
from soilinfo.store.home import Store

Refused = Callable[..., str]
Published = dict[str, Collection]

PH = "/collections/ph_h2o/coverage"
SUITABILITY = "/collections/suitability/coverage"


def stored(store: Store, published: Published, name: str, variable: str | None = None) -> NDArray[np.float64]:
    """All values of a layer, NaN where there are none."""
    versions = {
        version.layer: version.version for each in published.values() for version in each.versions.values()
    }
    layer = store.cube.open(name, versions[name])
    return layer.decode(variable or name, layer.read(variable or name))


def geotiff(answer: httpx.Response) -> tuple[NDArray[Any], dict[str, Any], tuple[str, ...]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/tiff; application=geotiff"
    with MemoryFile(answer.content) as memory, memory.open() as source:
        return source.read(), dict(source.profile), source.descriptions


@pytest.fixture(scope="module")
def ph(nation_store: Store, published: Published) -> NDArray[np.float64]:
    return stored(nation_store, published, "ph_h2o")


@pytest.fixture(scope="module")
def grid(published: Published) -> Grid:
    return published["ph_h2o"].grid


def test_a_geotiff_holds_the_values_of_the_store_and_nan_for_no_data(
    client: httpx.Client, ph: Any, grid: Grid
):
    values, profile, names = geotiff(client.get(f"{PH}?f=tiff"))
    np.testing.assert_array_equal(values[0], ph.astype("float32"))
    assert np.isnan(profile["nodata"])
    assert names == ("ph_h2o",)
    assert tuple(profile["transform"])[:6] == pytest.approx(grid.transform)


def test_a_bbox_is_honoured_and_snapped_to_whole_cells(client: httpx.Client, ph: Any, grid: Grid):
    west, _, _, north = grid.bounds
    size = grid.resolution
    bbox = (west + 30.4 * size, north - 12.6 * size, west + 33.6 * size, north - 10.4 * size)
    values, profile, _ = geotiff(client.get(PH, params={"f": "tiff", "bbox": ",".join(map(repr, bbox))}))
    np.testing.assert_array_equal(values[0], ph[10:13, 30:34].astype("float32"))
    assert profile["transform"].c == pytest.approx(west + 30 * size)


def test_a_bbox_in_latitude_first_order_is_the_same_area(client: httpx.Client):
    first = client.get(f"{PH}?f=tiff&bbox=120.2,-7.2,120.3,-7.1").content
    crs = "http://www.opengis.net/def/crs/EPSG/0/4326"
    second = client.get(PH, params={"f": "tiff", "bbox": "-7.2,120.2,-7.1,120.3", "bbox-crs": crs}).content
    assert geotiff_values(first).tolist() == geotiff_values(second).tolist()


def geotiff_values(content: bytes) -> NDArray[Any]:
    with MemoryFile(content) as memory, memory.open() as source:
        return source.read(1)


def test_a_bbox_partly_outside_is_cut_to_the_grid(client: httpx.Client, ph: Any):
    values, _, _ = geotiff(client.get(f"{PH}?f=tiff&bbox=120.4,-7.1,130,0"))
    assert values.shape[1:] == (48, 48)
    np.testing.assert_array_equal(values[0], ph[:48, -48:].astype("float32"))


@pytest.mark.parametrize(("width", "height"), [(7, 5), (64, 64), (400, 300)])
def test_a_scaled_subset_has_exactly_the_pixels_asked_for(client: httpx.Client, width: int, height: int):
    subset = f"subset=Lon(120.1:120.4),Lat(-7.4:-7.1)&scaleSize=Lon({width}),Lat({height})"
    values, profile, _ = geotiff(client.get(f"{PH}?f=tiff&{subset}"))
    assert values.shape == (1, height, width)
    assert profile["transform"].c == pytest.approx(120.1)
    assert profile["transform"].a == pytest.approx(0.3 / width)


def test_scaling_down_reads_the_overviews_so_that_no_cell_is_overlooked(client: httpx.Client, ph: Any):
    values, _, _ = geotiff(client.get(f"{PH}?f=tiff&scale-factor=2"))
    blocks = np.nanmean(ph.reshape(120, 2, 120, 2).swapaxes(1, 2).reshape(120, 120, 4)[:, 24:], axis=2)
    assert np.nanmax(np.abs(values[0][:, 24:] - blocks)) <= 0.0051


def test_coveragejson_has_plain_decimals_null_and_units(client: httpx.Client, ph: Any):
    answer = client.get(f"{PH}?bbox=120,-7.02,120.1,-7")
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    coverage = answer.json()
    assert coverage["parameters"]["ph_h2o"]["unit"]["symbol"]["value"] == "[pH]"
    array = coverage["ranges"]["ph_h2o"]
    assert array["shape"] == [10, 48]
    expected = ph[:10, :48].ravel()
    assert array["values"] == [None if np.isnan(value) else round(value, 2) for value in expected]
    axis = coverage["domain"]["axes"]["y"]
    assert (axis["num"], axis["start"] > axis["stop"]) == (10, True)


def test_classes_are_bytes_with_their_categories(
    client: httpx.Client, nation_store: Store, published: Published
):
    values, profile, _ = geotiff(client.get("/collections/drainage/coverage?f=tiff"))
    expected = np.nan_to_num(stored(nation_store, published, "drainage"))
    assert (profile["dtype"], profile["nodata"]) == ("uint8", 0)
    np.testing.assert_array_equal(values[0], expected.astype("uint8"))
    parameter = client.get("/collections/drainage/coverage").json()["parameters"]["drainage"]
    assert parameter["categoryEncoding"]["poor"] in np.unique(values)


def test_suitability_has_a_band_for_each_crop(
    client: httpx.Client, nation_store: Store, published: Published
):
    values, _, names = geotiff(client.get(f"{SUITABILITY}?f=tiff"))
    assert names == ("cocoa", "maize", "rice_irrigated")
    maize = stored(nation_store, published, "suitability_maize", "actual")
    np.testing.assert_array_equal(values[1], np.nan_to_num(maize).astype("uint8"))


def test_one_crop_and_several_variables_may_be_chosen(client: httpx.Client):
    query = {"f": "tiff", "subset": 'crop("maize")', "properties": "actual,potential_high"}
    values, _, names = geotiff(client.get(SUITABILITY, params=query))
    assert names == ("maize.actual", "maize.potential_high")
    known = values[0] > 0
    assert (values[1][known] <= values[0][known]).all()


def test_crops_come_in_the_order_asked_and_with_an_area(client: httpx.Client):
    query = {"f": "tiff", "subset": 'Lat(-7.1:-7),crop("maize","cocoa")'}
    values, _, names = geotiff(client.get(SUITABILITY, params=query))
    assert names == ("maize", "cocoa")
    assert values.shape == (2, 48, 240)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=0,0,1,1", "outside the coverage"),
        ("bbox=1,2,3", "4 numbers"),
        ("bbox=121,-7,120,-6", "left of its east"),
        ("subset=Lon(0:1)", "outside the coverage"),
        ("subset=Lon(120.1)", "low:high"),
        ("subset=Lon(b:a)", "2 numbers"),
        ("subset=Lon(120.3:120.1)", "lower bound first"),
        ("subset=Height(1:2)", "no axis 'Height'"),
        ("subset=Lon", "must be like"),
        ("subset=Lon(120:121)&bbox=120,-7,121,-6", "not both"),
        ('subset=crop("maize")', "no axis 'crop'"),
        ("scale-size=Lon(0)", "from 1"),
        ("scale-size=Lon(10),Time(3)", "no axis 'Time'"),
        ("scale-factor=-1", "above 0"),
        ("scale-factor=x", "1 numbers"),
        ("properties=colour", "no property 'colour'"),
        ("datetime=2020-01-01", "no query parameter 'datetime'"),
        ("f=zarr", "json, tiff"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(refused: Refused, query: str, said: str):
    assert said in refused(f"{PH}?{query}")


def test_an_unknown_crop_is_refused_naming_the_crops(refused: Refused):
    assert "cocoa, maize, rice_irrigated" in refused(f'{SUITABILITY}?subset=crop("durian")')


def test_an_answer_larger_than_allowed_is_refused_with_the_way_round(refused: Refused):
    assert "rel=enclosure" in refused(f"{PH}?scale-size=Lon(100000),Lat(100000)")
    assert "rel=enclosure" in refused(f"{PH}?scale-factor=0.0001")


def test_a_table_is_no_coverage(refused: Refused):
    assert "no collection 'regencies'" in refused("/collections/regencies/coverage", 404)
