"""``version=`` reads the past: whatever was once published and is still kept, and never a mixture."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from shutil import copytree
from typing import Any

import httpx
import numpy as np
import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.serve.conftest import served

NEW, WAITING, REMOVED = "0123456789abcdef", "1111111111111111", "2222222222222222"
NEW_PH = 4.25
KEPT_REGENCIES = 2
DESCRIPTIONS = ("", "/schema", "/queryables")


@dataclass(frozen=True)
class Republished:
    """A server over a nation of which some layers were published twice, and their first versions."""

    client: httpx.Client
    first: dict[str, str]

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.client.get(path, params=params)


@pytest.fixture(scope="module")
def nation_twice(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Republished]:
    directory = tmp_path_factory.mktemp("twice")
    copytree(nation.store, directory / "store")
    settings = Settings(store=directory / "store", config=nation.config)
    store = open_store(settings)
    first = dict(store.ledger.current().layers)
    record(store, "ph_h2o", REMOVED)
    store.ledger.publish({"ph_h2o": REMOVED}, run=run_of(store), actor="tests", reason="soon removed")
    publish_again(store)
    store.ledger.set_removed([("ph_h2o", REMOVED)])
    record(store, "ph_h2o", WAITING)
    store.close()
    with served(settings) as client:
        yield Republished(client, first)


def publish_again(store: Store) -> None:
    """pH of one value everywhere, the first regencies only, and maize evaluated anew."""
    layers = store.ledger.current().layers
    known = store.ledger.versions("ph_h2o")[-1]
    before = store.cube.open("ph_h2o", known.version)
    with store.cube.writer("ph_h2o", NEW, before.grid, [before.variable("ph_h2o")], {}) as writer:
        same = np.full(before.grid.shape, round(NEW_PH / before.variable("ph_h2o").scale))
        writer.write("ph_h2o", before.grid.window, same.astype(before.variable("ph_h2o").dtype))
    regencies = store.vector.read("regencies", layers["regencies"])[:KEPT_REGENCIES]
    store.vector.write("regencies", NEW, regencies, id_field="code")
    maize = layers["suitability_maize"]
    copytree(store.cube.place("suitability_maize", maize), store.cube.place("suitability_maize", NEW))
    for layer in ("ph_h2o", "regencies", "suitability_maize"):
        record(store, layer, NEW)
    again = dict.fromkeys(("ph_h2o", "regencies", "suitability_maize"), NEW)
    store.ledger.publish(again, run=run_of(store), actor="tests", reason="again")


def record(store: Store, layer: str, version: str) -> None:
    known = store.ledger.versions(layer)[-1]
    store.ledger.record(replace(known, version=version, removed=None), [])


def run_of(store: Store) -> str:
    return store.ledger.runs()[0].id


def value_at_the_middle(answer: httpx.Response) -> float:
    assert answer.status_code == 200, answer.text
    values = answer.json()["ranges"]["ph_h2o"]["values"]
    return float(next(value for value in values if value is not None))


def test_a_coverage_is_answered_in_the_version_asked_for(nation_twice: Republished):
    old, path = nation_twice.first["ph_h2o"], "/collections/ph_h2o/coverage"
    then = value_at_the_middle(nation_twice.get(path, f="json", version=old))
    assert then != pytest.approx(NEW_PH, abs=0.01)
    for asked in ({}, {"version": NEW}):
        assert value_at_the_middle(nation_twice.get(path, f="json", **asked)) == pytest.approx(NEW_PH)


def test_a_map_and_its_tiles_are_drawn_of_the_version_asked_for(nation_twice: Republished):
    old = nation_twice.first["ph_h2o"]
    for path in ("map", "map/tiles/WebMercatorQuad/5/16/26"):
        address = f"/collections/ph_h2o/{path}"
        then, now = nation_twice.get(address, version=old), nation_twice.get(address)
        assert then.status_code == now.status_code == 200
        assert then.content != now.content, path
        assert nation_twice.get(address, version=NEW).content == now.content


def test_a_place_is_answered_in_the_version_asked_for(nation_twice: Republished):
    old, path = nation_twice.first["ph_h2o"], "/collections/ph_h2o/position"
    place = {"coords": "POINT(120.25 -7.25)"}
    then = value_at_the_middle(nation_twice.get(path, version=old, **place))
    assert then != pytest.approx(NEW_PH, abs=0.01)
    assert value_at_the_middle(nation_twice.get(path, **place)) == pytest.approx(NEW_PH)


def test_vector_tiles_hold_the_features_of_the_version(nation_twice: Republished):
    old, path = nation_twice.first["regencies"], "/collections/regencies/tiles/WebMercatorQuad/5/16/26"
    then, now = nation_twice.get(path, version=old), nation_twice.get(path)
    assert then.status_code == now.status_code == 200
    assert then.content != now.content


@pytest.mark.parametrize("path", ["ph_h2o/map/tiles", "regencies/tiles"])
@pytest.mark.parametrize("form", ["json", "tilejson"])
def test_what_describes_tiles_of_the_past_leads_to_tiles_of_the_past(
    nation_twice: Republished, path: str, form: str
):
    old = nation_twice.first[path.partition("/")[0]]
    document = nation_twice.get(f"/collections/{path}/WebMercatorQuad", version=old, f=form).json()
    items = [link["href"] for link in document.get("links", []) if link["rel"] == "item"]
    addresses = [*items, *document.get("tiles", [])]
    assert addresses
    assert all(f"version={old}" in address for address in addresses)


def test_a_theme_is_of_today_only(nation_twice: Republished):
    for path in ("/collections/soil", "/collections/soil/position"):
        answer = nation_twice.get(path, version=nation_twice.first["ph_h2o"])
        assert (answer.status_code, "no version of 'soil'" in answer.json()["detail"]) == (404, True)
        assert "its layers have: cec, drainage, ph_h2o" in answer.json()["detail"]


def test_features_their_number_and_their_bounds_are_those_of_the_version(nation_twice: Republished):
    old, path = nation_twice.first["regencies"], "/collections/regencies"
    then, now = (
        nation_twice.get(f"{path}/items", version=old).json(),
        nation_twice.get(f"{path}/items").json(),
    )
    assert now["numberMatched"] == KEPT_REGENCIES < then["numberMatched"]
    (lost,) = {each["id"] for each in then["features"][-1:]}
    assert nation_twice.get(f"{path}/items/{lost}", version=old).status_code == 200
    assert nation_twice.get(f"{path}/items/{lost}").status_code == 404
    box_then, box_now = (
        nation_twice.get(path, **asked).json()["extent"]["spatial"]["bbox"][0]
        for asked in ({"version": old}, {})
    )
    assert box_then != box_now


@pytest.mark.parametrize("form", ["csv", "xlsx", "fgb", "gpkg", "parquet"])
def test_a_table_holds_the_rows_of_the_version(nation_twice: Republished, form: str):
    old, path = nation_twice.first["regencies"], "/collections/regencies/items"
    then, now = (nation_twice.get(path, f=form, **asked) for asked in ({"version": old}, {}))
    assert then.status_code == now.status_code == 200
    assert then.content != now.content


def test_every_link_of_a_page_of_the_past_leads_to_the_same_version(nation_twice: Republished):
    old = nation_twice.first["regencies"]
    page = nation_twice.get("/collections/regencies/items", version=old, limit=1).json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    assert f"version={old}" in following
    assert nation_twice.client.get(following).json()["numberMatched"] == page["numberMatched"]


@pytest.mark.parametrize("name", ["ph_h2o", "regencies"])
def test_the_description_of_a_version_leads_to_its_own_data_and_to_its_neighbours(
    nation_twice: Republished, name: str
):
    old = nation_twice.first[name]
    document = nation_twice.get(f"/collections/{name}", version=old).json()
    assert document["soilinfo"]["versions"][name]["version"] == old
    rels = {link["rel"]: link["href"] for link in document["links"]}
    assert rels["latest-version"].endswith(f"/collections/{name}")
    assert rels["successor-version"].endswith(f"version={NEW}")
    assert "predecessor-version" not in rels
    here = f"/collections/{name}/"
    within = [href for rel, href in rels.items() if here in href and rel != "version-history"]
    assert within
    assert all(f"version={old}" in href for href in within)


@pytest.mark.parametrize("name", ["suitability", "ph_h2o", "regencies"])
def test_every_link_of_a_version_is_answered(nation_twice: Republished, name: str):
    old = nation_twice.first["suitability_maize" if name == "suitability" else name]
    for link in nation_twice.get(f"/collections/{name}", version=old).json()["links"]:
        if link["href"].startswith(str(nation_twice.client.base_url)) and not link.get("templated"):
            assert nation_twice.client.get(link["href"]).status_code == 200, link


def test_the_description_of_today_leads_to_the_version_before_it(nation_twice: Republished):
    links = nation_twice.get("/collections/ph_h2o").json()["links"]
    rels = {link["rel"]: link["href"] for link in links}
    assert rels["predecessor-version"].endswith(f"version={nation_twice.first['ph_h2o']}")
    assert not {"successor-version", "latest-version"} & rels.keys()


@pytest.mark.parametrize("part", DESCRIPTIONS)
def test_each_document_of_a_collection_can_be_asked_of_a_version(nation_twice: Republished, part: str):
    old = nation_twice.first["regencies"]
    assert nation_twice.get(f"/collections/regencies{part}", version=old).status_code == 200


def test_the_history_tells_since_and_until_when_each_version_was_served(nation_twice: Republished):
    history = nation_twice.get("/collections/ph_h2o/versions").json()["versions"]
    assert [each["version"] for each in history] == [NEW, REMOVED, nation_twice.first["ph_h2o"]]
    assert history[0]["until"] is None
    assert history[1]["since"] == history[2]["until"]
    assert [each["removed"] is not None for each in history] == [False, True, False]
    assert ["href" in each for each in history] == [True, False, True]
    for each in history[::2]:
        assert nation_twice.client.get(each["href"]).status_code == 200


def test_of_a_collection_with_a_cube_for_each_crop_a_version_is_that_of_one_crop(nation_twice: Republished):
    old = nation_twice.first["suitability_maize"]
    document = nation_twice.get("/collections/suitability", version=old).json()
    assert [*document["soilinfo"]["versions"]] == ["suitability_maize"]
    assert nation_twice.get("/collections/suitability/coverage", version=old, f="json").status_code == 200
    refusal = nation_twice.get("/collections/suitability/map", version=old, crop="cocoa")
    assert (refusal.status_code, "maize" in refusal.json()["detail"]) == (400, True)
    crops = {
        each["crop"] for each in nation_twice.get("/collections/suitability/versions").json()["versions"]
    }
    assert crops == {"cocoa", "maize", "rice_irrigated"}


@pytest.mark.parametrize("version", [WAITING, "nonsense", ""])
def test_what_was_never_published_is_not_found_and_what_was_is_named(nation_twice: Republished, version: str):
    for path in ("", "/coverage", "/map", "/schema"):
        answer = nation_twice.get(f"/collections/ph_h2o{path}", version=version)
        assert answer.status_code == 404
        assert nation_twice.first["ph_h2o"] in answer.json()["detail"]
        assert REMOVED not in answer.json()["detail"]


def test_a_version_of_another_collection_is_none_of_this(nation_twice: Republished):
    other = nation_twice.first["regencies"]
    assert nation_twice.get("/collections/ph_h2o", version=other).status_code == 404


def test_of_a_removed_version_it_is_told_when_it_went_and_which_is_current(nation_twice: Republished):
    answer = nation_twice.get("/collections/ph_h2o/coverage", version=REMOVED)
    assert (answer.status_code, answer.json()["code"]) == (410, "Gone")
    assert f"current: {NEW}" in answer.json()["detail"]
    assert "removed on 20" in answer.json()["detail"]


def test_a_page_for_people_shows_the_version_asked_for(nation_twice: Republished):
    old = nation_twice.first["ph_h2o"]
    page = nation_twice.get("/collections/ph_h2o", version=old, f="html")
    assert page.status_code == 200
    assert old in page.text
    assert f"<code>{NEW}</code>" not in page.text


def test_what_is_not_of_a_collection_has_no_versions(nation_twice: Republished):
    for path in ("/", "/collections", "/conformance", "/processes", "/jobs"):
        assert nation_twice.get(path, version=NEW).status_code == 400
