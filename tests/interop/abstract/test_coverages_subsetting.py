"""OGC API - Coverages - Part 1: Core, abstract tests (annex A): subsetting, scaling, systems.

``scaling`` is of the draft of 2024: the current one asks for resolution, width and height instead of
scale-size, scale-factor and scale-axes, which clients (GDAL) use.
"""

import httpx
import numpy as np
import pytest
import rasterio

from tests.interop.abstract.coverages import CRS84, SMALL, SOC, UTM, Json, get, raster

# ---- subsetting-spatial -----------------------------------------------------------------


def test_spatial_subset(api: httpx.Client):
    """/conf/subsetting-spatial/subset"""
    with raster(get(api, SOC, f="tiff", subset="Lat(-7.25:-7.2),Lon(120.2:120.25)")) as opened:
        assert (opened.width, opened.height) == (24, 24)
        assert [*opened.bounds] == pytest.approx([120.2, -7.25, 120.25, -7.2])
    sliced = get(api, SOC, subset="Lat(-7.2501)").json()["ranges"]["soc"]
    assert sliced["axisNames"] == ["x"]


def test_subset_invalid_axis(api: httpx.Client):
    """/conf/subsetting-spatial/subset-invalid-axis"""
    get(api, SOC, 400, subset="altitude(0:1)")


def test_out_of_bounds(api: httpx.Client):
    """/conf/subsetting-spatial/out-of-bounds"""
    for subset in ("Lon(10:11)", "Lat(40:41)", "Lon(10)"):
        get(api, SOC, 404, subset=subset)


def test_wrap_around(api: httpx.Client):
    """/conf/subsetting-spatial/wrap-around"""
    with raster(get(api, SOC, f="tiff", subset="Lon(120.4:-170)")) as opened:
        assert [opened.bounds.left, opened.bounds.right] == pytest.approx([120.4, 120.5])


def test_subset_bbox_exclusivity(api: httpx.Client):
    """/conf/subsetting-spatial/subset-bbox-exclusivity"""
    get(api, SOC, 400, subset="Lon(120:120.1)", **SMALL)


def test_wildcard_limits(api: httpx.Client):
    """/conf/subsetting-spatial/wildcard-limits"""
    with raster(get(api, SOC, f="tiff", subset="Lon(*:120.1),Lat(-7.1:*)")) as opened:
        assert [*opened.bounds] == pytest.approx([120.0, -7.1, 120.1, -7.0])


def test_multiple_subset(api: httpx.Client):
    """/conf/subsetting-spatial/multiple-subset"""
    apart = api.get(SOC, params=[("f", "tiff"), ("subset", "Lon(120.4:*)"), ("subset", "Lat(-7.1:*)")])
    assert apart.content == get(api, SOC, f="tiff", subset="Lon(120.4:*),Lat(-7.1:*)").content


def test_subset_scaling_exclusivity(api: httpx.Client):
    """/conf/subsetting-spatial/subset-scaling-exclusivity"""
    get(api, SOC, 400, subset="Lon(120.2)", scale_size="Lon(2)")


def test_subset_crs(api: httpx.Client):
    """/conf/subsetting-spatial/subset-crs"""
    subset = "Lon(120.2:120.25),Lat(-7.25:-7.2)"
    default = get(api, SOC, f="tiff", subset=subset).content
    for name in (CRS84, "[OGC:CRS84]"):
        assert get(api, SOC, f="tiff", subset=subset, subset_crs=name).content == default
    projected = get(api, SOC, f="tiff", subset="E(200000:205000),N(9200000:9205000)", subset_crs=UTM)
    with raster(projected) as opened:
        assert opened.crs.to_epsg() == 4326
    get(api, SOC, subset_crs=UTM, scale_factor="40")


def test_bbox_definition(api: httpx.Client):
    """/conf/subsetting-spatial/bbox-definition"""
    flat = get(api, SOC, f="tiff", **SMALL).content
    assert get(api, SOC, f="tiff", bbox="120.2,-7.25,0,120.25,-7.2,100").content == flat
    with raster(get(api, SOC, f="tiff", bbox="120.4,-7.1,-170,0")) as opened:
        assert [*opened.bounds] == pytest.approx([120.4, -7.1, 120.5, -7.0])
    for bbox in ("1,2,3", "1,2,3,4,5", "a,b,c,d"):
        get(api, SOC, 400, bbox=bbox)


def test_bbox_crs(api: httpx.Client):
    """/conf/subsetting-spatial/bbox-crs"""
    flat = get(api, SOC, f="tiff", **SMALL).content
    assert get(api, SOC, f="tiff", bbox_crs="[OGC:CRS84]", **SMALL).content == flat
    latitude_first = {"bbox": "-7.25,120.2,-7.2,120.25", "bbox_crs": "[EPSG:4326]"}
    assert get(api, SOC, f="tiff", **latitude_first).content == flat
    get(api, SOC, bbox_crs=UTM, scale_factor="40")
    get(api, SOC, 400, bbox_crs="[EPSG:0]", **SMALL)


# ---- subsetting-temporal: of no time; of layers with one: tests/serve/coverages/test_coveragejson.py ----


def test_datetime(api: httpx.Client):
    """/conf/subsetting-temporal/datetime"""
    get(api, SOC, 400, datetime="2020-01-01", **SMALL)


def test_temporal_subset_invalid_axis(api: httpx.Client):
    """/conf/subsetting-temporal/subset-invalid-axis"""
    get(api, SOC, 400, subset='when("2020")')


# ---- scaling ----------------------------------------------------------------------------


def test_scaling(api: httpx.Client):
    """/conf/scaling"""
    asked = {"scale-size": "Lon(7),Lat(5)", "scale-axes": "Lon(2),Lat(4)", "scale-factor": "2"}
    shapes = {"scale-size": (5, 7), "scale-axes": (60, 120), "scale-factor": (120, 120)}
    for name, value in asked.items():
        with raster(api.get(SOC, params={"f": "tiff", name: value})) as opened:
            assert opened.shape == shapes[name]
    for wrong in ({"scale-size": "Lon(x)"}, {"scale-axes": "Height(2)"}, {"scale-factor": "0"}, asked):
        assert api.get(SOC, params=wrong).status_code == 400


# ---- crs --------------------------------------------------------------------------------


def test_crs_definition(api: httpx.Client, coverages: list[Json]):
    """/conf/crs/crs-definition"""
    (soc,) = [each for each in coverages if each["id"] == "soc"]
    assert soc["storageCrs"] in soc["crs"]
    for name in soc["crs"]:
        answer = get(api, SOC, f="tiff", crs=name, **SMALL)
        with raster(answer) as opened:
            asked = "EPSG:4326" if name == CRS84 else "EPSG:" + name.rsplit("/", 1)[1]
            assert opened.crs == rasterio.CRS.from_user_input(asked)
            assert np.isfinite(opened.read(1)).any()
    get(api, SOC, 400, crs="[EPSG:0]", **SMALL)
