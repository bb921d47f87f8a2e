"""Documents made from the pinned publication when they are asked for: /factsheets/{code}.pdf, workbooks."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.jobs.planning import factsheet
from soilinfo.jobs.planning.level_tables import sheet_of, write_workbook
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.language import language_of
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query


def fact_sheet(request: Request) -> Response:
    """The fact sheet of the unit that the address names, in the language of ``lang`` or the reader's.

    ``crops``: ids with commas between them, of the crops whose reasons are told.
    """
    parameters.check(request.query_params, ("lang", "crops"))
    publication, code = pinned(), request.path_params["code"]
    language, known = language_of(request, publication.catalog), publication.catalog.every_crop()
    asked = filter(None, request.query_params.get("crops", "").split(","))
    crops = [parameters.one_of("crops", crop, known) for crop in asked]
    content = factsheet.fact_sheet(
        publication.store,
        publication.catalog,
        publication.snapshot,
        code,
        language,
        crops,
    )
    headers = {
        "Content-Disposition": f'inline; filename="{quote(code)}.{language}.pdf"',
        "Content-Language": language,
    }
    return Response(content, media_type=PDF, headers=headers)


def rows_as_workbook(collection: Collection, query: Query, language: str) -> bytes:
    """Rows of a collection as a workbook of one sheet, with a sheet that explains it."""
    store, catalog, snapshot = collection.store, collection.catalog, collection.source.snapshot
    sheets = [sheet_of(store, catalog, snapshot, collection.id, language, query)]
    return write_workbook(catalog, snapshot, sheets, language)


ROUTES = [Route("/factsheets/{code}.pdf", fact_sheet)]
