"""OGC API Features Part 2: Coordinate Reference Systems by Reference (18-058r1), annex A."""

from typing import Any

import httpx
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely.geometry import shape

from tests.openapi import openapi_of

Document = dict[str, Any]

CLASS = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
ITEMS = "/collections/regencies/items"


@pytest.fixture(scope="module")
def systems(api: httpx.Client) -> list[str]:
    """The systems of a collection."""
    named: list[str] = api.get("/collections/regencies").json()["crs"]
    return named


def test_the_class_is_declared(api: httpx.Client):
    """/conf/crs (declaration)"""
    assert CLASS in api.get("/conformance").json()["conformsTo"]


def test_systems_are_named_by_addresses_that_are_known(systems: list[str]):
    """/conf/crs/crs-uri"""
    for uri in systems:
        assert uri.startswith("http://www.opengis.net/def/crs/")
        assert len(CRS.from_user_input(uri).axis_info) == 2


def test_crs84_is_among_the_systems_of_every_collection(api: httpx.Client):
    """/conf/crs/default-crs, /conf/crs/fc-md-crs-list"""
    listed = api.get("/collections").json()["collections"]
    for each in (one for one in listed if one.get("itemType") == "feature"):
        assert each["crs"][0] == CRS84


def test_the_storage_is_one_of_them(api: httpx.Client):
    """/conf/crs/storageCrs, /conf/crs/fc-md-storageCrs-valid-value"""
    described = api.get("/collections/regencies").json()
    assert described["storageCrs"] in described["crs"]


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/01.02"])
def test_every_system_can_be_asked_for_and_is_named_in_the_answer(
    api: httpx.Client, systems: list[str], path: str
):
    """/conf/crs/crs-parameter, /conf/crs/ogc-crs-header, /conf/crs/ogc-crs-header-value"""
    for uri in systems:
        answer = api.get(path, params={"crs": uri})
        assert answer.status_code == 200
        assert answer.headers["content-crs"] == f"<{uri}>"


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/01.02"])
def test_a_system_that_is_not_offered_is_refused(api: httpx.Client, path: str):
    """/conf/crs/crs-parameter-invalid"""
    for unknown in (
        "http://www.opengis.net/def/crs/EPSG/0/0",
        "http://www.opengis.net/def/crs/EPSG/0/2154",
        "x",
    ):
        assert api.get(path, params={"crs": unknown}).status_code == 400


def test_without_a_system_the_answer_is_in_crs84(api: httpx.Client):
    """/conf/crs/crs-parameter-default"""
    default, named = api.get(ITEMS), api.get(ITEMS, params={"crs": CRS84})
    assert default.headers["content-crs"] == f"<{CRS84}>"
    assert default.json()["features"] == named.json()["features"]


def test_coordinates_are_those_of_the_system_in_the_order_of_its_axes(api: httpx.Client, systems: list[str]):
    """/conf/crs/crs-parameter-transform"""
    known = shape(api.get(f"{ITEMS}/01.02").json()["geometry"])
    for uri in systems:
        answered = shape(api.get(f"{ITEMS}/01.02", params={"crs": uri}).json()["geometry"])
        degrees = shapely.transform(answered, Transformer.from_crs(uri, CRS84).transform, interleaved=False)
        assert degrees.hausdorff_distance(known) < 1e-5, uri


def test_a_bbox_may_be_in_every_system(api: httpx.Client, systems: list[str]):
    """/conf/crs/bbox-crs-parameter"""
    for uri in systems:
        way = Transformer.from_crs(CRS84, uri)
        corners = [way.transform(x, y) for x, y in ((120.05, -7.45), (120.1, -7.4))]
        low = [min(pair) for pair in zip(*corners, strict=True)]
        high = [max(pair) for pair in zip(*corners, strict=True)]
        asked = {"bbox": ",".join(map(str, (*low, *high))), "bbox-crs": uri}
        answer = api.get(ITEMS, params=asked)
        assert [one["id"] for one in answer.json()["features"]] == ["01.03"], uri


def test_a_bbox_in_a_system_that_is_not_offered_is_refused(api: httpx.Client):
    """/conf/crs/bbox-crs-parameter-invalid"""
    asked = {"bbox": "1,2,3,4", "bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/0"}
    assert api.get(ITEMS, params=asked).status_code == 400


def test_without_a_system_a_bbox_is_in_crs84(api: httpx.Client):
    """/conf/crs/bbox-crs-parameter-default"""
    bbox = "120.05,-7.45,120.1,-7.4"
    default, named = (
        api.get(ITEMS, params={"bbox": bbox}),
        api.get(ITEMS, params={"bbox": bbox, "bbox-crs": CRS84}),
    )
    assert default.json()["features"] == named.json()["features"]
    assert default.json()["numberMatched"] == 1


def test_the_parameters_are_defined_with_their_values(api: httpx.Client, systems: list[str]):
    """/conf/crs/fc-crs-definition, /conf/crs/fc-bbox-crs-definition"""
    parameters = openapi_of(api)["paths"][ITEMS]["get"]["parameters"]
    own = {each["name"]: each["schema"] for each in parameters if "name" in each}
    for name in ("crs", "bbox-crs"):
        assert own[name]["enum"] == systems
        assert own[name]["default"] == CRS84
