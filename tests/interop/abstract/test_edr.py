"""OGC API Environmental Data Retrieval 1.1 (19-086r6): core, collections, queries, encodings, OpenAPI.

Collections of environmental data are those with ``data_queries``; features, tables and the catalogue stand
beside them under standards of their own.
"""

from datetime import datetime
from typing import Any

import httpx
import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection
from openapi_spec_validator import validate

from tests.interop.abstract.edr import (
    ASKED,
    COVERAGEJSON,
    CRS84,
    GEOJSON,
    OF_PROFILES,
    POINT,
    POLYGON,
    QUERIES,
    SOIL,
    ask,
    coverages,
)
from tests.openapi import openapi_of

SPEC = "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf"
CLASSES = ("core", "collections", "queries", "json", "geojson", "edr-geojson", "covjson", "oas30")


@pytest.fixture(scope="module")
def collections(api: httpx.Client) -> list[dict[str, Any]]:
    """Every collection of environmental data, as the list of collections describes it."""
    found = api.get("/collections").json()["collections"]
    return [each for each in found if "data_queries" in each]


@pytest.fixture(scope="module")
def openapi(api: httpx.Client) -> dict[str, Any]:
    return openapi_of(api)


# ---- core -------------------------------------------------------------------------------


def test_the_landing_page_leads_to_definition_conformance_and_data(api: httpx.Client):
    """/conf/core/root-op, /conf/core/root-success"""
    rels = {each["rel"]: each["href"] for each in api.get("/").json()["links"]}
    for rel in ("service-desc", "conformance", "data"):
        assert api.get(rels[rel]).status_code == 200


def test_the_definition_of_the_api_is_valid(openapi: dict[str, Any]):
    """/conf/core/api-definition-op, /conf/core/api-definition-success, /conf/oas30/oas-definition-1"""
    validate(openapi)


def test_the_classes_are_declared(api: httpx.Client):
    """/conf/core/conformance-op, /conf/core/conformance-success"""
    assert {f"{SPEC}/{name}" for name in CLASSES} <= set(api.get("/conformance").json()["conformsTo"])


def test_everything_is_answered_by_http_1_1(api: httpx.Client):
    """/conf/core/http"""
    assert ask(api, "position").http_version == "HTTP/1.1"


def test_places_are_in_crs84_unless_asked_otherwise(api: httpx.Client, collections: list[dict[str, Any]]):
    """/conf/core/crs84"""
    for collection in collections:
        assert collection["extent"]["spatial"]["crs"] == CRS84
    for query in ASKED:
        for coverage in coverages(ask(api, query)):
            assert coverage["domain"]["referencing"][0]["system"]["id"] == CRS84


# ---- collections ------------------------------------------------------------------------


def test_every_theme_and_raster_is_a_collection(collections: list[dict[str, Any]]):
    """/conf/collections/rc-md-op, /conf/collections/rc-md-success"""
    ids = [each["id"] for each in collections]
    assert len(set(ids)) == len(ids)
    assert {"soil", "terrain", "climate", "ph_h2o", "suitability", *OF_PROFILES} <= set(ids)


def test_a_collection_is_described_as_in_the_list(api: httpx.Client, collections: list[dict[str, Any]]):
    """/conf/collections/src-md-op, /conf/collections/src-md-success"""
    for listed in collections:
        alone = api.get(f"/collections/{listed['id']}").json()
        for member in ("id", "title", "description", "extent", "crs", "output_formats", "parameter_names"):
            assert alone[member] == listed[member]


def test_a_collection_has_all_that_the_standard_wants(collections: list[dict[str, Any]]):
    """/conf/edr/rc-collection-info, /conf/edr/rc-crs"""
    for each in collections:
        for member in ("title", "description", "links", "data_queries", "extent", "parameter_names"):
            assert each[member], (each["id"], member)
        for member in ("keywords", "crs", "output_formats"):
            assert each[member]
            assert all(isinstance(value, str) for value in each[member])


def test_the_extent_holds_place_time_and_depth(collections: list[dict[str, Any]]):
    """/conf/core/rc-extent"""
    for each in collections:
        (bbox,) = each["extent"]["spatial"]["bbox"]
        if each["id"] in OF_PROFILES:
            west, south, east, north = bbox
            assert 120 < west < east < 120.5
            assert -7.5 < south < north < -7
        else:
            assert bbox == pytest.approx([120, -7.5, 120.5, -7])
        for begin, end in each["extent"].get("temporal", {}).get("interval", []):
            first, last = (datetime.fromisoformat(text) for text in (begin, end))
            assert first.tzinfo
            assert first < last
    (soil,) = (each for each in collections if each["id"] == "soil")
    assert soil["extent"]["vertical"]["interval"] == [["0", "30"]]
    assert soil["extent"]["vertical"]["vrs"].startswith("VERTCRS[")


