"""How pygeoapi's documents are put right: its titles in our words, without what is not served."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.text import in_language, texts
from soilinfo.serve import parameters
from soilinfo.serve.answers import Formats
from soilinfo.serve.bridge import DOCUMENT_FORMATS, Amend, Answer, Document, call
from soilinfo.serve.language import language_of
from soilinfo.serve.state import Publication, pinned

NOT_SERVED = ("application/ld+json", "text/csv; charset=utf-8")
"""Media types that pygeoapi links to and that are not served, or linked in our own words."""
Link = Mapping[str, Any]


def answer(
    publication: Publication,
    request: Request,
    function: Callable[..., Answer],
    *arguments: Any,
    amend: Amend | None = None,
    formats: Formats = DOCUMENT_FORMATS,
) -> Response:
    """pygeoapi's document, amended, the titles of its links in the language asked for."""
    catalog = publication.catalog
    words = texts(language_of(request, catalog), catalog.directory)

    def worded(document: Document) -> Document:
        amended: Document = titled(amend(document) if amend else document, words)
        return amended

    return call(publication.api, request, function, *arguments, amend=worded, formats=formats)


def titled(part: Any, words: Mapping[str, str]) -> Any:
    """A part of a document with our words in place of pygeoapi's English titles of links."""
    if isinstance(part, list):
        return [titled(each, words) for each in part]
    if not isinstance(part, dict):
        return part
    if "href" in part and "title" in part:
        return part | {"title": words.get(f"link.{part['title']}", part["title"])}
    return {name: titled(each, words) for name, each in part.items()}


def spoken(part: Any, language: str) -> Any:
    """A part of a schema with one language's text of every title and description."""
    if isinstance(part, list):
        return [spoken(each, language) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: in_language(each, language)
        if name in ("title", "description") and isinstance(each, dict)
        else spoken(each, language)
        for name, each in part.items()
    }


def asked(request: Request, known: tuple[str, ...] = parameters.SERVICE) -> Publication:
    """The publication that a request for a document sees; InputError for a parameter it does not take."""
    parameters.check(request.query_params, known)
    return pinned()


def served(links: Iterable[Link], without: tuple[str, ...] = ()) -> list[Link]:
    """Links but those to forms, or of relations, that are not served."""
    return [link for link in links if link.get("type") not in NOT_SERVED and link["rel"] not in without]
