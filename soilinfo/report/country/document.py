"""The country report as it is written down: the one type that its JSON Schema, views and readers follow from.

``Content`` is what is computed and stated; it holds nothing that differs between two computations of the
same inputs. ``CountryReport`` is the file: content, its digest, and who decided what about it when.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, WithJsonSchema, model_validator

from soilinfo.catalog.bounds import Keyed, Quantity, Several, Text
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.indicators import Component, GspArea, Land, Side
from soilinfo.catalog.land_degradation import MissingRule
from soilinfo.catalog.names import NATION
from soilinfo.catalog.reporting import Iso3
from soilinfo.catalog.statements import Answer as Answer
from soilinfo.catalog.statements import Laboratory as Laboratory
from soilinfo.catalog.statements import Practice as Practice
from soilinfo.report.country.consistency import each_once, known
from soilinfo.report.country.findings import ReportFinding as ReportFinding
from soilinfo.report.country.outline import GEOMETRY_SCHEMA, checked_outline
from soilinfo.report.country.quantities import Depth as Depth
from soilinfo.report.country.quantities import Hectares, Percent, Years, check_interval, check_land
from soilinfo.report.country.quantities import Number as Number
from soilinfo.report.country.reported_threat import ReportedThreat as ReportedThreat
from soilinfo.report.country.rounding import Rounding

SCHEMA: Final = "soilinfo-country-report/1"
"""Name and version of the form; a file of another one is refused by name."""
STATES = ("draft", "submitted", "approved")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Outline = Annotated[dict[str, Any], AfterValidator(checked_outline), WithJsonSchema(GEOMETRY_SCHEMA)]
ReportId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9]{1,4}-[0-9]{1,4}-[0-9]{1,9}$")]
State = Literal["draft", "submitted", "approved"]
UncertaintyKind = Literal["unknown", "correlated_sd", "missing_land"]
"""Of an interval: nobody knows; errors of all cells of a unit taken as one (the widest it can be); what land
without data could be."""


class Boundary(Model):
    """Where the outlines come from, and what is to be said with them."""

    source: Text
    licence: Text
    disclaimer: Label


class Header(Model):
    """Whose report of which years this is, and by what rules its numbers were made."""

    iso3: Iso3
    iso2: Text
    country: Label
    synthetic: bool
    """True of a country that does not exist."""
    period: Years
    body: Label
    boundary: Boundary
    interval_pct: Percent
    """Share of cases that the intervals are to hold."""
    rounding: Rounding


class Input(Model):
    """A published layer or table that numbers were made of: enough to know it again elsewhere."""

    name: Text
    version: Text
    kind: Text
    """raster, vector, ... as in the ledger."""
    source: Text
    source_sha256: Text
    licence: Text
    attribution: Text
    time: Text = ""
    statistic: Text = ""


class Unit(Model):
    """An administrative unit; those of the coarsest level and the nation have an outline."""

    level: Name
    code: Text
    name: Text
    parent: Text | None
    area_ha: Hectares
    official_area_ha: Hectares | None = None
    geometry: Outline | None = None
    """GeoJSON, simplified, longitude and latitude with 4 decimals."""


class ReportedThreshold(Model):
    """A threshold as it was applied."""

    id: Name
    title: Label
    value: Quantity
    unit: Text
    side: Side
    inclusive: bool
    source: Text
    confidence: Text

    @property
    def threshold_side(self) -> str:
        """On which side of its value land is affected: 'below', 'below_or_at', 'above', 'above_or_at'."""
        return f"{self.side}_or_at" if self.inclusive else self.side


class Value(Model):
    """An indicator of one unit. ``affected``: land beyond the first threshold, or of the classes counted."""

    level: Name
    code: Text
    value: Number
    lower: Number = None
    upper: Number = None
    total_ha: Hectares
    nodata_ha: Hectares
    covered_pct: Percent | None
    affected_ha: Hectares | None = None
    affected_lower_ha: Hectares | None = None
    affected_upper_ha: Hectares | None = None
    affected_pct: Percent | None = None
    """Of the land with data."""
    alternatives: Keyed[Text, Number] = Field(default_factory=dict)
    """Affected hectares by each further threshold (id); of land degradation by each further rule for what is
    missing."""
    parts: Keyed[Text, Number] = Field(default_factory=dict)
    """What it is made of: scores of an index (by indicator), hectares of land degradation (by kind)."""

    @model_validator(mode="after")
    def _has_intervals(self) -> "Value":
        check_interval(self.lower, self.upper)
        check_interval(self.affected_lower_ha, self.affected_upper_ha)
        return self

    @model_validator(mode="after")
    def _is_of_its_land(self) -> "Value":
        check_land(self.total_ha, nodata_ha=self.nodata_ha, affected_upper_ha=self.affected_upper_ha)
        check_land(self.total_ha - self.nodata_ha, affected_ha=self.affected_ha)
        return self


class ReportedIndicator(Model):
    """One indicator: what it is, how it was measured, and its value in each unit."""

    id: Name
    title: Label
    definition: Label
    uri: Text | None
    edition: Text
    definition_sha256: Sha256
    """Of the indicator's whole definition, so that two countries see whether theirs is the same."""
    kind: Text
    unit: Text
    depth: Depth | None
    """Of the layers used; None where there is none, or their source does not say."""
    wanted_depth: Depth | None
    """That of the definition."""
    years: Years | None
    """First and last year of the layers used; None where their sources do not say."""
    method: Label | None
    method_group: Text | None
    form: Text | None
    land: Land | None
    uncertainty: UncertaintyKind
    missing_rule: MissingRule | None
    """Of land degradation: by which rule for land of which something is missing its values are told; those by
    the others are ``alternatives``."""
    thresholds: Several[ReportedThreshold]
    inputs: Several[Text]
    """Names of ``inputs`` of the report."""
    themes: Several[Name]
    sdg: Several[Text]
    gsp_areas: Several[GspArea]
    components: Several[Component]
    values: Several[Value]
    """The nation first, then level by level in the order of codes."""


