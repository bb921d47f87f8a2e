"""The regional report as it is written down: which countries' reports it is made of, what of them compares.

Labels are in each language; findings are codes, whose words are those of the reader's language. Numbers of
countries are those of their files; what is computed of them is rounded as they are, which the header tells.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from pydantic import AwareDatetime

from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.indicators import Land
from soilinfo.catalog.reporting import Boundaries, Iso3
from soilinfo.report.country.document import (
    Boundary,
    Depth,
    Number,
    ReportedThreshold,
    Sha256,
    UncertaintyKind,
)
from soilinfo.report.country.rounding import Rounding
from soilinfo.report.region.findings import RegionalFinding

SCHEMA: Final = "soilinfo-regional-report/1"
"""Name and version of the form."""

Obtained = Literal["own", "file", "fetched", "unchanged", "from_cache"]
"""How a report came here: this node's own; a file; sent by the member's node; the node said that what lies
here still holds; what lies here, as the node or file did not answer."""
Standing = Literal["approved", "submitted", "missing", "failed"]
"""Of a member: the state of its report; none is there; one is there, or was asked for, and cannot be used."""
VerdictKind = Literal["comparable", "with_conversion", "not"]
ReasonCode = Literal[
    "not_reported",
    "definition",
    "unit",
    "depth",
    "method",
    "form",
    "years",
    "coverage",
    "land",
    "equation",
]
"""Why two values do not stand side by side. ``equation``: the one that config names cannot be used here."""
NoteCode = Literal[
    "threshold",
    "uncertainty",
    "boundary",
    "overlap",
    "synthetic",
    "long_period",
    "mean_converted",
    "unknown_error",
]
"""What readers of two comparable values must know."""


class RegionHeader(Model):
    """Which region's report this is, and of which day."""

    region: Label
    body: Label
    as_of: date
    """The day by which members are late."""
    boundaries: Boundaries
    subregions: dict[Name, Label]
    year_window: int
    least_covered_pct: float
    least_overlap_ha: float
    rounding: Rounding
    """Of what is computed here: converted values, sums, means of ranks, land that two claim."""


class MemberReport(Model):
    """A country's report that this one is made of."""

    id: str
    content_sha256: Sha256
    state: Literal["submitted", "approved"]
    period: tuple[int, int]
    body: Label
    submitted_on: date | None
    approved_on: date | None
    synthetic: bool
    boundary: Boundary
    obtained: Obtained
    origin: str
    """Address of the node, or name of the file; '' of this node's own."""
    received: AwareDatetime | None
    """When this very file came here; None of this node's own."""


class RegionMember(Model):
    """A country of the region and how its report stands."""

    iso3: Iso3
    title: Label
    subregion: Name
    due: date | None
    standing: Standing
    late: bool
    """Its report came after the due day; or none came since it was asked for, and the day is past."""
    late_days: int | None
    """None where there is no due day."""
    from_cache_since: AwareDatetime | None
    """When what lies here came, where it stands for a report that could not be had at the last attempt."""
    failures: tuple[RegionalFinding, ...]
    """Why its report is not there or cannot be used; among the findings of the report, too."""
    report: MemberReport | None
    indicators: int
    """Indicators that it reports."""
    comparable_pairs: int
    """Pairs of an indicator and another country beside whose value its own stands, converted or not."""


class CountryValue(Model):
    """One country's value of an indicator, and how it was measured."""

    iso3: Iso3
    edition: str
    definition_sha256: Sha256
    unit: str
    depth: Depth | None
    wanted_depth: Depth | None
    years: tuple[int, int] | None
    method: Label | None
    method_group: str | None
    form: str | None
    land: Land | None
    uncertainty: UncertaintyKind
    threshold: ReportedThreshold | None
    """By which land is affected."""
    value: Number
    lower: Number
    upper: Number
    total_ha: float
    nodata_ha: float
    covered_pct: Number
    affected_ha: Number
    affected_lower_ha: Number
    affected_upper_ha: Number
    affected_pct: Number


