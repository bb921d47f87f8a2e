"""Coverages: the values of the store, cut, scaled and encoded."""

from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.grid import Grid
from soilinfo.serve.collections import RASTERS, Collection
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


@pytest.mark.parametrize("format_", ["tiff", "netcdf", "json"])
def test_cells_are_compressed_on_the_way_for_those_who_take_that(client: httpx.Client, format_: str):
    whole = client.get(f"{PH}?f={format_}", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in whole.headers
    for coding in ("gzip", "br"):
        packed = client.get(f"{PH}?f={format_}", headers={"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert packed.content == whole.content


def test_classes_are_bytes_with_their_categories(
    client: httpx.Client, nation_store: Store, published: Published
):
    values, profile, _ = geotiff(client.get("/collections/drainage/coverage?f=tiff"))
    expected = np.nan_to_num(stored(nation_store, published, "drainage"))
    assert (profile["dtype"], profile["nodata"]) == ("uint8", 0)
    np.testing.assert_array_equal(values[0], expected.astype("uint8"))
    parameter = client.get("/collections/drainage/coverage").json()["parameters"]["drainage"]
    assert parameter["categoryEncoding"]["poor"] in np.unique(values)


def test_suitability_has_a_band_for_each_crop_asked(
    client: httpx.Client, nation_store: Store, published: Published
):
    query = {"f": "tiff", "properties": "actual", "crop": "cocoa,maize,rice_irrigated"}
    values, _, names = geotiff(client.get(SUITABILITY, params=query))
    assert names == ("cocoa", "maize", "rice_irrigated")
    maize = stored(nation_store, published, "suitability_maize", "actual")
    np.testing.assert_array_equal(values[1], np.nan_to_num(maize).astype("uint8"))


def test_one_crop_and_several_variables_may_be_chosen(client: httpx.Client):
    query = {"f": "tiff", "subset": 'crop("maize")', "properties": "actual,potential_high"}
    values, _, names = geotiff(client.get(SUITABILITY, params=query))
    assert names == ("actual", "potential_high")
    known = values[0] > 0
    assert (values[1][known] <= values[0][known]).all()


def test_crops_come_in_the_order_asked_and_with_an_area(client: httpx.Client):
    query = {"f": "tiff", "subset": 'Lat(-7.1:-7),crop("maize","cocoa")', "properties": "actual"}
    values, _, names = geotiff(client.get(SUITABILITY, params=query))
    assert names == ("maize", "cocoa")
    assert values.shape == (2, 48, 240)


def test_an_unknown_crop_is_refused_naming_the_crops(refused: Refused):
    assert "cocoa, maize, rice_irrigated" in refused(f'{SUITABILITY}?subset=crop("durian")')


def test_an_answer_larger_than_allowed_is_refused_with_the_way_round(refused: Refused):
    for asked in ("scale-size=Lon(100000),Lat(100000)", "scale-factor=0.0001", "scale-factor=1e-9"):
        said = refused(f"{PH}?{asked}", 413)
        assert "4,000,000" in said
        assert "rel=enclosure" in said


def test_a_table_is_no_coverage(refused: Refused):
    assert "see /collections/regencies/items" in refused("/collections/regencies/coverage", 404)


def test_a_coverage_without_choices_is_the_fields_it_describes_of_the_first_crop(
    client: httpx.Client, nation_store: Store, published: Published
):
    described = client.get("/collections/suitability").json()
    fields = [field["id"] for field in described["rangeType"]["field"]]
    schema = client.get("/collections/suitability/schema").json()["properties"]
    values, _, names = geotiff(client.get(f"{SUITABILITY}?f=tiff"))
    assert [*names] == fields == [*schema]
    cocoa = stored(nation_store, published, "suitability_cocoa", "actual")
    np.testing.assert_array_equal(values[0], cocoa.astype("float32"))


def test_the_crop_is_an_axis_that_names_its_values(client: httpx.Client):
    grid = client.get("/collections/suitability").json()["domainSet"]["generalGrid"]
    assert grid["axisLabels"] == ["Lon", "Lat", "crop"]
    assert grid["axis"][2]["coordinate"] == ["cocoa", "maize", "rice_irrigated"]


def test_crop_is_short_for_its_subset(client: httpx.Client, refused: Refused):
    short = client.get(SUITABILITY, params={"f": "tiff", "crop": "maize", "properties": "actual"})
    long = client.get(SUITABILITY, params={"f": "tiff", "subset": 'crop("maize")', "properties": "actual"})
    assert geotiff(short)[0].tolist() == geotiff(long)[0].tolist()
    assert "not both" in refused(f'{SUITABILITY}?crop=maize&subset=crop("cocoa")')


def test_several_crops_and_fields_are_told_apart(client: httpx.Client):
    query = {"f": "tiff", "crop": "maize,cocoa", "properties": "actual,lacking"}
    names = geotiff(client.get(SUITABILITY, params=query))[2]
    assert names == ("maize.actual", "cocoa.actual", "maize.lacking", "cocoa.lacking")


def test_the_bits_of_limiting_qualities_are_explained(client: httpx.Client):
    field = client.get("/collections/suitability/schema").json()["properties"]["limiting_actual"]
    flags = {flag["const"]: flag["x-soilinfo-id"] for flag in field["x-soilinfo-flags"]}
    assert [*flags] == [1 << bit for bit in range(len(flags))]
    assert f"2 {flags[2]} " in field["description"]
    query = {"properties": "limiting_actual", "bbox": "120.2,-7.2,120.21,-7.19"}
    parameter = client.get(SUITABILITY, params=query).json()["parameters"]["limiting_actual"]
    assert f"2 {flags[2]} " in parameter["observedProperty"]["description"]["id"]


def test_the_codes_of_classes_have_ids_and_titles_in_the_readers_language(client: httpx.Client):
    field = client.get("/collections/drainage/schema?lang=id").json()["properties"]["drainage"]
    meanings = {meaning["const"]: meaning for meaning in field["oneOf"]}
    assert [*meanings] == field["enum"]
    (poor,) = [each for each in meanings.values() if each["x-soilinfo-id"] == "poor"]
    assert isinstance(poor["title"], str)


@pytest.mark.parametrize(
    ("place", "cells"),
    [
        ("120.2501,-7.2501,120.2501,-7.2501", (slice(120, 121), slice(120, 121))),
        ("120.25,-7.25,120.25,-7.25", (slice(119, 121), slice(119, 121))),
        ("120.2501,-7.2540,120.2501,-7.2501", (slice(120, 122), slice(120, 121))),
    ],
)
def test_a_point_or_a_line_is_the_cells_it_touches(
    client: httpx.Client, ph: Any, place: str, cells: tuple[slice, slice]
):
    values, _, _ = geotiff(client.get(PH, params={"f": "tiff", "bbox": place}))
    np.testing.assert_array_equal(values[0], ph[cells].astype("float32"))


@pytest.mark.parametrize(("query", "headers"), [({}, {"Accept": "text/html,*/*;q=0.8"}), ({"f": "html"}, {})])
def test_a_browser_is_led_to_the_page_of_the_collection(
    client: httpx.Client, query: dict[str, str], headers: dict[str, str]
):
    answer = client.get(PH, params=query, headers=headers)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert (page.status_code, "html" in page.headers["content-type"]) == (200, True)


def test_every_raster_is_listed_with_a_coverage_also_those_without_a_unit(
    client: httpx.Client, published: Published
):
    listed = {each["id"]: each["links"] for each in client.get("/collections").json()["collections"]}
    rasters = [name for name, each in published.items() if each.kind in RASTERS]
    assert "drainage" in rasters
    for name in rasters:
        types = [link["type"] for link in listed[name] if link["rel"].endswith("/coverage")]
        assert types == [
            "application/vnd.cov+json",
            "image/tiff; application=geotiff",
            "application/x-netcdf",
        ]


def test_the_types_of_fields_are_those_of_json_schema(client: httpx.Client):
    for name in ("ph_h2o", "drainage", "suitability"):
        fields = client.get(f"/collections/{name}/schema").json()["properties"].values()
        assert {field["type"] for field in fields} <= {"integer", "number"}
        assert [field["x-ogc-propertySeq"] for field in fields] == [*range(1, len(fields) + 1)]
