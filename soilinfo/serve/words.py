"""How the values of a table are written for people: names of fields, crops, qualities, numbers, times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.text import number, texts
from soilinfo.serve.site import Site


@dataclass(frozen=True)
class Words:
    """Writes fields and values in the language of a site."""

    site: Site

    def field(self, name: str) -> str:
        """Heading of a column; its own name where no text is known."""
        return texts(self.site.language, self.site.catalog.directory).get(f"column.{name}", name)

    def link(self, link: Mapping[str, Any]) -> str:
        """What a link of a document leads to: our word for its relation, else its own title."""
        relation = link["rel"].rsplit("/", 1)[-1]
        known = texts(self.site.language, self.site.catalog.directory)
        return known.get(f"relation.{relation}") or link.get("title") or relation

    def value(self, field: str, value: Any) -> str:
        """One cell: the name behind an id, a number as the language writes it, a dash for nothing."""
        if value is None or value == "":
            return "–"
        if isinstance(value, float):
            return self.number(value)
        if field == "unit":
            return self.site.unit(str(value)) or str(value)
        return self._names.get(field, {}).get(value, str(value))

    def number(self, value: float) -> str:
        """A number with as many decimals as it needs, at most two."""
        needed = next((places for places in (0, 1) if round(value, places) == round(value, 2)), 2)
        return number(value, needed, self.site.language, self.site.catalog.directory)

    def moment(self, time: datetime) -> str:
        """A moment of UTC as date and time."""
        return f"{time:%Y-%m-%d %H:%M} UTC"

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
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        scenarios = {str(name): self.site.say(f"scenario.{name}") for name in SCENARIOS}
        layers = {name: entry.title for name, entry in self.site.entries.items()}
        return {"crop": self.crops, "limiting": self.qualities, "scenario": scenarios, "layer": layers}
