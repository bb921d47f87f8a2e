"""The rules of a fertilizer subsidy (subsidy.yaml): what is in force, for whom and from when on."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from soilinfo.catalog.fertilizers import Dated, InOrder
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.nutrient_status import Land
from soilinfo.catalog.ratings import Confidence, NotFound


class Commodity(Model):
    """A crop as the subsidy names it."""

    title: Label
    land: Land | None = None
    """Where it is grown; None where no layer tells."""


class Eligibility(Dated):
    """Which fertilizers are subsidised for which commodities, from a day on."""

    rule: str
    fertilizers: tuple[Name, ...] = Field(min_length=1)
    commodities: tuple[Name, ...] = Field(min_length=1)
    max_ha_per_farmer: float | None = Field(default=None, gt=0)
    """Of a farmer, over all plots."""
    confidence: Confidence


class Subsidy(Model):
    """subsidy.yaml: what an allocation follows."""

    title: Label
    source: str
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    """ISO 4217 code of every price and budget."""
    rating_edition: Name
    doses: Mapping[Name, Name] = Field(default_factory=dict)
    """Edition in force by commodity; without one a rate is reported missing, never guessed."""
    commodities: Mapping[Name, Commodity] = Field(min_length=1)
    eligibility: Annotated[tuple[Eligibility, ...], InOrder] = Field(min_length=1)
    not_found: NotFound = Field(default_factory=dict)
