"""How the values of a table are written for people: names of fields, crops, qualities, numbers, times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.text import number, texts
from soilinfo.catalog.titles import titles
from soilinfo.serve.site import Site

LISTS = ("unused",)
"""Columns that hold ids with commas between them."""


@dataclass(frozen=True)
class Words:
    """Writes fields and values in the language of a site."""

    site: Site

    def field(self, name: str, collection: str = "") -> str:
        """Heading of a column, of a table as its configuration says; its own name where no text is known."""
        known = texts(self.site.language, self.site.catalog.directory)
        table = self.site.catalog.tables.get(collection)
        if table is not None and name in table.columns:
            column = table.columns[name]
            unit = self.site.unit(column.unit) if column.unit else ""
            return self.site.named(column.title) + (f" ({unit})" if unit else "")
        described = self.site.catalog.properties.get(name)
        if f"column.{name}" in known or described is None:
            return known.get(f"column.{name}", name)
        unit = self.site.unit(described.unit)
        return self.site.named(described.title) + (f" ({unit})" if unit else "")

    @property
    def headings(self) -> dict[str, str]:
        """Heading of every column that has a text."""
        known = texts(self.site.language, self.site.catalog.directory)
        columns = (key for key in known if key.startswith("column."))
        return {key.removeprefix("column."): known[key] for key in columns}

    def link(self, link: Mapping[str, Any]) -> str:
        """What a link of a document leads to: our word for its relation, else its own title."""
        relation = link["rel"].rsplit("/", 1)[-1]
        known = texts(self.site.language, self.site.catalog.directory)
        return known.get(f"relation.{relation}") or link.get("title") or relation

    def value(self, field: str, value: Any) -> str:
        """One cell: the name behind an id, a number as the language writes it, a dash for nothing."""
        if value is None or value == "":
            return "–"
        if isinstance(value, float | int) and not isinstance(value, bool):
            return self.number(value)
        if field in LISTS:
            return ", ".join(self.names["characteristic"].get(name, name) for name in str(value).split(","))
        if field == "created":
            return self.moment(datetime.fromisoformat(str(value)))
        if field == "unit":
            return self.site.unit(str(value)) or str(value)
        return self.names.get(field, {}).get(value, str(value))

    def number(self, value: float, most: int = 2) -> str:
        """A number with as many decimals as it needs, at most ``most``."""
        needed = next(places for places in range(most + 1) if round(value, places) == round(value, most))
        return number(value, needed, self.site.language, self.site.catalog.directory)

    def moment(self, time: datetime) -> str:
        """A moment of UTC as date and time."""
        month = self.site.say("date.months").split()[time.month - 1]
        parts = {"day": time.day, "month": month, "year": time.year}
        return self.site.say("date.moment", **parts, hour=f"{time:%H}", minute=f"{time:%M}")

    def period(self, time: str) -> str:
        """A year, date or interval ('1991/2020') of the catalog as people write it."""
        return time.replace("/", "–")

    def corners(self, bbox: Sequence[float]) -> str:
        """West, south, east, north."""
        return "; ".join(self.number(side, 4) for side in bbox)

    @property
    def crops(self) -> dict[str, str]:
        """Title of every crop by id."""
        return {crop.id: self.site.named(crop.title) for crop in self.site.catalog.crops.values()}

    @property
    def qualities(self) -> dict[str, str]:
        """Title of every land quality by code."""
        qualities = self.site.catalog.evaluation.qualities
        return {quality.code: self.site.named(quality.title) for quality in qualities}

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Titles behind the codes of a column, by column."""
        catalog = self.site.catalog
        scenarios = {str(name): self.site.say(f"scenario.{name}") for name in SCENARIOS}
        properties = {name: self.site.named(each.title) for name, each in catalog.properties.items()}
        tables = catalog.class_tables.values()
        classes = {each.id: self.site.named(each.title) for table in tables for each in table.classes}
        classed = {
            prop.id: {
                each.id: self.site.named(each.title) for each in catalog.class_table(prop.class_table).classes
            }
            for prop in catalog.properties.values()
            if prop.class_table
        }
        derived = {
            variable.name: {entry.id: self.site.named(entry.label) for entry in variable.style.entries}
            for product in self.site.products.values()
            for variable in product.variables
            if variable.codes
        }
        return {
            **classed,
            **derived,
            "crop": self.crops,
            "limiting": self.qualities,
            "scenario": scenarios,
            "layer": titles(catalog, self.site.language),
            "characteristic": properties,
            "class_id": classes,
            "boundary_rule": self._options("boundary_rule"),
            "criteria_set": self._options("criteria_set"),
            "severity": self._options("severity"),
        }

    def _options(self, field: str) -> dict[str, str]:
        """Texts of the values of a column that are the program's own words."""
        known = texts(self.site.language, self.site.catalog.directory)
        start = f"value.{field}."
        return {key.removeprefix(start): text for key, text in known.items() if key.startswith(start)}
