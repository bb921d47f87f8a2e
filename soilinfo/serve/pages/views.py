"""People's pages: a view of what the API says, rendered from the same JSON documents.

A browser that asks for HTML gets the JSON answer of the same address, rendered by a template of
our own in the language asked for; whatever is not JSON (a GeoTIFF, a PNG) passes unchanged. No
page refers to another host, and the content security policy keeps it so.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from soilinfo.catalog.entries import THEMES
from soilinfo.catalog.names import PROFILES
from soilinfo.jobs.runs.findings_report import evidence_lines
from soilinfo.serve.asking import VERSION
from soilinfo.serve.config import RECORDS
from soilinfo.serve.desk import desk
from soilinfo.serve.pages import land, places, point, profile, profile_picture, region, regions, soil_picture
from soilinfo.serve.pages.calls import calls
from soilinfo.serve.pages.convert import convert_page
from soilinfo.serve.pages.front import front
from soilinfo.serve.pages.harmonize import harmonize_page
from soilinfo.serve.pages.held import Held
from soilinfo.serve.pages.listings import by_standard, by_theme, operations
from soilinfo.serve.pages.outline import outline
from soilinfo.serve.pages.overlay import overlay_page
from soilinfo.serve.pages.stock_change import stock_change_page
from soilinfo.serve.pages.tables import choices, columns, explanations, kept
from soilinfo.serve.pages.viewer import viewer
from soilinfo.serve.parameters import SERVICE
from soilinfo.serve.preferences import preferences
from soilinfo.serve.reports.country_page import country_page
from soilinfo.serve.reports.region_page import board_page, region_page
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words
from soilinfo.serve.state import pinned

Document = Mapping[str, Any]

SECURITY_POLICY = "default-src 'self'; img-src 'self' data: blob:; worker-src blob:; child-src blob:;"
"""Nothing from another host; MapLibre makes its worker and images from blobs."""

STYLED_BY_SCRIPT = f"{SECURITY_POLICY} style-src 'self' 'unsafe-inline'"
"""For the page of the API alone: Swagger UI sets styles of elements as it draws; scripts stay ours."""

TEMPLATES = {
    r"/": "landing.html",
    r"/collections": "collections.html",
    r"/collections/(?P<collection>[^/]+)": "collection.html",
    r"/collections/records/items": "records.html",
    r"/collections/records/items/[^/]+": "record.html",
    r"/collections/(?P<collection>[^/]+)/items": "items.html",
    r"/collections/(?P<collection>profiles)/items/[^/]+": "profile.html",
    r"/collections/(?P<collection>[^/]+)/items/(?P<item>[^/]+)": "item.html",
    r"/collections/(?P<collection>[^/]+)/versions": "versions.html",
    r"/collections/(?P<collection>[^/]+)/styles": "styles.html",
    r"/collections/(?P<collection>[^/]+)/(?P<kind>schema|queryables|sortables)": "fields.html",
    r"/collections/(?P<collection>[^/]+)/(styles/[^/]+/)?(map/)?tiles(/[^/]+)?": "tiles.html",
    r"/collections/(?P<collection>[^/]+)/.+": "document.html",
    r"/tileMatrixSets(/[^/]+)?": "tile_matrix_sets.html",
    r"/conformance": "conformance.html",
    r"/equations": "equations.html",
    r"/equations/[^/]+": "equation.html",
    r"/processes": "processes.html",
    r"/processes/harmonize-profile": "harmonize.html",
    r"/processes/overlay": "overlay.html",
    r"/processes/soc-stock-change": "stock_change.html",
    r"/processes/convert-observations": "convert.html",
    r"/processes/(?P<process>[^/]+)": "process.html",
    r"/jobs": "jobs.html",
    r"/jobs/(?P<job>[^/]+)": "job.html",
    r"/openapi": "openapi.html",
    r"/reports": "reports.html",
    r"/reports/[^/]+": "country_report.html",
    r"/region": "region.html",
    r"/region/report": "regional_report.html",
}
"""Template by path; every other document is shown as it is."""

REPORTS: Mapping[str, Callable[[Site, Document], dict[str, Any]]] = {
    "country_report.html": country_page,
    "region.html": board_page,
    "regional_report.html": region_page,
}
"""What templates of reports need besides the document."""

NATIVE = re.compile(
    r"/map|/manifest|/profile|/observation|/region/atlas|/cog/.+|/qgis/.+|/collections/[^/]+/"
    r"(coverage|map|map/tiles/[^/]+/[^/]+/[^/]+/[^/]+|position|area|cube|radius|locations(/[^/]+)?)"
)
"""Addresses that have one answer for everyone: a file, or the map page."""

HTML = ("text/html", "application/xhtml+xml", "text/*")
"""Media ranges that a page is the best answer to."""
ASKED = "soilinfo.page"
"""In the scope of a request that is asked for a page already."""

_JINJA = Environment(
    loader=PackageLoader("soilinfo.serve"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_JINJA.policies["json.dumps_kwargs"] = {"sort_keys": False}


def routes(state: State) -> list[BaseRoute]:
    """Static files, the map, and the HTML view of every address; to be mounted before the API's routes."""

    async def map_page(request: Request) -> Response:
        site = site_of(request, state)
        return await run_in_threadpool(_map, site, request)

    return [
        Mount("/static/maplibre", StaticFiles(packages=[("maplibre", "srcjs")])),
        Mount("/static/swagger", StaticFiles(packages=[("flask_swagger_ui", "dist")])),
        Mount("/static", StaticFiles(packages=[("soilinfo.serve", "static")])),
        *land.routes(state),
        *soil_picture.routes(state),
        *places.routes(state),
        *point.routes(state),
        *profile.routes(state),
        *profile_picture.routes(state),
        *region.routes(state),
        *regions.routes(state),
        _PageRoute("/{path:path}", _Pages(state), methods=["GET"]),
        Route("/map", map_page, name="map"),
    ]


