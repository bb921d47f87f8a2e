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
from soilinfo.serve.language import language_of
from soilinfo.serve.qgis.collected import groups_of
from soilinfo.serve.qgis.part import Part
from soilinfo.serve.qgis.place import place_of
from soilinfo.serve.qgis.project import project
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned

REGION, THEME = "region", "theme"
"""Query parameters that choose a part of the publication."""


def plain_project(request: Request) -> Response:
    """/qgis/{country}.qgs"""
    name, made = _asked_project(request)
    return _file(f"{name}.qgs", document(made), projects.MEDIA_TYPE)


def packed_project(request: Request) -> Response:
    """/qgis/{country}.qgz"""
    name, made = _asked_project(request)
    return _file(f"{name}.qgz", archive.archive(name, document(made)), archive.MEDIA_TYPE)


def layers(request: Request) -> Response:
    """/qgis/{collection}.qlr"""
    site, name = _asked(request), request.path_params["collection"]
    collection = collection_of(pinned().collections, name, EVERY_KIND)
    content = definition.definition(groups_of(Part(site, _columns), collection))
    return _file(f"{name}-{site.language}.qlr", content, definition.MEDIA_TYPE)


def _asked_project(request: Request) -> tuple[str, Project]:
    """The project asked for, and what its file is called."""
    site, params = _asked(request, (REGION, THEME)), request.query_params
    publication, name = pinned(), site.catalog.country.id
    if request.path_params["country"] != name:
        raise UnknownNameError("QGIS project", request.path_params["country"], [name])
    place = place_of(publication, params[REGION]) if REGION in params else None
    made = project(Part(site, _columns, place), publication.collections, params.get(THEME))
    return _named(name, params, site), made


def _columns(name: str) -> tuple[str, ...]:
    """Columns of a published table."""
    collection = pinned().collections[name]
    return tuple(collection.store.vector.fields(name, collection.version))


def _asked(request: Request, allowed: tuple[str, ...] = ()) -> Site:
    """The site in the language asked for; InputError for one that it does not speak.

    A file is kept, so that one in another language than was asked for would be found out too late.
    """
    params, publication = request.query_params, pinned()
    catalog = publication.catalog
    parameters.check(params, ("lang", *allowed))
    if "lang" in params:
        parameters.one_of("language", params["lang"], catalog.services.languages)
    language = language_of(request, catalog)
    return Site(catalog, publication.snapshot, publication.base_url, language, publication.units)


def _named(name: str, params: QueryParams, site: Site) -> str:
    return "-".join([name, *(params[each] for each in (REGION, THEME) if each in params), site.language])


def _file(name: str, content: bytes, media_type: str) -> Response:
    headers: Mapping[str, str] = {"content-disposition": f'attachment; filename="{quote(name)}"'}
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [
    Route("/qgis/{country}.qgs", plain_project, name="qgis_project"),
    Route("/qgis/{country}.qgz", packed_project),
    Route("/qgis/{collection}.qlr", layers),
]
