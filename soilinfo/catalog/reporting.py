"""What a country reports (report.yaml), and which countries a regional report is of (region.yaml)."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, Field, StringConstraints, model_validator

from soilinfo.catalog.fields import Day, Label, Model, Name
from soilinfo.catalog.names import REGION

Iso3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 3166-1 alpha-3."""


class Boundaries(Model):
    """Where outlines come from, and what is said beneath every map that has them."""

    source: str
    disclaimer: Label


class Report(Model):
    """report.yaml: who reports what for which years."""

    body: Label
    """The office that reports."""
    period: tuple[int, int]
    """First and last year that the report is about."""
    indicators: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """Which; None: all that the country has layers for."""
    statements: str | None = None
    """Workbook of what people state (`soilinfo report template`): threats, inventory, practices,
    laboratories."""
    boundaries: Boundaries

    @model_validator(mode="after")
    def _in_order(self) -> "Report":
        if self.period[0] > self.period[1]:
            raise ValueError(f"period {list(self.period)} ends before it begins")
        return self


def _without_secrets(address: AnyHttpUrl) -> AnyHttpUrl:
    """It is published as it stands, with the board and with whatever goes wrong."""
    if address.username or address.password or address.query or address.fragment:
        raise ValueError("the address of a node has neither user nor query: everybody can read it")
    return address


class Member(Model):
    """A country of a region, and where its report comes from: a file, or a node that serves it.

    This node's own country names neither: its newest report that is submitted or approved is taken.
    """

    iso3: Iso3
    title: Label
    subregion: Name
    due: Day | None = None
    """Until when it was to submit, after the day from which the region asks."""
    file: str | None = None
    """Path of a report; relative ones start at the configuration directory."""
    node: Annotated[AnyHttpUrl, AfterValidator(_without_secrets)] | None = None
    """Address of a soilinfo node, such as https://soil.example.org."""

    @model_validator(mode="after")
    def _of_one_place(self) -> "Member":
        if self.file is not None and self.node is not None:
            raise ValueError("file or node: a report comes from one place")
        return self


class Equivalence(Model):
    """Two methods of one indicator whose values may stand side by side after a conversion."""

    indicator: Name
    from_group: Name
    to_group: Name
    from_form: Name | None = None
    to_form: Name | None = None
    """Chemical forms, where the equation leads from one to another; without them both sides have the same."""
    equation: Name
    """Id of an equation of equations/, which has the formula, its range and its error."""

    @model_validator(mode="after")
    def _leads_on(self) -> "Equivalence":
        if (self.from_form is None) != (self.to_form is None):
            raise ValueError("from_form and to_form: both, or neither")
        if (self.from_group, self.from_form) == (self.to_group, self.to_form):
            raise ValueError("it leads from a method, or from a form, to another one")
        return self


class Region(Model):
    """region.yaml: the countries whose reports are put side by side."""

    title: Label
    body: Label
    members: tuple[Member, ...] = Field(min_length=1)
    subregions: Mapping[Name, Label]
    boundaries: Boundaries
    asked: Day | None = None
    """Since when reports are asked for: one that was submitted before is no answer to what is due."""
    year_window: int = Field(default=5, ge=0)
    """Years that two countries' values may lie apart and still compare. Ours."""
    least_covered_pct: float = Field(default=70.0, ge=0, le=100)
    """Share of a country's land that must have data for its value to compare. Ours."""
    least_overlap_ha: float = Field(default=1000.0, ge=0)
    """Overlaps of two countries' outlines that are smaller are of drawing, not of claims. Ours."""
    equivalences: tuple[Equivalence, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Region":
        codes = [each.iso3 for each in self.members]
        if doubled := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"members: {', '.join(doubled)} more than once")
        if REGION in self.subregions:
            raise ValueError(f"subregions: '{REGION}' is the whole region; name a part of it otherwise")
        if unknown := sorted({each.subregion for each in self.members} - self.subregions.keys()):
            raise ValueError(f"no subregion '{unknown[0]}'; there are: {', '.join(self.subregions)}")
        return self

    @model_validator(mode="after")
    def _due_after_asked(self) -> "Region":
        for each in self.members:
            if each.due and self.asked is None:
                raise ValueError(f"{each.iso3} is due: 'asked' must tell since when reports answer that")
            if each.due and self.asked and each.due < self.asked:
                raise ValueError(f"{each.iso3} is due on {each.due}, before it is asked on {self.asked}")
        return self
