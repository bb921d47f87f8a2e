"""The records of country reports that a node tells of (OGC API Records), and which of the reports counts."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ValidationError

from soilinfo.catalog.bounds import Several
from soilinfo.jobs.region.failure import NodeError
from soilinfo.report.country.canonical import JSON
from soilinfo.report.country.document import ReportId

ADDRESS = "/collections/records/items?type=country-report&sortby=-created&f=json&limit=100"
"""Where a node tells of its newest reports, after its own address."""


class _Link(BaseModel):
    rel: str = ""
    type: str = ""
    href: str = ""

    @property
    def leads_to_file(self) -> bool:
        return (self.rel, self.type) == ("enclosure", JSON)


class _Report(BaseModel):
    id: ReportId
    state: str


class _Properties(BaseModel):
    report: _Report
    created: AwareDatetime


class _Record(BaseModel):
    properties: _Properties
    links: Several[_Link]

    @property
    def age(self) -> tuple[AwareDatetime, int]:
        """What rises from older to newer: when it was drafted, to the second, and its number."""
        return self.properties.created, int(self.properties.report.id.rpartition("-")[2])

    @property
    def href(self) -> str | None:
        return next((each.href for each in self.links if each.leads_to_file), None)


class _Records(BaseModel):
    features: Several[_Record]


def file_of_newest(node: str, answer: bytes, iso3: str) -> str:
    """Where the file of the report that counts lies: the newest approved one, else the newest submitted one.

    The order in which the node tells them plays no part. Raises NodeError where it tells of none of ``iso3``.
    """
    told = _records(node, answer)
    of_country = [each for each in told if each.properties.report.id.startswith(f"{iso3}-")]
    for state in ("approved", "submitted"):
        counted = [each for each in of_country if each.properties.report.state == state and each.href]
        if counted:
            return str(max(counted, key=lambda each: each.age).href)
    known = tuple(each.properties.report.id for each in told)
    raise NodeError("no_record", address=node, iso3=iso3, known=known)


def _records(node: str, answer: bytes) -> Sequence[_Record]:
    try:
        return _Records.model_validate_json(answer).features
    except ValidationError as error:
        raise NodeError("no_records", address=node) from error