class Missing(Model):
    """What is not reported, and why."""

    id: Name
    reason: Label


class Content(Model):
    """All that a country reports: the same for the same inputs, wherever and whenever it is computed."""

    header: Header
    inputs: Several[Input]
    units: Several[Unit]
    indicators: Several[ReportedIndicator]
    missing: Several[Missing]
    threats: Several[ReportedThreat]
    inventory: Several[Answer]
    practices: Several[Practice]
    laboratories: Several[Laboratory]
    statements_sha256: Sha256 | None
    """Of the workbook that people filled in."""
    findings: Several[ReportFinding]

    @model_validator(mode="after")
    def _fits_together(self) -> "Content":
        units = each_once("units", ((each.level, each.code) for each in self.units))
        if [at for at, each in enumerate(self.units) if each.level == NATION] != [0]:
            raise ValueError(f"units: the first one, and no other, is the '{NATION}'")
        inputs = each_once("inputs", (each.name for each in self.inputs))
        ids = [each.id for each in self.indicators]
        each_once("indicators", [*ids, *(each.id for each in self.missing)])
        each_once("threats", (each.id for each in self.threats))
        for told in self.indicators:
            values = each_once(f"values of '{told.id}'", ((each.level, each.code) for each in told.values))
            known(f"'{told.id}' has a value of a unit", values, {*units})
            own = {*values}
            if values != [unit for unit in units if unit in own] or values[:1] != units[:1]:
                raise ValueError(f"values of '{told.id}': the nation first, then in the order of units")
            known(f"'{told.id}' names an input", told.inputs, {*inputs})
        return self

    @model_validator(mode="after")
    def _has_no_more_than_its_land(self) -> "Content":
        land_ha = _land_ha(self.units)
        for told in self.indicators:
            for value in told.values:
                place = f"'{told.id}' of {value.level} '{value.code}': total_ha"
                check_land(land_ha, **{place: value.total_ha})
        for threat in self.threats:
            threat.check(land_ha, len(self.threats))
        return self

    @property
    def series(self) -> str:
        """'<ISO3>-<first year>-<last year>': whose report of which years it is."""
        return f"{self.header.iso3}-{self.header.period[0]}-{self.header.period[1]}"


def _land_ha(units: Iterable[Unit]) -> float:
    """The most that the nation has by its outline, by who enters its area, or by all units of a level.

    Outlines of levels come from different sources: a province of Indonesia is 12 % larger by its regencies
    than by its own outline. So a unit is held to the land of its nation and not to its own.
    """
    by_level: dict[str, float] = {}
    for each in units:
        by_level[each.level] = by_level.get(each.level, 0.0) + max(each.area_ha, each.official_area_ha or 0.0)
    return max(by_level.values())


class Event(Model):
    """A step of the report, and who took it."""

    state: State
    by: Text
    on: AwareDatetime
    note: Text = ""


class CountryReport(Model):
    """The file."""

    form: Literal["soilinfo-country-report/1"] = SCHEMA
    id: ReportId
    """``<iso3>-<first year>-<last year>-<number>``."""
    state: State
    sign_off: Several[Event]
    software: Text
    """Name and version of the program that computed it."""
    content_sha256: Sha256
    """Of the canonical JSON of ``content``."""
    content: Content

    @model_validator(mode="after")
    def _is_of_its_content(self) -> "CountryReport":
        if self.id.rpartition("-")[0] != self.content.series:
            raise ValueError(f"id '{self.id}' is not of a report of {self.content.series}")
        taken = tuple(each.state for each in self.sign_off)
        if taken != STATES[: len(taken)] or taken[-1:] != (self.state,):
            raise ValueError(
                f"sign_off: a report that is {self.state} went through {', '.join(STATES)} in order"
            )
        if any(before.on > after.on for before, after in pairwise(self.sign_off)):
            raise ValueError("sign_off: a later step is dated before an earlier one")
        return self
