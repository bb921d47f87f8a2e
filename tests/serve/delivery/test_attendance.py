"""Work is for those who wait for it."""

import asyncio
import logging
import threading
from collections.abc import Iterator

import httpx
import pytest
from anyio import to_thread

from soilinfo.errors import StoreError
from soilinfo.serve.collections import Collection
from soilinfo.serve.delivery.attendance import Attendance
from soilinfo.serve.delivery.held import Held
from soilinfo.store.cancelling import CANCELLATION, Cancellation, cancellable
from soilinfo.store.home import Store

EXECUTION = "/processes/land-suitability/execution"


@pytest.fixture
def nobody_waits() -> Iterator[None]:
    left = Cancellation()
    left.cancel()
    token = CANCELLATION.set(left)
    yield
    CANCELLATION.reset(token)


def test_cells_are_not_read_for_who_has_left(
    nation_store: Store, published: dict[str, Collection], nobody_waits: None
):
    ((name, version),) = published["ph_h2o"].cubes.items()
    with pytest.raises(StoreError, match="has left"):
        nation_store.cube.open(name, version).read(name)


def test_features_are_not_read_for_who_has_left(
    nation_store: Store, published: dict[str, Collection], nobody_waits: None
):
    with pytest.raises(StoreError, match="has left"):
        nation_store.vector.read("regencies", published["regencies"].version)


def test_a_body_arrives_whole_however_it_is_sent(client: httpx.Client):
    asked = b'{"inputs": {"bbox": [120.1, -7.3, 120.3, -7.1], "crop": "maize"}}'
    at_once = client.post(EXECUTION, content=asked)
    in_parts = client.post(EXECUTION, content=(asked[at : at + 7] for at in range(0, len(asked), 7)))
    assert (at_once.status_code, in_parts.status_code) == (200, 200)
    assert at_once.json() == in_parts.json()


def test_a_body_beyond_the_limit_is_refused(client: httpx.Client):
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 100_000

    assert client.post(EXECUTION, content=endless()).status_code == 413


def test_a_client_that_leaves_stops_the_read_that_runs_for_it():
    reading, stopped, told = threading.Event(), threading.Event(), []

    def read() -> None:
        with cancellable(stopped.set):
            reading.set()
            assert stopped.wait(10)
            raise ValueError("interrupted")

    async def app(_scope: object, _receive: object, _send: object) -> None:
        try:
            await to_thread.run_sync(read)
        except StoreError as error:
            told.append(str(error))

    async def leaves() -> dict[str, str]:
        await to_thread.run_sync(reading.wait, 10)
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        raise AssertionError("nobody is there")

    asyncio.run(Attendance(app, Held(10))({"type": "http", "method": "GET"}, leaves, send))
    assert stopped.is_set()
    assert told == ["who asked has left, so the answer was given up"]


def test_a_read_that_cannot_be_stopped_keeps_no_other_from_being_stopped(caplog: pytest.LogCaptureFixture):
    left, stopped = Cancellation(), threading.Event()

    def fails() -> None:
        raise OSError("the database does not listen")

    with left.running(fails), left.running(stopped.set), caplog.at_level(logging.ERROR):
        left.cancel()
    assert stopped.is_set()
    assert "the database does not listen" in caplog.text
