"""A small nation, evaluated once, and a real server over it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import httpx
import pytest
import uvicorn

from soilinfo.catalog.load import load
from soilinfo.serve.app import create_app
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.delivery.connection import CONNECTIONS
from soilinfo.serve.published import published_collections
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.profiled import publish_profiles


@pytest.fixture(scope="session")
def client(nation: Settings) -> Iterator[httpx.Client]:
    """A client of a server over the small nation."""
    with served(nation) as running:
        yield running


@pytest.fixture(scope="session")
def subsidised_client(subsidised: Settings) -> Iterator[httpx.Client]:
    """A client of a server over the small nation whose districts are given fertilizer."""
    with served(subsidised) as running:
        yield running


@pytest.fixture(scope="session")
def surveyed(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a store with the small nation and its soil profiles (tests/profiled.py)."""
    directory = tmp_path_factory.mktemp("surveyed")
    copytree(nation.store, directory / "store")
    settings = Settings(store=directory / "store", config=nation.config)
    publish_profiles(settings)
    return settings


@pytest.fixture(scope="session")
def surveyed_client(surveyed: Settings) -> Iterator[httpx.Client]:
    """A client of a server over the small nation with its soil profiles."""
    with served(surveyed) as running:
        yield running


@pytest.fixture(scope="session")
def nation_store(nation: Settings) -> Iterator[Store]:
    """The small nation's store, read beside the server."""
    store = open_store(nation)
    yield store
    store.close()


@pytest.fixture(scope="session")
def published(nation: Settings, nation_store: Store) -> dict[str, Collection]:
    """What the small nation publishes."""
    return published_collections(Source(nation_store, load(nation.config), nation_store.ledger.current()))


@contextmanager
def served(settings: Settings) -> Iterator[httpx.Client]:
    """A server over a store on a free port, in a thread of this process."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(settings), log_level="error", **CONNECTIONS)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=30) as running:
                yield running
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def refused(client: httpx.Client) -> Callable[..., str]:
    """Asks for something that cannot be had; checks the form of the refusal and returns its text."""

    def ask(path: str, status: int = 400, method: str = "GET", **rest: object) -> str:
        answer = client.request(method, path, **rest)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        assert "Traceback" not in answer.text
        return str(problem["detail"])

    return ask


@pytest.fixture
def copy(nation: Settings, tmp_path: Path) -> Settings:
    """A store of its own with the small nation in it, for tests that publish."""
    copytree(nation.store, tmp_path / "store")
    return Settings(store=tmp_path / "store", config=nation.config)
