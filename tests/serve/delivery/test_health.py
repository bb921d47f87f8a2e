"""What load balancers ask."""

import httpx
import pytest

from soilinfo.settings import Settings
from tests.serve.conftest import served


def test_a_server_that_answers_is_alive_and_ready(client: httpx.Client):
    assert client.get("/health").json() == {"status": "alive"}
    ready = client.get("/ready")
    assert (ready.json()["status"], ready.headers["cache-control"]) == ("ready", "no-store")
    assert client.head("/ready").status_code == 200


def test_a_server_whose_store_is_silent_lives_but_is_not_ready(
    nation: Settings, monkeypatch: pytest.MonkeyPatch
):
    with served(nation) as client:
        monkeypatch.setattr("soilinfo.serve.delivery.health.SILENCE", -1.0)
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["status"], ready.headers["retry-after"]) == (503, 503, "5")
        assert client.get("/health").status_code == 200
