"""Settings come from the environment and do not change."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from soilinfo.settings import Settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in ("STORE", "DB", "CONFIG", "URL", "HOST", "PORT"):
        monkeypatch.delenv(f"SOILINFO_{name}", raising=False)
    monkeypatch.delenv("PORT", raising=False)


def test_without_an_environment_everything_is_here_and_local():
    settings = Settings()
    assert (settings.store, settings.config, settings.db) == (Path("store"), Path("config"), None)
    assert (settings.host, settings.port, settings.url) == ("127.0.0.1", 5000, None)


def test_the_environment_decides(monkeypatch):
    monkeypatch.setenv("SOILINFO_STORE", "/srv/soil")
    monkeypatch.setenv("SOILINFO_DB", "postgresql://soil@db/soil")
    monkeypatch.setenv("PORT", "8080")
    settings = Settings()
    assert (settings.store, settings.db, settings.port) == (
        Path("/srv/soil"),
        "postgresql://soil@db/soil",
        8080,
    )


def test_our_own_port_comes_before_the_platforms(monkeypatch):
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("SOILINFO_PORT", "9090")
    assert Settings().port == 9090


def test_what_is_given_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("SOILINFO_PORT", "9090")
    assert Settings(port=1234, store=Path("x")).port == 1234


def test_an_empty_variable_counts_as_unset_whichever_it_is(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(f"SOILINFO_{name.upper()}", "")
    monkeypatch.setenv("PORT", "8080")
    assert Settings() == Settings.model_construct(port=8080)


def test_settings_are_frozen_and_checked():
    with pytest.raises(ValidationError):
        Settings().port = 1
    with pytest.raises(ValidationError):
        Settings(port=70_000)
