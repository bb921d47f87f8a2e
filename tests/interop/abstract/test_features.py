"""OGC API Features Part 1: Core (17-069r4), annex A: core, oas30, geojson, html."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate
from shapely.geometry import box, shape

from tests.openapi import openapi_of

Document = dict[str, Any]

SPEC = "http://www.opengis.net/spec"
CLASSES = [
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-1/1.0/conf/html",
]
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
ROUNDED = 1e-6
"""Degrees by which a rounded coordinate may lie outside."""


def get(api: httpx.Client, path: str, **query: object) -> Document:
    """A JSON document that must be there."""
    answer = api.get(path, params=query or None, headers={"Accept": "application/geo+json, application/json"})
    assert answer.status_code == 200, answer.text
    document: Document = answer.json()
    return document


def link(links: list[Document], rel: str, media_type: str = "") -> str:
    """The address of the first link of a relation."""
    return next(
        each["href"] for each in links if each["rel"] == rel and each.get("type", "").startswith(media_type)
    )


def relations(document: Document) -> set[str]:
    return {each["rel"] for each in document["links"]}


@pytest.fixture(scope="module")
def collections(api: httpx.Client) -> list[Document]:
    """The collections of features."""
    listed = get(api, "/collections")["collections"]
    return [each for each in listed if each.get("itemType") == "feature"]


@pytest.fixture(scope="module")
def operations(api: httpx.Client) -> Document:
    """The GET operation on the items of each collection, by path, its parameters by name."""
    return {
        path: {each["name"]: each for each in methods["get"]["parameters"]}
        for path, methods in openapi_of(api)["paths"].items()
        if path.endswith("/items") and "records" not in path
    }


@pytest.mark.parametrize("uri", CLASSES)
def test_the_class_is_declared(api: httpx.Client, uri: str):
    """/conf/core/conformance-success"""
    assert uri in get(api, "/conformance")["conformsTo"]


def test_requests_are_answered_over_http(api: httpx.Client):
    """/conf/core/http"""
    assert api.get("/").http_version == "HTTP/1.1"
    assert api.get("/nowhere").status_code == 404
    assert api.put("/collections").status_code == 405
    assert api.get("/collections/regencies/items", headers={"Accept": "image/png"}).status_code == 406
    assert api.head("/collections/regencies/items").status_code == 200


def test_geometries_are_in_crs84_where_nothing_else_is_asked(api: httpx.Client, collections: list[Document]):
    """/conf/core/crs84"""
    for each in collections:
        west, south, east, north = each["extent"]["spatial"]["bbox"][0]
        for feature in get(api, f"/collections/{each['id']}/items", limit=5)["features"]:
            if feature["geometry"]:
                assert box(west - 1e-6, south - 1e-6, east + 1e-6, north + 1e-6).contains(
                    shape(feature["geometry"])
                )


def test_the_landing_page_leads_everywhere(api: httpx.Client):
    """/conf/core/root-op, /conf/core/root-success"""
    page = get(api, "/")
    assert {"conformance", "data"} <= relations(page)
    assert relations(page) & {"service-desc", "service-doc"}
    for each in ("conformance", "data"):
        assert api.get(link(page["links"], each, "application/json")).status_code == 200


def test_the_definition_of_the_api_is_there_and_valid(api: httpx.Client):
    """/conf/core/api-definition-op, /conf/core/api-definition-success, /conf/oas30/oas-definition-2"""
    answer = api.get(link(get(api, "/")["links"], "service-desc"))
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    validate(answer.json())


def test_every_collection_of_the_list_has_its_own_document_with_the_same_facts(
    api: httpx.Client, collections: list[Document]
):
    """/conf/core/fc-md-op, /conf/core/fc-md-success, /conf/core/sfc-md-op, /conf/core/sfc-md-success"""
    for each in collections:
        own = get(api, f"/collections/{each['id']}")
        for member in ("id", "title", "description", "extent", "crs"):
            assert own[member] == each[member]
        assert {"self", "alternate"} <= relations(own)


def test_a_collection_links_to_its_items_in_every_format(collections: list[Document]):
    """/conf/core/fc-md-items, /conf/core/fc-md-items-links"""
    for each in collections:
        items = [one for one in each["links"] if one["rel"] == "items"]
        assert {GEOJSON, "text/html"} <= {one["type"] for one in items}


def test_an_extent_holds_every_feature(api: httpx.Client, collections: list[Document]):
    """/conf/core/fc-md-extent, /conf/core/fc-md-extent-multi"""
    placed = 0
    for each in collections:
        spatial = each["extent"]["spatial"]
        assert spatial.get("crs", CRS84) == CRS84
        page = api.get(f"/collections/{each['id']}/items?limit=1000").json()
        shapes = [shape(one["geometry"]) for one in page["features"] if one["geometry"]]
        extent = box(*spatial["bbox"][0]).buffer(ROUNDED)
        assert all(extent.covers(one) for one in shapes), each["id"]
        placed += bool(shapes)
    assert placed > 3


def test_items_are_geojson(api: httpx.Client, collections: list[Document]):
    """/conf/core/fc-op, /conf/core/fc-response, /conf/geojson/content"""
    for each in collections:
        answer = api.get(f"/collections/{each['id']}/items", headers={"Accept": GEOJSON})
        assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON)
        page = answer.json()
        assert page["type"] == "FeatureCollection"
        assert all({"type", "id", "geometry", "properties"} <= set(one) for one in page["features"])


def test_a_bbox_is_defined_as_four_or_six_numbers(operations: Document):
    """/conf/core/fc-bbox-definition"""
    for path, known in operations.items():
        bbox = known["bbox"]
        assert (bbox["in"], bbox["style"], bbox["explode"]) == ("query", "form", False), path
        schema = bbox["schema"]
        assert (schema["type"], schema["items"]["type"]) == ("array", "number")
        lengths = schema.get("oneOf", [schema])
        assert {each["minItems"] for each in lengths} == {each["maxItems"] for each in lengths} == {4, 6}


def test_a_bbox_selects_what_intersects_it(api: httpx.Client):
    """/conf/core/fc-bbox-response"""
    path, window = "/collections/regencies/items", (120.05, -7.45, 120.1, -7.4)
    for corners in (window, (*window[:2], 0, *window[2:], 100)):
        page = get(api, path, bbox=",".join(map(str, corners)))
        assert page["numberReturned"] == 1
        assert shape(page["features"][0]["geometry"]).intersects(box(*window))
    everywhere = get(api, path, bbox="-180,-90,180,90")
    assert everywhere["numberMatched"] == get(api, path)["numberMatched"]
    assert get(api, path, bbox="170,-9,-170,9")["features"] == []
    crossing = get(api, path, bbox="120.4,-9,-170,9")
    assert 0 < crossing["numberMatched"] < everywhere["numberMatched"]


def test_a_limit_is_defined_with_its_bounds(operations: Document):
    """/conf/core/fc-limit-definition"""
    for known in operations.values():
        limit = known["limit"]
        assert (limit["in"], limit["required"]) == ("query", False)
        assert limit["schema"]["type"] == "integer"
        assert {"minimum", "maximum", "default"} <= set(limit["schema"])


def test_a_page_has_no_more_features_than_the_limit(api: httpx.Client, operations: Document):
    """/conf/core/fc-limit-response-1, /conf/core/fc-limit-response"""
    path = "/collections/suitability_by_regencies/items"
    default = operations[path]["limit"]["schema"]["default"]
    assert len(get(api, path)["features"]) == default
    for limit in (1, 7, 10_000):
        assert len(get(api, path, limit=limit)["features"]) == min(limit, 48)
    assert api.get(path, params={"limit": 0}).status_code == 400


def test_a_time_is_defined_as_a_text(operations: Document):
    """/conf/core/fc-time-definition"""
    for known in operations.values():
        assert known["datetime"]["schema"] == {"type": "string"}
        assert not known["datetime"].get("explode")


def test_a_time_selects_what_has_that_time_or_none(api: httpx.Client):
    """/conf/core/fc-time-response"""
    findings = "/collections/findings/items"
    created = get(api, findings, limit=1)["features"][0]["properties"]["created"]
    for matching in (created, f"{created}/..", f"../{created}", "1999-01-01T00:00:00Z/2999-01-01T00:00:00Z"):
        assert get(api, findings, datetime=matching)["numberMatched"] > 0, matching
    for never in ("1999-01-01T00:00:00Z", "../1999-01-01T00:00:00Z", "2999-01-01T00:00:00Z/.."):
        assert get(api, findings, datetime=never)["numberMatched"] == 0, never
        assert get(api, "/collections/regencies/items", datetime=never)["numberMatched"] == 4, never


def test_a_page_links_to_itself_and_to_its_other_forms(api: httpx.Client):
    """/conf/core/fc-links, /conf/core/fc-rel-type"""
    page = get(api, "/collections/regencies/items", limit=3)
    assert {"self", "alternate", "next"} <= relations(page)
    assert all(each["type"] for each in page["links"] if each["rel"] in ("self", "alternate", "next"))
    assert len(get(api, link(page["links"], "next"))["features"]) == 1


def test_a_time_stamp_is_that_of_the_answer_where_there_is_one(api: httpx.Client):
    """/conf/core/fc-timeStamp"""
    stamp = get(api, "/collections/regencies/items").get("timeStamp")
    assert stamp is None or datetime.fromisoformat(stamp) <= datetime.now(UTC)


def test_the_numbers_of_features_are_true(api: httpx.Client, collections: list[Document]):
    """/conf/core/fc-numberMatched, /conf/core/fc-numberReturned"""
    for each in collections:
        address, seen, matched = f"/collections/{each['id']}/items?limit=1000", 0, set()
        while address:
            page = get(api, address)
            assert page["numberReturned"] == len(page["features"])
            matched.add(page["numberMatched"])
            seen += len(page["features"])
            address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        assert matched == {seen}


def test_a_feature_has_an_address_and_links(api: httpx.Client, collections: list[Document]):
    """/conf/core/f-op, /conf/core/f-success, /conf/core/f-links"""
    for each in collections:
        for feature in get(api, f"/collections/{each['id']}/items", limit=1)["features"]:
            answer = api.get(f"/collections/{each['id']}/items/{feature['id']}", headers={"Accept": GEOJSON})
            assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON)
            assert answer.json()["properties"] == feature["properties"]
            assert {"self", "alternate", "collection"} <= relations(answer.json())


def test_an_unknown_parameter_is_refused(api: httpx.Client):
    """/conf/core/query-param-unknown"""
    for path in ("/collections/regencies/items", "/collections/regencies", "/collections", "/conformance"):
        assert api.get(path, params={"unknown_parameter": 1}).status_code == 400, path


@pytest.mark.parametrize("query", ["bbox=1,2", "bbox=a,b,c,d", "limit=x", "limit=-1", "datetime=never"])
def test_a_value_that_cannot_be_is_refused(api: httpx.Client, query: str):
    """/conf/core/query-param-invalid, /conf/oas30/exceptions-codes"""
    answer = api.get(f"/collections/regencies/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"]


def test_every_path_of_the_definition_works_as_it_says(api: httpx.Client, operations: Document):
    """/conf/oas30/completeness, /conf/oas30/oas-impl, /conf/oas30/oas-definition-1"""
    for path in operations:
        answer = api.get(path, params={"limit": 1})
        assert answer.status_code == 200
    assert all(path.removesuffix("/items").startswith("/collections/") for path in operations)


def test_geojson_is_defined_for_features(api: httpx.Client):
    """/conf/geojson/definition"""
    paths = openapi_of(api)["paths"]
    for path in ("/collections/regencies/items", "/collections/regencies/items/{item}"):
        assert GEOJSON in paths[path]["get"]["responses"]["200"]["content"]


@pytest.mark.parametrize(
    "path", ["/", "/collections", "/collections/regencies", "/collections/regencies/items"]
)
def test_every_resource_has_a_page(api: httpx.Client, path: str):
    """/conf/html/definition, /conf/html/content"""
    answer = api.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<title>" in answer.text
    paths = openapi_of(api)["paths"]
    assert "text/html" in paths[path]["get"]["responses"]["200"]["content"]
