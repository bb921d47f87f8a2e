"""The command line and the server as processes of their own, for tests that kill or overload them."""

import json
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess as Process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from soilinfo.cli.main import main
from soilinfo.settings import Settings
from tests.country import ROOT

PATIENCE = 90.0
"""Seconds until a server or a state that does not come is given up."""

READY = multiprocessing.get_context("forkserver")
"""Forks the command line from a process that has imported it, which takes longer than most commands do."""
READY.set_forkserver_preload(["soilinfo.cli.main", "soilinfo.serve.app"])


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a process these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOILINFO_")}
    return kept | settings.environment()


def soilinfo(settings: Settings, *words: str, log: Path = Path(os.devnull)) -> Process:
    """The command line, started in a process of its own; what it says goes to ``log``."""
    process = READY.Process(target=_command, args=(words, environment(settings), log, log), daemon=True)
    process.start()
    return process


def ran(settings: Settings, *words: str) -> tuple[int | None, str, str]:
    """The command line, run to its end: exit code, standard output, standard error."""
    with TemporaryDirectory() as directory:
        streams = Path(directory, "output"), Path(directory, "errors")
        process = READY.Process(target=_command, args=(words, environment(settings), *streams))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode is not None, f"soilinfo {' '.join(words)} does not end"
        output, errors = (stream.read_text("utf-8") for stream in streams)
    return process.exitcode, output, errors


def run(settings: Settings, *words: str) -> tuple[int | None, list[dict[str, Any]], str]:
    """As :func:`ran`, with the JSON lines of standard output."""
    code, output, errors = ran(settings, *words)
    return code, [json.loads(line) for line in output.splitlines() if line.startswith("{")], errors


def _command(words: Sequence[str], variables: Mapping[str, str], output: Path, errors: Path) -> None:
    """What ``soilinfo`` does, in a process of its own."""
    for descriptor, path in enumerate((output, errors), start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(ROOT)
    sys.argv = ["soilinfo", *words]
    main()


@contextmanager
def serving(settings: Settings, *words: str) -> Iterator[httpx.Client]:
    """A server over the settings on a free port, and a client that knows its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(settings.store) / "server.log"
    process = soilinfo(settings, "serve", "--port", str(port), "--job-workers", "0", *words, log=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            until(lambda: _answers(client, process, log), "the server to answer")
            yield client
    finally:
        process.terminate()
        process.join(PATIENCE)


def _answers(client: httpx.Client, process: Process, log: Path) -> bool:
    assert process.is_alive(), f"the server ended: {log.read_text()[-2000:]}"
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
