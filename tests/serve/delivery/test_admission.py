"""503 at once for whom there is no place, before any work; some need none."""

import asyncio
import threading
from collections.abc import Iterator
from time import monotonic

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Scope

from soilinfo.serve.delivery import lane
from soilinfo.serve.delivery.admission import Door, Lanes
from soilinfo.serve.delivery.extensions import REST
from soilinfo.serve.delivery.lane import Terms
from soilinfo.settings import Settings
from tests.serve.conftest import served

PROJECT = "/qgis/testland.qgs"
ONE = Terms(places=1, queue=1, retry=7)


def asked(address: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Scope:
    """A GET, as a web server tells it."""
    path, _, query = address.partition("?")
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
    }


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/collections/soc/items?limit=10", "light"),
        ("/collections/soc/items?filter=f%3D'csv'", "light"),
        ("/collections/soc/items?f=csv", "heavy"),
        ("/collections/soc/items?limit=10&f=%78lsx", "heavy"),
        ("/collections/soc/map/tiles/WebMercatorQuad/1/1/1?criteria=maize", "heavy"),
        ("/collections/soc/coverage?f=tiff", "heavy"),
        ("/collections/soc/position?coords=POINT(1%201)", "light"),
        ("/processes/maize/execution", "heavy"),
        ("/processes/maize", "light"),
    ],
)
def test_what_is_computed_long_has_places_of_its_own(address: str, kind: str):
    lanes = Lanes(ONE, ONE)
    assert lanes.of(asked(address)) is getattr(lanes, kind)


@pytest.mark.parametrize(
    ("address", "accept", "kind"),
    [
        ("/collections/soc/items", b"text/csv", "heavy"),
        ("/collections/soc/items?limit=10", b"application/geopackage+sqlite3, */*;q=0.1", "heavy"),
        ("/collections/soc/items?f=json", b"text/csv", "light"),
        ("/collections/soc/items", b"application/geo+json, text/csv;q=0.9", "light"),
        ("/collections/soc/items", b"text/html,application/xhtml+xml,*/*;q=0.8", "light"),
        ("/collections/soc/items", b"audio/ogg", "light"),
        ("/collections/soc", b"text/csv", "light"),
    ],
)
def test_a_file_has_the_same_place_however_it_is_asked_for(address: str, accept: bytes, kind: str):
    lanes = Lanes(ONE, ONE)
    assert lanes.of(asked(address, ((b"accept", accept),))) is getattr(lanes, kind)


def test_files_need_no_place():
    assert Lanes(ONE, ONE).of(asked("/cog/soc/1.tif")) is None
    assert Lanes(ONE, ONE).of(asked("/static/soilinfo.css?v=1")) is None


class Crowded:
    """A door before an application, with nothing free behind it."""

    def __init__(self) -> None:
        self.came_in: list[str] = []
        self.rested = 0

    async def _app(self, scope: Scope, receive: object, send: object) -> None:
        self.came_in.append(scope["path"])
        await PlainTextResponse("made")(scope, receive, send)

    def _rest(self) -> None:
        self.rested += 1

    async def _ask(self, scope: Scope) -> Message:
        lanes, told = Lanes(ONE, ONE), []

        async def send(message: Message) -> None:
            told.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        at_work, waiting = (asyncio.create_task(lanes.light.enter(monotonic())) for _ in range(2))
        await asyncio.sleep(0)
        await Door(self._app, lanes)(scope | {"extensions": {REST: self._rest}}, receive, send)
        waiting.cancel()
        assert await at_work
        return told[0]

    def ask(self, scope: Scope) -> Message:
        return asyncio.run(self._ask(scope))


def test_who_waited_long_for_the_server_itself_is_turned_away_in_a_crowd_though_a_place_is_free():
    async def run() -> list[bool]:
        lane = Lanes(ONE, ONE).light
        before = lane.turns_away(monotonic() - 1)
        # One who is late is a crowd where the queue has one place.
        assert await lane.enter(monotonic() - 1)
        lane.leave(0.01)
        return [before, lane.turns_away(monotonic() - 1), lane.turns_away(monotonic())]

    assert asyncio.run(run()) == [False, True, False]


def test_at_the_door_who_finds_no_room_is_told_when_to_come_again_and_not_read_for_a_while():
    crowded = Crowded()
    told = crowded.ask(asked("/collections"))
    headers = dict(told["headers"])
    assert told["status"] == 503
    assert (headers[b"retry-after"], headers[b"cache-control"]) == (b"7", b"no-store")
    assert (crowded.came_in, crowded.rested) == ([], 1)


@pytest.mark.parametrize(
    "scope",
    [
        asked("/collections", ((b"if-none-match", b'"a"'),)),
        asked("/static/soilinfo.css"),
        asked("/collections/ph_h2o/coverage"),
    ],
)
def test_the_door_is_open_to_who_may_need_no_place_there(scope: Scope):
    crowded = Crowded()
    assert crowded.ask(scope)["status"] == 200
    assert (crowded.came_in, crowded.rested) == ([scope["path"]], 0)


class Busy:
    """A server with one place, taken by a question that waits until it is let go."""

    def __init__(self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client, self.answers = client, []
        self.begun, self.let_go = threading.Event(), threading.Event()

        def slow(*_: object) -> bytes:
            self.begun.set()
            assert self.let_go.wait(30)
            return b""

        monkeypatch.setattr("soilinfo.serve.qgis.routes.document", slow)
        self.asking = threading.Thread(target=lambda: self.answers.append(client.get(PROJECT).status_code))

    def __enter__(self) -> "Busy":
        self.asking.start()
        assert self.begun.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self.asking.join()


@pytest.fixture(scope="module")
def one_place(nation: Settings) -> Iterator[httpx.Client]:
    with served(nation.model_copy(update={"at_work": 1})) as client:
        yield client


def test_a_busy_server_refuses_in_the_language_asked_for(
    one_place: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lane, "LONGEST", 0.2)
    with Busy(one_place, monkeypatch):
        refused = one_place.get("/collections", headers={"Accept-Language": "id"})
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.headers["retry-after"], refused.headers["cache-control"]) == ("1", "no-store")
        assert "sibuk" in refused.json()["detail"]
        page = one_place.get("/collections", headers={"Accept": "text/html", "Accept-Language": "id"})
        assert (page.status_code, page.headers["retry-after"]) == (503, "1")
        assert page.headers["cache-control"] == "no-store"
        assert "sibuk" in page.text.partition("<main")[2]
    assert one_place.get("/collections").status_code == 200


def test_what_costs_nothing_is_admitted_all_the_same(
    one_place: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    known = one_place.get("/collections").headers["etag"]
    with Busy(one_place, monkeypatch):
        for address in ("/health", "/ready", "/static/soilinfo.css"):
            assert one_place.get(address).status_code == 200
        assert one_place.get("/collections", headers={"If-None-Match": known}).status_code == 304


def test_long_computations_and_short_answers_do_not_wait_for_each_other(
    one_place: httpx.Client, monkeypatch: pytest.MonkeyPatch
):
    with Busy(one_place, monkeypatch):
        assert one_place.get("/collections/ph_h2o/coverage").status_code == 200
