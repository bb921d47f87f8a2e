"""/equations: what properties are converted by; each equation named beside a value can be looked up."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.text import in_language, text
from soilinfo.serve import parameters
from soilinfo.serve.answers import json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.documents.wording import asked
from soilinfo.serve.language import language_of
from soilinfo.serve.state import Publication, pinned

PROPERTY = "property"
WORDED = ("title", "soils", "rule")


async def equations(request: Request) -> Response:
    """/equations, or those alone that lead from or to a ``property``."""
    parameters.check(request.query_params, (*parameters.SERVICE, PROPERTY))
    negotiated(request, DOCUMENT_FORMATS)
    publication, wanted = pinned(), request.query_params.get(PROPERTY)
    catalog = publication.catalog
    if wanted is not None:
        parameters.one_of(PROPERTY, wanted, catalog.properties)
    language = language_of(request, catalog)
    found = [one for one in catalog.equations.values() if wanted is None or wanted in _properties(one)]
    told = [_told(publication, one, language) for one in found]
    title = text("equation.list", language, catalog.directory)
    links = [_link(publication, "self", "/equations", title)]
    return json_answer({"title": title, "equations": told, "links": links})


async def equation(request: Request) -> Response:
    """/equations/{equation}; UnknownNameError names those that there are."""
    publication = asked(request)
    negotiated(request, DOCUMENT_FORMATS)
    catalog, language = publication.catalog, language_of(request, publication.catalog)
    one = catalog.equation(request.path_params["equation"])
    title = text("equation.list", language, catalog.directory)
    links = [
        _link(publication, "self", f"/equations/{one.id}", in_language(one.title, language)),
        _link(publication, "up", "/equations", title),
    ]
    return json_answer({**_told(publication, one, language), "links": links})


def _told(publication: Publication, one: Equation, language: str) -> Mapping[str, Any]:
    """An equation in one language, with its formula, and whether profiles are harmonized by it."""
    worded = {name: in_language(label, language) for name in WORDED if (label := getattr(one, name))}
    return {
        **one.model_dump(mode="json"),
        **worded,
        "formula": one.formula,
        "used": publication.catalog.uses(one),
        "href": f"{publication.base_url}/equations/{one.id}",
    }


def _properties(one: Equation) -> tuple[str, ...]:
    return (one.from_property, one.to_property, *one.further_properties)


def _link(publication: Publication, rel: str, path: str, title: str) -> Mapping[str, str]:
    return {
        "rel": rel,
        "type": "application/json",
        "title": title,
        "href": f"{publication.base_url}{path}",
    }


ROUTES = [Route("/equations", equations), Route("/equations/{equation}", equation)]
