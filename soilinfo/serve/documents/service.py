"""The documents that describe the service: pygeoapi writes them, what is missing or untrue is put right."""

from pygeoapi import api as core
from pygeoapi.api import processes
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.names import FINDINGS
from soilinfo.catalog.text import in_language, texts
from soilinfo.report.qgis.project import MEDIA_TYPE as QGIS_PROJECT
from soilinfo.serve import parameters
from soilinfo.serve.answers import REL, json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS, Document
from soilinfo.serve.documents.conformance import CLASSES
from soilinfo.serve.documents.openapi import OPENAPI_TYPE
from soilinfo.serve.documents.wording import Link, answer, asked, served
from soilinfo.serve.language import language_of
from soilinfo.serve.processes.executions import known_process
from soilinfo.serve.state import Publication, pinned


def landing(request: Request) -> Response:
    """/"""
    publication = asked(request)

    def amend(document: Document) -> Document:
        language = language_of(request, publication.catalog)
        links = served(document["links"], without=(f"{REL}/tiling-schemes",))
        return document | {"links": [*links, *_people(publication, language)]}

    return answer(publication, request, core.landing_page, amend=amend)


async def conformance(request: Request) -> Response:
    """/conformance"""
    asked(request)
    negotiated(request, DOCUMENT_FORMATS)
    return json_answer({"conformsTo": CLASSES})


async def openapi(request: Request) -> Response:
    """/openapi: made once for each publication."""
    publication = asked(request)
    negotiated(request, {"json": (OPENAPI_TYPE, *DOCUMENT_FORMATS["json"])})
    return Response(publication.openapi, media_type=OPENAPI_TYPE)


def process_list(request: Request) -> Response:
    """/processes"""
    parameters.check(request.query_params, (*parameters.SERVICE, "limit"))
    parameters.integer(request.query_params, "limit", 1, low=1)
    publication = pinned()
    return answer(publication, request, processes.describe_processes, amend=_without_unserved)


def process(request: Request) -> Response:
    """/processes/{process}"""
    publication = asked(request)
    name = known_process(publication, request)
    return answer(publication, request, processes.describe_processes, name)


def _without_unserved(document: Document) -> Document:
    return document | {"links": served(document["links"])}


def _people(publication: Publication, language: str) -> list[Link]:
    """Links to the findings, to reports, to the QGIS project and to the map."""
    catalog, base = publication.catalog, publication.base_url
    published = FINDINGS in publication.collections
    words = texts(language, catalog.directory)
    project = f"{base}/qgis/{catalog.country.id}.qgs?lang={language}"
    findings = {"title": words["serve.link.findings"], "href": f"{base}/collections/{FINDINGS}"}
    jobs = {"title": words["job.list"], "href": f"{base}/jobs"}
    reporting = [{"title": words["reports.list"], "href": f"{base}/reports"}]
    if catalog.region:
        reporting.append({"title": in_language(catalog.region.title, language), "href": f"{base}/region"})
    squares = {"title": words["serve.link.tiling_schemes"], "href": f"{base}/tileMatrixSets"}
    capabilities = f"{base}/wmts/1.0.0/WMTSCapabilities.xml?lang={language}"
    return [
        *([{"rel": "quality", "type": "application/json"} | findings] if published else []),
        {"rel": "related", "type": QGIS_PROJECT, "title": words["serve.link.project"], "href": project},
        {"rel": "related", "type": "text/html", "title": words["serve.link.map"], "href": f"{base}/map"},
        *({"rel": "related", "type": "application/json"} | each for each in reporting),
        {"rel": f"{REL}/job-list", "type": "application/json"} | jobs,
        {"rel": f"{REL}/tiling-schemes", "type": "application/json"} | squares,
        {
            "rel": "related",
            "type": "application/xml",
            "title": words["serve.link.wmts"],
            "href": capabilities,
        },
    ]


ROUTES = [
    Route("/", landing),
    Route("/conformance", conformance),
    Route("/openapi", openapi),
    Route("/processes", process_list),
    Route("/processes/{process}", process),
]
