"""OGC API Environmental Data Retrieval 1.1 (19-086r6): position, area, cube and locations."""

from typing import Any

import httpx
import pytest

from tests.interop.abstract.edr import (
    ASKED,
    COVERAGEJSON,
    GEOJSON,
    MERCATOR,
    POINT,
    POLYGON,
    SOIL,
    ask,
    coverages,
    defined,
    named,
)
from tests.openapi import openapi_of


@pytest.fixture(scope="module")
def openapi(api: httpx.Client) -> dict[str, Any]:
    return openapi_of(api)


@pytest.mark.parametrize("query", ["position", "area", "cube"])
def test_a_query_without_parameters_is_refused(api: httpx.Client, query: str):
    """/conf/position, /conf/area, /conf/cube: no query parameters"""
    assert api.get(f"{SOIL}/{query}").status_code == 400


@pytest.mark.parametrize("query", ["position", "area", "cube"])
def test_a_query_without_its_place_is_refused(api: httpx.Client, query: str):
    """/conf/position, /conf/area: coords is not specified; /conf/cube: bbox is not specified"""
    assert api.get(f"{SOIL}/{query}", params={"parameter-name": "ph_h2o"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "coords"),
    [("position", POLYGON), ("position", "LINESTRING(120 -7,121 -7)"), ("position", "here"), ("area", POINT)],
)
def test_a_geometry_of_another_kind_is_refused(api: httpx.Client, query: str, coords: str):
    """/conf/position, /conf/area: coords does not contain a valid Well Known Text value"""
    assert ask(api, query, coords=coords).status_code == 400


@pytest.mark.parametrize("query", ASKED)
def test_a_query_with_what_it_needs_is_answered(api: httpx.Client, query: str):
    """/conf/position, /conf/area, /conf/cube, /conf/locations: valid query parameters"""
    answer = ask(api, query)
    assert answer.status_code == 200
    assert {"ph_h2o", "soc", "cec", "drainage"} == named(answer)


@pytest.mark.parametrize("query", ["position", "area"])
def test_coords_are_required_text(openapi: dict[str, Any], query: str):
    """/conf/edr/rc-coords-definition"""
    coords = defined(openapi, query, "coords")
    assert (coords["in"], coords["required"], coords["schema"]["type"]) == ("query", True, "string")


def test_coords_decide_what_is_answered(api: httpx.Client):
    """/conf/edr/rc-coords-response"""
    assert ask(api, "position", coords="POINT(10 50)").status_code == 204
    assert ask(api, "position", coords="POINT(500 500)").status_code == 400
    (first, *_) = coverages(ask(api, "area"))
    axes = first["domain"]["axes"]
    assert 120.19 < axes["x"]["start"] <= axes["x"]["stop"] < 120.23


def test_bbox_is_an_array_of_four_or_six(openapi: dict[str, Any]):
    """/conf/core/rc-bbox-definition"""
    bbox = defined(openapi, "cube", "bbox")
    assert [each["minItems"] for each in bbox["schema"]["oneOf"]] == [4, 6]
    assert (bbox["required"], bbox["style"], bbox["explode"]) == (True, "form", False)
    assert defined(openapi, "locations", "bbox")["required"] is False


def test_bbox_decides_what_is_answered(api: httpx.Client):
    """/conf/core/rc-bbox-response"""
    assert ask(api, "cube", bbox="10,50,11,51").status_code == 204
    for wrong in ("1,2,3", "120.3,-7,120.2,-7.1", "a,b,c,d"):
        assert ask(api, "cube", bbox=wrong).status_code == 400


@pytest.mark.parametrize("query", ["position", "area", "cube", "locations/{location}"])
def test_what_every_query_may_choose_is_defined(openapi: dict[str, Any], query: str):
    """/conf/edr/rc-z-definition, /conf/core/datetime-definition, /conf/edr/REQ_rc-parameter-name-definition,
    /conf/edr/rc-crs-definition, /conf/edr/rc-f-definition"""
    for name in ("z", "datetime", "crs", "f"):
        parameter = defined(openapi, query, name)
        assert (parameter["in"], parameter["required"]) == ("query", False)
        assert parameter["schema"]["type"] == "string"
    names = defined(openapi, query, "parameter-name")
    assert (names["schema"]["type"], names["schema"]["minItems"], names["explode"]) == ("array", 1, False)


@pytest.mark.parametrize("query", ASKED)
def test_z_decides_which_depths_are_answered(api: httpx.Client, query: str):
    """/conf/edr/rc-z-response, /conf/edr/cube-z-response"""
    assert named(ask(api, query, z="2")) == {"ph_h2o", "soc", "cec"}
    assert named(ask(api, query, z="10/20")) == {"ph_h2o", "soc"}
    assert named(ask(api, query, z="R2/10/10")) == {"ph_h2o", "soc"}
    assert ask(api, query, z="90").status_code == 400


@pytest.mark.parametrize("query", ASKED)
def test_datetime_matches_what_has_no_time_and_must_be_one(api: httpx.Client, query: str):
    """/conf/core/datetime-response"""
    for when in ("2020-01-01T00:00:00Z", "../2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z/.."):
        assert ask(api, query, datetime=when).status_code == 200
    assert ask(api, query, datetime="last year").status_code == 400


@pytest.mark.parametrize("query", ASKED)
def test_only_the_parameters_named_are_answered(api: httpx.Client, query: str):
    """/conf/edr/parameter-name-response"""
    assert named(ask(api, query, parameter_name="soc,ph_h2o")) == {"ph_h2o", "soc"}
    assert ask(api, query, parameter_name="gold").status_code == 400


@pytest.mark.parametrize("query", ["cube", "locations/01.02"])
def test_the_crs_is_that_of_question_and_answer(api: httpx.Client, query: str):
    """/conf/edr/REQ_rc-crs-response"""
    place = {"bbox": "13380000,-804000,13381000,-803000"} if query == "cube" else {}
    for coverage in coverages(ask(api, query, crs=MERCATOR, **place)):
        assert coverage["domain"]["referencing"][0]["system"] == {"type": "ProjectedCRS", "id": MERCATOR}
    assert ask(api, query, crs="EPSG:1").status_code == 400


@pytest.mark.parametrize("query", ASKED)
def test_f_decides_the_format(api: httpx.Client, query: str):
    """/conf/edr/rc-f-response"""
    described = api.get(SOIL).json()["data_queries"][query.partition("/")[0]]["link"]["variables"]
    types = {"CoverageJSON": COVERAGEJSON, "GeoJSON": GEOJSON, "CSV": "text/csv", "GeoTIFF": "image/tiff"}
    types["NetCDF"] = "application/x-netcdf"
    for name in described["output_formats"]:
        answer = ask(api, query, f=name)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(types[name])
    assert ask(api, query, f="GRIB").status_code == 400


def test_the_locations_are_listed_with_their_extent(api: httpx.Client):
    """/conf/locations, requirement /req/edr/rc-locations D"""
    features = api.get(f"{SOIL}/locations").json()["features"]
    assert {"01", "01.01", "01.04"} <= {each["id"] for each in features}
    assert all(len(each["bbox"]) == 4 for each in features)


def test_an_unknown_location_is_not_found(api: httpx.Client):
    """/conf/locations"""
    assert api.get(f"{SOIL}/locations/99").status_code == 404
