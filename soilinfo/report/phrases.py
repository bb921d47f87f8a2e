"""Texts, numbers and dates of a document as one language writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import isnan

from soilinfo.catalog.columns import Columns, KeptTitles
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language, number, texts, unit_text

NOTHING = "–"
"""Stands for a value that is missing: missing is not zero."""


@dataclass(frozen=True)
class Phrases:
    """Writes in one language of a configuration; UnknownNameError for a language that it does not have."""

    catalog: Catalog
    language: str
    kept: KeptTitles = field(default_factory=dict)
    """Titles of a record that is written about: config may have others by now, or none."""

    def __post_init__(self) -> None:
        """Refuses a language before anything is said in it."""
        texts(self.language, self.catalog.directory)

    def say(self, key: str, **values: object) -> str:
        """A text of the program, its placeholders filled."""
        return texts(self.language, self.catalog.directory)[key].format(**values)

    def named(self, label: Mapping[str, str]) -> str:
        """A label of the catalog."""
        return in_language(label, self.language)

    def short(self, label: Mapping[str, str]) -> str:
        """A label without what its parentheses add, for where there is little room."""
        return self.named(label).partition(" (")[0]

    @cached_property
    def columns(self) -> Columns:
        """What columns and the codes in them are called."""
        return Columns(self.catalog, self.language, self.kept)

    def called(self, column: str, code: str) -> str:
        """What a code of a column is called, such as a fertilizer; the code itself where nobody says."""
        return self.columns.value(column, code)

    def unit(self, symbol: str) -> str:
        """A unit as people write it; empty for none and for pH, which its title names."""
        return unit_text(symbol, self.language, self.catalog.directory)

    def number(self, value: float | None, decimals: int) -> str:
        """A number with exactly so many decimals; a dash where it is missing."""
        if value is None or isnan(value):
            return NOTHING
        return number(value, decimals, self.language, self.catalog.directory)

    def value(self, value: float, most: int) -> str:
        """A number with as many decimals as it needs, at most ``most``."""
        needed = next(places for places in range(most + 1) if round(value, places) == round(value, most))
        return self.number(value, needed)

    def quantity(self, value: float, most: int, symbol: str) -> str:
        """A number with its unit."""
        return f"{self.value(value, most)} {self.unit(symbol)}".rstrip()

    def hectares(self, value: float | None) -> str:
        """Hectares without decimals."""
        return self.number(value, 0)

    def percent(self, value: float | None) -> str:
        """Percent without decimals and sign; neither a little nor nearly all is written as none or all."""
        if value is not None and 0 < value < 0.5:
            return "<1"
        if value is not None and 99.5 <= value < 100:
            return ">99"
        return self.number(value, 0)

    def date(self, day: date | None) -> str:
        """A day, also of a moment of UTC; a dash where it is not known."""
        if day is None:
            return NOTHING
        return f"{day.day} {self.say('date.months').split()[day.month - 1]} {day.year}"

    def listed(self, parts: list[str], by: str = "factsheet.and") -> str:
        """Texts as 'a, b and c'; ``by``: the key of the word before the last."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.say(by)} {parts[-1]}"
