"""OGC API Common, Part 1 (core, landing page, JSON, HTML, OpenAPI 3.0) and Part 2 (collections)."""

from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tests.openapi import openapi_of

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
LANDING_LINKS = ("service-desc", "conformance", "data")
RESOURCES = ("/", "/conformance", "/collections", "/collections/ph_h2o", "/collections/regencies")
PART_1 = "http://www.opengis.net/spec/ogcapi-common-1/1.0"
PART_2 = "http://www.opengis.net/spec/ogcapi-common-2/1.0"


def link(document: dict[str, Any], rel: str) -> dict[str, Any]:
    """The first link of a relation."""
    return next(each for each in document["links"] if each["rel"] == rel)


def test_everything_is_answered_by_http_1_1(api: httpx.Client):
    """/conf/core/http"""
    for path in RESOURCES:
        assert api.get(path).http_version == "HTTP/1.1"


def test_parameter_names_differ_by_their_case(api: httpx.Client):
    """/conf/core/query-param-capitalization"""
    assert api.get("/collections/regencies/items", params={"limit": 1}).status_code == 200
    assert api.get("/collections/regencies/items", params={"LIMIT": 1}).status_code == 400


def test_values_of_a_list_are_separated_by_commas(api: httpx.Client):
    """/conf/core/query-param-list-delimiter"""
    codes = [each["id"] for each in api.get("/collections/regencies/items").json()["features"]][:2]
    found = api.get("/collections/regencies/items", params={"ids": ",".join(codes)}).json()
    assert sorted(each["id"] for each in found["features"]) == sorted(codes)


def test_booleans_are_true_and_false(api: httpx.Client):
    """/conf/core/query-param-value-boolean"""
    path = "/collections/regencies/items"
    assert api.get(path, params={"skipGeometry": "true"}).json()["features"][0]["geometry"] is None
    assert api.get(path, params={"skipGeometry": "false"}).json()["features"][0]["geometry"]
    assert api.get(path, params={"skipGeometry": "maybe"}).status_code == 400


def test_a_parameter_that_is_not_known_is_refused(api: httpx.Client):
    """/conf/core/query-param-unknown (permission and recommendation made a rule here)"""
    for path in RESOURCES:
        assert api.get(path, params={"never-heard-of": 1}).status_code == 400


def test_a_parameter_that_cannot_be_used_is_refused(api: httpx.Client):
    """/conf/core/query-param-invalid"""
    for query in ("limit=many", "bbox=here", "f=parchment"):
        assert api.get(f"/collections/regencies/items?{query}").status_code == 400


def test_the_landing_page_is_at_the_root(api: httpx.Client):
    """/conf/landing-page/root-op and /conf/landing-page/root-success"""
    page = api.get("/")
    assert page.status_code == 200
    assert {"title", "description", "links"} <= page.json().keys()
    rels = {each["rel"] for each in page.json()["links"]}
    assert rels >= {*LANDING_LINKS}
    assert {"service-desc", "service-doc"} & rels


@pytest.mark.parametrize("rel", LANDING_LINKS)
def test_the_landing_page_leads_to_the_parts(api: httpx.Client, rel: str):
    """/conf/landing-page/api-definition-op, /conf/landing-page/conformance-op"""
    found = link(api.get("/").json(), rel)
    answer = api.get(found["href"])
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == found["type"].partition(";")[0]


def test_the_api_definition_is_what_its_link_says(api: httpx.Client):
    """/conf/landing-page/api-definition-success"""
    answer = api.get("/openapi")
    assert answer.headers["content-type"] == OPENAPI
    assert answer.json()["openapi"].startswith("3.0")


