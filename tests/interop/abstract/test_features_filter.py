"""OGC API Features Part 3: Filtering (19-079r2) and queryables as query parameters, annex A."""

from typing import Any

import httpx
import jsonschema
import pytest
from pyproj import Transformer

from tests.openapi import openapi_of

Document = dict[str, Any]

SPEC = "http://www.opengis.net/spec"
CLASSES = [
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{SPEC}/ogcapi-common-3/1.0/conf/schemas",
]
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "http://www.opengis.net/def/rel/ogc/1.0/schema"
GEOJSON = "application/geo+json"
LANGUAGES = ("cql2-text", "cql2-json")
NULL = {
    "cql2-text": "{name} IS NULL",
    "cql2-json": '{{"op": "isNull", "args": [{{"property": "{name}"}}]}}',
}


@pytest.fixture(scope="module")
def collections(api: httpx.Client) -> list[Document]:
    """The collections of features."""
    listed = api.get("/collections").json()["collections"]
    return [each for each in listed if each.get("itemType") == "feature"]


@pytest.fixture(scope="module")
def queryables(api: httpx.Client, collections: list[Document]) -> dict[str, Document]:
    """The schema of what conditions may name, by collection."""
    return {each["id"]: api.get(f"/collections/{each['id']}/queryables").json() for each in collections}


def ask(api: httpx.Client, table: str, /, **query: object) -> httpx.Response:
    return api.get(f"/collections/{table}/items", params=query, headers={"Accept": GEOJSON})


def ids(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON), answer.text
    return [feature["id"] for feature in answer.json()["features"]]


def box(corners: Any) -> str:
    return f"S_INTERSECTS(geometry, BBOX({','.join(map(str, corners))}))"


@pytest.mark.parametrize("uri", CLASSES)
def test_the_class_is_declared(api: httpx.Client, uri: str):
    """/conf/filter/get-conformance, /conf/features-filter/get-conformance"""
    assert uri in api.get("/conformance").json()["conformsTo"]


