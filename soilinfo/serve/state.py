"""What the server answers from: one publication at a time, swapped whole when a new one is made.

A request is pinned to the publication current at its start and keeps it to its end, so no answer
mixes two. A publication exists once for each public address it is asked at.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from time import monotonic
from typing import Any

from anyio import to_thread
from pygeoapi.plugin import load_plugin
from pygeoapi.provider import get_provider_by_type

from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.errors import SoilinfoError, StoreError
from soilinfo.jobs.harmonization.rights import as_allowed, hidden
from soilinfo.jobs.ingestion.meaning import misread
from soilinfo.serve.answers import json_text
from soilinfo.serve.bridge import Api
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.config import configuration, providers
from soilinfo.serve.delivery import fingerprint
from soilinfo.serve.documents.openapi import document
from soilinfo.serve.published import published_collections
from soilinfo.settings import Settings
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

POLL_SECONDS = 0.5
ADDRESSES = 4
"""Most public addresses kept ready.

Without a public address in the settings a server answers with the address it was asked at (the Host
header), and each address costs a publication of its own: fit for one machine, not for a network,
where the settings' ``url`` makes it exactly one.
"""
LOCAL = ("127.0.0.1", "::1", "localhost")
"""Hosts that only this machine reaches."""

LOG = logging.getLogger("soilinfo.serve")


@dataclass(frozen=True, eq=False)
class Publication:
    """One snapshot as served at one address. Nothing in it changes."""

    source: Source
    collections: Mapping[str, Collection]
    base_url: str
    mark: str
    """What :meth:`soilinfo.store.ledger.Ledger.mark` was before anything was read."""

    @property
    def store(self) -> Store:
        """The store it reads."""
        return self.source.store

    @property
    def catalog(self) -> Catalog:
        """The catalog as it was when the snapshot was first served."""
        return self.source.catalog

    @cached_property
    def snapshot(self) -> Snapshot:
        """What is served: layer -> version."""
        served = {name: version.version for name, version in self.source.served.items()}
        return replace(self.source.snapshot, layers=served)

    @cached_property
    def api(self) -> Api:
        """pygeoapi's object over the configuration derived from this publication."""
        return Api(configuration(self.source, self.collections, self.base_url), {})

    def provider(self, collection: Collection, kind: str) -> Any:
        """The provider of a collection: 'feature', 'coverage' or 'map'; it keeps nothing of a request.

        Those of published collections are made once, those of a version asked for when they are asked for.
        """
        if self.collections.get(collection.id) is not collection:
            return _provider(collection, kind)
        if (collection.id, kind) not in self._providers:
            self._providers[collection.id, kind] = _provider(collection, kind)
        return self._providers[collection.id, kind]

    @cached_property
    def _providers(self) -> dict[tuple[str, str], Any]:
        return {}

    @cached_property
    def described(self) -> str:
        """Changes with all that answers depend on beside request and data."""
        return fingerprint.described(self.catalog, self.base_url)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with all that answers depend on beside the request."""
        return fingerprint.published(self.described, self.snapshot, self.mark)

    @cached_property
    def units(self) -> Mapping[str, tuple[UnitLine, ...]]:
        """Legend of each published soil map."""
        maps = (self.collections[name] for name in self.catalog.soil_maps if name in self.collections)
        legends = {each.id: each.versions[each.id].metadata["legend"] for each in maps}
        return {name: tuple(UnitLine(**line) for line in lines) for name, lines in legends.items()}

    @cached_property
    def openapi(self) -> bytes:
        """The OpenAPI document, as JSON."""
        manager = self.api.manager
        processes = {name: manager.get_processor(name).metadata for name in manager.processes}
        return json_text(document(self.catalog, self.collections, processes, self.base_url)).encode()


def _provider(collection: Collection, kind: str) -> Any:
    return load_plugin("provider", get_provider_by_type(providers(collection), kind))


@dataclass
class _Generation:
    """One snapshot at every address it is served at."""

    mark: str
    source: Source
    collections: Mapping[str, Collection]
    publications: dict[str, Publication] = field(default_factory=dict)

    def at(self, base_url: str) -> Publication:
        if base_url not in self.publications:
            publication = Publication(self.source, self.collections, base_url, self.mark)
            _ = publication.api, publication.openapi, publication.fingerprint
            # The first is the address of the settings, which is always needed.
            for oldest in [*self.publications][1 : len(self.publications) - ADDRESSES + 2]:
                del self.publications[oldest]
            self.publications[base_url] = publication
        return self.publications[base_url]


_PINNED: ContextVar[Publication] = ContextVar("publication")


def pinned() -> Publication:
    """The publication that the request being answered is pinned to."""
    return _PINNED.get()


class State:
    """The server's only mutable thing: which publication is current."""

    def __init__(
        self, settings: Settings, store: Store, prepare: Callable[[Publication], None] = lambda _: None
    ) -> None:
        """``prepare`` makes what is asked for soon after a publication, once that is served."""
        self.settings, self.store, self.prepare = settings, store, prepare
        self._building = threading.Lock()
        self.answered = monotonic()
        """When the store last told which publication is current."""
        if settings.url is None and settings.host not in LOCAL:
            LOG.warning("no public address is set (SOILINFO_URL): links follow whatever Host a client sends")
        self._generation = self._generate()
        self._generation.at(self.default_url)

    @property
    def default_url(self) -> str:
        """The public address when no request says otherwise."""
        settings = self.settings
        return (settings.url or f"http://{settings.host}:{settings.port}").rstrip("/")

    @property
    def publication(self) -> Publication:
        """The publication this request is pinned to; outside a request the current one."""
        pinned = _PINNED.get(None)
        return pinned or self._generation.at(self.default_url)

    async def pin(self, asked_at: str) -> Publication:
        """Pin the request being answered to the current publication, at the address it was asked at.

        StoreError where the store does not give what that address needs; then it is pinned to the settings'.
        """
        base_url = self.default_url if self.settings.url else asked_at.rstrip("/")
        generation = self._generation
        publication = generation.publications.get(base_url)
        if publication is None:
            _PINNED.set(generation.at(self.default_url))
            publication = await to_thread.run_sync(self._at, generation, base_url)
        _PINNED.set(publication)
        return publication

    def refresh(self) -> None:
        """Take up a new snapshot, or what was decided or removed since, if there is any."""
        if self.store.ledger.mark() == self._generation.mark:
            return
        generation = self._generate()
        for base_url in tuple(self._generation.publications):
            generation.at(base_url)
        self._generation = generation
        for publication in [*generation.publications.values()]:
            self.prepare(publication)

    async def watch(self) -> None:
        """Refresh for ever; while ledger or configuration cannot be read, go on serving what is served."""
        failing = False
        while True:
            try:
                await to_thread.run_sync(self.refresh)
                failing, self.answered = False, monotonic()
            except Exception as error:
                # A watch that ends would serve the old publication for ever, and nobody would know.
                if not failing:
                    defect = None if isinstance(error, SoilinfoError) else error
                    LOG.error(
                        "the new publication cannot be served yet, the old one is: %s", error, exc_info=defect
                    )
                failing = True
            await asyncio.sleep(POLL_SECONDS)

    def _at(self, generation: _Generation, base_url: str) -> Publication:
        with self._building:
            try:
                return generation.at(base_url)
            except SoilinfoError as error:
                # Nothing of it was asked by the client.
                raise StoreError(f"the publication cannot be served at {base_url}: {error}") from error

    def _generate(self) -> _Generation:
        mark = self.store.ledger.mark()
        catalog, current = load(self.settings.config), self.store.ledger.current()
        source = Source(self.store, catalog, as_allowed(self.store, catalog, current))
        unserved = (*misread(self.store, catalog, source.snapshot), *hidden(self.store, catalog, current))
        for finding in unserved:
            LOG.warning("%s", finding.message)
        self.store.vector.limit(source.catalog.services.limits.statement_seconds)
        return _Generation(mark, source, published_collections(source))
