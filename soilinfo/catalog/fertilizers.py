"""Fertilizers (fertilizers/*.yaml): what they contain, what they cost and from when on."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from soilinfo.catalog.fields import Day, Label, Model, Name
from soilinfo.catalog.ratings import Confidence, NotFound

Nutrient = Literal["n", "p2o5", "k2o", "s"]
"""Nutrients in the form that fertilizers are sold by."""


class Dated(Model):
    """What is in force from a day on, until the next entry of its list begins."""

    start: Day = Field(alias="from")
    """First day; a year or month stands for its first day."""


def _in_order[T: Dated](entries: tuple[T, ...]) -> tuple[T, ...]:
    for before, after in pairwise(entries):
        if after.start <= before.start:
            raise ValueError(f"dates must rise: {after.start} stands after {before.start}")
    return entries


InOrder = AfterValidator(_in_order)
"""Of a list of dated entries: each begins after the one before it."""


def in_force[T: Dated](entries: Sequence[T], day: date) -> T | None:
    """The entry that holds on ``day``, of a list in the order of dates; None before the first."""
    return next((entry for entry in reversed(entries) if entry.start <= day), None)


class Price(Dated):
    """A price from a day on."""

    price: float | None = Field(gt=0)
    """Per kg, in the currency of subsidy.yaml; null: from then on there is none, or none was found."""
    rule: str
    """What says so."""


class Fertilizer(Model):
    """fertilizers/<id>.yaml: one product."""

    id: Name
    title: Label
    source: str
    contents: Mapping[Nutrient, Annotated[float, Field(gt=0, le=100)]] | None = Field(
        default=None, min_length=1
    )
    """Percent of mass by nutrient; None where they were not found: such a product serves no nutrient."""
    confidence: Confidence
    sack_kg: float = Field(gt=0)
    """Weight of the sack that it is sold in."""
    prices: Annotated[tuple[Price, ...], InOrder] = ()
    """Ceiling prices to farmers (Indonesia: HET)."""
    production_prices: Annotated[tuple[Price, ...], InOrder] = ()
    """What a kg costs to make and deliver (Indonesia: HPP)."""
    not_found: NotFound = Field(default_factory=dict)

    @model_validator(mode="after")
    def _contents_or_why_not(self) -> "Fertilizer":
        if self.contents is None and "contents" not in self.not_found:
            raise ValueError("give contents, or say under not_found.contents why there are none")
        if self.contents and sum(self.contents.values()) > 100:
            raise ValueError(f"contents add up to {sum(self.contents.values()):g} % of the mass")
        return self


def unit_subsidy(fertilizer: Fertilizer, day: date) -> float | None:
    """What the state pays for a kg: production price less ceiling price; None where either is not known."""
    made, sold = in_force(fertilizer.production_prices, day), in_force(fertilizer.prices, day)
    if made is None or sold is None or made.price is None or sold.price is None:
        return None
    return made.price - sold.price
