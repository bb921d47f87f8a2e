"""OGC API Records, Part 1: records, their collection, what they are searched and sorted by."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tests.openapi import openapi_of

CATALOGUE = "/collections/records"
ITEMS = f"{CATALOGUE}/items"
GEOJSON = "application/geo+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0"


def records(api: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    answer = api.get(ITEMS, params={"limit": 1000, **params})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["features"])


def text_of(record: dict[str, Any]) -> str:
    told = record["properties"]
    return " ".join((told["title"], told.get("description", ""), *told.get("keywords", []))).lower()


# ---- record core ------------------------------------------------------------------------


def test_every_record_has_what_it_must_have(api: httpx.Client):
    """/conf/record-core/mandatory-properties-record, /conf/searchable-catalog/mandatory-record-properties"""
    for record in records(api):
        assert {"id", "type", "time", "geometry", "properties", "links"} <= record.keys()
        assert record["type"] == "Feature"
        assert {"type", "title"} <= record["properties"].keys()


def test_a_record_leads_to_one_collection(api: httpx.Client):
    """/conf/record-core/links"""
    for record in records(api, limit=5):
        (collection,) = [each["href"] for each in record["links"] if each["rel"] == "collection"]
        assert api.get(collection).json()["itemType"] == "record"


def test_a_templated_link_names_its_variables(api: httpx.Client):
    """/conf/record-core/templated-link"""
    templates = [each for record in records(api) for each in record.get("linkTemplates", [])]
    assert templates
    for template in templates:
        assert all(f"{{{name}}}" in template["uriTemplate"] for name in template["variables"])


def test_a_licence_is_a_name_and_a_link(api: httpx.Client):
    """/conf/record-core/license"""
    for record in records(api, type="dataset"):
        assert record["properties"]["license"]
        assert "license" in {each["rel"] for each in record["links"]}


def test_a_contact_is_somebody_with_a_role(api: httpx.Client):
    """/conf/record-core/contact"""
    for record in records(api):
        for contact in record["properties"]["contacts"]:
            assert contact.get("name") or contact.get("organization")
            assert contact["roles"]


def test_times_have_their_offset(api: httpx.Client):
    """/conf/record-core/time-interval, /conf/record-core/time-zone"""
    for record in records(api):
        ends = record["time"]["interval"] if record["time"] else []
        stamps = [
            record["properties"][name] for name in ("created", "updated") if name in record["properties"]
        ]
        for text in (*ends, *stamps):
            assert datetime.fromisoformat(text).tzinfo is not None


def test_a_record_is_geojson_unless_something_else_is_asked_for(api: httpx.Client):
    """/conf/record-core/default-mediatype, /conf/json/record-response, /conf/json/record-content"""
    name = records(api)[0]["id"]
    assert api.get(f"{ITEMS}/{name}").headers["content-type"] == GEOJSON
    assert api.get(ITEMS, headers={"Accept": GEOJSON}).headers["content-type"] == GEOJSON


# ---- record collection ------------------------------------------------------------------


def test_the_catalogue_has_what_it_must_have(api: httpx.Client):
    """/conf/record-collection/mandatory-properties-collection, itemType, license, contact, links"""
    document = api.get(CATALOGUE).json()
    assert {"id", "title", "links", "itemType", "type"} <= document.keys()
    assert (document["itemType"], document["type"]) == ("record", "Catalog")
    assert document["license"]
    assert document["contacts"]
    assert "items" in {each["rel"] for each in document["links"]}


def test_the_catalogue_is_one_of_the_collections(api: httpx.Client):
    """/conf/records-api/catalogs-response, /conf/searchable-catalog/searchable-catalog"""
    kinds = {each["id"]: each.get("itemType") for each in api.get("/collections").json()["collections"]}
    assert kinds["records"] == "record"


def test_each_record_has_its_own_address(api: httpx.Client):
    """/conf/records-api/record-op, /conf/records-api/record-response"""
    for record in records(api)[::10]:
        answer = api.get(f"{ITEMS}/{record['id']}")
        assert answer.status_code == 200
        assert answer.json() == record


def test_an_unknown_record_is_not_found(api: httpx.Client):
    """/conf/records-api/record-op, the other way round"""
    assert api.get(f"{ITEMS}/never-heard-of").status_code == 404


# ---- query parameters -------------------------------------------------------------------


def test_a_place_chooses_what_touches_it(api: httpx.Client):
    """/conf/record-core-query-parameters/query-param-bbox"""
    chosen = records(api, bbox="120.1,-7.3,120.2,-7.2")
    assert chosen
    for record in chosen:
        (west, south), _, (east, north), *_ = record["geometry"]["coordinates"][0]
        assert west <= 120.2
        assert east >= 120.1
        assert south <= -7.2
        assert north >= -7.3
    assert records(api, bbox="0,50,1,51") == []


def test_a_time_chooses_what_is_of_it(api: httpx.Client):
    """/conf/record-core-query-parameters/query-param-datetime"""
    assert all(record["time"] for record in records(api, datetime="2000-01-01T00:00:00Z/.."))
    assert api.get(ITEMS, params={"datetime": "nonsense"}).status_code == 400


def test_a_page_is_as_long_as_is_asked_for(api: httpx.Client):
    """/conf/record-core-query-parameters/query-param-limit"""
    page = api.get(ITEMS, params={"limit": 3}).json()
    assert page["numberReturned"] == len(page["features"]) == 3
    assert api.get(ITEMS, params={"limit": 0}).status_code == 400


def test_one_term_is_found_in_the_texts(api: httpx.Client):
    """/conf/record-core-query-parameters/q-definition, /conf/record-core-query-parameters/q-response"""
    one, other = "drainage", "slope"
    assert all(one in text_of(record) for record in records(api, q=one))
    either = records(api, q=f"{one},{other}")
    assert all(one in text_of(record) or other in text_of(record) for record in either)
    assert all("land suitability" in text_of(record) for record in records(api, q="land suitability"))


def test_a_type_chooses_its_records(api: httpx.Client):
    """/conf/record-core-query-parameters/type-definition, /conf/record-core-query-parameters/type-response"""
    assert {record["properties"]["type"] for record in records(api, type="process")} == {"process"}
    both = {record["properties"]["type"] for record in records(api, type="process,report")}
    assert both == {"process", "report"}


def test_ids_choose_their_records(api: httpx.Client):
    """/conf/record-core-query-parameters/ids-definition, /conf/record-core-query-parameters/ids-response"""
    assert {record["id"] for record in records(api, ids="ph_h2o,soc")} == {"ph_h2o", "soc"}


def test_external_ids_choose_their_records(api: httpx.Client):
    """/conf/record-core-query-parameters/externalIds-definition, externalIds-response"""
    (known, *_) = api.get(f"{ITEMS}/ph_h2o").json()["properties"]["externalIds"]
    for asked in (known["value"], f"{known['scheme']}:{known['value']}"):
        chosen = records(api, externalIds=asked)
        assert chosen
        assert all(known in record["properties"]["externalIds"] for record in chosen)


def test_a_parameter_without_a_value_asks_nothing(api: httpx.Client):
    """/conf/record-core-query-parameters/empty-value"""
    asked = api.get(f"{ITEMS}?bbox=&ids=&q=&type=&externalIds=&datetime=&f=json").json()
    assert asked["features"] == api.get(f"{ITEMS}?f=json").json()["features"]


# ---- sorting ----------------------------------------------------------------------------


def test_the_sortables_are_described(api: httpx.Client):
    """/conf/sorting/get-sortables-op, /conf/sorting/get-sortables-success"""
    (link,) = [each for each in api.get(CATALOGUE).json()["links"] if each["rel"] == f"{REL}/sortables"]
    answer = api.get(link["href"])
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["type"] == "object"
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("descending", [False, True])
def test_records_are_sorted(api: httpx.Client, descending: bool):
    """/conf/sorting/sortby-definition, /conf/sorting/sortby-response, /conf/searchable-catalog/sorting"""
    for name in api.get(f"{CATALOGUE}/sortables").json()["properties"]:
        found = records(api, sortby=f"-{name}" if descending else name)
        values = [record["id"] if name == "id" else record["properties"].get(name) for record in found]
        known = [value.casefold() for value in values if value is not None]
        assert known == sorted(known, reverse=descending), name
    assert api.get(ITEMS, params={"sortby": "colour"}).status_code == 400


def test_without_a_key_the_order_is_the_declared_one(api: httpx.Client):
    """/conf/sorting/defaultSortOrder-definition"""
    keys = ",".join(api.get(CATALOGUE).json()["defaultSortOrder"])
    assert [each["id"] for each in records(api)] == [each["id"] for each in records(api, sortby=keys)]


# ---- forms ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [CATALOGUE, ITEMS, f"{ITEMS}/ph_h2o"])
def test_people_have_pages(api: httpx.Client, path: str):
    """/conf/html/definition, /conf/html/content"""
    answer = api.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text


def test_the_definition_describes_the_catalogue(api: httpx.Client):
    """/conf/oas30/oas30: OpenAPI 3.0 with every core query parameter"""
    validate(api.get("/openapi").json())
    asked = openapi_of(api)["paths"][ITEMS]["get"]["parameters"]
    core = {"bbox", "datetime", "limit", "q", "type", "ids", "externalIds", "sortby"}
    assert core <= {each["name"] for each in asked}
