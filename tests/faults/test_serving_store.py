"""A store that is locked or away for a while: answers are right or 503, and all is well when it is back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from soilinfo.settings import Settings
from tests.process import until
from tests.serve.conftest import served

ADDRESSES = (
    *("/", "/collections", "/collections/regencies", "/collections/regencies/items", "/jobs", "/?f=html"),
    *("/collections/ph_h2o", "/collections/ph_h2o/coverage?f=tiff", "/collections/ph_h2o/map"),
    *("/collections/regencies/items/01.01", "/qgis/testland.qgs"),
)


@pytest.fixture
def settings(nation: Settings, tmp_path: Path) -> Settings:
    """A store of its own, as yet unread: nothing of it is kept in memory."""
    copytree(nation.store, tmp_path / "store")
    return Settings(store=tmp_path / "store", config=nation.config, cache_mb=0)


def statuses(client: httpx.Client) -> dict[str, int]:
    return {address: client.get(address).status_code for address in ADDRESSES}


def test_a_writer_that_holds_the_ledger_hinders_no_reader(settings: Settings):
    with served(settings) as client, closing(sqlite3.connect(settings.store / "ledger.sqlite")) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert set(statuses(client).values()) == {200}
        assert client.get("/ready").status_code == 200


def test_a_store_that_is_away_costs_503_and_is_taken_up_again_when_it_is_back(settings: Settings):
    away = settings.store.with_name("away")
    with served(settings) as client:
        settings.store.rename(away)
        for address in ADDRESSES:
            answer = client.get(address)
            assert answer.status_code in (200, 503), f"{address}: {answer.text}"
            assert str(settings.store) not in answer.text
            if answer.status_code == 503:
                assert int(answer.headers["retry-after"]) > 0
                assert answer.json()["title"] == "Not at the moment"
        away.rename(settings.store)
        assert set(statuses(client).values()) == {200}
        until(lambda: client.get("/ready").status_code == 200, "the server to be ready")