class Reason(Model):
    """Something that tells two values apart: the words of both sides, and a sentence of both."""

    code: ReasonCode | NoteCode
    a: Label
    b: Label
    text: Label


class Conversion(Model):
    """By what one country's value becomes one that stands beside the other's."""

    iso3: Iso3
    """Whose value is converted."""
    equation: Name | None
    """Id of the equation; None of units of one quantity, whose conversion is exact."""
    formula: str
    source: str
    valid: tuple[float, float] | None
    """Range of the value that the equation holds for; None: not stated."""
    range: Literal["inside", "not stated"]
    error: Number
    """Root mean square error of the equation in ``unit``; None: not stated, and then unknown, not zero."""
    value: Number
    lower: Number
    """The interval widened by the equation's error; None where that is unknown."""
    upper: Number
    unit: str


class Verdict(Model):
    """Whether the values of two countries may stand side by side."""

    a: Iso3
    b: Iso3
    kind: VerdictKind
    affected: bool
    """Whether their affected land compares, too: the same threshold, and nothing converted."""
    reasons: tuple[Reason, ...]
    """Of 'not': all of them."""
    notes: tuple[Reason, ...]
    conversion: Conversion | None

    @property
    def is_told(self) -> bool:
        """Whether both countries report the indicator, so that there is something to compare."""
        return all(each.code != "not_reported" for each in self.reasons)


class NotReported(Model):
    """A country of which a report is there, without this indicator."""

    iso3: Iso3
    reason: Label | None
    """Why, as it says itself."""


class RegionalIndicator(Model):
    """One indicator: every country's values, and for each pair of countries what compares."""

    id: Name
    title: Label
    definition: Label
    kind: str
    themes: tuple[Name, ...]
    values: tuple[CountryValue, ...]
    """Of the countries that report it, in the order of members."""
    not_reported: tuple[NotReported, ...]
    verdicts: tuple[Verdict, ...]
    """Of each pair of countries with a report, in the order of members."""

    @property
    def by_country(self) -> Mapping[str, CountryValue]:
        """The value of each country that reports it, by code."""
        return {each.iso3: each for each in self.values}

    @property
    def pairs(self) -> Counter[str]:
        """How many pairs have which verdict, of the countries that both report it."""
        return Counter(each.kind for each in self.verdicts if each.is_told)


class RegionalThreat(Model):
    """A threat's place in the region or one subregion, by land and by experts' ranks."""

    subregion: Name | None
    """None: the whole region."""
    id: Name
    title: Label
    area_ha: Number
    """Sum over the countries that tell one; areas of threats overlap, and do not add up."""
    area_rank: Number
    area_countries: tuple[Iso3, ...]
    mean_rank: Number
    """Mean of the countries' mean ranks."""
    rank: Number
    rank_countries: tuple[Iso3, ...]
    notes: tuple[Label, ...] = ()
    """Ties and gaps, in words."""


class Overlap(Model):
    """Land that lies in the outlines of two countries."""

    a: Iso3
    b: Iso3
    area_ha: float
    """On the ellipsoid."""
    geometry: dict[str, Any]
    """GeoJSON, longitude and latitude."""


class RegionalReport(Model):
    """The file."""

    form: Literal["soilinfo-regional-report/1"] = SCHEMA
    software: str
    """Name and version of the program that made it."""
    header: RegionHeader
    members: tuple[RegionMember, ...]
    indicators: tuple[RegionalIndicator, ...]
    threats: tuple[RegionalThreat, ...]
    overlaps: tuple[Overlap, ...]
    findings: tuple[RegionalFinding, ...]


class Board(Model):
    """How every member's report stands, without what it says."""

    header: RegionHeader
    members: tuple[RegionMember, ...]
    findings: tuple[RegionalFinding, ...]