def test_the_conformance_declaration_lists_the_classes_of_common(api: httpx.Client):
    """/conf/landing-page/conformance-success"""
    declared = api.get("/conformance").json()["conformsTo"]
    part_1 = {f"{PART_1}/conf/{name}" for name in ("core", "landing-page", "json", "html", "oas30")}
    assert {*part_1, f"{PART_2}/conf/collections"} <= set(declared)
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("path", RESOURCES)
def test_every_resource_is_json(api: httpx.Client, path: str):
    """/conf/json/content and /conf/json/definition"""
    answer = api.get(path, headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("path", RESOURCES)
def test_every_resource_is_html_for_people(api: httpx.Client, path: str):
    """/conf/html/content and /conf/html/definition"""
    answer = api.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.lstrip().lower().startswith("<!doctype html>")
    assert "<title>" in answer.text


def test_the_api_definition_is_valid_openapi(api: httpx.Client):
    """/conf/oas30/oas-definition-1, /conf/oas30/oas-definition-2"""
    validate(api.get("/openapi").json())


def test_the_server_does_what_its_definition_says(api: httpx.Client):
    """/conf/oas30/oas-impl: every address without a variable is answered as described"""
    for path, methods in openapi_of(api)["paths"].items():
        if "{" in path or "get" not in methods:
            continue
        needed = [each for each in methods["get"]["parameters"] if each.get("required")]
        if not needed:
            answer = api.get(path)
            described = methods["get"]["responses"]
            assert str(answer.status_code) in described, path


def test_the_definition_describes_refusals(api: httpx.Client):
    """/conf/oas30/exceptions-codes"""
    for path, methods in openapi_of(api)["paths"].items():
        for method, operation in methods.items():
            assert {"400", "404"} <= operation["responses"].keys(), (method, path)


def test_the_definition_names_no_security_that_is_not_there(api: httpx.Client):
    """/conf/oas30/security"""
    document = api.get("/openapi").json()
    assert "security" not in document
    assert "securitySchemes" not in document["components"]


def test_the_collections_are_listed(api: httpx.Client):
    """/conf/collections/rc-md-op and /conf/collections/rc-md-success"""
    document = api.get("/collections").json()
    assert {"links", "collections"} <= document.keys()
    assert {"self", "alternate"} <= {each["rel"] for each in document["links"]}


def test_every_collection_is_listed_with_what_it_must_have(api: httpx.Client):
    """/conf/collections/rc-md-items, /conf/collections/rc-md-items-links, /conf/collections/rc-md-extent"""
    for each in api.get("/collections").json()["collections"]:
        assert {"id", "title", "links", "extent"} <= each.keys()
        assert all(found.get("rel") and found.get("href") for found in each["links"]), each["id"]
        for west, south, east, north in each["extent"]["spatial"]["bbox"]:
            assert -180 <= west <= east <= 180
            assert -90 <= south <= north <= 90


def test_each_collection_is_described_at_its_own_address_as_in_the_list(api: httpx.Client):
    """/conf/collections/src-md-op and /conf/collections/src-md-success"""
    for each in api.get("/collections").json()["collections"]:
        answer = api.get(f"/collections/{each['id']}")
        assert answer.status_code == 200
        described = answer.json()
        assert {name: described[name] for name in ("id", "title", "extent")} == {
            name: each[name] for name in ("id", "title", "extent")
        }


def test_an_unknown_collection_is_not_found(api: httpx.Client):
    """/conf/collections/src-md-success, the other way round"""
    assert api.get("/collections/never-heard-of").status_code == 404


@pytest.mark.parametrize("name", ["ph_h2o", "regencies", "records"])
def test_a_collection_leads_to_the_schema_of_what_it_holds(api: httpx.Client, name: str):
    """/conf/schemas (Part 3): JSON Schema of an object, with its own address as its id"""
    links = api.get(f"/collections/{name}").json()["links"]
    (address,) = {
        each["href"].partition("?")[0] for each in links if each["rel"].rpartition("/")[2] == "schema"
    }
    answer = api.get(address, headers={"Accept": "application/schema+json"})
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == address
    assert schema["type"] == "object"
    assert schema["properties"]
