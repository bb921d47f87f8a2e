"""Connections by hand: what no client library would send."""

import logging
import socket
from collections.abc import Iterator

import httpx
import pytest

from soilinfo.serve.delivery.connection import LARGEST_HEAD


@pytest.fixture
def line(client: httpx.Client) -> Iterator[socket.socket]:
    """A connection to the server."""
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=10) as opened:
        yield opened


def test_headers_without_an_end_are_refused_and_not_kept(line: socket.socket):
    line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * LARGEST_HEAD)
    assert line.recv(100).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "header", [b"X-Long: " + b"a" * LARGEST_HEAD, 3000 * b"X-Many: aaaaaaaaaaaaaaa\r\nX: "]
)
def test_a_head_that_is_too_long_is_refused_however_it_comes(line: socket.socket, header: bytes):
    line.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + header + b"\r\n\r\n")
    answer = line.recv(1000)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"HTTP/1.1\r\nHost: a\r\nhost: b", b"400"),
        (b"HTTP/1.1\r\nAccept: */*", b"400"),
        (b"HTTP/1.0\r\nAccept: */*", b"200"),
        (b"HTTP/1.1\r\nHost: a", b"200"),
    ],
)
def test_a_request_names_one_host(line: socket.socket, head: bytes, status: bytes):
    line.sendall(b"GET /health " + head + b"\r\n\r\n")
    assert line.recv(1000).split()[1] == status


def test_a_web_socket_is_no_matter_for_the_log(
    line: socket.socket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    log = logging.getLogger("uvicorn.error")
    monkeypatch.setattr(log, "handlers", [caplog.handler])
    caplog.set_level(logging.WARNING, log.name)
    line.sendall(
        b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert line.recv(1000).startswith(b"HTTP/1.1 200")
    assert not caplog.records


def test_a_head_that_is_nearly_too_long_is_read(line: socket.socket):
    head = b"GET /conformance HTTP/1.1\r\nHost: a\r\nX-Long: "
    line.sendall(head + b"a" * (LARGEST_HEAD - 100) + b"\r\n\r\n")
    assert line.recv(100).startswith(b"HTTP/1.1 200")


def test_several_requests_that_come_at_once_are_answered_in_turn(line: socket.socket):
    one = b"GET /health HTTP/1.1\r\nHost: a\r\n"
    line.sendall(one + b"\r\n" + one + b"Connection: close\r\n\r\n")
    answered = b""
    while part := line.recv(10_000):
        answered += part
    assert answered.count(b"HTTP/1.1 200") == 2