def wants_html(request: HTTPConnection) -> bool:
    """True for ``f=html``, or without ``f`` when HTML is what the client wants most."""
    asked = request.query_params.get("f")
    first, liking = next(iter(preferences(request.headers.get("accept", "")).items()), ("", 0.0))
    return asked == "html" or (asked is None and liking > 0 and first in HTML)


class _PageRoute(Route):
    """Matches only those who want HTML; all others fall through to the API."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is Match.FULL and ASKED not in scope and wants_html(HTTPConnection(scope)):
            return match, child
        return Match.NONE, {}


class _Pages:
    """The HTML view: asks the same router for JSON and renders it."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        site = site_of(request, self.state)
        answer = Held(send, NATIVE.fullmatch(request.url.path) is not None)
        await _answering(request)(_as_json(request, site.language), receive, answer)
        if answer.is_json:
            page = await run_in_threadpool(_page, site, request, answer)
            await page(scope, receive, send)


def _answering(request: Request) -> ASGIApp:
    """The router that this request came through, its refusals turned into JSON answers as everywhere."""
    handlers = {
        kind: handler for kind, handler in request.app.exception_handlers.items() if kind is not Exception
    }
    return ExceptionMiddleware(request.scope["router"], handlers)


def _as_json(request: Request, language: str) -> Scope:
    """The same request as a machine would send it; as it is where there is one answer for everyone."""
    if NATIVE.fullmatch(request.url.path):
        return {**request.scope, ASKED: True}
    query = request.query_params.multi_items()
    # A list of a form where nothing was chosen arrives empty: it asks for nothing.
    given = [(name, value) for name, value in query if value and name not in SERVICE]
    query = [*given, ("f", "json"), ("lang", language)]
    kept = [(name, value) for name, value in request.headers.raw if name not in (b"accept", b"if-none-match")]
    headers = [*kept, (b"accept", b"*/*")]
    asked = {"query_string": urlencode(query).encode(), "headers": headers, ASKED: True}
    return {**request.scope, **asked}


# ---- rendering --------------------------------------------------------------------------


def _map(site: Site, request: Request) -> Response:
    view = viewer(site, request)
    return _html(view.template, _context(site, request, {}) | dict(view.context), view.status)


def _page(site: Site, request: Request, answer: Held) -> Response:
    document = orjson.loads(answer.body)
    path = request.path_params["path"]
    context = _context(site, request, document)
    if answer.status >= 400:
        return refused(site, request, document)
    template, names = _template(f"/{path}".rstrip("/") or "/")
    if template == "collection.html" and VERSION in request.query_params:
        # The page of a collection shows pictures, which are those of the current version.
        template = "document.html"
    asking = {"calls": calls(site, context["here"], request.query_params, template, document)}
    return _html(template, context | names | asking | _details(site, template, names, document))


