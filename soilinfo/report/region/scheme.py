"""How one indicator is drawn over a region: the same classes on paper, in map services and in QGIS."""

from collections.abc import Mapping
from typing import Any, Literal

from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.reporting import Iso3
from soilinfo.report.figures.steps import Steps

OnMap = Literal["classes", "apart", "not_reported", "no"]
"""How a row of the table of indicators is drawn: in a class (or as land without data); apart, as its value
does not stand beside the others; as land of which nothing is reported; not at all, as others are."""


class Scheme(Model):
    """The map of one indicator: one scheme of classes for the countries that compare, others apart."""

    indicator: Name
    title: Label
    unit: str
    """Of the classes; '' where no country has a value."""
    group: tuple[Iso3, ...]
    """The countries drawn in the classes: of these, all pairs compare as they are."""
    edges: tuple[float, ...]
    """Of the classes, rising; one edge: one value; none: no value."""
    apart: Mapping[Iso3, Label]
    """Why each country that has values does not stand beside the others."""
    not_reported: tuple[Iso3, ...]
    """Other countries with a report, which tell nothing of it."""

    @property
    def steps(self) -> Steps | None:
        """The classes and their colours; None where no country has a value."""
        return Steps(self.edges) if self.edges else None


def schemes_of(metadata: Mapping[str, Any]) -> tuple[Scheme, ...]:
    """Those that the record of a version keeps; none of anything but the indicators of a region."""
    return tuple(Scheme.model_validate(each) for each in metadata.get("schemes", ()))