def test_the_queryables_of_every_collection_are_a_schema(api: httpx.Client, queryables: dict[str, Document]):
    """/conf/queryables/get-queryables-uris, /conf/queryables/get-queryables-response"""
    for name, schema in queryables.items():
        address = f"/collections/{name}/queryables"
        answer = api.get(address, headers={"Accept": "application/schema+json"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == f"{api.base_url}".rstrip("/") + address
        assert (schema["type"], schema["additionalProperties"]) == ("object", False)
        assert schema["properties"]
        for each in schema["properties"].values():
            assert each.get("format", "").startswith("geometry-") != ("type" in each), each


def test_the_schema_of_every_collection_is_one_and_its_features_fulfil_it(
    api: httpx.Client, collections: list[Document]
):
    """/conf/schemas/schemas-uri, /conf/schemas/schemas-response"""
    for each in collections:
        links = [one["href"] for one in each["links"] if one["rel"] == SCHEMA]
        answer = api.get(links[0], headers={"Accept": "application/schema+json"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
        schema = answer.json()
        jsonschema.Draft202012Validator.check_schema(schema)
        for feature in ask(api, each["id"], limit=5).json()["features"]:
            known = {name: value for name, value in feature["properties"].items() if value is not None}
            jsonschema.validate(known, schema)


def test_a_collection_links_to_its_queryables(api: httpx.Client, collections: list[Document]):
    """/conf/queryables/get-collection"""
    for each in collections:
        links = [one["href"] for one in each["links"] if one["rel"] == QUERYABLES]
        assert any(href.split("?")[0].endswith(f"/collections/{each['id']}/queryables") for href in links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filter_selects_and_what_is_none_is_refused(
    api: httpx.Client, queryables: dict[str, Document], language: str
):
    """/conf/filter/filter-param, /conf/features-filter/filter-on-items"""
    for name, schema in queryables.items():
        everything = ask(api, name, limit=1000).json()["features"]
        for property_ in (each for each in schema["properties"] if each != "geometry"):
            text = NULL[language].format(name=property_)
            answer = ask(api, name, **{"filter-lang": language, "filter": text, "limit": 1000})
            assert answer.status_code == 200, answer.text
            missing = [one["id"] for one in everything if one["properties"][property_] is None]
            assert ids(answer) == missing, (name, property_)
        answer = ask(api, name, **{"filter-lang": language, "filter": "THIS IS NOT A FILTER"})
        assert answer.status_code == 400


def test_a_filter_is_cql2_text_where_no_language_is_named(api: httpx.Client):
    """/conf/filter/filter-lang-default"""
    assert ids(ask(api, "regencies", filter="name IS NOT NULL AND code = '01.03'")) == ["01.03"]
    assert ask(api, "regencies", filter="THIS IS NOT A FILTER").status_code == 400
    assert ask(api, "regencies", **{"filter": "true", "filter-lang": "sql"}).status_code == 400


def test_what_is_no_queryable_is_refused(api: httpx.Client, queryables: dict[str, Document]):
    """/conf/filter/expression-construction"""
    for name in queryables:
        assert ask(api, name, filter="this_is_not_a_queryable IS NULL").status_code == 400


def test_a_filter_is_in_crs84_where_no_system_is_named(
    api: httpx.Client, collections: list[Document], queryables: dict[str, Document]
):
    """/conf/filter/filter-crs-wgs84"""
    for each in (one for one in collections if "geometry" in queryables[one["id"]]["properties"]):
        placed = ask(api, each["id"], filter="geometry IS NOT NULL").json()["numberMatched"]
        answer = ask(api, each["id"], filter=box(_outwards(each["extent"]["spatial"]["bbox"][0])))
        assert answer.json()["numberMatched"] == placed, answer.text
        assert ask(api, each["id"], filter=box((1e6, 1e6, 2e6, 2e6))).status_code == 400


def test_a_filter_may_be_in_every_system_of_the_collection(api: httpx.Client):
    """/conf/filter/filter-crs-param"""
    described = api.get("/collections/regencies").json()
    west, south, east, north = _outwards(described["extent"]["spatial"]["bbox"][0])
    for uri in described["crs"]:
        way = Transformer.from_crs("OGC:CRS84", uri)
        corners = [way.transform(x, y) for x in (west, east) for y in (south, north)]
        low = [min(axis) for axis in zip(*corners, strict=True)]
        high = [max(axis) for axis in zip(*corners, strict=True)]
        assert len(ids(ask(api, "regencies", **{"filter": box((*low, *high)), "filter-crs": uri}))) == 4, uri
    unknown = {"filter": "true", "filter-crs": "http://www.opengis.net/def/crs/OGC/0/does_not_exist"}
    assert ask(api, "regencies", **unknown).status_code == 400


def test_a_filter_and_other_conditions_hold_together(api: httpx.Client):
    """/conf/filter/mixing-expression"""
    assert len(ids(ask(api, "regencies", filter=box((120, -8, 121, -7)), bbox="120,-8,121,-7"))) == 4
    assert ids(ask(api, "regencies", filter=box((120, -8, 121, -7)), bbox="0,0,1,1")) == []
    assert ids(ask(api, "regencies", filter="code > '01.01'", name="Kabupaten 01.02")) == ["01.02"]


def test_every_queryable_is_a_parameter_of_its_own(api: httpx.Client, queryables: dict[str, Document]):
    """/conf/queryables-query-parameters/parameters"""
    paths = openapi_of(api)["paths"]
    for name, schema in queryables.items():
        defined = {
            each.get("name"): each for each in paths[f"/collections/{name}/items"]["get"]["parameters"]
        }
        sample = ask(api, name, limit=1).json()["features"][0]["properties"]
        for property_, described in schema["properties"].items():
            if property_ == "geometry" or sample[property_] is None:
                continue
            assert defined[property_]["schema"]["type"] == described["type"]
            value = str(sample[property_]).lower() if described["type"] == "boolean" else sample[property_]
            found = ask(api, name, limit=1000, **{property_: value}).json()["features"]
            assert found, (name, property_)
            assert all(one["properties"][property_] == sample[property_] for one in found)


def _outwards(bounds: list[float]) -> tuple[float, ...]:
    """Bounds and a hair more, for coordinates are answered rounded."""
    west, south, east, north = bounds
    return west - 1e-6, south - 1e-6, east + 1e-6, north + 1e-6
