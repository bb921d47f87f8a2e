"""While the store is asked, the server answers others: nothing is asked for on the event loop."""

import asyncio
from typing import Any

import httpx
import pytest

from soilinfo.serve.collections import Collection
from soilinfo.store.database import SqliteDatabase
from soilinfo.store.geopackage import GeoPackages

QUESTIONS = (
    *("", "/schema", "/queryables", "/items", "/items?f=csv", "/tiles", "/styles"),
    *("/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/0/0/0", "/styles/outline"),
)
"""About the regencies."""
OF_RASTERS = (
    *("", "/schema", "/map?width=9", "/map/tiles", "/map/tiles/WebMercatorQuad", "/legend", "/styles"),
    *("/map/tiles/WebMercatorQuad/8/133/213", "/coverage?f=json", "/position?coords=POINT(120.5 -4.5)"),
)
"""About soil pH."""


@pytest.fixture
def on_the_loop(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the ledger and the features were asked by a thread that runs an event loop."""
    asked: list[str] = []

    def watched(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def watch(self: Any, *rest: Any) -> Any:
            if asyncio._get_running_loop() is not None:
                asked.append(f"{owner.__name__}.{name}{rest}")
            return function(self, *rest)

        monkeypatch.setattr(owner, name, watch)

    watched(SqliteDatabase, "read")
    watched(GeoPackages, "_reader")
    return asked


@pytest.mark.parametrize(("collection", "questions"), [("regencies", QUESTIONS), ("ph_h2o", OF_RASTERS)])
def test_no_question_is_asked_of_the_store_on_the_event_loop(
    client: httpx.Client,
    published: dict[str, Collection],
    on_the_loop: list[str],
    collection: str,
    questions: tuple[str, ...],
):
    version = published[collection].version
    for question in questions:
        address = f"/collections/{collection}{question}"
        for asked in (address, f"{address}{'&' if '?' in address else '?'}version={version}"):
            answer = client.get(asked)
            assert answer.status_code in (200, 204), (asked, answer.text)
            assert on_the_loop == [], asked


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/collections", "/collections/records/items", "/collections/regencies/versions"),
        *("/processes", "/jobs"),
    ],
)
def test_nor_is_any_about_the_service(client: httpx.Client, on_the_loop: list[str], address: str):
    for form in ("json", "html"):
        assert client.get(f"{address}?f={form}").status_code == 200
    assert on_the_loop == []
