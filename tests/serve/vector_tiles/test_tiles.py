"""Vector tiles: the features of a square, with the values of the store."""

from collections.abc import Callable

import httpx
import pytest

from soilinfo.serve.collections import Collection
from soilinfo.serve.vector_tiles import tiles
from soilinfo.store.home import Store
from soilinfo.store.tiled.files import TileFiles
from tests.mvt import Feature, read

Refused = Callable[..., str]

SET = "/collections/{}/tiles/WebMercatorQuad"
REGENCIES, TABLE = SET.format("regencies"), SET.format("suitability_by_regencies")
WHOLE, CORNER = "8/133/213", "12/2128/3413"
"""Tiles of the whole country, and of one regency."""


def features(answer: httpx.Response) -> list[Feature]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    ((_, found),) = read(answer.content).items()
    return found


def test_the_values_of_a_tile_are_those_of_the_items(client: httpx.Client):
    items = client.get("/collections/suitability_by_regencies/items?limit=1000&skipGeometry=true").json()
    known = {item["id"]: item["properties"] for item in items["features"]}
    found = [each.properties for each in features(client.get(f"{TABLE}/{WHOLE}?f=mvt"))]
    assert len(found) == len(known) == 48
    for row in found:
        expected = {name: value for name, value in known[row["id"]].items() if value is not None}
        assert row == pytest.approx(expected)


def test_a_tile_needs_no_format_and_is_the_same_each_time(client: httpx.Client):
    first, again = client.get(f"{REGENCIES}/{WHOLE}"), client.get(f"{REGENCIES}/{WHOLE}?f=mvt")
    assert first.content == again.content
    assert {feature.kind for feature in features(first)} == {3}
    assert client.get(f"{REGENCIES}/{WHOLE}", headers={"Accept": "application/geo+json"}).status_code == 406


def test_columns_choose_rows_and_properties_choose_columns(client: httpx.Client):
    asked = {"crop": "cocoa", "scenario": "actual", "properties": "code,s1_pct"}
    found = [each.properties for each in features(client.get(f"{TABLE}/{WHOLE}", params=asked))]
    assert sorted(row["code"] for row in found) == ["01.01", "01.02", "01.03", "01.04"]
    assert {name for row in found for name in row} == {"code", "s1_pct"}


def test_a_filter_chooses_rows(client: httpx.Client):
    asked = {"filter": "crop = 'maize' AND scenario = 'actual' AND code > '01.02'"}
    found = [each.properties["code"] for each in features(client.get(f"{TABLE}/{WHOLE}", params=asked))]
    assert sorted(found) == ["01.03", "01.04"]
    nowhere = client.get(f"{TABLE}/{WHOLE}", params={"filter": "code = '99'"})
    assert (nowhere.status_code, nowhere.content) == (204, b"")


def test_a_version_can_be_asked_for(client: httpx.Client):
    now = client.get(f"{REGENCIES}?f=tilejson").json()["tiles"][0]
    version = now.rpartition("=")[2]
    assert (
        client.get(f"{REGENCIES}/{WHOLE}?version={version}").content
        == client.get(f"{REGENCIES}/{WHOLE}").content
    )
    assert client.get(f"{REGENCIES}/{WHOLE}?version=none").status_code == 404


@pytest.mark.parametrize(
    "place", ["99/0/0", "0000999999999/0/0", "x/0/0", "8/-1/213", "8/133/256", "8/133/x"]
)
def test_what_is_no_tile_is_not_found(refused: Refused, place: str):
    assert "numbered 0 to" in (said := refused(f"{REGENCIES}/{place}", 404)) or "tile matrix" in said


def test_outside_of_the_limits_there_are_no_tiles(refused: Refused):
    assert "its rows there are 132-133" in refused(f"{REGENCIES}/8/10/10", 404)
    assert "enlarge the tiles of the last, 14" in refused(f"{REGENCIES}/15/0/0", 404)
    said = refused("/collections/regencies/tiles/WorldCRS84Quad/0/0/0", 404)
    assert "WebMercatorQuad" in said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "colour"),
        ("f=png", "no format 'png' here"),
        ("properties=colour", "colour"),
        ("filter=code%20%3D", "filter"),
        ("filter=colour%3D1", "colour"),
        ("bbox=1,2,3,4", "bbox"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(refused: Refused, query: str, said: str):
    assert said in refused(f"{REGENCIES}/{WHOLE}?{query}")


def test_what_has_no_places_has_no_tiles(refused: Refused):
    said = refused(SET.format("ph_h2o") + "/0/0/0", 404)
    assert "/collections/ph_h2o/coverage" in said


def test_a_table_too_large_for_a_tile_says_how_to_ask_for_less(
    refused: Refused, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tiles, "MOST_BYTES", 2000)
    assert "at most 2,000 are allowed. Choose rows" in refused(f"{TABLE}/{WHOLE}", 413)
    less = f"{TABLE}/{WHOLE}?crop=maize&scenario=actual&properties=code,s1_pct"
    assert len(features(client.get(less))) == 4


def test_who_asks_while_a_version_is_made_ready_waits_a_while_and_is_told_to_come_back(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    address = f"{SET.format('suitability_by_provinces')}/{WHOLE}"
    with monkeypatch.context() as impatient:
        impatient.setattr(tiles, "PATIENCE", 0)
        refusal = client.get(address)
    assert refusal.status_code == 503
    assert refusal.headers["retry-after"] == "5"
    assert "are being made ready" in refusal.json()["detail"]
    assert len(features(client.get(address))) > 0


def test_a_server_that_only_reads_its_store_says_that_tiles_are_missing(
    refused: Refused,
    nation_store: Store,
    published: dict[str, Collection],
    monkeypatch: pytest.MonkeyPatch,
):
    name = "suitability_by_nation"
    nation_store.tiles.remove(name, published[name].version)
    monkeypatch.setattr(TileFiles, "writable", False)
    assert "only reads its store: see /collections/suitability_by_nation/items" in refused(
        f"{SET.format(name)}/{WHOLE}", 404
    )
