"""The map page: its layers, addresses of versions, what a kept link finds later, the search for places."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from soilinfo.catalog.text import texts
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.serve.conftest import served

NEW = "0123456789abcdef"
REGION_HOST = Path(__file__).parents[2] / "config" / "asia"


def shown(client: httpx.Client, **query: str) -> dict[str, Any]:
    """The block of data of the map page."""
    answer = client.get("/map", params=query)
    assert answer.status_code == 200, answer.text
    found = re.search(r'id="map-data">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def layers(client: httpx.Client, **query: str) -> list[str]:
    """The layers of the map, the bottom first, without the halos."""
    found = shown(client, **query)["style"]["layers"]
    return [layer["id"] for layer in found if not layer["id"].endswith("-halo")]


def tiles(client: httpx.Client, source: str, **query: str) -> str:
    """The address of the tiles of a source."""
    return str(shown(client, **query)["style"]["sources"][source]["tiles"][0])


def test_the_map_asks_for_the_crop_and_scenario_chosen_in_the_version_published(
    client: httpx.Client, published: dict[str, Any]
):
    path = tiles(client, "base", layer="suitability_maize", scenario="potential_low")
    version = published["suitability"].versions["maize"].version
    assert path.endswith(f"{{z}}/{{y}}/{{x}}?crop=maize&scenario=potential_low&version={version}")
    answer = client.get(path.replace("{z}/{y}/{x}", "5/16/26"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "immutable" in answer.headers["cache-control"]


def test_layers_lie_on_each_other_as_the_address_lists_them(client: httpx.Client):
    over = "regencies:50,drainage:40:off"
    assert layers(client, layer="soc", over=over) == [
        *("sea", "land", "base", "drainage", "regencies", "chosen"),
    ]
    drawn = {
        each["id"]: each for each in shown(client, layer="soc", over=over, opacity="80")["style"]["layers"]
    }
    assert drawn["base"]["paint"]["raster-opacity"] == 0.8
    assert drawn["drainage"]["layout"]["visibility"] == "none"
    assert drawn["regencies"]["paint"]["line-opacity"] == 0.5


def test_without_a_list_the_outlines_of_regencies_lie_on_the_map(client: httpx.Client):
    assert layers(client)[-2:] == ["regencies", "chosen"]
    assert layers(client, over="") == ["sea", "land", "base", "chosen"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({"over": "soil_color"}, 404, "soil_color"),
        ({"over": "soc:120%"}, 400, "whole number"),
        ({"over": "soc:50:on"}, 400, "only 'off'"),
        ({"over": ",".join(f"soc:{percent}" for percent in range(9))}, 400, "at most 8"),
        ({"opacity": "half"}, 400, "opacity"),
        ({"made": "yesterday"}, 400, "made"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_with_what_can(
    client: httpx.Client, query: dict[str, str], status: int, told: str
):
    answer = client.get("/map", params=query)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("text", ["01.02", "kabupaten 01.02", "01.02 "])
def test_regions_are_found_by_name_in_any_case_or_code(client: httpx.Client, text: str):
    first = client.get("/map/places", params={"q": text}).json()["places"][0]
    assert (first["code"], first["name"], first["level"]) == ("01.02", "Kabupaten 01.02", "regencies")
    west, south, east, north = first["bbox"]
    assert west < east
    assert south < north


def test_no_name_and_hostile_names_find_nothing(client: httpx.Client):
    for text in ("", " ", "nowhere", "x' OR name LIKE '"):
        assert client.get("/map/places", params={"q": text}).json() == {"places": []}
    assert client.get("/map/places", params={"code": "99.99"}).json() == {"places": []}


# ---- links that were kept ------------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, int]]:
    """A server over a nation of which pH was published anew, and the number of the publication before."""
    directory = tmp_path_factory.mktemp("changed")
    copytree(nation.store, directory / "store")
    settings = Settings(store=directory / "store", config=nation.config)
    store = open_store(settings)
    before = store.ledger.current()
    known = store.ledger.version("ph_h2o", before.layers["ph_h2o"])
    assert known
    copytree(store.cube.place("ph_h2o", known.version), store.cube.place("ph_h2o", NEW))
    store.ledger.record(replace(known, version=NEW), [])
    store.ledger.publish({"ph_h2o": NEW}, run=store.ledger.runs()[0].id, actor="tests", reason="again")
    store.close()
    with served(settings) as client:
        yield client, before.id


def page(client: httpx.Client, language: str, **query: str) -> httpx.Response:
    return client.get("/map", params={**query, "lang": language})


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_link_tells_that_the_data_have_changed_and_leads_to_then_and_now(
    changed: tuple[httpx.Client, int], language: str
):
    client, before = changed
    say = texts(language)
    answer = page(client, language, layer="ph_h2o", made=str(before), region="01.02")
    assert say["map.moment.then"] in answer.text
    assert say["map.moment.now"] in answer.text
    then = re.search(r'href="([^"]*snapshot=[^"]*)"', answer.text)
    assert then
    assert "region=01.02" in then[1]
    past = client.get(then[1].replace("&amp;", "&"))
    assert say["map.moment.now"] in past.text
    old = page(client, language, layer="soc", made=str(before))
    assert say["map.moment.then"] not in old.text, "soc has not changed"


def test_then_is_drawn_of_the_versions_of_then(changed: tuple[httpx.Client, int]):
    client, before = changed
    assert f"version={NEW}" in tiles(client, "base", layer="ph_h2o", made=str(before))
    then = tiles(client, "base", layer="ph_h2o", snapshot=str(before))
    assert NEW not in then
    assert client.get(then.replace("{z}/{y}/{x}", "5/16/26")).status_code == 200


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_publication_that_never_was_has_a_page_that_leads_on(client: httpx.Client, language: str):
    say = texts(language)
    answer = page(client, language, layer="soc", snapshot="99")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert say["map.lost.title"] in answer.text
    assert "layer=soc" in answer.text
    told = page(client, language, layer="soc", made="99")
    assert (told.status_code, say["map.moment.unknown"].format(number=99) in told.text) == (200, True)


def test_a_layer_that_is_not_kept_any_more_is_named(changed: tuple[httpx.Client, int]):
    client, _ = changed
    # The first publication had rasters and regions, and nothing evaluated yet.
    answer = client.get("/map", params={"layer": "suitability_maize", "snapshot": "1"})
    assert answer.status_code == 410
    assert "Maize" in answer.text
    assert "map?layer=suitability_maize" in answer.text


# ---- tables of indicators ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "id"])
def test_an_indicator_is_offered_and_drawn_with_the_name_and_classes_that_qgis_has(
    client: httpx.Client, published: dict[str, Any], language: str
):
    name = "indicators_by_regencies.ph_h2o"
    offered = page(client, language, layer="ph_h2o").text
    title = re.search(rf'<option value="{re.escape(name)}">(.*?)</option>', offered)
    assert title
    document = fromstring(client.get("/qgis/indicators_by_regencies.qlr", params={"lang": language}).content)
    project = {each.findtext("layername"): each for each in document.iter("maplayer")}
    classes = [rule.attrib["label"] for rule in project[title[1]].iter("rule")]
    assert classes[-1] == {"en": "No value", "id": "Tidak ada nilai"}[language]
    drawn = shown(client, layer="ph_h2o", over=name, lang=language)["style"]
    own = [each for each in drawn["layers"] if each.get("metadata", {}).get("of") == name]
    look = client.get("/collections/indicators_by_regencies/styles/ph_h2o", params={"lang": language}).json()
    assert classes == [each["id"] for each in look["layers"]]
    assert [each["paint"]["fill-color"] for each in own] == [
        each["paint"]["fill-color"] for each in look["layers"]
    ]
    legend = page(client, language, layer="ph_h2o", over=name).text
    assert all(f"</svg> {each['id']}</li>" in legend for each in look["layers"])
    tile = drawn["sources"][name]["tiles"][0]
    version = published["indicators_by_regencies"].version
    assert "properties=affected_pct&" in tile
    assert tile.endswith(f"version={version}")
    assert client.get(tile.replace("{z}/{y}/{x}", "5/16/26")).status_code == 200


def test_a_host_without_rasters_says_what_is_there_and_where_to_look(tmp_path: Path):
    settings = Settings(store=tmp_path / "store", config=REGION_HOST, db=None)
    open_store(settings).close()
    with served(settings) as host:
        answer = host.get("/map", headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "Region on trial" in answer.text
        assert 'href="/region?lang=en"' in answer.text
        refused = host.get("/map", params={"layer": "soc"})
        assert refused.status_code == 404
