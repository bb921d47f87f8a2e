"""Criteria sets beside the national one: those of a region, and fallbacks from elsewhere.

A *regional* set replaces rows of one crop's table within one administrative unit. A *fallback* is a
whole table that is not the nation's own; it serves a crop the nation has no table for, is used only
when asked for by name, and its title says whose criteria it holds.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from soilinfo.catalog.crops import Criterion, Crop, Source
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.text import in_language, languages, texts


class RegionalCriteria(Model):
    """regional_criteria/<id>.yaml: rows of one crop's table that one administrative unit has of its own.

    The id names the criteria set.
    """

    id: Name
    crop: Name
    region: str = Field(min_length=1)
    """Code of the unit, of any level; where units of two levels have a set, the finer one wins."""
    title: Label | None = None
    source: Source
    edition: str
    notes: tuple[str, ...] = ()
    synthetic: bool = False
    characteristics: Mapping[Name, Criterion | None] = Field(min_length=1)
    """Rows that take the place of the crop's, or stand beside them; null drops the crop's row."""

    def applied_to(self, crop: Crop) -> Crop:
        """The crop's whole table as it holds in the region."""
        rows = {**crop.characteristics, **self.characteristics}
        return crop.model_copy(
            update={
                "criteria_set": self.id,
                "edition": self.edition,
                "source": self.source,
                "characteristics": {name: row for name, row in rows.items() if row is not None},
            }
        )


def as_fallback(crop: Crop, directory: Path) -> Crop:
    """A fallback table under a title that says in every language whose criteria it holds."""
    return crop.model_copy(
        update={"title": {each: _title(crop, each, directory) for each in languages(directory)}}
    )


def _title(crop: Crop, language: str, directory: Path) -> str:
    words = texts(language, directory)
    criteria = words.get(f"value.criteria_set.{crop.criteria_set}", crop.criteria_set)
    return words["crop.fallback"].format(crop=in_language(crop.title, language), criteria=criteria)
