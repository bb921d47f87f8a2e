"""How the values of a table are written for people: names of fields, crops, qualities, numbers, times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.text import number, texts
from soilinfo.serve.site.site import Site


@dataclass(frozen=True)
class Words:
    """Writes fields and values in the language of a site."""

    site: Site

    def field(self, name: str, collection: str = "") -> str:
        """Heading of a column, of a table as its configuration says; its own name where no text is known."""
        return self.columns.heading(name, collection)

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

    def value(self, field: str, value: Any, collection: str = "") -> str:
        """One cell: the name behind an id, a number as the language writes it, a dash for nothing."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self.site.say("process.yes" if value else "process.no")
        if isinstance(value, float | int):
            return self.number(value)
        if field == "created":
            return self.moment(datetime.fromisoformat(str(value)))
        return self.columns.value(field, str(value), collection)

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
    def crops(self) -> Mapping[str, str]:
        """Title of every crop by id."""
        return self.names["crop"]

    @property
    def qualities(self) -> Mapping[str, str]:
        """Title of every land quality by code."""
        return self.names["limiting"]

    @cached_property
    def columns(self) -> Columns:
        """Headings of columns, and what their codes are called."""
        return Columns(self.site.catalog, self.site.language)

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Titles behind the codes of a column, by column."""
        return self.columns.titles
