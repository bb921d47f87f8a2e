"""What the codes in the columns of tables are called, in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, get_args

from soilinfo.catalog.doses import OrganicMatter
from soilinfo.catalog.fertilizers import Nutrient
from soilinfo.catalog.fields import Label
from soilinfo.catalog.method_groups import method_groups
from soilinfo.catalog.models import SCENARIOS, Catalog, ClassTable
from soilinfo.catalog.products import products
from soilinfo.catalog.text import in_language, texts
from soilinfo.catalog.titles import titles

OPTIONS = (
    *("boundary_rule", "criteria_set", "severity", "verdict", "bound", "state", "method"),
    *("credit", "criterion", "legal_rate", "area_from", "note", "without_rate", "about"),
    *("share", "flag", "kind", "equation_range", "independent", "interval"),
    *("form", "land", "uncertainty", "year", "part", "missing_rule", "threshold_side"),
    *("comparability", "reason", "standing", "obtained", "on_map"),
)
"""Columns whose values are the program's own words, each a text ``value.<column>.<value>``."""

Titles = Mapping[str, str]
"""Text by code."""


class Titled(Protocol):
    """An entry of config/ with a title."""

    @property
    def title(self) -> Label:
        """What it is called, by language."""


@dataclass(frozen=True)
class Codes:
    """What a language calls the codes in every column of the tables of a configuration."""

    catalog: Catalog
    language: str

    @cached_property
    def titles(self) -> Mapping[str, Titles]:
        """Titles behind the codes of a column, by column."""
        return {
            **self._of_properties,
            **self.of_products,
            **self._of_land,
            **self._of_conditions,
            **self._of_nutrients,
            **self._of_reports,
            **self._own_words,
        }

    @cached_property
    def of_products(self) -> Mapping[str, Titles]:
        """Classes of the variables of products, by variable."""
        return {
            variable.name: {entry.id: self._named(entry.label) for entry in variable.style.entries}
            for product in products(self.catalog).values()
            for variable in product.variables
            if variable.codes
        }

    @property
    def _of_properties(self) -> dict[str, Titles]:
        """Classes of every class property, by property."""
        catalog = self.catalog
        classed = {each.id: each.class_table for each in catalog.properties.values() if each.class_table}
        return {name: self._classes([catalog.class_table(table)]) for name, table in classed.items()}

    @property
    def _of_land(self) -> dict[str, Titles]:
        """What is mapped and where: layers with their properties and classes, units, assessments."""
        catalog = self.catalog
        characteristics = self._called(catalog.properties)
        classes = self._classes(catalog.class_tables.values())
        assessments = catalog.rehabilitation.assessments if catalog.rehabilitation else {}
        return {
            "layer": titles(catalog, self.language),
            "characteristic": characteristics,
            "property": characteristics,
            "class": classes,
            "class_id": classes,
            "level": self._called(catalog.every_level()),
            "assessment": self._called(assessments),
        }

    @property
    def _of_conditions(self) -> dict[str, Titles]:
        """What land is judged for, and under which conditions."""
        scenarios = {str(name): self._say(f"scenario.{name}") for name in SCENARIOS}
        saved = self._called(self.catalog.what_ifs)
        return {
            "crop": self._called(self.catalog.every_crop()),
            "limiting": {each.code: self._named(each.title) for each in self.catalog.evaluation.qualities},
            "scenario": scenarios,
            "what_if": saved,
            "compare": scenarios | saved,
        }

    @property
    def _of_nutrients(self) -> dict[str, Titles]:
        """What the soil has of nutrients, what is given, and what is allotted."""
        catalog = self.catalog
        fertilizers = self._called(catalog.fertilizers)
        statuses = dict.fromkeys(each.classes for each in catalog.nutrient_statuses.values())
        organic, credits = get_args(OrganicMatter), self._options("credit")
        return {
            "nutrient": {each: self._say(f"nutrient.{each}") for each in get_args(Nutrient)},
            "status": self._classes(catalog.class_table(table) for table in statuses),
            "fertilizer": fertilizers,
            "products": fertilizers,
            "commodity": self._called(catalog.subsidy.commodities if catalog.subsidy else {}),
            "credits": {name: title for name, title in credits.items() if name in organic},
            "edition": self._called(catalog.ratings) | self._called(catalog.doses),
            "plan": self._called(catalog.allocations),
        }

    @property
    def _of_reports(self) -> dict[str, Titles]:
        """What countries report: indicators, how they are judged and measured, threats, the region."""
        every, region = self.catalog.indicators.values(), self.catalog.region
        indicators = self._called(self.catalog.indicators)
        thresholds = {limit.id: self._named(limit.title) for each in every for limit in each.thresholds}
        subregions = region.subregions if region else {}
        return {
            "indicator": indicators,
            "health_index": indicators,
            "threshold": self._options("missing_rule") | thresholds,
            "method_group": {id: self._named(each) for id, each in method_groups(self.catalog).items()},
            "threat": self._called(self.catalog.threats),
            "subregion": {name: self._named(title) for name, title in subregions.items()},
        }

    @property
    def _own_words(self) -> dict[str, Titles]:
        """The program's own words; a product may call its classes as a column of them is called."""
        languages = {each: each for each in self.catalog.services.languages}
        options = {name: {**self.of_products.get(name, {}), **self._options(name)} for name in OPTIONS}
        return {"language": languages | self._options("language"), **options}

    def _options(self, column: str) -> dict[str, str]:
        """Texts of the values of a column that are the program's own words."""
        known, start = texts(self.language, self.catalog.directory), f"value.{column}."
        return {key.removeprefix(start): text for key, text in known.items() if key.startswith(start)}

    def _called(self, entries: Mapping[str, Titled]) -> dict[str, str]:
        return {name: self._named(each.title) for name, each in entries.items()}

    def _classes(self, tables: Iterable[ClassTable]) -> dict[str, str]:
        return {each.id: self._named(each.title) for table in tables for each in table.classes}

    def _named(self, label: Label) -> str:
        return in_language(label, self.language)

    def _say(self, key: str) -> str:
        return texts(self.language, self.catalog.directory)[key]
