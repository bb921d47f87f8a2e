"""Rating classes of soil properties by edition (ratings/*.yaml): from what value on a soil is poor or rich.

Editions differ in edges and even in the form of an element (P against P2O5), so a class is told with its
edition, and edges are in the unit of their property and in no other: nothing is converted in silence.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from soilinfo.catalog.fields import Label, Model, Name

Confidence = Literal["R", "C", "S"]
"""How a number is known: read in a regulation or its copy, read in program code, or from secondary sources.
What nobody could read is under ``not_found``, with the reason."""

NotFound = Mapping[Name, str]
"""What was looked for and not found, or not confirmed, and why it is not here."""


def _ascending(edges: tuple[float, ...]) -> tuple[float, ...]:
    if any(low >= high for low, high in pairwise(edges)):
        raise ValueError(f"{list(edges)}: edges must rise")
    return edges


class ClassLimits(Model):
    """Edges that part the classes of a number.

    Classes are contiguous, however their edges are printed (1.00-2.00 / 2.01-3.00), and the lower class owns
    the printed upper edge.
    """

    unit: str
    """Unit of the edges; it must be the property's own."""
    edges: Annotated[tuple[float, ...], AfterValidator(_ascending)] = Field(min_length=1)
    """Upper edges of all classes but the last."""
    confidence: Confidence


class Rating(ClassLimits):
    """The edges of one property."""

    classes: Name | None = None
    """Class table, where it is not the edition's."""


class RatingEdition(Model):
    """ratings/<edition>.yaml: the ratings of one published table."""

    id: Name
    title: Label
    source: str
    classes: Name
    """Class table of the ratings, worst class first."""
    ratings: Mapping[Name, Rating] = Field(min_length=1)
    """Rating by property."""
    not_found: NotFound = Field(default_factory=dict)
    """Why a property has no rating in this edition."""

    def classes_of(self, name: str) -> str:
        """The class table of one rated property."""
        return self.ratings[name].classes or self.classes
