"""Where a soilinfo process finds its store, its database and its configuration."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from the environment (prefix ``SOILINFO_``) or from keyword arguments; frozen.

    The port is also read from ``PORT``, as hosting platforms set it. An empty variable counts as unset:
    ``SOILINFO_STORE=`` must not make a store of the directory that a process happens to start in.
    """

    model_config = SettingsConfigDict(
        env_prefix="SOILINFO_", env_ignore_empty=True, frozen=True, populate_by_name=True, extra="ignore"
    )

    store: Path = Path("store")
    """Directory of cubes, COGs and, without a database, of ledger and vectors."""
    objects: str | None = None
    """``s3://bucket/prefix`` where cubes and COGs lie; None keeps them inside the store."""
    db: str | None = Field(default=None, repr=False)
    """``postgresql://...`` for ledger and vectors in PostGIS; None keeps both inside the store."""
    config: Path = Path("config")
    """Directory of the configuration."""
    url: str | None = None
    """Public base URL, when it differs from host and port."""
    host: str = "127.0.0.1"
    port: int = Field(default=5000, ge=1, le=65535, validation_alias=AliasChoices("SOILINFO_PORT", "PORT"))
    cache_mb: int = Field(default=256, ge=0)
    """Megabytes (of 2**20 bytes) of decoded cells that a server keeps for further answers."""
    at_work: int = Field(default=2, ge=1)
    """Requests that a server process works at at a time; half as many of those that compute for long."""
    unsent_mb: int = Field(default=128, ge=1)
    """Megabytes of answers that clients have yet to take; beyond it who takes longest is dropped."""
    pipelines: Path | None = None
    """Directory of an institute's own pipelines, beside those that come with soilinfo."""
    log: Path | None = None
    """File of JSON lines: what pipeline runs do, and what nobody expects; None: standard error."""
    metrics: Path | None = None
    """``.prom`` file for the textfile collector of a Prometheus node exporter; None: none is written."""
    notify: str | None = Field(default=None, repr=False)
    """What is told of a failed run: a URL that its summary is posted to, or a command that reads it."""

    federation_keys: str | None = Field(default=None, repr=False)
    """``hub=KEY,neighbour=KEY``: who may fetch soil profiles for the federation, each by a key of its own."""

    @property
    def federated(self) -> dict[str, str]:
        """Key of the federation by the name of whom it was given to."""
        pairs = (each.partition("=") for each in (self.federation_keys or "").split(","))
        return {name.strip(): key.strip() for name, _, key in pairs if name.strip() and key.strip()}

    def environment(self) -> dict[str, str]:
        """The environment variables that give another process these settings; paths are absolute."""
        given = self.model_dump(exclude_defaults=True)
        paths = {name: Path(getattr(self, name)).absolute() for name in ("store", "config")}
        return {f"SOILINFO_{name.upper()}": _plain(value) for name, value in {**given, **paths}.items()}

    def masked(self) -> "Settings":
        """These settings, fit to be shown."""
        db = self.without_secrets(self.db) if self.db else None
        hidden = {name: "***" if getattr(self, name) else None for name in ("notify", "federation_keys")}
        return self.model_copy(update={"db": db, **hidden})

    def without_secrets(self, text: str) -> str:
        """The text with the database's password, keys and the address of the notification made unreadable."""
        secrets = [urlsplit(self.db or "").password, self.notify, *self.federated.values()]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***")
        return text


def _plain(value: object) -> str:
    return str(value.absolute()) if isinstance(value, Path) else str(value)
