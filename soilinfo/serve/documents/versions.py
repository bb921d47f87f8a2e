"""/collections/{collection}/versions: what was published under a name, when, and the way to it (RFC 5829)."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language, texts
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, json_answer, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import RASTERS, THEMES, VECTORS, Collection
from soilinfo.serve.documents.wording import Link, asked
from soilinfo.serve.language import language_of
from soilinfo.serve.past import can_be_asked_for, history, layers_of
from soilinfo.serve.state import Publication
from soilinfo.store.ledger import Serving

HISTORY = "version-history"


def versions(request: Request) -> Response:
    """Every version of a collection, the latest first."""
    publication = asked(request, parameters.SERVICE)
    negotiated(request, DOCUMENT_FORMATS)
    found = asked_collection(publication, request, (*RASTERS, *VECTORS))
    language = language_of(request, publication.catalog)
    words = texts(language, publication.catalog.directory)
    listed = published(publication, found)
    here = _address(publication, found)
    links = [
        {
            "rel": "self",
            "type": JSON,
            "title": words["serve.link.version-history"],
            "href": f"{here}/versions",
        },
        {"rel": "collection", "type": JSON, "title": in_language(found.title, language), "href": here},
    ]
    return json_answer({"collection": found.id, "versions": listed, "links": links})


def published(publication: Publication, found: Collection) -> list[dict[str, Any]]:
    """Each version of a collection: since and until when it was served, and its address while it is kept."""
    here, crops = _address(publication, found), layers_of(publication.source, found.id)
    kept = partial(can_be_asked_for, publication.source)
    return [
        {
            "version": serving.version,
            **({"crop": crops[serving.layer]} if crops[serving.layer] != found.id else {}),
            "snapshot": serving.snapshot,
            "since": serving.since,
            "until": serving.until,
            "removed": serving.removed,
            **({"href": f"{here}?{urlencode({VERSION: serving.version})}"} if kept(serving) else {}),
        }
        for serving in history(publication.source, found.id)
    ]


def links(publication: Publication, found: Collection, version: str | None, language: str) -> list[Link]:
    """From a collection to its history, to the latest version, and to the one before and the one after.

    Those two only where the collection, as asked for, is of one version. A theme has no versions of its own.
    """
    if found.kind in THEMES:
        return []
    words, here = texts(language, publication.catalog.directory), _address(publication, found)
    rels = {HISTORY: f"{here}/versions", "latest-version": here}
    if len(found.versions) == 1:
        served = filter(partial(can_be_asked_for, publication.source), history(publication.source, found.id))
        rels |= {rel: f"{here}?{urlencode({VERSION: each})}" for rel, each in _beside(found, served)}
    return [
        {"rel": rel, "type": JSON, "title": words[f"serve.link.{rel}"], "href": href}
        for rel, href in rels.items()
        if rel != "latest-version" or version is not None
    ]


def _beside(found: Collection, served: Iterable[Serving]) -> Iterator[tuple[str, str]]:
    """The kept versions of the same layer that were served before and after this one."""
    (own,) = found.versions.values()
    kept = [each.version for each in served if each.layer == own.layer]
    at = kept.index(own.version)
    if at + 1 < len(kept):
        yield "predecessor-version", kept[at + 1]
    if at > 0:
        yield "successor-version", kept[at - 1]


def led_to_version(links: Iterable[Link], publication: Publication, found: Collection) -> list[Link]:
    """The links of a past version's description, those within the collection to the same version."""
    here, version = _address(publication, found), urlencode({VERSION: found.version})

    def of_version(href: str) -> str:
        is_within = href == here or href.startswith((f"{here}/", f"{here}?"))
        return f"{href}{'&' if '?' in href else '?'}{version}" if is_within else href

    return [{**link, "href": of_version(link["href"])} for link in links]


def _address(publication: Publication, found: Collection) -> str:
    return f"{publication.base_url}/collections/{found.id}"


ROUTES = [Route("/collections/{collection}/versions", versions)]