def test_every_query_is_linked_with_what_it_answers(api: httpx.Client, collections: list[dict[str, Any]]):
    """/conf/edr/rc-data-queries, /conf/edr/rc-common-query-type, /conf/edr/rc-common-variables,
    /conf/edr/rc-cube-variables"""
    for each in (api.get(f"/collections/{listed['id']}").json() for listed in collections):
        assert set(each["data_queries"]) == set(OF_PROFILES.get(each["id"], QUERIES))
        for name, query in each["data_queries"].items():
            link, variables = query["link"], query["link"]["variables"]
            assert (link["href"].rpartition("/")[2], link["rel"]) == (name, "data")
            assert variables["query_type"] == name
            assert variables["default_output_format"] in variables["output_formats"]
            assert set(variables["output_formats"]) <= set(each["output_formats"])
            for details in variables["crs_details"]:
                assert details["crs"] in each["crs"]
                assert details["wkt"].split("[")[0] in ("GEOGCRS", "PROJCRS")
        assert each["data_queries"]["cube"]["link"]["variables"]["height_units"] == ["cm"]


def test_every_collection_links_to_itself_and_to_a_query(collections: list[dict[str, Any]]):
    """/conf/core/rc-collection-info-links, /conf/edr/rc-md-query-links"""
    for each in collections:
        assert {"self", "alternate", "data"} <= {link["rel"] for link in each["links"]}
        assert all(link["type"] for link in each["links"])


def test_every_parameter_tells_what_was_observed_in_which_unit(collections: list[dict[str, Any]]):
    """/conf/edr/rc-parameters"""
    for collection in collections:
        for name, each in collection["parameter_names"].items():
            assert (each["type"], each["id"]) == ("Parameter", name)
            observed = each["observedProperty"]
            assert observed["id"].startswith("http")
            assert {"en", "id"} <= set(observed["label"])
            if "categories" in observed:
                assert "unit" not in each
                ids = [category["id"] for category in observed["categories"]]
                assert set(each["categoryEncoding"]) == set(ids)
                assert len(set(each["categoryEncoding"].values())) == len(ids)
    (soil,) = (each for each in collections if each["id"] == "soil")
    symbol = soil["parameter_names"]["ph_h2o"]["unit"]["symbol"]
    assert symbol == {"value": "[pH]", "type": "http://www.opengis.net/def/uom/UCUM/"}


# ---- encodings --------------------------------------------------------------------------


@pytest.mark.parametrize("query", ASKED)
def test_coveragejson_is_valid(api: httpx.Client, query: str):
    """/conf/covjson/definition, /conf/covjson/content"""
    answer = api.get(f"{SOIL}/{query}", params=ASKED[query], headers={"Accept": COVERAGEJSON})
    assert answer.headers["content-type"] == COVERAGEJSON
    several = answer.json()["type"] == "CoverageCollection"
    (CoverageCollection if several else Coverage).model_validate_json(answer.text)


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("position", {"coords": POINT}),
        ("locations", {}),
        ("locations/01.02", {"statistic": "mean"}),
        ("area", {"coords": POLYGON, "statistic": "mean"}),
    ],
)
def test_geojson_features_tell_what_is_asked_of_them(api: httpx.Client, path: str, params: dict[str, str]):
    """/conf/geojson/definition, /conf/geojson/content,
    /conf/edr-geojson/definition, /conf/edr-geojson/content"""
    answer = api.get(f"{SOIL}/{path}", params=params, headers={"Accept": GEOJSON})
    assert answer.headers["content-type"] == GEOJSON
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert {"self", "collection"} <= {link["rel"] for link in document["links"]}
    for feature in document["features"]:
        told = feature["properties"]
        assert isinstance(told["label"], str)
        assert "/" in told["datetime"]
        assert "ph_h2o" in told["parameter-name"] or told["parameter-name"]
        assert told["edrqueryendpoint"].startswith(str(api.base_url))


def test_documents_are_json(api: httpx.Client):
    """/conf/json/definition, /conf/json/content"""
    for path in ("/", "/conformance", "/collections", SOIL):
        answer = api.get(path, headers={"Accept": "application/json"})
        assert answer.headers["content-type"] == "application/json"


def test_every_query_of_every_collection_is_defined(openapi: dict[str, Any], collections: Any):
    """/conf/oas30/completeness, /conf/oas30/oas-impl"""
    for each in collections:
        for query in (*OF_PROFILES.get(each["id"], QUERIES), "locations/{location}"):
            assert "get" in openapi["paths"][f"/collections/{each['id']}/{query}"]


def test_refusals_are_defined(openapi: dict[str, Any]):
    """/conf/oas30/exceptions-codes"""
    for query in (*QUERIES, "locations/{location}"):
        assert {"200", "204", "400", "404", "413"} <= set(
            openapi["paths"][f"{SOIL}/{query}"]["get"]["responses"]
        )
