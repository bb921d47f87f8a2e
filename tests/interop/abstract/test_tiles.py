"""OGC API - Tiles, Part 1, of maps: core, tile sets, their list, collections; TileJSON 3.0; formats."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.openapi import openapi_of
from tests.serve.maps.pictures import picture

REL = "http://www.opengis.net/def/rel/ogc/1.0"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
DECLARED = ("core", "tileset", "tilesets-list", "geodata-tilesets", "png", "jpeg", "oas30")
SETS = ("WebMercatorQuad", "WorldCRS84Quad")
EDGE = 20037508.342789244
PH = "/collections/ph_h2o"
HERE = {"WebMercatorQuad": (9, 266, 426), "WorldCRS84Quad": (9, 276, 853)}
"""A tile of the small nation: level, row, column."""


def links(document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    return [each for each in document["links"] if each["rel"] == rel]


def tiles(set_: str, collection: str = PH) -> str:
    return f"{collection}/map/tiles/{set_}"


def bounds(set_: str, level: int, row: int, column: int) -> str:
    """The square of a tile and its system, as parameters of a map."""
    west, north, side, crs = (-EDGE, EDGE, 2 * EDGE, "EPSG:3857")
    if set_ == "WorldCRS84Quad":
        west, north, side, crs = (-180.0, 90.0, 180.0, "OGC:CRS84")
    side /= 2**level
    x, y = west + column * side, north - row * side
    return f"bbox={x},{y - side},{x + side},{y}&bbox-crs={crs}&crs={crs}&width=256&height=256"


# ---- oas30 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tiles", "ending"),
    [
        (f"{PH}/map/tiles", ".collection.map"),
        (f"{PH}/styles/{{style}}/map/tiles", ".collection.style.map"),
        ("/collections/regencies/tiles", ".collection.vector"),
    ],
)
def test_operations_on_tiles_are_defined_by_their_ids(api: httpx.Client, tiles: str, ending: str):
    """/conf/oas30/completeness, /conf/oas30/operation-id"""
    paths = openapi_of(api)["paths"]
    set_ = "WebMercatorQuad" if ending.endswith("vector") else "{matrixSet}"
    tile = f"{tiles}/{set_}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    for path, name in ((tiles, "getTileSetsList"), (f"{tiles}/{set_}", "getTileSet"), (tile, "getTile")):
        assert paths[path]["get"]["operationId"].endswith(f"{ending}.{name}")


def test_other_operations_are_defined_by_their_ids(api: httpx.Client):
    """/conf/oas30/operation-id"""
    paths = openapi_of(api)["paths"]
    names = {
        "/": "getLandingPage",
        "/conformance": "getConformance",
        "/openapi": "getAPI",
        "/collections": "getCollectionsList",
        "/tileMatrixSets": "getTileMatrixSetsList",
        "/tileMatrixSets/{tileMatrixSetId}": "getTileMatrixSet",
    }
    assert {path: paths[path]["get"]["operationId"] for path in names} == names
    assert paths[PH]["get"]["operationId"].endswith("getCollection")


# ---- core ---------------------------------------------------------------------------------


@pytest.mark.parametrize("set_", SETS)
def test_a_tile_is_the_map_of_its_square(api: httpx.Client, set_: str):
    """/conf/core/tc-op and tc-success; /conf/png/content and /conf/jpeg/content"""
    level, row, column = HERE[set_]
    tile = picture(api.get(f"{tiles(set_)}/{level}/{row}/{column}"))
    assert tile.shape == (256, 256, 4)
    assert tile.any()
    square = picture(api.get(f"{PH}/map?{bounds(set_, level, row, column)}"))
    np.testing.assert_array_equal(tile, square)


@pytest.mark.parametrize("set_", SETS)
def test_a_tile_that_is_none_is_not_found(api: httpx.Client, set_: str):
    """/conf/core/tc-error and tc-tilematrix-definition, tc-tilerow-definition, tc-tilecol-definition"""
    level, row, column = HERE[set_]
    for place in (
        *("99/0/0", "19/0/0", "x/0/0", "-1/0/0", "3/-1/0", "3/0/-1", "3/9999/0", "3/0/9999", "3/0/1.5"),
        *(f"{level}/{row}/99999", f"{level}/99999/{column}"),
    ):
        assert api.get(f"{tiles(set_)}/{place}").status_code in (400, 404), place
    assert api.get(f"{PH}/map/tiles/NoSuchQuad/0/0/0").status_code == 404


@pytest.mark.parametrize("set_", SETS)
def test_every_tile_within_the_limits_is_answered(api: httpx.Client, set_: str):
    """/conf/core/tc-error, 2: one without data is blank"""
    for limits in api.get(tiles(set_)).json()["tileMatrixSetLimits"]:
        level = limits["tileMatrix"]
        for row in (limits["minTileRow"], limits["maxTileRow"]):
            for column in (limits["minTileCol"], limits["maxTileCol"]):
                assert api.get(f"{tiles(set_)}/{level}/{row}/{column}").status_code == 200
            beyond = f"{tiles(set_)}/{level}/{row}/{limits['maxTileCol'] + 1}"
            assert api.get(beyond).status_code == 404


def test_what_is_true_is_declared(api: httpx.Client):
    """/conf/core/conformance-success and those of the other classes"""
    declared = set(api.get("/conformance").json()["conformsTo"])
    assert {f"{CONF}/{name}" for name in DECLARED} <= declared


# ---- tile sets ----------------------------------------------------------------------------


@pytest.mark.parametrize("set_", SETS)
def test_a_tile_set_is_described(api: httpx.Client, set_: str):
    """/conf/tileset/description"""
    answer = api.get(tiles(set_), headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    described = answer.json()
    assert described["dataType"] == "map"
    assert described["tileMatrixSetURI"].endswith(f"/tilematrixset/OGC/1.0/{set_}")
    (scheme,) = links(described, f"{REL}/tiling-scheme")
    assert api.get(scheme["href"]).json()["id"] == set_
    items = links(described, "item")
    assert {each["type"] for each in items} == {"image/png", "image/jpeg", "image/webp"}
    level, row, column = HERE[set_]
    for item in items:
        assert item["templated"] is True
        address = item["href"].format(tileMatrix=level, tileRow=row, tileCol=column)
        assert picture(api.get(address), item["type"]).shape == (256, 256, 4)
    assert links(described, "self")[0]["href"].endswith(tiles(set_))
    assert described["style"]["id"] == "ph_h2o"
    assert [each["id"] for each in described["layers"]] == ["ph_h2o"]
    box = described["boundingBox"]
    assert (box["lowerLeft"], box["upperRight"]) == ([120.0, -7.5], [120.5, -7.0])


def test_without_a_format_a_tile_set_is_json(api: httpx.Client):
    """/conf/tileset/description, 1"""
    assert api.get(tiles("WebMercatorQuad"), headers={"Accept": "*/*"}).json()["dataType"] == "map"


def test_tile_sets_are_listed(api: httpx.Client):
    """/conf/tilesets-list/tileset-links"""
    listed = api.get(f"{PH}/map/tiles").json()["tilesets"]
    assert [each["tileMatrixSetURI"].rpartition("/")[2] for each in listed] == [*SETS]
    for each in listed:
        assert each["dataType"] == "map"
        assert each["crs"]
        (full,) = links(each, "self")
        assert api.get(full["href"]).json()["tileMatrixSetURI"] == each["tileMatrixSetURI"]
        assert links(each, f"{REL}/tiling-scheme")


def test_a_collection_leads_to_its_tile_sets(api: httpx.Client):
    """/conf/geodata-tilesets/desc-links and operation"""
    for collection in api.get("/collections").json()["collections"]:
        for link in links(collection, f"{REL}/tilesets-map"):
            assert link["href"].endswith(f"/collections/{collection['id']}/map/tiles")
    (link,) = links(api.get(PH).json(), f"{REL}/tilesets-map")
    assert api.get(link["href"]).status_code == 200


@pytest.mark.parametrize("set_", SETS)
def test_a_tile_matrix_set_is_defined(api: httpx.Client, set_: str):
    """/conf/tilematrixset and /conf/json-tilematrixset of OGC 17-083r4"""
    defined = api.get(f"/tileMatrixSets/{set_}").json()
    scales = {"WebMercatorQuad": 559082264.0287178, "WorldCRS84Quad": 279541132.0143589}
    first, second, *_ = defined["tileMatrices"]
    assert first["scaleDenominator"] == pytest.approx(scales[set_])
    assert first["scaleDenominator"] == pytest.approx(2 * second["scaleDenominator"])
    assert (first["matrixWidth"], first["matrixHeight"]) == ((2, 1) if set_ == "WorldCRS84Quad" else (1, 1))
    assert defined["uri"].endswith(set_)
    assert {each["id"] for each in api.get("/tileMatrixSets").json()["tileMatrixSets"]} == {*SETS}


# ---- TileJSON -----------------------------------------------------------------------------


def test_tilejson_says_where_the_tiles_are_and_what_they_mean(api: httpx.Client):
    """TileJSON 3.0.0, with crop and scenario as asked"""
    asked = "crop=maize&scenario=potential_high"
    answer = api.get(f"{tiles('WebMercatorQuad', '/collections/suitability')}?f=tilejson&{asked}&lang=id")
    told = answer.json()
    assert told["tilejson"] == "3.0.0"
    assert told["scheme"] == "xyz"
    assert told["bounds"] == [120.0, -7.5, 120.5, -7.0]
    assert 0 <= told["minzoom"] < told["maxzoom"] <= 18
    level, row, column = HERE["WebMercatorQuad"]
    address = told["tiles"][0].format(z=level, x=column, y=row)
    assert asked in address
    named = f"/collections/suitability/styles/potential_high/map/tiles/WebMercatorQuad/{level}/{row}/{column}"
    assert picture(api.get(address)).tobytes() == picture(api.get(f"{named}?crop=maize")).tobytes()
    legend = told["legend"].partition('src="')[2].partition('"')[0]
    assert picture(api.get(legend)).shape[2] == 4
    assert told["attribution"]
    assert "jagung" in told["name"].lower()


def test_tilejson_is_of_web_mercator_alone(api: httpx.Client):
    """TileJSON 3.0.0, 3.15: it cannot name another system, so that clients would misplace its tiles"""
    lonlat = tiles("WorldCRS84Quad")
    assert api.get(f"{lonlat}?f=tilejson").status_code == 400
    told = links(api.get(lonlat).json(), "alternate") + links(
        api.get(tiles("WebMercatorQuad")).json(), "alternate"
    )
    assert [link["type"] for link in told] == ["application/vnd.mapbox.tile+json"]


def test_the_deepest_level_is_the_first_that_shows_every_cell(api: httpx.Client):
    """TileJSON 3.0.0, maxzoom: a pixel of level 10 is 153 m, a cell 232 m, a pixel of level 9 306 m"""
    assert api.get(f"{tiles('WebMercatorQuad')}?f=tilejson").json()["maxzoom"] == 10
