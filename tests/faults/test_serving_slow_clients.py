"""Clients that send or read a byte at a time take neither places nor memory, and are dropped."""

import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from soilinfo.settings import Settings
from tests.process import until
from tests.serve.conftest import served

SLOW = 120
LARGE = "/openapi"
"""Some 140 kB when it is not compressed."""
HUGE = "/collections/ph_h2o/coverage?f=json&scale-size=Lon(1500),Lat(1500)"
"""Some 10 MB, more than the kernel takes off the server's hands."""


@pytest.fixture
def client(nation: Settings, monkeypatch: pytest.MonkeyPatch):
    # Slow for three tenths of a second is slow enough here.
    monkeypatch.setattr("soilinfo.serve.delivery.connection.PERIOD", 0.3)
    with served(nation.model_copy(update={"at_work": 2})) as running:
        yield running


def connected(client: httpx.Client, stack: ExitStack, sent: bytes) -> socket.socket:
    url = client.base_url
    slow = stack.enter_context(socket.socket())
    # A small window, as of a client that does not read.
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect((url.host, url.port))
    slow.sendall(sent)
    return slow


def is_dropped(slow: socket.socket) -> bool:
    """Whether the server has ended a connection, whatever of its answer is still to be read."""
    slow.setblocking(False)
    try:
        while slow.recv(1 << 16):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


def trickle(connections: list[socket.socket], stop: threading.Event) -> None:
    while not stop.wait(0.1):
        for slow in connections:
            try:
                slow.send(b"x")
            except OSError:
                continue


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /collec",
        b"POST /processes/land-suitability/execution HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n{",
    ],
)
def test_clients_that_send_a_byte_at_a_time_are_dropped_and_hinder_nobody(client: httpx.Client, begun: bytes):
    stop = threading.Event()
    with ExitStack() as stack:
        slow = [connected(client, stack, begun) for _ in range(SLOW)]
        sending = threading.Thread(target=trickle, args=(slow, stop))
        sending.start()
        try:
            assert {client.get("/collections").status_code for _ in range(5)} == {200}
            until(lambda: all(map(is_dropped, slow)), "every slow client to be dropped")
        finally:
            stop.set()
            sending.join()
    assert client.get("/collections").status_code == 200


def test_clients_that_do_not_read_their_answers_are_dropped_and_hinder_nobody(client: httpx.Client):
    request = f"GET {HUGE} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
    with ExitStack() as stack:
        slow = []
        for _ in range(12):
            slow.append(connected(client, stack, request))
            assert slow[-1].recv(12) == b"HTTP/1.1 200"
        assert {client.get("/collections").status_code for _ in range(5)} == {200}
        until(lambda: all(map(is_dropped, slow)), "every slow client to be dropped")
    assert client.get("/collections").status_code == 200


def test_a_client_that_reads_slowly_but_on_gets_all_of_its_answer(client: httpx.Client):
    whole = client.get(LARGE, headers={"Accept-Encoding": "identity"}).content
    with ExitStack() as stack:
        patient = connected(
            client, stack, f"GET {LARGE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
        )
        read = b""
        while part := patient.recv(8192):
            read += part
            time.sleep(0.02)
    assert len(read.partition(b"\r\n\r\n")[2]) >= len(whole) - 2000


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_connections_of_those_who_left_are_closed(client: httpx.Client):
    before = open_files()
    with ExitStack() as stack:
        for _ in range(SLOW):
            connected(client, stack, b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
    until(lambda: open_files() <= before + 2, "the server to close its side")