def refused(site: Site, request: Request, problem: Document) -> Response:
    """The page of a refusal, with its status."""
    context = _context(site, request, problem) | _refusal(site, problem)
    return _html("error.html", context, problem["status"])


def _refusal(site: Site, problem: Document) -> dict[str, str]:
    """Heading and advice of an error page: 404 and other faults of the request have their own.

    Where the address was right, and owners of profiles allow no more what it led to, that is all to be said.
    """
    status = problem["status"]
    heading = site.say("error.title.404") if status == 404 else f"{problem['title']} ({status})"
    kind = ".404" if status == 404 else ".400" if status < 500 else ""
    why = site.say("refusal.profiles_then")
    return {
        "heading": heading,
        "advice": why if why == problem.get("detail") else site.say(f"error.do{kind}"),
    }


def _template(path: str) -> tuple[str, dict[str, str]]:
    for pattern, template in TEMPLATES.items():
        match = re.fullmatch(pattern, path)
        if match:
            return template, match.groupdict()
    return "document.html", {}


def _html(template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    policy = STYLED_BY_SCRIPT if template == "openapi.html" else SECURITY_POLICY
    headers = {"content-security-policy": policy, "vary": "Accept, Accept-Language"}
    return HTMLResponse(_JINJA.get_template(template).render(context), status, headers)


def _context(site: Site, request: Request, document: Document) -> dict[str, Any]:
    here = request.url.path.removeprefix(urlsplit(site.base).path)

    def address(**changes: str) -> str:
        query = {**request.query_params, **changes}
        return f"{site.path(here)}?{urlencode({name: value for name, value in query.items() if value})}"

    return {
        "site": site,
        "words": Words(site),
        "doc": document,
        "calls": [],
        "here": here,
        "themes": THEMES,
        "as_json": address(f="json"),
        "as_file": lambda name: address(f=name, offset="", cursor="", limit=""),
        "asked": request.query_params,
        "in_language": lambda code: address(lang=code),
        "as_page": lambda href: _as_page(site, href),
    }


def _as_page(site: Site, href: str) -> str:
    """An address of the API as a link of a page in the site's language."""
    query = {name: value for name, value in QueryParams(urlsplit(href).query).items() if name != "f"}
    return f"{urlsplit(href).path}?{urlencode(query | {'lang': site.language})}"


def _details(site: Site, template: str, names: Mapping[str, str], document: Document) -> dict[str, Any]:
    """What single templates need besides the document."""
    if template == "landing.html":
        return front(site)
    if template == "process.html":
        return {"point": "{:.2f}, {:.2f}".format(*_middle(site))} | desk(site, document)
    if template == "harmonize.html":
        return harmonize_page(site)
    if template == "stock_change.html":
        return stock_change_page(site, document["example"]["inputs"])
    if template == "convert.html":
        return convert_page(site)
    if template == "overlay.html":
        return overlay_page(site)
    if template in ("jobs.html", "job.html"):
        return {"title_of": lambda process: site.say(f"serve.{process}")}
    if template in ("items.html", "item.html"):
        titles = (link.get("title") for link in document["links"] if link["rel"] == "collection")
        return {
            "title": next(titles, ""),
            "shape": outline(document.get("geometry")),
            "made": regions.made(pinned().api.manager.processes),
            "columns": columns,
            "choices": choices,
            "explanations": explanations,
            "kept": kept,
            "evidence": lambda text: evidence_lines(orjson.loads(text)),
        }
    if template == "profile.html":
        return {"title": _title_of(site, PROFILES), **profile.profile_page(site, document)}
    if template in REPORTS:
        return REPORTS[template](site, document)
    if template == "openapi.html":
        return operations(document["paths"])
    if template == "collections.html":
        return {"by_theme": by_theme(document["collections"])}
    if template == "conformance.html":
        return {"conforms": by_standard(document["conformsTo"])}
    return {"title": _title_of(site, names["collection"]) if "collection" in names else ""}


def _title_of(site: Site, name: str) -> str:
    """The title of a collection as it is published now; its name where it no longer is."""
    found = pinned().collections.get(name)
    return site.say("serve.records") if name == RECORDS else site.named(found.title) if found else name


def _middle(site: Site) -> tuple[float, float]:
    """Longitude and latitude of the middle of the country."""
    west, south, east, north = site.bounds
    return (west + east) / 2, (south + north) / 2
