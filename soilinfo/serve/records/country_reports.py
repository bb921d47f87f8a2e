"""Records of the country reports that others may read: by them a region finds them, and anyone else."""

from collections.abc import Iterator

from soilinfo.report.country.canonical import JSON
from soilinfo.serve.answers import SCHEMA
from soilinfo.serve.collections import lonlat_bounds
from soilinfo.serve.instants import interval
from soilinfo.serve.records.record import Record
from soilinfo.serve.reports.files import COUNTRY_TYPES
from soilinfo.serve.reports.routes import forms_of, site_in
from soilinfo.serve.reports.served import period_of, served, titled
from soilinfo.serve.state import Publication
from soilinfo.store.reports import ReportRecord


def country_reports(publication: Publication, language: str) -> Iterator[Record]:
    """Each report that was submitted or approved, newest first; its JSON file is the enclosure."""
    for record in served(publication.store):
        yield _record(publication, record, language)


def _record(publication: Publication, record: ReportRecord, language: str) -> Record:
    catalog, site = publication.catalog, site_in(publication, language)
    period, base = period_of(record), publication.base_url
    title = titled(site, catalog.country.title, period)
    schema = {"rel": "describedby", "type": SCHEMA, "title": site.say("reports.schema")}
    decided = publication.store.country_reports.history(record.id)[-1]
    return Record(
        id=f"report:{record.id}",
        type="country-report",
        title=title,
        description=site.say("reports.record"),
        topics=("geoscientificInformation",),
        created=record.created,
        updated=decided.created,
        bounds=lonlat_bounds(catalog.grid),
        interval=interval("/".join(map(str, period))),
        attribution=catalog.services.contact.organisation,
        licence=catalog.services.licence,
        sha256=(record.content_sha256,),
        formats=(JSON, *COUNTRY_TYPES.values()),
        members={"report": {"id": record.id, "state": record.state, "inputs": dict(record.inputs)}},
        links=[
            {"rel": "describes", "type": JSON, "title": title, "href": f"{base}/reports/{record.id}"},
            *forms_of(site, record.id, title),
            {**schema, "href": f"{base}/schemas/country-report"},
        ],
    )
