"""What an owner of profiles shows no more is at no address of older versions, publications or files."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest

from soilinfo.jobs.harmonize import harmonize
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import surveyed
from tests.serve.conftest import served

EXACT = "120.0234567"
SITES = f"id,x,y\nP1,{EXACT},-7.0345678\nP2,120.01,-7.01\n"
# A horizon upside down, so that a finding tells of a profile.
HORIZONS = "id,top,bottom,ph\nP1,0,10,5.5\nP1,30,20,5.6\nP2,0,10,5.4\n"
COLUMNS = {"profile_code": "id", "longitude": "x", "latitude": "y"}
VALUES = [{"column": "ph", "property": "ph_h2o", "unit": "pH"}]
SAID = {
    "profiles": {"source": "../sources/sites.csv", "decimal": ".", "columns": COLUMNS},
    "horizons": {
        "source": "../sources/horizons.csv",
        "decimal": ".",
        "profile_code": "id",
        "upper": "top",
        "lower": "bottom",
        "values": VALUES,
    },
}
OF_PROFILES = ("sites", "profiles", "horizons", "observations", "harmonized_profiles")


@dataclass
class Tightened:
    """A server whose profiles were shown as they are, in snapshot ``then``, and are blurred now."""

    client: httpx.Client
    then: int
    old: dict[str, str]
    new: dict[str, str]
    answers: dict[str, str]
    """What is named in the inputs -> a job that answered it then."""

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.client.get(path, params=query, follow_redirects=True)


@pytest.fixture(scope="module")
def tightened(tmp_path_factory) -> Iterator[Tightened]:
    directory = tmp_path_factory.mktemp("tightened")
    settings = Settings(store=directory / "store", db=None, config=directory / "config")
    with closing(open_store(settings)) as store:
        country = surveyed(directory, store)
        for layer in sorted((country.config / "layers").iterdir())[1:]:
            layer.unlink()
        (directory / "sources" / "sites.csv").write_text(SITES)
        (directory / "sources" / "horizons.csv").write_text(HORIZONS)
        snapshots = []
        for privacy in ({}, {"blur_m": 2000}):
            country.say("survey", **SAID, privacy=privacy)
            ingest(store, country.catalog, None, actor="tests", progress=silent)
            harmonize(store, country.catalog, actor="tests", progress=silent)
            snapshots.append(store.ledger.current())
        answers = {
            name: store.queue.add_answered(
                "harmonize-profile", {name: "survey.P1"}, {}, snapshot=snapshots[0].id, response="raw"
            ).id
            for name in ("profile", "property")
        }
    then, now = snapshots
    with served(settings) as client:
        yield Tightened(client, then.id, dict(then.layers), dict(now.layers), answers)


@pytest.mark.parametrize("name", OF_PROFILES)
@pytest.mark.parametrize("rest", ["", "/items", "/items/survey.P1", "/schema", "/tiles"])
def test_an_older_version_is_asked_for_in_vain_and_why_is_told(tightened: Tightened, name: str, rest: str):
    answer = tightened.get(f"/collections/{name}{rest}", version=tightened.old[name])
    assert (answer.status_code, answer.headers["content-type"]) == (410, "application/problem+json")
    assert "as their owners allow today" in answer.json()["detail"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_gets_a_page_that_says_so_in_its_language(tightened: Tightened):
    path, version = "/collections/profiles/items", tightened.old["profiles"]
    page = tightened.get(path, version=version, f="html", lang="id")
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (410, "text/html")
    assert page.text.count("diizinkan pemiliknya") == 1
    assert "bahasa Inggris" not in page.text


@pytest.mark.parametrize("form", ["json", "csv", "gpkg", "fgb", "parquet", "xlsx"])
def test_no_file_of_an_older_version_can_be_had(tightened: Tightened, form: str):
    assert (
        tightened.get("/collections/profiles/items", version=tightened.old["profiles"], f=form).status_code
        == 410
    )


def test_no_tile_of_an_older_version_can_be_had(tightened: Tightened):
    path = "/collections/profiles/tiles/WebMercatorQuad/0/0/0"
    assert tightened.get(path, f="mvt", version=tightened.new["profiles"]).status_code in (200, 204)
    assert tightened.get(path, f="mvt", version=tightened.old["profiles"]).status_code == 410


def test_findings_of_then_told_of_profiles_and_are_not_shown_either(tightened: Tightened):
    assert tightened.get("/collections/findings/items", version=tightened.old["findings"]).status_code == 410
    assert tightened.get("/collections/findings/items", version=tightened.new["findings"]).status_code == 200


def test_the_current_version_is_served_and_no_cache_keeps_it_for_ever(tightened: Tightened):
    answer = tightened.get("/collections/profiles/items", version=tightened.new["profiles"], f="json")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert EXACT not in answer.text


def test_the_history_lists_what_was_published_and_leads_to_nothing_older(tightened: Tightened):
    listed = tightened.get("/collections/profiles/versions").json()["versions"]
    assert [each["version"] for each in listed] == [tightened.new["profiles"], tightened.old["profiles"]]
    assert ["href" in each for each in listed] == [True, False]
    links = tightened.get("/collections/profiles", f="json").json()["links"]
    assert not [link for link in links if link["rel"] == "predecessor-version"]
    records = tightened.get("/collections/records/items", limit="1000").text
    assert tightened.new["profiles"] in records
    assert tightened.old["profiles"] not in records


def test_a_map_of_that_publication_is_gone_and_the_page_says_why(tightened: Tightened):
    page = tightened.get("/map", over="profiles", snapshot=str(tightened.then), lang="en")
    assert page.status_code == 410
    assert "as their owners allow today" in page.text
    without = tightened.get("/map", over="", snapshot=str(tightened.then), lang="en")
    assert without.status_code == 200


@pytest.mark.parametrize("path", ["/collections/profiles/items", "/collections/sites/items"])
def test_saved_addresses_without_a_version_lead_to_what_is_allowed_today(tightened: Tightened, path: str):
    told = tightened.get(path, f="json")
    assert told.status_code == 200
    assert EXACT not in told.text


def test_what_a_process_answered_of_a_published_profile_is_gone_and_that_of_own_horizons_is_kept(
    tightened: Tightened,
):
    answer = tightened.get(f"/jobs/{tightened.answers['profile']}/results")
    assert (answer.status_code, "as their owners allow" in answer.json()["detail"]) == (410, True)
    assert tightened.get(f"/jobs/{tightened.answers['property']}/results").status_code == 200
