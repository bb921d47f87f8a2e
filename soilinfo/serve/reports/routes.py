"""/reports: the country reports of this node, and the schemas by which anyone can check the files."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import UnknownNameError
from soilinfo.report.country.canonical import JSON, canonical
from soilinfo.serve.answers import SCHEMA, json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS, SCHEMA_FORMATS
from soilinfo.serve.documents.wording import asked
from soilinfo.serve.instants import rfc3339
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.language import language_of, language_of_file
from soilinfo.serve.reports.files import COUNTRY_FORMATS, COUNTRY_TYPES, ENDINGS, SCHEMAS, country_file, sent
from soilinfo.serve.reports.served import period_of, served, served_report, titled
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import Publication
from soilinfo.store.reports import ReportRecord

Document = Mapping[str, Any]
KEPT = 8
"""Files that are kept as they were made: about a megabyte each."""


def reports(request: Request) -> Response:
    """/reports: those that were submitted or approved, newest first."""
    publication = asked(request)
    negotiated(request, DOCUMENT_FORMATS)
    site = site_in(publication, language_of(request, publication.catalog))
    listed = [_listed(publication, record, site) for record in served(publication.store)]
    links = [
        _link(site, "self", JSON, "/reports", site.say("reports.list")),
        _link(site, "describedby", SCHEMA, "/schemas/country-report", site.say("reports.schema")),
    ]
    return json_answer({"title": site.say("reports.list"), "reports": listed, "links": links})


def report(request: Request) -> Response:
    """/reports/{report}: the file, as JSON the very bytes that its digest and its checks are about."""
    publication = asked(request)
    form, language = negotiated(request, COUNTRY_FORMATS), language_of_file(request, publication.catalog)
    id_, ending = request.path_params["report"], ENDINGS.get(form, form)
    if form in COUNTRY_TYPES:
        content = _written(publication, id_, form, language)
        return sent(content, COUNTRY_TYPES[form], f"{id_}.{language}.{ending}", language)
    return sent(canonical(served_report(publication.store, id_)), JSON, f"{id_}.json")


@kept_with_it(KEPT)
def _written(publication: Publication, id_: str, form: str, language: str) -> bytes:
    """A report in a form for reading; what people decide on it makes another publication."""
    return country_file(publication.catalog, served_report(publication.store, id_), form, language)


def schema(request: Request) -> Response:
    """/schemas/{schema}: JSON Schema of a kind of file."""
    asked(request)
    negotiated(request, SCHEMA_FORMATS)
    name = request.path_params["schema"]
    if name not in SCHEMAS:
        raise UnknownNameError("schema", name, SCHEMAS)
    return json_answer(SCHEMAS[name](), SCHEMA)


def site_in(publication: Publication, language: str) -> Site:
    """The site of a publication in a language."""
    return Site(publication.catalog, publication.snapshot, publication.base_url, language)


def _listed(publication: Publication, record: ReportRecord, site: Site) -> Document:
    """A report as the list has it: its last event, and where its forms are."""
    event = publication.store.country_reports.history(record.id)[-1]
    title = titled(site, publication.catalog.country.title, period_of(record))
    return {
        "id": record.id,
        "title": title,
        "state": record.state,
        "created": rfc3339(record.created),
        "updated": rfc3339(event.created),
        "by": event.actor,
        "content_sha256": record.content_sha256,
        "links": forms_of(site, record.id, title),
    }


def forms_of(site: Site, id_: str, title: str) -> list[Document]:
    """Links to a report in each of its forms, JSON first, which is the same in every language."""
    here = f"/reports/{id_}"
    further = {form: urlencode({"f": form, "lang": site.language}) for form in COUNTRY_TYPES}
    return [
        _link(site, "enclosure", JSON, f"{here}?f=json", title),
        *(
            _link(site, "alternate", COUNTRY_TYPES[form], f"{here}?{query}", title)
            for form, query in further.items()
        ),
    ]


def _link(site: Site, rel: str, media: str, path: str, title: str) -> Document:
    return {"rel": rel, "type": media, "title": title, "href": f"{site.base}{path}"}


ROUTES = [
    Route("/reports", reports),
    Route("/reports/{report}", report),
    Route("/schemas/{schema}", schema),
]
