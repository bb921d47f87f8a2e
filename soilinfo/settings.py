"""Where a soilinfo process finds its store, its database and its configuration."""

from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from the environment (prefix ``SOILINFO_``) or from keyword arguments; frozen.

    The port is also read from ``PORT``, as hosting platforms set it.
    """

    model_config = SettingsConfigDict(
        env_prefix="SOILINFO_", frozen=True, populate_by_name=True, extra="ignore"
    )

    store: Path = Path("store")
    """Directory of cubes, COGs and, without a database, of ledger and vectors."""
    db: str | None = Field(default=None, repr=False)
    """``postgresql://...`` for ledger and vectors in PostGIS; None keeps both inside the store."""
    config: Path = Path("config")
    """Directory of the configuration."""
    url: str | None = None
    """Public base URL, when it differs from host and port."""
    host: str = "127.0.0.1"
    port: int = Field(default=5000, ge=1, le=65535, validation_alias=AliasChoices("SOILINFO_PORT", "PORT"))
