"""The command line and the server as processes of their own, for tests that kill or overload them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from soilinfo.settings import Settings
from tests.country import ROOT

PATIENCE = 90.0
"""Seconds until a server or a state that does not come is given up."""


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a process these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOILINFO_")}
    return kept | settings.environment()


def soilinfo(settings: Settings, *words: str) -> subprocess.Popen[str]:
    """The command line, started."""
    command = [sys.executable, "-m", "soilinfo.cli", *words]
    return subprocess.Popen(
        command,
        env=environment(settings),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(settings: Settings, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    """The command line, run to its end: exit code, JSON lines of standard output, standard error."""
    process = soilinfo(settings, *words)
    output, errors = process.communicate(timeout=PATIENCE)
    return (
        process.returncode,
        [json.loads(line) for line in output.splitlines() if line.startswith("{")],
        errors,
    )


@contextmanager
def serving(settings: Settings, *words: str) -> Iterator[httpx.Client]:
    """A server over the settings on a free port, and a client that knows its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(settings.store) / "server.log"
    command = [sys.executable, "-m", "soilinfo.cli", "serve", "--port", str(port), *words]
    with log.open("w") as stream:
        process = subprocess.Popen(
            command,
            env=environment(settings),
            cwd=ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            until(lambda: _answers(client, process, log), "the server to answer")
            yield client
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=PATIENCE)


def _answers(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, f"the server ended: {log.read_text()[-2000:]}"
    try:
        return client.get("/conformance").status_code == 200
    except httpx.TransportError:
        return False


def until(condition: Any, what: str) -> None:
    """Wait until a condition holds; AssertionError naming it when it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for {what}"
        time.sleep(0.02)
