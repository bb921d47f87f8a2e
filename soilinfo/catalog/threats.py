"""Threats to soil (threats.yaml) and the inventory (inventory.yaml): what a report asks people."""

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name, Unit
from soilinfo.catalog.indicators import Component, GspArea

Condition = Literal["very_poor", "poor", "fair", "good", "very_good"]
Trend = Literal["deteriorating", "stable", "variable", "improving"]
Sureness = Literal["low", "medium", "high"]
CONDITIONS, TRENDS, SURENESS = get_args(Condition), get_args(Trend), get_args(Sureness)
"""Scales of Status of the World's Soil Resources (FAO and ITPS 2015)."""


class Threat(Model):
    """threats.yaml: one of the threats to soil functions."""

    id: Name
    title: Label
    definition: Label
    indicators: tuple[Name, ...] = ()
    """Indicators whose affected land is that of the threat, the first that a country reports."""
    source: str


class InventoryItem(Model):
    """inventory.yaml: one question about what a country has or does."""

    id: Name
    question: Label
    answer: Literal["yes_no", "number", "text", "choice"]
    unit: Unit | None = None
    choices: Mapping[Name, Label] = Field(default_factory=dict)
    gsp_area: GspArea | None = None
    component: Component | None = None
    source: str

    @model_validator(mode="after")
    def _placed(self) -> "InventoryItem":
        if self.gsp_area is None and self.component is None:
            raise ValueError("gsp_area or component: the part of the inventory that asks it")
        if (self.answer == "choice") != bool(self.choices):
            raise ValueError("choices belong to, and are needed by, an answer of 'choice'")
        if self.unit is not None and self.answer != "number":
            raise ValueError("only an answer of 'number' has a unit")
        return self
