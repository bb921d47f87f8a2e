"""Recommended doses by edition (doses/*.yaml): by nutrient status, and as a decree prints them."""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field

from soilinfo.catalog.fertilizers import Nutrient
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.ratings import Confidence, NotFound

OrganicMatter = Literal["straw", "manure"]
"""What may be returned to the field, and is credited."""

Rate = Annotated[float, Field(ge=0)]
"""kg/ha a season."""


class StatusDose(Model):
    """The dose of a fertilizer by the status of a nutrient."""

    nutrient: Nutrient
    doses: Mapping[Name, Rate]
    """kg/ha by class of the nutrient status; every class has one."""


class Credit(Model):
    """What organic matter saves of each fertilizer; a dose never falls below 0."""

    title: Label
    amount_t_ha: float = Field(gt=0)
    """Amount that the credit is for."""
    kg_ha: Mapping[Name, Rate]
    """By fertilizer."""


class LegalDoses(Model):
    """The table of a decree with the doses of each unit, kg/ha; an empty cell is a dash."""

    table: Name
    columns: Mapping[Literal["none", "straw", "manure"], Mapping[Name, Name]] = Field(min_length=1)
    """Column by organic matter and fertilizer."""


class Doses(Model):
    """doses/<edition>.yaml: the recommended doses of one commodity."""

    id: Name
    title: Label
    source: str
    commodity: Name
    nutrient_status: Name | None = None
    """The status that ``by_status`` goes by."""
    base: Mapping[Name, Rate] = Field(default_factory=dict)
    """kg/ha by fertilizer, whatever the soil."""
    by_status: Mapping[Name, StatusDose] = Field(default_factory=dict)
    """By fertilizer."""
    credits: Mapping[OrganicMatter, Credit] = Field(default_factory=dict)
    legal: LegalDoses | None = None
    """None where no table is printed, and of a lent file where the country has no table of that name."""
    least_area_ha: float | None = Field(default=None, gt=0)
    """Area of the commodity's land below which the decree prints a dash instead of doses."""
    confidence: Confidence
    not_found: NotFound = Field(default_factory=dict)

    def where(self, tables: Collection[str]) -> "Doses":
        """The doses where only these tables exist: a lent edition may print doses of another country."""
        lacks = self.legal is not None and self.legal.table not in tables
        return self.model_copy(update={"legal": None}) if lacks else self
