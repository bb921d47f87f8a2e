"""Servers to measure, each with two workers on loopback: ours, TiPg, stock pygeoapi, TiTiler, a bare one.

Those that are not ours live in an environment of their own (``make peers``: `.venv-peers`, or the one that
SOILINFO_PEERS names), with what makes them fast: uvloop, httptools, asyncpg. ::

    with start("tipg", dsn=dsn, schema="soilinfo_vector") as url: ...
    with start("pygeoapi", resources={...}) as url: ...
    with start("titiler") as url: ...              # tiles of /tiles/WebMercatorQuad/{z}/{x}/{y}.png?url=FILE
    with start("bare", dsn=dsn) as url: ...
    with start("soilinfo", settings=settings) as url: ...
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from soilinfo.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PEERS = Path(os.environ.get("SOILINFO_PEERS", ROOT / ".venv-peers"))
HERE = Path(__file__).parent
WORKERS = 2
START_SECONDS = 180


@dataclass(frozen=True)
class Command:
    """How a server is started: program, arguments and environment; ``probe`` answers 200 when it is up."""

    words: tuple[str, ...]
    probe: str
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def start(name: str, **given: Any) -> Iterator[str]:
    """A running server by its name, as its address; ended afterwards with all its workers."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as scratch:
        command = _COMMANDS[name](port, Path(scratch), **given)
        environment = {**os.environ, **command.environment}
        log = Path(scratch) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command.words,
                env=environment,
                cwd=scratch,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url + command.probe, process, log)
            yield url
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and its workers, also one that would first answer all that it was asked."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(address, timeout=START_SECONDS).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer 200:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def _tipg(port: int, _scratch: Path, dsn: str, schema: str = "soilinfo_vector") -> Command:
    schemas = json.dumps([schema])
    environment = {"DATABASE_URL": dsn, "TIPG_DB_SCHEMAS": schemas, "TIPG_MAX_FEATURES_PER_QUERY": "10000"}
    return Command(_uvicorn("tipg.main:app", port), "/healthz", environment)


def _pygeoapi(port: int, scratch: Path, resources: Mapping[str, Any]) -> Command:
    configuration, openapi = scratch / "pygeoapi.json", scratch / "openapi.json"
    configuration.write_text(json.dumps(_stock(port, resources)), "utf-8")
    openapi.write_text(json.dumps({"openapi": "3.0.2", "info": {}, "paths": {}}), "utf-8")
    environment = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(openapi)}
    return Command(_uvicorn("pygeoapi.starlette_app:APP", port), "/conformance?f=json", environment)


def _stock(port: int, resources: Mapping[str, Any]) -> Mapping[str, Any]:
    """The least that pygeoapi's configuration must say."""
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 10000},
            "map": {"url": "about:blank", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "stock",
                "description": "stock",
                "keywords": ["stock"],
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": "http://example.org",
            },
            "license": {"name": "none", "url": "http://example.org"},
            "provider": {"name": "none", "url": "http://example.org"},
            "contact": {"name": "none", "email": "none@example.org", "url": "http://example.org"},
        },
        "resources": resources,
    }


def _titiler(port: int, _scratch: Path) -> Command:
    words = _uvicorn("raster_tiles:app", port, "--app-dir", str(HERE / "raster_tiles"))
    # What TiTiler's guide to speed advises for files of this machine.
    environment = {"GDAL_CACHEMAX": "256", "VSI_CACHE": "TRUE", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    return Command(words, "/healthz", environment)


def _bare(port: int, _scratch: Path, dsn: str) -> Command:
    words = (sys.executable, "-m", "tests.benchmarks.peers.bare", str(port), str(WORKERS))
    return Command(words, "/", {"DSN": dsn, "PYTHONPATH": str(ROOT)})


def _soilinfo(port: int, _scratch: Path, settings: Settings) -> Command:
    program = str(Path(sys.executable).with_name("soilinfo"))
    words = (program, "serve", "--port", str(port), "--workers", str(WORKERS))
    return Command(words, "/conformance", settings.environment())


_COMMANDS: dict[str, Callable[..., Command]] = {
    "tipg": _tipg,
    "pygeoapi": _pygeoapi,
    "titiler": _titiler,
    "bare": _bare,
    "soilinfo": _soilinfo,
}


def _uvicorn(app: str, port: int, *more: str) -> tuple[str, ...]:
    """uvicorn of the peers' environment."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        raise RuntimeError("the peers are not installed: run `make peers`, or set SOILINFO_PEERS")
    options = ("--port", str(port), "--workers", str(WORKERS), "--log-level", "error", "--no-access-log")
    # A worker that encodes for seconds is not a dead one, which would be replaced with all that it answers.
    alive = ("--timeout-worker-healthcheck", "600")
    return (str(python), "-m", "uvicorn", app, *options, *alive, *more)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
