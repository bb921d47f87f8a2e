"""/region: the board of the region that this node is the host of, and its report; 404 on any other node."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.jobs.planning.atlas import DEFAULT_PAPER
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.country.canonical import JSON
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.report.region.document import Board
from soilinfo.serve import parameters
from soilinfo.serve.answers import Formats, RefusedError, json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.documents.wording import asked
from soilinfo.serve.language import language_of_file
from soilinfo.serve.reports.files import ATLAS_FORMATS, REGION_FORMATS, REGION_TYPES, sent
from soilinfo.serve.reports.regional import merged, sheets, written
from soilinfo.serve.state import Publication


def board(request: Request) -> Response:
    """/region: who submitted, what fails, who is late."""
    publication = hosted(request, DOCUMENT_FORMATS)
    report, _ = merged(publication.source)
    found = Board(header=report.header, members=report.members, findings=report.findings)
    return json_answer(found.model_dump(mode="json"))


def report(request: Request) -> Response:
    """/region/report: every country's values, and which of them may stand side by side."""
    publication = hosted(request, REGION_FORMATS)
    form, language = negotiated(request, REGION_FORMATS), language_of_file(request, publication.catalog)
    form = "json" if form == "html" else form
    content = written(publication.source, form, language)
    if form == "json":
        return sent(content, JSON, "regional-report.json")
    return sent(content, REGION_TYPES[form], f"regional-report.{language}.{form}", language)


def atlas(request: Request) -> Response:
    """/region/atlas: a sheet for each indicator, on ``paper``."""
    publication = hosted(request, ATLAS_FORMATS, (*parameters.SERVICE, "paper"))
    language = language_of_file(request, publication.catalog)
    paper = parameters.one_of("paper", request.query_params.get("paper", DEFAULT_PAPER), PAPERS)
    content = sheets(publication.source, language, paper)
    return sent(content, PDF, f"regional-atlas.{language}.pdf", language)


def hosted(request: Request, formats: Formats, known: tuple[str, ...] = parameters.SERVICE) -> Publication:
    """The publication of a node that is host of a region; RefusedError (404) on any other."""
    publication = asked(request, known)
    if publication.catalog.region is None:
        raise RefusedError(404, "NotFound", "this node is the host of no region: it has no region.yaml")
    negotiated(request, formats)
    return publication


ROUTES = [Route("/region", board), Route("/region/report", report), Route("/region/atlas", atlas)]
