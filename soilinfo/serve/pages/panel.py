"""What the panels of the map have in common: the block that their scripts read, and how they are answered."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from starlette.datastructures import QueryParams
from starlette.responses import Response

from soilinfo.catalog.text import text
from soilinfo.serve import parameters
from soilinfo.serve.pages.moment import SNAPSHOT
from soilinfo.serve.past import published_at
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import Publication


def panel_data(site: Site, path: str, words: Iterable[str]) -> dict[str, Any]:
    """Where a panel asks for values, and its texts ``panel.<word>``, whose {places} its script fills."""
    texts = {word: text(f"panel.{word}", site.language, site.catalog.directory) for word in words}
    return {"address": site.path(path), "language": site.language, "words": texts}


def shown_of(publication: Publication, params: QueryParams) -> Publication:
    """The publication that a panel tells of: this one, or what is kept of the one that ``snapshot`` names.

    UnknownNameError where there was none of that number.
    """
    number = parameters.integer(params, SNAPSHOT, publication.snapshot.id, low=1)
    if number == publication.snapshot.id:
        return publication
    source, collections = published_at(publication.source, number)
    return replace(publication, source=source, collections=collections)


def site_at(site: Site, publication: Publication) -> Site:
    """The site as it tells of that publication."""
    return replace(site, snapshot=publication.snapshot, units=publication.units)


def answered(document: Mapping[str, Any]) -> Response:
    """A panel's values as JSON."""
    return Response(orjson.dumps(document), media_type="application/json")


def in_short(title: str) -> str:
    """A title without what it explains in brackets, for which a panel has no room."""
    return title.partition(" (")[0]
