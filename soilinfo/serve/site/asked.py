"""The site as one request asks for it."""

from collections.abc import Mapping
from typing import Protocol

from starlette.requests import HTTPConnection

from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.models import Catalog
from soilinfo.serve.language import language_of
from soilinfo.serve.site.site import Site
from soilinfo.store.ledger import Snapshot


class Publication(Protocol):
    """What one request sees: never two snapshots in one answer."""

    @property
    def catalog(self) -> Catalog:
        """The catalog the snapshot is described in."""

    @property
    def snapshot(self) -> Snapshot:
        """What is published."""

    @property
    def base_url(self) -> str:
        """The public address of this request."""

    @property
    def units(self) -> Mapping[str, tuple[UnitLine, ...]]:
        """Legend of each published soil map."""


class State(Protocol):
    """What the application shares between requests."""

    @property
    def publication(self) -> Publication:
        """What the request being answered sees."""


def site_of(request: HTTPConnection, state: State) -> Site:
    """The site as this request asks for it: its publication, its address, its language."""
    publication = state.publication
    language = language_of(request, publication.catalog)
    base, units = publication.base_url, publication.units
    return Site(publication.catalog, publication.snapshot, base, language, units)
