"""Indicators (indicators/<id>.yaml): what a country tells of its soils, defined so that it compares."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from soilinfo.catalog.fields import Depth, Label, Model, Name, Unit

Confidence = Literal["read", "computed", "secondary", "ours"]
"""How sure a number of config is: read in its source, computed from it, told by others, or our own choice."""
Side = Literal["below", "above"]
Land = Literal["all", "cropland", "agricultural"]
"""Which land a map is of."""
GspArea = Annotated[int, Field(ge=1, le=6)]
"""An action area of the Global Soil Partnership's Action Framework 2022-2030."""
Component = Literal["assessment", "policy", "investment", "field_activities", "communication"]
"""A component of the Asian Soil Health Action Framework, and the communication that goes with them."""


class Threshold(Model):
    """Where land begins to be affected; the first counts, the others tell how much hangs on it."""

    id: Name
    title: Label
    value: float
    unit: Unit
    side: Side
    """Affected land lies on this side of the value."""
    inclusive: bool = False
    """Whether the value itself is affected."""
    properties: tuple[Name, ...] = ()
    """Inputs that it is about, as a limit of one extract or form is none of another; empty: all."""
    source: str
    confidence: Confidence


class IndicatorInput(Model):
    """A property that an indicator can be told by, and how it was measured."""

    property: Name
    method: Label
    method_group: Name
    """Values compare within it."""
    form: Name | None = None
    """Chemical form that amounts are told in (p, p2o5, k, k2o ...); None where there is but one."""


class Part(Model):
    """What an index is made of: an indicator, of which ``worst`` scores 0 and ``best`` 100."""

    indicator: Name
    worst: float
    best: float
    weight: float = Field(default=1.0, gt=0)
    source: str

    @model_validator(mode="after")
    def _apart(self) -> "Part":
        if self.worst == self.best:
            raise ValueError("worst and best must differ")
        return self


class Indicator(Model):
    """indicators/<id>.yaml: one indicator."""

    id: Name
    title: Label
    definition: Label
    uri: Annotated[str, StringConstraints(pattern=r"^(https?|urn):")] | None = None
    """Where it is defined by others, as an identifier; it is never fetched."""
    edition: str
    """Of this file: changes with what it says; values of two editions are not of the same definition."""
    kind: Literal["mean", "class_share", "change", "land_degradation", "index"]
    unit: Unit
    depth: Depth | None = None
    inputs: tuple[IndicatorInput, ...] = ()
    """In order of preference; the first of which the country has a layer is taken."""
    formula: Literal["soc_stock"] | None = None
    """What it is computed from where no input is published."""
    classes: tuple[Name, ...] = ()
    """Of a class_share: the classes whose land is counted."""
    thresholds: tuple[Threshold, ...] = ()
    parts: tuple[Part, ...] = ()
    """Of an index."""
    themes: tuple[Name, ...]
    """Threats and functions of the soil that it is about (threats.yaml), or soil_health."""
    sdg: tuple[str, ...] = ()
    gsp_areas: tuple[GspArea, ...] = ()
    components: tuple[Component, ...] = ()
    source: str

    def thresholds_of(self, property_: str) -> tuple[Threshold, ...]:
        """The thresholds that are about values of an input."""
        return tuple(each for each in self.thresholds if property_ in (each.properties or (property_,)))

    @model_validator(mode="after")
    def _whole(self) -> "Indicator":
        needs = {
            "mean": bool(self.inputs or self.formula),
            "change": bool(self.inputs),
            "index": bool(self.parts),
        }
        needs["class_share"] = bool(self.inputs and self.classes)
        if not needs.get(self.kind, True):
            raise ValueError(f"an indicator of kind '{self.kind}' lacks its inputs, classes or parts")
        if (doubled := [each.id for each in self.thresholds]) != [*dict.fromkeys(doubled)]:
            raise ValueError(f"two thresholds have one id: {', '.join(doubled)}")
        return self
