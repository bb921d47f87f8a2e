"""Records of what is made on demand: the processes, and the reports that people and planners are given."""

from collections.abc import Iterator

from soilinfo.catalog.text import in_language, texts
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve.answers import REL
from soilinfo.serve.config import PROCESSES
from soilinfo.serve.documents.wording import Link
from soilinfo.serve.past import history
from soilinfo.serve.records.record import Record
from soilinfo.serve.state import Publication
from soilinfo.store.allocations import AllocationRecord

JSON = "application/json"


def processes(publication: Publication, language: str) -> Iterator[Record]:
    """What can be computed, and where."""
    services = publication.catalog.services
    for name in PROCESSES:
        described = publication.api.manager.get_processor(name).metadata
        title, here = in_language(described["title"], language), f"{publication.base_url}/processes/{name}"
        yield Record(
            id=f"process:{name}",
            type="process",
            title=title,
            description=in_language(described["description"], language),
            topics=("farming",),
            attribution=services.contact.organisation,
            licence=services.licence,
            links=(
                {"rel": "describes", "type": JSON, "title": title, "href": here},
                {"rel": f"{REL}/execute", "type": JSON, "title": title, "href": f"{here}/execution"},
            ),
        )


def reports(publication: Publication, language: str) -> Iterator[Record]:
    """The fact sheets, and every approved allocation of subsidised fertilizer."""
    yield _fact_sheets(publication, language)
    for record in publication.store.allocations.records():
        if record.state == "approved":
            yield _allocation(publication, record, language)


def _fact_sheets(publication: Publication, language: str) -> Record:
    services = publication.catalog.services
    words = texts(language, publication.catalog.directory)
    title = words["serve.fact-sheet"]
    href = f"{publication.base_url}/factsheets/{{code}}.pdf?lang={language}"
    return Record(
        id="report:fact-sheet",
        type="report",
        title=title,
        description=words["serve.fact-sheet.description"],
        topics=("farming",),
        bounds=None,
        attribution=services.contact.organisation,
        licence=services.licence,
        formats=(PDF,),
        templates=(
            {
                "rel": "enclosure",
                "type": PDF,
                "title": title,
                "uriTemplate": href,
                "variables": {"code": {"type": "string", "description": words["serve.record.code"]}},
            },
        ),
    )


def _allocation(publication: Publication, record: AllocationRecord, language: str) -> Record:
    catalog = publication.catalog
    words, services = texts(language, catalog.directory), catalog.services
    plan = catalog.allocations.get(record.plan)
    title = in_language(plan.title, language) if plan else record.plan
    approved = publication.store.allocations.history(record.id)[-1]
    return Record(
        id=f"report:{record.id}",
        type="report",
        title=words["serve.record.allocation"].format(title=title, id=record.id, year=record.year),
        description=words["serve.record.allocation.description"],
        topics=("farming",),
        created=record.created,
        updated=approved.created,
        attribution=services.contact.organisation,
        licence=services.licence,
        members={"allocation": {"plan": record.plan, "year": record.year, "inputs": dict(record.inputs)}},
        links=[*_tables(publication, record, language)],
    )


def _tables(publication: Publication, record: AllocationRecord, language: str) -> Iterator[Link]:
    """To the tables that an allocation gives, as far as they are published and kept."""
    for name, version in record.tables.items():
        found = publication.collections.get(name)
        kept = [each.version for each in history(publication.source, name) if not each.removed]
        if found and version in kept:
            href = f"{publication.base_url}/collections/{name}/items?version={version}"
            title = in_language(found.title, language)
            yield {"rel": "item", "type": "application/geo+json", "title": title, "href": href}
