"""Nutrient status of a commodity's land (nutrient_status/*.yaml): the classes that fertilizer doses go by."""

from collections.abc import Mapping

from pydantic import Field

from soilinfo.catalog.fertilizers import Nutrient
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.ratings import ClassLimits


class Land(Model):
    """The land of a commodity: cells of some classes of a layer."""

    layer: Name
    """A layer of classes. One that a country lacks is named by what needs it, not by `soilinfo check`."""
    classes: tuple[Name, ...] = Field(min_length=1)
    """Ids or groups of its class table."""


class NutrientLimits(ClassLimits):
    """Where the status of one nutrient changes, by one property and so by one method of extraction."""

    property: Name
    method: str
    """Extraction that the edges are for, in words that the property's ``method`` has too: limits of one
    extraction are never used with values of another."""


class NutrientStatus(Model):
    """nutrient_status/<id>.yaml: the status of nutrients on the land of a commodity."""

    id: Name
    title: Label
    source: str
    commodity: Name
    land: Land
    classes: Name
    """Class table, poorest class first."""
    least_area_ha: float | None = Field(default=None, gt=0)
    """A unit with less land of the commodity has no status of its own."""
    nutrients: Mapping[Nutrient, NutrientLimits] = Field(min_length=1)
