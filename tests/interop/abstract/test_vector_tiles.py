"""OGC API - Tiles, Part 1 (20-057), of features: core, tile sets, their list, collections, vector tiles.

The tile set metadata are those of OGC 17-083r4; styles those of the draft OGC API - Styles.
"""

from typing import Any

import httpx
import pytest

from tests.mvt import Feature, read

REL = "http://www.opengis.net/def/rel/ogc/1.0"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
MVT = "application/vnd.mapbox-vector-tile"
REGENCIES = "/collections/regencies"
PLACE = {"tileMatrix": 8, "tileRow": 133, "tileCol": 213}
"""A tile that holds the south of the small nation."""

Json = dict[str, Any]


def links(document: Json, rel: str) -> list[Json]:
    return [each for each in document["links"] if each["rel"] == rel]


def at(template: str, **place: object) -> str:
    for name, value in place.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template


@pytest.fixture(scope="module")
def tileset(api: httpx.Client) -> Json:
    (listed,) = api.get(f"{REGENCIES}/tiles").json()["tilesets"]
    answer = api.get(links(listed, "self")[0]["href"])
    assert answer.status_code == 200
    document: Json = answer.json()
    return document


@pytest.fixture(scope="module")
def template(tileset: Json) -> str:
    (item,) = links(tileset, "item")
    return str(item["href"])


def features(answer: httpx.Response) -> list[Feature]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MVT
    return [feature for layer in read(answer.content).values() for feature in layer]


# ---- core -------------------------------------------------------------------------------


def test_the_declared_classes(api: httpx.Client):
    """/conf/core/conformance-success"""
    declared = api.get("/conformance").json()["conformsTo"]
    classes = ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
    assert {f"{CONF}/{name}" for name in classes} <= {*declared}


def test_a_tile_is_answered(api: httpx.Client, template: str):
    """/conf/core/tc-op, /conf/core/tc-success"""
    assert len(features(api.get(at(template, **PLACE)))) == 4


@pytest.mark.parametrize(
    "place",
    [
        {"tileMatrix": 99},
        {"tileMatrix": "x"},
        {"tileRow": -1},
        {"tileRow": 256},
        {"tileCol": "1.5"},
        {"tileMatrix": 15, "tileRow": 0, "tileCol": 0},
    ],
)
def test_a_tile_that_is_none_is_not_found(api: httpx.Client, template: str, place: Json):
    """/conf/core/tc-error, and tc-tilematrix-definition, tc-tilerow-definition, tc-tilecol-definition"""
    answer = api.get(at(template, **{**PLACE, **place}))
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_beyond_the_limits_there_is_nothing(api: httpx.Client, template: str):
    """/conf/core/tc-error-and-tilematrixset-limits"""
    assert api.get(at(template, tileMatrix=8, tileRow=0, tileCol=0)).status_code == 404


def test_an_empty_tile_has_no_content(api: httpx.Client, template: str):
    """/conf/core/tc-success: where there are no data, 204 without content"""
    answer = api.get(at(template, **PLACE) + "&filter=code%3D%2799%27")
    assert (answer.status_code, answer.content) == (204, b"")


# ---- tile set, list of tile sets --------------------------------------------------------


def test_the_metadata_have_what_is_required(tileset: Json):
    """/conf/tileset/desc, /conf/tileset/success (17-083r4: tile set metadata)"""
    assert {"title", "dataType", "crs", "tileMatrixSetURI", "links", "boundingBox", "layers"} <= {*tileset}
    assert tileset["dataType"] == "vector"
    (item,) = links(tileset, "item")
    assert (item["type"], item["templated"]) == (MVT, True)
    for place in PLACE:
        assert f"{{{place}}}" in item["href"]
    assert all(layer["dataType"] == "vector" for layer in tileset["layers"])


def test_the_metadata_lead_to_the_tile_matrix_set(api: httpx.Client, tileset: Json):
    """/conf/tileset/tileset-link, /conf/tileset/tms-uri"""
    (scheme,) = links(tileset, f"{REL}/tiling-scheme")
    answer = api.get(scheme["href"])
    assert answer.status_code == 200
    assert answer.json()["uri"] == tileset["tileMatrixSetURI"]
    known = {matrix["id"] for matrix in answer.json()["tileMatrices"]}
    assert {limit["tileMatrix"] for limit in tileset["tileMatrixSetLimits"]} <= known


