"""Landing page, conformance, collections, OpenAPI."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from soilinfo.catalog.load import load
from soilinfo.catalog.products import products
from soilinfo.catalog.text import texts
from soilinfo.settings import Settings
from tests.country import LAYERS

Refused = Callable[..., str]

RASTERS = sorted(LAYERS)
REL = "http://www.opengis.net/def/rel/ogc/1.0"


def links(document: Any, rel: str) -> list[dict[str, Any]]:
    return [link for link in document["links"] if link["rel"] == rel]


def test_the_landing_page_leads_to_all_parts_and_to_the_qgis_project(client: httpx.Client):
    document = client.get("/").json()
    for rel in ("service-desc", "conformance", "data", f"{REL}/processes"):
        (link,) = links(document, rel)
        assert client.get(link["href"]).status_code == 200
    types = [link["type"] for link in links(document, "related")]
    assert "application/x-qgis-project" in types


def test_nothing_is_linked_that_is_not_served(client: httpx.Client):
    for path in (
        "/",
        "/collections/ph_h2o",
        "/collections/suitability",
        "/collections/regencies",
        "/processes",
    ):
        for link in client.get(path).json()["links"]:
            if link["href"].startswith(str(client.base_url)):
                assert client.get(link["href"]).status_code == 200, link


def test_every_link_uses_the_address_that_was_asked(client: httpx.Client):
    text = client.get("/collections", headers={"Host": "soil.example.org"}).text
    assert "http://soil.example.org/collections/ph_h2o" in text
    assert "127.0.0.1" not in text


def test_every_published_layer_level_and_table_is_a_collection(client: httpx.Client, nation: Settings):
    catalog = load(nation.config)
    ids = [each["id"] for each in client.get("/collections").json()["collections"]]
    tables = [
        f"{table}_by_{level}"
        for level in ("nation", "provinces", "regencies")
        for table in ("suitability", "properties", "classes")
    ]
    themes = {"soil", "terrain", "climate"}
    others = {
        *themes,
        "suitability",
        "nation",
        "provinces",
        "regencies",
        *tables,
        *RASTERS,
        "findings",
        "records",
    }
    assert others <= set(ids)
    assert {name.partition("_by_")[0] for name in set(ids) - others} <= set(products(catalog))


@pytest.mark.parametrize(("language", "title"), [("en", "Land suitability"), ("id", "Kesesuaian lahan")])
def test_a_collection_has_its_title_in_each_language(client: httpx.Client, language: str, title: str):
    by_parameter = client.get(f"/collections/suitability?lang={language}")
    by_header = client.get("/collections/suitability", headers={"Accept-Language": language})
    assert by_parameter.json()["title"] == by_header.json()["title"] == title
    assert by_parameter.headers["content-language"] == language


def test_a_raster_offers_its_whole_file_with_size_and_version(client: httpx.Client):
    document = client.get("/collections/ph_h2o").json()
    (link,) = links(document, "enclosure")
    version = document["soilinfo"]["versions"]["ph_h2o"]["version"]
    assert link["href"].endswith(f"/cog/ph_h2o/{version}.tif")
    assert int(client.head(link["href"]).headers["content-length"]) == link["length"]


def test_a_coverage_says_what_gdal_needs(client: httpx.Client):
    document = client.get("/collections/ph_h2o").json()
    media_types = [link["type"] for link in links(document, f"{REL}/coverage")]
    assert "image/tiff; application=geotiff" in media_types
    grid = document["domainSet"]["generalGrid"]
    assert grid["axisLabels"] == ["Lon", "Lat"]
    assert [axis["lowerBound"] for axis in grid["axis"]] == pytest.approx([120.0, -7.5])
    assert document["rangeType"]["field"][0]["uom"]["code"] == "[pH]"


def test_the_fields_of_a_coverage_have_units_and_classes_their_codes(client: httpx.Client):
    ph = client.get("/collections/ph_h2o/schema?lang=id").json()["properties"]["ph_h2o"]
    assert ph["x-ogc-unit"] == "[pH]"
    assert ph["title"].startswith("pH tanah")
    actual = client.get("/collections/suitability/schema").json()["properties"]["actual"]
    assert actual["enum"] == [1, 2, 3, 4]


def test_signs_of_comparison_are_left_as_they_are(client: httpx.Client):
    answer = client.post("/processes/zonal-statistics/execution", json={"inputs": {"layer": "<b>"}})
    assert "&lt;" not in answer.text


def test_only_what_is_true_is_declared(client: httpx.Client):
    declared = client.get("/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter" in declared
    for untrue in ("create-replace-delete", "callback", "coverage-datetime"):
        assert not [each for each in declared if untrue in each]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_the_openapi_document_is_valid_and_refers_to_itself_only(client: httpx.Client):
    answer = client.get("/openapi")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = json.loads(answer.text)
    validate(document)
    assert all(reference.startswith("#/") for reference in references(document))
    assert "/collections/regencies/items" in document["paths"]


@pytest.mark.parametrize(
    "path",
    ["/?fo=json", "/collections?x=1", "/collections/ph_h2o?bbox=1", "/processes?y=2", "/openapi?ui=redoc"],
)
def test_an_unknown_query_parameter_is_refused(refused: Refused, path: str):
    assert "no query parameter" in refused(path)


def test_an_unknown_format_is_refused_naming_those_that_exist(refused: Refused):
    assert "json" in refused("/collections?f=xml")


def test_an_unknown_collection_is_not_found_and_the_nearest_one_is_named(refused: Refused):
    assert "Did you mean 'regencies'?" in refused("/collections/regencie", 404)


def test_an_unknown_address_is_a_json_exception(refused: Refused):
    refused("/nowhere", 404)
    refused("/collections/regencies/items", 405, method="PUT")


@pytest.mark.parametrize("header", ["text/html;q=0, */*", "application/json;q=x", ";;", "en;q=0"])
def test_odd_preferences_are_no_fault_of_the_server(client: httpx.Client, header: str):
    answer = client.get("/collections", headers={"Accept": header, "Accept-Language": header})
    assert answer.status_code in (200, 400)


def test_every_answer_may_be_read_by_pages_of_other_hosts(client: httpx.Client):
    for path in ("/collections", "/nowhere"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["access-control-allow-origin"] == "*"
        exposed = headers["access-control-expose-headers"].split(", ")
        assert {"X-Soilinfo-Snapshot", "Link", "OGC-NumberMatched", "Content-Disposition"} <= {*exposed}


@pytest.mark.parametrize("header", ["content-type", "prefer", "if-none-match", "range"])
def test_pages_of_other_hosts_may_run_processes_and_say_how(client: httpx.Client, header: str):
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": header,
    }
    answer = client.options("/processes/zonal-statistics/execution", headers=asked)
    assert answer.status_code == 200
    assert header in answer.headers["access-control-allow-headers"].lower()


def test_titles_of_fields_are_in_the_readers_language(client: httpx.Client):
    for part in ("schema", "queryables"):
        table = f"/collections/suitability_by_regencies/{part}"
        english, indonesian = (
            client.get(table, params={"lang": language}).json()["properties"]["nodata_ha"]["title"]
            for language in ("en", "id")
        )
        assert english != "nodata_ha"
        assert english != indonesian


@pytest.mark.parametrize(
    "path",
    ["/", "/collections", "/collections/ph_h2o", "/collections/regencies", "/processes/land-suitability"],
)
def test_links_are_titled_in_the_readers_language(client: httpx.Client, path: str):
    titles = {link.get("title") for link in client.get(f"{path}?lang=id").json()["links"]}
    english = texts("en")
    pygeoapis = {key.removeprefix("link.") for key in english if key.startswith("link.")}
    assert len(titles) >= 2
    assert not titles & pygeoapis


def test_a_raster_says_its_unit_and_depth_in_words(client: httpx.Client):
    document = client.get("/collections/ph_h2o").json()
    assert document["soilinfo"]["depth"] == "0–30 cm"
    assert "Depth: 0–30 cm." in document["description"]
    assert "Unit: pH." in document["description"]
    field = client.get("/collections/ph_h2o/schema?lang=id").json()["properties"]["ph_h2o"]
    assert "Kedalaman: 0–30 cm." in field["description"]
