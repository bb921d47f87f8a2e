"""/factsheets/{code}.pdf: documents made from the pinned publication when they are asked for."""

from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.jobs import factsheet
from soilinfo.serve import parameters
from soilinfo.serve.site import language_of
from soilinfo.serve.state import pinned

PDF = "application/pdf"


async def fact_sheet(request: Request) -> Response:
    """The fact sheet of the unit that the address names, in the language of ``lang`` or the reader's."""
    parameters.check(request.query_params, ("lang",))
    publication, code = pinned(), request.path_params["code"]
    language = language_of(request, publication.catalog)
    content = await to_thread.run_sync(
        factsheet.fact_sheet, publication.store, publication.catalog, publication.snapshot, code, language
    )
    headers = {
        "Content-Disposition": f'inline; filename="{quote(code)}.{language}.pdf"',
        "Content-Language": language,
    }
    return Response(content, media_type=PDF, headers=headers)
