"""Several server processes: one that dies is replaced, and answers under way are finished before the end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson

from soilinfo.settings import Settings
from tests.process import PATIENCE, environment, until

LONG = "/collections/ph_h2o/coverage?f=json&scale-size=Lon(1900),Lat(1900)"
"""An answer of 17 MB, which is still on its way when its first bytes are there."""


def workers_of(parent: int) -> set[int]:
    """The server processes below one."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            of = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if of == parent and "spawn_main" in command:
            found.add(int(process.name))
    return found


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def started(settings: Settings, port: int, *words: str) -> subprocess.Popen[bytes]:
    """A server as a person starts it: its processes cannot be children of a test's own child."""
    command = [
        sys.executable,
        "-m",
        "soilinfo.cli",
        "serve",
        "--port",
        str(port),
        "--job-workers",
        "0",
        *words,
    ]
    return subprocess.Popen(command, env=environment(settings), stdout=subprocess.DEVNULL)


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """Two server processes, and a client that opens a connection for each question."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started(settings, port, "--workers", "2")
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=30, headers={"Connection": "close"}
    ) as client:
        try:
            until(lambda: answers(client), "the server to answer")
            yield process, client
        finally:
            process.kill()
            process.wait()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_dead_processes_are_replaced_and_the_last_answers_are_finished(nation: Settings):
    with serving(nation) as (server, client):
        until(lambda: len(workers_of(server.pid)) == 2, "both processes")
        tags = {client.get("/collections").headers["etag"] for _ in range(6)}
        assert len(tags) == 1
        first = workers_of(server.pid)
        os.kill(min(first), signal.SIGKILL)
        until(lambda: len(workers_of(server.pid) - first) == 1, "another process in its place")
        until(lambda: all(answers(client) for _ in range(4)), "answers of both")
        with client.stream("GET", LONG) as answer:
            server.terminate()
            document = orjson.loads(answer.read())
        assert len(document["ranges"]) == 1
        server.wait(PATIENCE)


def test_a_server_that_is_killed_leaves_no_process_behind_and_its_port_free(nation: Settings):
    with serving(nation) as (server, client):
        until(lambda: len(workers_of(server.pid)) == 2, "both processes")
        left = workers_of(server.pid)
        server.kill()
        server.wait()
        until(lambda: not any(map(is_there, left)), "the processes to end")
        again = started(nation, client.base_url.port)
        try:
            until(lambda: answers(client), "the next server at the same port")
        finally:
            again.terminate()
            again.wait(PATIENCE)