def test_the_limits_are_those_of_the_data(api: httpx.Client, tileset: Json, template: str):
    """/conf/tileset/tilematrixset-limits"""
    limits = {limit["tileMatrix"]: limit for limit in tileset["tileMatrixSetLimits"]}["10"]
    corners = [(limits[f"{end}TileRow"], limits[f"{end}TileCol"]) for end in ("min", "max")]
    for row, column in corners:
        assert api.get(at(template, tileMatrix=10, tileRow=row, tileCol=column)).status_code in (200, 204)


def test_the_list_has_what_is_required(api: httpx.Client):
    """/conf/tilesets-list/tileset-list-op, /conf/tilesets-list/tileset-list-success"""
    answer = api.get(f"{REGENCIES}/tiles")
    assert answer.status_code == 200
    for each in answer.json()["tilesets"]:
        assert {"dataType", "crs", "tileMatrixSetURI", "links"} <= {*each}
        assert api.get(links(each, "self")[0]["href"]).status_code == 200


# ---- collections ------------------------------------------------------------------------


def test_every_collection_with_vector_tiles_links_to_them(api: httpx.Client):
    """/conf/geodata-tilesets/desc, /conf/geodata-tilesets/links"""
    found = 0
    for collection in api.get("/collections").json()["collections"]:
        for link in links(collection, f"{REL}/tilesets-vector"):
            listed = api.get(link["href"]).json()["tilesets"]
            assert {each["dataType"] for each in listed} == {"vector"}
            found += 1
    assert found >= 3


def test_the_layers_lead_to_their_data(api: httpx.Client, tileset: Json):
    """/conf/geodata-tilesets/success"""
    (geodata,) = links(tileset, f"{REL}/geodata")
    assert api.get(geodata["href"]).json()["id"] == "regencies"
    assert [layer["id"] for layer in tileset["layers"]] == ["regencies"]


# ---- Mapbox Vector Tiles ----------------------------------------------------------------


def test_a_tile_is_a_mapbox_vector_tile(api: httpx.Client, tileset: Json, template: str):
    """/conf/mvt/content: layers as the metadata name them, attributes of the types they tell"""
    layers = read(api.get(at(template, **PLACE)).content)
    assert [*layers] == [layer["id"] for layer in tileset["layers"]]
    schema = tileset["layers"][0]["propertiesSchema"]["properties"]
    types = {"string": str, "integer": int, "number": float, "boolean": bool}
    for feature in layers["regencies"]:
        for name, value in feature.properties.items():
            assert type(value) is types[schema[name]["type"]]


def test_areas_are_wound_and_closed_as_the_specification_says(api: httpx.Client, template: str):
    """/conf/mvt/content (Mapbox Vector Tile 2.1, 4.3.3.3): exteriors first, no ring without area"""
    for zoom, row, column in ((0, 0, 0), (5, 16, 26), (8, 133, 213), (11, 1064, 1706)):
        for feature in features(api.get(at(template, tileMatrix=zoom, tileRow=row, tileCol=column))):
            assert feature.kind == 3
            assert feature.areas[0] > 0
            assert 0 not in feature.areas
            assert all(len(ring) == len({*ring}) >= 3 for ring in feature.paths)


def test_the_media_type_is_negotiated(api: httpx.Client, template: str):
    """/conf/mvt/media-type"""
    address = at(template, **PLACE).partition("?")[0]
    assert api.get(address, headers={"Accept": MVT}).headers["content-type"] == MVT
    assert api.get(address, headers={"Accept": "image/png"}).status_code == 406


# ---- TileJSON, styles -------------------------------------------------------------------


def test_tilejson_describes_the_same_tiles(api: httpx.Client, tileset: Json):
    """TileJSON 3.0: required keys, a layer with its fields"""
    (alternate,) = links(tileset, "alternate")
    told = api.get(alternate["href"]).json()
    assert {"tilejson", "tiles", "vector_layers"} <= {*told}
    (layer,) = told["vector_layers"]
    assert {*layer["fields"]} == {*tileset["layers"][0]["propertiesSchema"]["properties"]}
    assert len(features(api.get(at(told["tiles"][0], z=8, y=133, x=213)))) == 4


def test_every_style_is_a_mapbox_style(api: httpx.Client, tileset: Json):
    """Draft OGC API - Styles, /conf/core/styles-success; MapLibre style 8: layers draw the known sources"""
    listed = api.get(f"{REGENCIES}/styles").json()
    assert listed["default"] in {each["id"] for each in listed["styles"]}
    for link in links(tileset, "stylesheet"):
        answer = api.get(link["href"])
        assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
        style = answer.json()
        assert style["version"] == 8
        assert {layer["source"] for layer in style["layers"]} <= {*style["sources"]}
