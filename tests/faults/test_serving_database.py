"""A client that leaves stops its query, and a database that restarts costs nobody more than an answer 503."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import httpx
import numpy as np
import psycopg
import pytest
import shapely

from soilinfo.serve.delivery import lane
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Version
from tests.country import ROOT
from tests.postgres import Cluster, own_cluster
from tests.process import until
from tests.serve.conftest import served

ITEMS = "/collections/regencies/items"
COUNT, CORNERS = 200, 2_000
"""Polygons, and the corners of each: comparing one of them with a circle takes milliseconds."""
QUERIES = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE state = 'active' AND query ILIKE '%st_overlaps%' AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def dsn(cluster: Cluster) -> str:
    with psycopg.connect(cluster.dsn.format(database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE soil")
    return cluster.dsn.format(database="soil")


@pytest.fixture(scope="module")
def client(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = Settings(store=tmp_path_factory.mktemp("store"), db=dsn, config=ROOT / "config")
    store = open_store(settings)
    publish(store)
    store.close()
    with served(settings) as running:
        yield running


def publish(store: Store) -> None:
    """One level of regencies like stars that lie upon each other."""
    run = store.ledger.start_run("test", "tests", {})
    frame = gpd.GeoDataFrame(
        {"code": [f"{number:03d}" for number in range(COUNT)], "name": "Star", "parent_code": "00"},
        geometry=[star(120 + number / 1000) for number in range(COUNT)],
        crs=4326,
    )
    store.vector.write("regencies", "v1", frame, id_field="code")
    about = Version("regencies", "v1", "vector", "s", "0", "p", "t", {}, {}, {}, run, datetime.now(UTC))
    store.ledger.record(about, [])
    store.ledger.publish({"regencies": "v1"}, run=run, actor="tests", reason="")


def star(longitude: float) -> shapely.Polygon:
    """A polygon of many rays around a place on the fifth parallel south."""
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = np.where(np.arange(CORNERS) % 2, 1.2, 0.8)
    return shapely.Polygon(np.column_stack([longitude + reach * np.cos(turn), -5 + reach * np.sin(turn)]))


def heavy() -> str:
    """A question that the database works at for many seconds."""
    circle = shapely.to_wkt(shapely.Point(120.2, -5).buffer(1, quad_segs=64), rounding_precision=4)
    return f"{ITEMS}?filter={quote(' AND '.join([f'S_OVERLAPS(geometry, {circle})'] * 6))}"


def asked(client: httpx.Client, address: str) -> socket.socket:
    """A connection with a question whose answer is not waited for."""
    asking = socket.create_connection((client.base_url.host, client.base_url.port))
    asking.sendall(f"GET {address} HTTP/1.1\r\nhost: {client.base_url.netloc.decode()}\r\n\r\n".encode())
    return asking


def takes_the_place(client: httpx.Client, asking: list[socket.socket]) -> bool:
    """Ask a heavy question until nobody else is admitted: whoever was read before it may have its place."""
    while asking:
        asking.pop().close()
    asking.append(asked(client, heavy()))
    return client.get(ITEMS).status_code == 503


def queries(dsn: str) -> int:
    """Heavy queries that the database works at."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(QUERIES).fetchall()[0][0]


def test_a_client_that_leaves_stops_its_query(client: httpx.Client, dsn: str):
    asking = asked(client, heavy())
    until(lambda: queries(dsn) == 1, "the query to begin")
    asking.close()
    left = time.monotonic()
    until(lambda: queries(dsn) == 0, "the query to end")
    assert time.monotonic() - left < 8, "it ended by itself"


def test_places_at_work_are_free_again_when_clients_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lane, "LONGEST", 0.2)
    settings = Settings(store=tmp_path / "store", db=None, config=ROOT / "config", at_work=1)
    store = open_store(settings)
    publish(store)
    store.close()
    with served(settings) as client:
        asking: list[socket.socket] = []
        until(lambda: takes_the_place(client, asking), "the only place to be taken")
        asking.pop().close()
        left = time.monotonic()
        until(lambda: client.get(ITEMS).status_code == 200, "the place to be free")
        assert time.monotonic() - left < 8, "the question ended by itself"


def test_a_restart_of_the_database_under_load_costs_nothing_but_503(cluster: Cluster, client: httpx.Client):
    answers: list[httpx.Response] = []
    stop = threading.Event()

    def load(number: int) -> None:
        with httpx.Client(base_url=client.base_url, timeout=30) as own:
            while not stop.is_set():
                answers.append(own.get(f"{ITEMS}?offset={number}&limit=2"))
                number += 4

    def good() -> bool:
        return answers[-1].status_code == 200

    threads = [threading.Thread(target=load, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 20 and good(), "the load to begin")
    cluster.restart()
    before = len(answers)
    until(lambda: len(answers) > before + 20 and good(), "answers after the restart")
    stop.set()
    for thread in threads:
        thread.join()
    assert set(Counter(answer.status_code for answer in answers)) <= {200, 503}
    for refused in (answer for answer in answers if answer.status_code == 503):
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
        assert not any(word in refused.text for word in ("SELECT", "psycopg", "Traceback", "soilinfo_vector"))
    assert client.get("/ready").status_code == 200
