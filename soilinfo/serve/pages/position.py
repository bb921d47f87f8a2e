"""One position on earth and what a published raster says there, in the words of a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Field
from soilinfo.serve.edr.observed import Sheet
from soilinfo.serve.edr.places import DEGREES
from soilinfo.serve.edr.samples import cell_at, values_at
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words
from soilinfo.serve.systems import XY, System, moved

Row = dict[str, Any]
"""A value for people: ``title``, ``text`` (None: no data), ``unit``; for scripts ``name`` and ``value``."""
DECIMALS = 4
"""Most decimals that are written: the store keeps no more of any property."""


@dataclass(frozen=True)
class Position:
    """A place by its longitude and latitude in degrees, in a publication's collections."""

    site: Site
    collections: Mapping[str, Collection]
    longitude: float
    latitude: float
    is_past: bool = False
    """True when an earlier publication is told of, of which there are no files."""

    @cached_property
    def words(self) -> Words:
        """How values are written."""
        return Words(self.site)

    @property
    def is_on_the_grid(self) -> bool:
        """False beyond the country's grid, where nothing can be known."""
        grid = self.site.catalog.grid
        x, y = self._on(System(grid.crs))[0].tolist()
        return cell_at(grid, x, y) is not None

    def value(self, collection: Collection, sheet: Sheet) -> float:
        """The value of a sheet in the cell of the place, a class by its code; NaN for no data."""
        return float(values_at(collection, sheet, self._on(System(collection.grid.crs)))[0])

    def value_of(self, collection: Collection, name: str, variable: str) -> float:
        """The value of a variable of the version that a collection has under a name."""
        version = collection.versions[name]
        return self.value(collection, Sheet((version.layer, version.version), variable))

    def row(self, field: Field, value: float) -> Row:
        """A value with its title: a class by its name and colour, a number with its unit."""
        row: Row = {"name": field.name, "title": self.site.named(field.title), "value": None, "text": None}
        row["unit"] = "" if field.categories else self.site.unit(field.unit or "1")
        if np.isnan(value):
            return row
        if not field.categories:
            return row | {"value": value, "text": self.number(value)}
        # A code without a class is no class: it is told as no data.
        found = next((each for each in field.categories if each.code == value), None)
        told = (
            {"value": found.id, "text": self.site.named(found.title), "colour": found.colour} if found else {}
        )
        return row | told

    def probability(self, percent: float) -> Row:
        """How probable a class is, beside it; nothing where it is not known."""
        if np.isnan(percent):
            return {}
        return {
            "uncertainty": self.site.say("panel.sure", percent=self.number(percent)),
            "probability": percent,
        }

    def number(self, value: float) -> str:
        """A number with the decimals that it has."""
        return self.words.number(value, DECIMALS)

    def _on(self, system: System) -> XY:
        return moved(np.array([(self.longitude, self.latitude)]), DEGREES, system)
