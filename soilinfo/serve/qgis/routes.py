"""Addresses of QGIS files: projects (/qgis/{country}.qgs, .qgz) and the layers of a collection (.qlr)."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import UnknownNameError
from soilinfo.report.qgis import archive, definition
from soilinfo.report.qgis import project as projects
from soilinfo.report.qgis.project import Project, document
from soilinfo.serve import parameters
from soilinfo.serve.collections import EVERY_KIND, collection_of
from soilinfo.serve.qgis.collected import groups_of
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.qgis.place import place_of
from soilinfo.serve.qgis.project import project
from soilinfo.serve.site.asked import site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import State

REGION, THEME = "region", "theme"
"""Query parameters that choose a part of the publication."""


def routes(state: State) -> list[Route]:
    """The files of the publication that a request sees."""

    def asked_project(request: Request) -> tuple[str, Project]:
        """The project asked for, and what its file is called."""
        site, params = _asked(request, state, (REGION, THEME)), request.query_params
        name = site.catalog.country.id
        if request.path_params["country"] != name:
            raise UnknownNameError("QGIS project", request.path_params["country"], [name])
        place = place_of(state.publication, params[REGION]) if REGION in params else None
        made = project(Part(site, place), state.publication.collections, params.get(THEME))
        return _named(name, params, site), made

    def plain(request: Request) -> Response:
        name, made = asked_project(request)
        return _file(f"{name}.qgs", document(made), projects.MEDIA_TYPE)

    def packed(request: Request) -> Response:
        name, made = asked_project(request)
        return _file(f"{name}.qgz", archive.archive(name, document(made)), archive.MEDIA_TYPE)

    def layers(request: Request) -> Response:
        site, name = _asked(request, state), request.path_params["collection"]
        collection = collection_of(state.publication.collections, name, EVERY_KIND)
        content = definition.definition(groups_of(Part(site), collection))
        return _file(f"{name}-{site.language}.qlr", content, definition.MEDIA_TYPE)

    return [
        Route("/qgis/{country}.qgs", plain, name="qgis_project"),
        Route("/qgis/{country}.qgz", packed),
        Route("/qgis/{collection}.qlr", layers),
    ]


def _asked(request: Request, state: State, allowed: tuple[str, ...] = ()) -> Site:
    """The site in the language asked for; InputError for one that it does not speak.

    A file is kept, so that one in another language than was asked for would be found out too late.
    """
    params = request.query_params
    parameters.check(params, ("lang", *allowed))
    site = site_of(request, state)
    if "lang" in params:
        parameters.one_of("language", params["lang"], site.catalog.services.languages)
    return site


def _named(name: str, params: QueryParams, site: Site) -> str:
    return "-".join([name, *(params[each] for each in (REGION, THEME) if each in params), site.language])


def _file(name: str, content: bytes, media_type: str) -> Response:
    headers: Mapping[str, str] = {"content-disposition": f'attachment; filename="{quote(name)}"'}
    return Response(content, media_type=media_type, headers=headers)
