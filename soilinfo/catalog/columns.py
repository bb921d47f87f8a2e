"""Columns of tables in one language: their headings, their units, and what the codes in them are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from soilinfo.catalog.codes import Codes, Titles
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_zoning import REHABILITATION
from soilinfo.catalog.text import in_language, texts, unit_text

ENDINGS = {"kg_ha": "kg/ha", "_ha": "ha", "_pct": "%", "_cm": "cm", "_t_ha_yr": "t/ha/yr", "_t": "t"}
"""Units of derived columns by the end of their names, the longer ending first."""
COST = "cost_"
"""What the column of money begins with."""
WORDS = "words_"
"""What columns of words begin with, one for each language."""
LISTS = (
    *("unused", "left_out", "missing", "uncertain", "conditional_on", "from_components", "from_rasters"),
    *("properties", "observed_property"),
)
"""Columns that hold ids of characteristics with commas between them."""
EXPLAINED = {
    "affected_pct": "affected_pct",
    "affected_lower": "affected_range",
    "affected_upper": "affected_range",
    "expected_s": "expected",
    "expected_n_": "expected",
    "expected_": "expected_share",
    "status_": "status_probability",
    "_independent_": "independent",
    "_correlated_": "correlated",
    "_low_ha": "range",
    "_high_ha": "range",
    "sd_conversion": "sd_conversion",
    "covered_cm": "covered_cm",
    "equation_range": "equation_range",
    "bias": "bias",
    "ccc": "ccc",
    "mec": "mec",
    "coverage_pct": "coverage_pct",
    "standardised_sd": "standardised_sd",
    "observed_error_pct": "observed_error_pct",
    "conversion_error_pct": "conversion_error_pct",
    "independent": "independent_map",
    "inside": "inside",
    "sd_mean": "sd_mean",
    "standardised_error": "standardised_error",
}
"""Columns that are explained, by the first of these that is a part of their names."""

KeptTitles = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Titles in every language, by column and code."""


@dataclass(frozen=True)
class Columns:
    """What a language calls the columns of every table of a configuration."""

    catalog: Catalog
    language: str
    kept: KeptTitles = field(default_factory=dict)
    """Titles that a record keeps, which stand before those of config."""

    def heading(self, name: str, table: str = "") -> str:
        """Heading of a column with its unit; its own name where no text is known."""
        title, unit = self.title(name, table), self.unit(name, table)
        return f"{title} ({unit})" if unit and not title.endswith(f"({unit})") else title

    def title(self, name: str, table: str = "") -> str:
        """Text of a column, of a table of config/ as its file says; may end in the unit."""
        known = texts(self.language, self.catalog.directory)
        own = self.catalog.tables.get(table)
        if own is not None and name in own.columns:
            return in_language(own.columns[name].title, self.language)
        if name == self._cost:
            return known["column.cost"]
        if name.startswith(WORDS):
            return known["column.words"].format(language=self.value("language", name.removeprefix(WORDS)))
        if f"column.{name}" in known or name not in self.catalog.properties:
            return known.get(f"column.{name}", name)
        return in_language(self.catalog.properties[name].title, self.language)

    def unit(self, name: str, table: str = "") -> str:
        """Unit of a column as people write it; empty where it has none."""
        own = self.catalog.tables.get(table)
        if own is not None and name in own.columns:
            symbol = own.columns[name].unit or "1"
        elif name in self.catalog.properties:
            symbol = self.catalog.properties[name].unit
        elif name == self._cost:
            symbol = name.removeprefix(COST).upper()
        else:
            symbol = next((unit for ending, unit in ENDINGS.items() if name.endswith(ending)), "1")
        return unit_text(symbol, self.language, self.catalog.directory)

    @property
    def _cost(self) -> str:
        """The column of money: its name ends in the currency."""
        return f"{COST}{self.catalog.subsidy.currency.lower()}" if self.catalog.subsidy else ""

    def about(self, name: str) -> str:
        """What has to be known to read a column rightly; empty where its heading says it."""
        known = texts(self.language, self.catalog.directory)
        return next((known[f"explained.{key}"] for part, key in EXPLAINED.items() if part in name), "")

    def value(self, name: str, text: str, table: str = "") -> str:
        """The text behind a code of a table, or behind each of a list; any other text as it is."""
        if name in LISTS:
            characteristics = self.titles["characteristic"]
            return ", ".join(characteristics.get(one.strip(), one.strip()) for one in text.split(","))
        if name == "unit":
            return unit_text(text, self.language, self.catalog.directory) or text
        if name == "at_least":
            return text.lstrip("0")
        assessed = self._assessed if name == "class_id" and table.startswith(f"{REHABILITATION}_by_") else {}
        return (assessed or self.titles.get(name, {})).get(text, text)

    @cached_property
    def _assessed(self) -> Titles:
        """Classes of every assessment of land: other ones than those of the layers."""
        assessed = [self._codes.of_products[name] for name in self.titles["assessment"]]
        return {id: title for titles in assessed for id, title in titles.items()}

    @cached_property
    def titles(self) -> Mapping[str, Titles]:
        """Titles behind the codes of a column, by column."""
        kept = {
            column: {code: self._named(title) for code, title in titles.items()}
            for column, titles in self.kept.items()
        }
        return {column: {**titles, **kept.get(column, {})} for column, titles in self._codes.titles.items()}

    @cached_property
    def _codes(self) -> Codes:
        return Codes(self.catalog, self.language)

    def _named(self, label: Mapping[str, str]) -> str:
        return in_language(label, self.language)
