"""A publication is taken up without a restart, and no answer mixes two."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from urllib.parse import unquote

import httpx
import pytest

from soilinfo.errors import ConfigError, StoreError
from soilinfo.serve.state import ADDRESSES, State
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import recode_drainage, write_country
from tests.serve.conftest import served

HEADER = "x-soilinfo-snapshot"


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_a_new_snapshot_is_served_without_a_restart(copy: Settings):
    store = open_store(copy)
    with served(copy) as client:
        before = client.get("/collections/suitability")
        assert before.status_code == 200
        rolled_back = store.ledger.rollback(1, actor="tests", reason="the first run only")
        until(lambda: client.get("/conformance").headers[HEADER] == str(rolled_back.id))
        assert client.get("/collections/suitability").status_code == 404
        assert client.get("/collections/ph_h2o").json()["soilinfo"]["snapshot"] == rolled_back.id
    store.close()


def test_every_answer_comes_whole_from_one_snapshot(copy: Settings):
    store, seen, stop = open_store(copy), set(), threading.Event()
    full = store.ledger.current_id()

    def publish() -> None:
        for turn in range(3):
            store.ledger.rollback(1 if turn % 2 == 0 else full, actor="tests", reason="to and fro")
            stop.wait(1)
        stop.set()

    with served(copy) as client:
        publisher = threading.Thread(target=publish)
        publisher.start()
        while not stop.is_set():
            answer = client.get("/collections")
            collections = answer.json()["collections"]
            (snapshot,) = {each["soilinfo"]["snapshot"] for each in collections}
            assert answer.headers[HEADER] == str(snapshot)
            # The first run published no suitability; all later ones of 'full' did.
            complete = "suitability_maize" in store.ledger.snapshot(snapshot).layers
            assert ("suitability" in {each["id"] for each in collections}) is complete
            seen.add(snapshot)
        publisher.join()
    store.close()
    assert len(seen) >= 2


def test_every_answer_names_its_snapshot(client: httpx.Client):
    for path in (
        "/",
        "/collections/nope",
        "/nowhere",
        "/collections/ph_h2o/map?width=9",
        "/?f=html",
        "/static/soilinfo.css",
    ):
        assert re.fullmatch(r"\d+", client.get(path).headers[HEADER])


def test_what_is_asked_for_soon_is_made_when_a_publication_is_taken_up(copy: Settings):
    store, prepared = open_store(copy), []
    state = State(copy, store, prepared.append)
    state.refresh()
    assert prepared == []
    store.ledger.rollback(1, actor="tests", reason="the first run only")
    state.refresh()
    assert prepared == [state.publication]
    store.close()


def test_an_empty_store_is_served_as_such(nation: Settings, tmp_path: Path):
    with served(Settings(store=tmp_path / "empty", config=nation.config)) as client:
        # The catalogue is there, and has the processes.
        assert [each["id"] for each in client.get("/collections").json()["collections"]] == ["records"]
        assert client.get("/").headers[HEADER] == "0"
        for path in ("/openapi", "/processes", "/processes/zonal-statistics"):
            assert client.get(path).status_code == 200


def test_the_public_address_of_the_settings_wins(nation: Settings):
    with served(nation.model_copy(update={"url": "https://soil.example.org/api/"})) as client:
        text = client.get("/collections/ph_h2o").text
    assert "https://soil.example.org/api/collections/ph_h2o" in text
    assert "127.0.0.1" not in text


def test_a_slash_too_much_leads_to_the_public_address_whatever_host_was_asked(nation: Settings):
    with served(nation.model_copy(update={"url": "https://soil.example.org/api"})) as client:
        for asked, led in (
            ("/collections/?limit=2", "/collections?limit=2"),
            ("/collections/ph_h2o/?f=html", "/collections/ph_h2o?f=html"),
            ("//evil.example//", "/evil.example"),
            ("/no%3Fwhere/", "/no%3Fwhere"),
        ):
            answer = client.get(
                f"{client.base_url}".rstrip("/") + asked,
                headers={"Host": "evil.example", "X-Forwarded-Proto": "ftp"},
            )
            assert (answer.status_code, answer.headers["location"]) == (
                308,
                f"https://soil.example.org/api{led}",
            )
        assert client.get("/").status_code == 200


def test_a_configuration_with_faults_is_not_served(nation: Settings, tmp_path: Path):
    (tmp_path / "config").mkdir()
    with pytest.raises(ConfigError):
        served(Settings(store=tmp_path / "store", config=tmp_path / "config")).__enter__()


def test_a_map_written_with_other_class_codes_than_configs_appears_nowhere_and_the_log_says_why(
    copy: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    config = write_country(tmp_path / "recoded", cells=24)
    recode_drainage(config)
    with served(copy.model_copy(update={"config": config})) as client:
        offered = {each["id"] for each in client.get("/collections").json()["collections"]}
        assert {"ph_h2o", "suitability"} <= offered
        assert "drainage" not in offered
        for path in ("/collections/drainage", "/collections/drainage/coverage", "/collections/drainage/map"):
            assert client.get(path).status_code == 404, path
        project = unquote(client.get("/qgis/testland.qgs").text)
        for layer, drawn in (("ph_h2o", True), ("drainage", False)):
            assert (f"soilinfo_{layer}<" in project, f"/cog/{layer}/" in project) == (drawn, drawn)
        assert client.get("/map", params={"layer": "drainage"}).status_code == 404
    assert "'drainage' was made under another" in caplog.text


def test_while_the_ledger_is_silent_the_old_publication_is_served(
    copy: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with served(copy) as client:

        def silent(_: State) -> None:
            raise StoreError("the database at /secret/place does not answer")

        monkeypatch.setattr(State, "refresh", silent)
        until(lambda: "does not answer" in caplog.text)
        assert client.get("/collections/ph_h2o").status_code == 200


def test_no_fault_ends_the_watch(
    copy: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    store = open_store(copy)
    with served(copy) as client:

        def broken(_: State) -> None:
            raise RuntimeError("a driver of its own kind of error")

        with monkeypatch.context() as patched:
            patched.setattr(State, "refresh", broken)
            until(lambda: "own kind of error" in caplog.text)
            assert "Traceback" in caplog.text
            assert client.get("/collections/ph_h2o").status_code == 200
        rolled_back = store.ledger.rollback(1, actor="tests", reason="the first run only")
        until(lambda: client.get("/conformance").headers[HEADER] == str(rolled_back.id))
    store.close()


def test_only_a_few_addresses_are_kept_and_always_that_of_the_settings(copy: Settings):
    store = open_store(copy)
    state = State(copy, store)
    for number in range(2 * ADDRESSES):
        state._generation.at(f"http://host{number}.example")
    kept = [*state._generation.publications]
    store.close()
    assert len(kept) == ADDRESSES
    assert kept[0] == state.default_url
    assert kept[-1] == f"http://host{2 * ADDRESSES - 1}.example"


def test_results_of_replaced_inputs_are_named_as_stale(copy: Settings):
    store = open_store(copy)
    current = store.ledger.current()
    known = store.ledger.version("ph_h2o", current.layers["ph_h2o"])
    assert known is not None
    newer = replace(known, version="0123456789abcdef")
    copytree(store.cube.place("ph_h2o", known.version), store.cube.place("ph_h2o", newer.version))
    store.ledger.record(newer, [])
    store.ledger.publish({"ph_h2o": newer.version}, run=known.run, actor="tests", reason="newer pH")
    store.close()
    with served(copy) as client:
        for name, count in (("suitability", 3), ("properties_by_regencies", 1), ("regencies", 0)):
            stale = client.get(f"/collections/{name}").json()["soilinfo"]["stale"]
            assert len(stale) == count, name
            assert all("ph_h2o" in said for said in stale)


def test_a_fault_of_the_server_tells_nothing_of_its_insides(copy: Settings, monkeypatch: pytest.MonkeyPatch):
    with served(copy) as client:

        def broken(*_: object) -> None:
            raise StoreError("the database at /secret/place does not answer")

        monkeypatch.setattr("soilinfo.serve.qgis.routes.document", broken)
        answer = client.get("/qgis/testland.qgs")
        assert (answer.status_code, "secret" in answer.text) == (503, False)

        def defect(*_: object) -> None:
            raise RuntimeError("at /secret/place")

        monkeypatch.setattr("soilinfo.serve.qgis.routes.document", defect)
        answer = client.get("/qgis/testland.qgs")
        assert (answer.status_code, "secret" in answer.text) == (500, False)
        assert answer.headers["content-type"] == "application/problem+json"
        assert HEADER in answer.headers
