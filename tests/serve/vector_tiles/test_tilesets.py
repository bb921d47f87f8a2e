"""What tells of vector tiles: lists, metadata, TileJSON, links, OpenAPI."""

import httpx
import pytest

from tests.openapi import openapi_of

TILES = "/collections/regencies/tiles"
ITEM = "{tileMatrix}/{tileRow}/{tileCol}"


def links(document: dict, rel: str) -> list[str]:
    return [link["href"] for link in document["links"] if link["rel"].rpartition("/")[2] == rel]


def test_a_collection_leads_to_its_tiles_and_its_styles(client: httpx.Client):
    collection = client.get("/collections/regencies").json()
    (tiles,) = links(collection, "tilesets-vector")
    assert client.get(tiles).json()["tilesets"][0]["dataType"] == "vector"
    (style,) = links(collection, "stylesheet")
    assert client.get(style).json()["version"] == 8
    listed = {each["id"]: each for each in client.get("/collections").json()["collections"]}
    assert links(listed["regencies"], "tilesets-vector") == [tiles]
    assert links(listed["ph_h2o"], "tilesets-vector") == []


def test_the_metadata_tell_limits_layers_and_where_the_tiles_are(client: httpx.Client):
    told = client.get(f"{TILES}/WebMercatorQuad").json()
    assert told["dataType"] == "vector"
    assert told["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    assert [each["tileMatrix"] for each in told["tileMatrixSetLimits"]] == [str(zoom) for zoom in range(15)]
    (layer,) = told["layers"]
    assert (layer["id"], layer["geometryDimension"]) == ("regencies", 2)
    assert layer["propertiesSchema"]["properties"]["area_ha"]["type"] == "number"
    (item,) = links(told, "item")
    assert item.endswith(f"{ITEM}?f=mvt")
    assert next(link for link in told["links"] if link["rel"] == "item")["templated"] is True
    assert client.get(links(told, "self")[0]).json() == told


@pytest.mark.parametrize("zoom", [5, 9, 11])
def test_every_tile_within_the_limits_is_there_and_none_beside_them(client: httpx.Client, zoom: int):
    told = client.get(f"{TILES}/WebMercatorQuad").json()["tileMatrixSetLimits"][zoom]
    last = (told["maxTileRow"], told["maxTileCol"])
    assert client.get(f"{TILES}/WebMercatorQuad/{zoom}/{last[0]}/{last[1]}").status_code == 200
    assert client.get(f"{TILES}/WebMercatorQuad/{zoom}/{last[0] + 1}/{last[1]}").status_code == 404
    assert client.get(f"{TILES}/WebMercatorQuad/{zoom}/{last[0]}/{last[1] + 1}").status_code == 404


def test_tilejson_names_tiles_that_never_change(client: httpx.Client):
    answer = client.get(f"{TILES}/WebMercatorQuad?f=tilejson&lang=id")
    told = answer.json()
    assert (told["tilejson"], told["minzoom"], told["maxzoom"]) == ("3.0.0", 0, 14)
    (layer,) = told["vector_layers"]
    assert layer["fields"]["name"] == "Nama"
    tile = told["tiles"][0].format(z=8, y=133, x=213)
    assert "immutable" in client.get(tile).headers["cache-control"]
    west, south, east, north = told["bounds"]
    assert west < 120.2 < east
    assert south < -7.2 < north


def test_what_is_drawn_otherwise_than_it_is_is_told_in_both_languages(client: httpx.Client):
    note = "What is smaller than a pixel is drawn as a square"
    assert note in client.get(f"{TILES}/WebMercatorQuad?lang=en").json()["description"]
    assert "digambar sebagai persegi" in client.get(f"{TILES}/WebMercatorQuad?lang=id").json()["description"]


def test_openapi_tells_the_addresses(client: httpx.Client):
    paths = openapi_of(client)["paths"]
    tile = paths[f"{TILES}/WebMercatorQuad/{ITEM}"]["get"]
    assert "application/vnd.mapbox-vector-tile" in tile["responses"]["200"]["content"]
    assert "/collections/regencies/styles/{style}" in paths
    assert f"/collections/ph_h2o/tiles/WebMercatorQuad/{ITEM}" not in paths
