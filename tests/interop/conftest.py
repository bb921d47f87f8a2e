"""A small nation served by a real process, for real clients."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.profiled import publish_profiles
from tests.reporting import make_host
from tests.served import build

START_SECONDS = 180
CLIENT_SECONDS = 600
"""After so long a client hangs, however slow the machine."""


@dataclass(frozen=True)
class Served:
    """A running server and the store behind it."""

    url: str
    settings: Settings
    store: Store

    def version(self, name: str) -> str:
        """The published version of a layer."""
        return self.store.ledger.current().layers[name]

    def cog(self, name: str) -> str:
        """The address of a layer's GeoTIFF."""
        return f"{self.url}/cog/{name}/{self.version(name)}.tif"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small nation with soil profiles, reports and a region, on a free port, by `soilinfo serve`."""
    settings = build(tmp_path_factory.mktemp("nation")).settings
    publish_profiles(settings)
    make_host(settings)
    store = open_store(settings)
    # Clients that do not ask again are not put off (503) by what is made when it is first asked for.
    for name, version in store.vector.on_disk():
        if store.vector.description(name, version).bounds is not None:
            store.tiles.open(name, version)
    try:
        with serving(settings) as url:
            yield Served(url, settings, store)
    finally:
        store.close()


@contextmanager
def serving(settings: Settings, *options: str) -> Iterator[str]:
    """The address of a store that `soilinfo serve` serves on a free port until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "soilinfo.cli", "serve", "--port", str(port)]
    command += ["--store", str(settings.store), "--config", str(settings.config), *options]
    process = subprocess.Popen(command)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it answered"
        try:
            with urlopen(f"{url}/conformance"):
                return
        except OSError:  # nobody listens yet, or does not answer yet
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer within {START_SECONDS} s")


def get(address: str, **options: Any) -> httpx.Response:
    """The answer at an address, however long it takes."""
    return httpx.get(address, timeout=CLIENT_SECONDS, **options)


def program(name: str, package: str) -> str:
    """The path of a client, or the test is skipped: only absent programs are a reason."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return path


def clean_environment(home: Path) -> dict[str, str]:
    """The environment of a client that must not see this Python's packages or a person's settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return kept | own


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Runs one of Debian's GDAL programs; its output."""

    def run_program(name: str, *arguments: str) -> str:
        command = [program(name, "gdal-bin"), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_program
