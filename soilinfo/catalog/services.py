"""The service as services.yaml has it: who answers for it, its largest answers, how long things are kept."""

from typing import Literal

from pydantic import Field

from soilinfo.catalog.fields import LANGUAGES, CrsName, Label, Model


class Contact(Model):
    """Who answers for the service."""

    organisation: str
    email: str
    url: str


class Limits(Model):
    """The largest answers (services.yaml)."""

    process_cells: int = Field(default=4_000_000, gt=0)
    """Cells of a question that is answered at once; a larger one becomes a job."""
    job_cells: int = Field(default=400_000_000, gt=0)
    """Cells of a question that is answered at all."""
    jobs: int = Field(default=100, gt=0)
    """Jobs that may wait or run at a time."""
    coverage_cells: int = Field(default=4_000_000, gt=0)
    map_pixels: int = Field(default=4_000_000, gt=0)
    page_features: int = Field(default=1_000, gt=0)
    """Features on a page of GeoJSON; a larger ``limit`` is lowered to it."""
    file_features: int = Field(default=100_000, gt=0)
    """Features in a file (GeoPackage, FlatGeobuf, GeoParquet, CSV, XLSX), which is never cut short."""
    statement_seconds: float = Field(default=20, gt=0)
    """The longest that a server works for one question to the database or to a GeoPackage."""


class Retention(Model):
    """How long what is no longer served is kept (services.yaml). The default is ours, not a standard's."""

    keep_days: int = Field(default=30, ge=1)
    job_days: int = Field(default=7, ge=1)
    """How long a job that has ended is kept, with its result."""
    job_mb: int = Field(default=1000, ge=1)
    """How much is kept of all jobs; beyond that those that came first go earlier."""


class Federation(Model):
    """Whether other soil information systems may fetch the published soil profiles (services.yaml)."""

    enabled: bool = False
    keys: Literal["needed", "none"] = "needed"
    """Who may: those to whom a key was given (setting SOILINFO_FEDERATION_KEYS), or anyone."""


class Services(Model):
    """services.yaml: how the store is shown to the world."""

    title: Label
    description: Label
    keywords: tuple[str, ...] = ()
    contact: Contact
    licence: str
    licence_url: str
    disclaimer: Label
    languages: tuple[str, ...] = LANGUAGES
    crs: tuple[CrsName, ...] | None = None
    """Systems that features are answered in besides CRS84, EPSG:4326 and EPSG:3857, as EPSG:23830; absent:
    the grid's own and the zones of SRGI2013 that touch the country."""
    limits: Limits = Field(default_factory=Limits)
    retention: Retention = Field(default_factory=Retention)
    federation: Federation = Field(default_factory=Federation)
