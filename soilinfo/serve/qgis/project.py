"""The QGIS project of a publication: every published layer, styled and with a legend, in one file."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import UnknownNameError
from soilinfo.report.qgis.project import MEDIA_TYPE, Project, document
from soilinfo.serve.qgis.allocations import group_of_allocations
from soilinfo.serve.qgis.layers import groups
from soilinfo.serve.qgis.tiles import groups_of_tiles
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site


def project(site: Site) -> bytes:
    """The .qgs document (UTF-8 XML) of everything published at ``site.base``."""
    outlines, *others = groups(site)
    services, grid = site.catalog.services, site.catalog.grid
    return document(
        Project(
            id=site.catalog.country.id,
            title=site.title,
            abstract=f"{site.named(services.description)}\n\n{site.named(services.disclaimer)}",
            language=site.language,
            licence=services.licence,
            author=services.contact.organisation,
            crs=grid.crs,
            bounds=grid.bounds,
            groups=(outlines, *groups_of_tiles(site), *others, group_of_allocations(site)),
        )
    )


def routes(state: State) -> list[Route]:
    """``/qgis/<country>.qgs``: the project of the publication that the request sees."""

    async def serve_project(request: Request) -> Response:
        site = site_of(request, state)
        name = site.catalog.country.id
        if request.path_params["country"] != name:
            raise UnknownNameError("QGIS project", request.path_params["country"], [name])
        disposition = {"content-disposition": f'attachment; filename="{name}-{site.language}.qgs"'}
        return Response(await run_in_threadpool(project, site), media_type=MEDIA_TYPE, headers=disposition)

    return [Route("/qgis/{country}.qgs", serve_project, name="qgis_project")]
