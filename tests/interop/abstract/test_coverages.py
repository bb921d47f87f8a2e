"""OGC API - Coverages - Part 1: Core, abstract tests (annex A): core, fields, encodings, operations."""

from io import BytesIO

import httpx
import pytest
import xarray as xr
from covjson_pydantic.coverage import Coverage

from tests.interop.abstract.coverages import (
    COVERAGE_REL,
    CRS84,
    SMALL,
    SOC,
    SUITABILITY,
    UTM,
    Json,
    get,
    raster,
)
from tests.openapi import openapi_of

CONF = "http://www.opengis.net/spec/ogcapi-coverages-1/1.0/conf/"


# ---- core -------------------------------------------------------------------------------


def test_conformance_success(api: httpx.Client):
    """/conf/core/conformance-success"""
    declared = get(api, "/conformance").json()["conformsTo"]
    classes = "core subsetting-spatial subsetting-temporal scaling field-selection crs"
    encodings = "geotiff netcdf coveragejson api-operations"
    assert {f"{CONF}{name}" for name in f"{classes} {encodings}".split()} <= set(declared)


def test_collection_description(coverages: list[Json]):
    """/conf/core/collection-description"""
    assert {"soc", "suitability"} <= {each["id"] for each in coverages}
    for each in coverages:
        assert each["storageCrs"].startswith("http://www.opengis.net/def/crs/")
        assert each["storageCrs"] == CRS84 or each["extent"]["spatial"]["storageCrsBbox"]


def test_coverage_fields_schema(api: httpx.Client):
    """/conf/core/coverage-fields-schema"""
    fields = get(api, "/collections/suitability/schema").json()["properties"]
    assert all({"title", "type"} <= set(field) for field in fields.values())
    assert [field["x-ogc-propertySeq"] for field in fields.values()] == [*range(1, len(fields) + 1)]


def test_get_coverage(api: httpx.Client, coverages: list[Json]):
    """/conf/core/get-coverage"""
    (soc,) = [each for each in coverages if each["id"] == "soc"]
    links = [link for link in soc["links"] if link["rel"] == COVERAGE_REL]
    for link in links:
        answer = get(api, link["href"])
        assert answer.headers["content-type"] == link["type"]
    fields = get(api, "/collections/suitability/schema").json()["properties"]
    with raster(get(api, SUITABILITY, f="tiff", **SMALL)) as opened:
        assert list(opened.descriptions) == sorted(fields, key=lambda name: fields[name]["x-ogc-propertySeq"])
        assert opened.crs.to_epsg() == 4326


def test_response_headers(api: httpx.Client):
    """/conf/core/response-headers"""
    native = get(api, SOC, f="tiff", **SMALL)
    assert "content-crs" not in native.headers
    with raster(native) as opened:
        told = [float(side) for side in native.headers["content-bbox"].split(",")]
        assert told == pytest.approx([*opened.bounds], abs=1e-9)
    projected = get(api, SOC, f="tiff", crs=UTM, **SMALL)
    assert projected.headers["content-crs"] == f"<{UTM}>"
    with raster(projected) as opened:
        told = [float(side) for side in projected.headers["content-bbox"].split(",")]
        assert told == pytest.approx([*opened.bounds], abs=0.01)


def test_preference_applied(api: httpx.Client):
    """/conf/core/preference-applied: the interpolation is always the same, so none is told."""
    query = {"f": "tiff", "scale-size": "Lon(7),Lat(7)", **SMALL}
    answers = [
        api.get(SOC, params=query, headers={"Prefer": f"interpolation={name}"})
        for name in ("nearest-neighbor", "linear")
    ]
    assert answers[0].content == answers[1].content
    assert all("preference-applied" not in answer.headers for answer in answers)


def test_preference_handling_interpolation(api: httpx.Client):
    """/conf/core/preference-handling-interpolation"""
    for handling, status in (("", 200), ("handling=lenient, ", 200), ("handling=strict, ", 400)):
        get(api, SOC, status, {"Prefer": f"{handling}interpolation=wishful"}, scale_factor="40")


