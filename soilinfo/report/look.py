"""A way to draw features: rules of a label, a colour and a condition, and what it is called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.entries import FIRST_CROP
from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.text import in_language, label, languages
from soilinfo.report.region.scheme import Scheme

Text = Mapping[str, str]
"""A text by language."""
Expression = list[Any]
"""An expression of MapLibre's style specification that is true or false of a feature."""


@dataclass(frozen=True)
class Rule:
    """What is drawn in one colour."""

    label: Text
    colour: str
    where: Expression | None
    """Of which features; None of all."""
    hatched: bool = False
    """Hatched in that colour, where a map can be."""


@dataclass(frozen=True)
class Look:
    """One way to draw a collection."""

    id: str
    title: Text
    rules: tuple[Rule, ...]
    kind: Literal["fill", "outline", "circle"] = "fill"
    rows: Mapping[str, str] = field(default_factory=dict)
    """Values of columns that choose the row drawn of each area, where there are several."""
    alike: bool = False
    """Whether the rows of every crop tell the same, so that what is drawn is about none of them."""
    is_titled: bool = False
    """Whether its title says of which rows it is."""

    @property
    def is_of_crop(self) -> bool:
        """Whether it shows one crop."""
        return "crop" in self.rows and not self.alike

    def of_its_rows(self) -> "Look":
        """The look with the choice of rows in its conditions, for who draws from all rows of a table."""
        if not self.rows:
            return self
        chosen = [equals(column, value) for column, value in self.rows.items()]
        rules = (
            replace(rule, where=["all", *chosen, *([rule.where] if rule.where else [])])
            for rule in self.rules
        )
        return replace(self, rules=tuple(rules))


@dataclass(frozen=True)
class Drawn:
    """A collection to be drawn, as far as its looks follow from it."""

    id: str
    columns: Collection[str]
    catalog: Catalog
    published: Collection[str]
    """Names of everything that is published with it."""
    units: tuple[UnitLine, ...] = ()
    """The legend of a soil map."""
    schemes: tuple[Scheme, ...] = ()
    """How the indicators of a region are drawn."""

    @cached_property
    def crop(self) -> str:
        """The crop shown first, as everywhere."""
        crops = [crop for crop in self.catalog.every_crop() if suitability_of(crop) in self.published]
        return FIRST_CROP if FIRST_CROP in crops else next(iter([*crops, *self.catalog.crops]))

    def label(self, key: str) -> Text:
        """A text of the program in every language."""
        return label(key, self.catalog.directory)

    def heading(self, column: str) -> Text:
        """Heading of a column in every language."""
        catalog = self.catalog
        spoken = languages(catalog.directory)
        return {each: Columns(catalog, each).heading(column, self.id) for each in spoken}

    def same(self, text: str) -> Text:
        """What every language writes alike."""
        return dict.fromkeys(languages(self.catalog.directory), text)


def title_of(
    catalog: Catalog, name: str, look: Look, language: str, rows: Mapping[str, str] | None = None
) -> str:
    """What a look of collection ``name`` shows: its title, and what the rows drawn are of.

    These are ``rows``, or those of the look.
    """
    columns = Columns(catalog, language)
    shown = look.rows if rows is None else rows
    told = [
        columns.value(column, value, name)
        for column, value in shown.items()
        if value and not look.is_titled and (column != "crop" or look.is_of_crop)
    ]
    title = in_language(look.title, language)
    return f"{title}: {', '.join(told)}" if told else title


def equals(column: str, value: str) -> Expression:
    """That a column has a value."""
    return ["==", ["get", column], value]
