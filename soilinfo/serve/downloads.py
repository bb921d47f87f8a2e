"""Documents made from the pinned publication when they are asked for: /factsheets/{code}.pdf, workbooks."""

from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.jobs.planning import factsheet
from soilinfo.jobs.planning.level_tables import sheet_of, write_workbook
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.report.workbook import XLSX
from soilinfo.serve import parameters
from soilinfo.serve.language import language_of
from soilinfo.serve.state import Publication, pinned
from soilinfo.store.vector import Query


async def fact_sheet(request: Request) -> Response:
    """The fact sheet of the unit that the address names, in the language of ``lang`` or the reader's.

    ``crops``: ids with commas between them, of the crops whose reasons are told.
    """
    parameters.check(request.query_params, ("lang", "crops"))
    publication, code = pinned(), request.path_params["code"]
    language, known = language_of(request, publication.catalog), publication.catalog.every_crop()
    asked = filter(None, request.query_params.get("crops", "").split(","))
    crops = [parameters.one_of("crops", crop, known) for crop in asked]
    content = await to_thread.run_sync(
        factsheet.fact_sheet,
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


def rows_as_workbook(publication: Publication, table: str, query: Query, language: str) -> Response:
    """A page of rows of a collection as a workbook of one sheet, with a sheet that explains it."""
    store, catalog, snapshot = publication.store, publication.catalog, publication.snapshot
    sheets = [sheet_of(store, catalog, snapshot, table, language, query)]
    headers = {
        "Content-Disposition": f'attachment; filename="{table}.xlsx"',
        "Content-Language": language,
    }
    return Response(write_workbook(catalog, snapshot, sheets, language), media_type=XLSX, headers=headers)