def test_preference_handling_resolution(api: httpx.Client):
    """/conf/core/preference-handling-resolution: never downsampled unasked; too much is 413."""
    with raster(get(api, SOC, headers={"Prefer": "handling=strict"}, f="tiff")) as opened:
        assert opened.res == pytest.approx((1 / 480, 1 / 480))
    get(api, SOC, 413, {"Prefer": "handling=strict"}, scale_factor="0.001")


# ---- field-selection --------------------------------------------------------------------


def test_properties(api: httpx.Client):
    """/conf/field-selection/properties"""
    with raster(get(api, SUITABILITY, f="tiff", properties="potential_high,actual", **SMALL)) as opened:
        assert opened.descriptions == ("potential_high", "actual")
    get(api, SUITABILITY, 400, properties="colour", **SMALL)


def test_exclude_properties(api: httpx.Client):
    """/conf/field-selection/exclude-properties"""
    every = [*get(api, "/collections/suitability/schema").json()["properties"]]
    with raster(get(api, SUITABILITY, f="tiff", exclude_properties="actual", **SMALL)) as opened:
        assert list(opened.descriptions) == [name for name in every if name != "actual"]
    with raster(get(api, SUITABILITY, f="tiff", exclude_properties="", **SMALL)) as opened:
        assert list(opened.descriptions) == every
    get(api, SUITABILITY, 400, exclude_properties="colour", **SMALL)
    get(api, SUITABILITY, 400, properties="actual", exclude_properties="lacking", **SMALL)


# ---- encodings --------------------------------------------------------------------------


def test_geotiff_coverage(api: httpx.Client):
    """/conf/geotiff/coverage"""
    answer = get(api, SOC, headers={"Accept": "image/tiff; application=geotiff"}, **SMALL)
    assert answer.headers["content-type"] == "image/tiff; application=geotiff"
    with raster(answer) as opened:
        assert opened.shape == (24, 24)


def test_geotiff_raster_type(api: httpx.Client):
    """/conf/geotiff/raster-type"""
    with raster(get(api, SOC, f="tiff", **SMALL)) as opened:
        assert opened.tags()["AREA_OR_POINT"] == "Area"


def test_netcdf_coverage(api: httpx.Client):
    """/conf/netcdf/coverage"""
    answer = get(api, SOC, headers={"Accept": "application/x-netcdf"}, **SMALL)
    assert answer.headers["content-type"] == "application/x-netcdf"
    data = xr.load_dataset(BytesIO(answer.content), engine="scipy")
    assert [data[name].attrs["standard_name"] for name in data["soc"].dims] == ["latitude", "longitude"]


def test_coveragejson_coverage(api: httpx.Client):
    """/conf/coveragejson/coverage"""
    answer = get(api, SOC, headers={"Accept": "application/vnd.cov+json"}, **SMALL)
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    assert Coverage.model_validate_json(answer.content).ranges


# ---- api-operations ---------------------------------------------------------------------


def test_completeness(api: httpx.Client, coverages: list[Json]):
    """/conf/api-operations/completeness"""
    paths = openapi_of(api)["paths"]
    for each in coverages:
        operation = paths[f"/collections/{each['id']}/coverage"]["get"]
        names = {parameter["name"] for parameter in operation["parameters"]}
        subsetting = {"bbox", "bbox-crs", "subset", "subset-crs", "datetime"}
        scaling = {"scale-size", "scale-factor", "scale-axes"}
        assert subsetting | scaling | {"properties", "exclude-properties", "crs", "f"} <= names


def test_operation_id(api: httpx.Client, coverages: list[Json]):
    """/conf/api-operations/operation-id"""
    paths = openapi_of(api)["paths"]
    ids = [paths[f"/collections/{each['id']}/coverage"]["get"]["operationId"] for each in coverages]
    assert all(id_.endswith(".getCoverage") for id_ in ids)
