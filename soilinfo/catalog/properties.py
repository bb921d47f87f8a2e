"""Properties and class tables: what a number or a code in a layer means.

properties.yaml and classes/*.yaml; see :mod:`soilinfo.catalog.models` for the whole catalog.
"""

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Colour, Label, Model, Name, Unit

Theme = Literal["soil", "terrain", "climate", "land"]
"""What a property is about."""

DRAINAGE = "drainage"
"""The characteristic that is never improved toward drier on protected peat (PP 57/2016, art. 23)."""
MAX_PACKED = 32766
"""Largest packed magnitude of a numeric property: int16 less its no-data value."""


class ClassEntry(Model):
    """One class: its stored code, its id in criteria and APIs, its text and colour."""

    code: int = Field(ge=1, le=254)
    id: Name
    title: Label
    colour: Colour
    group: Name | None = None
    """Coarser class that criteria may name instead (USDA 'clay_loam' -> 'moderately_fine')."""


class ClassTable(Model):
    """classes/<id>.yaml: the closed vocabulary of a class property. Code 0 is no data."""

    id: Name
    title: Label
    source: str
    colours_by: str | None = None
    """The rule that names the colours, told in legends; others are to be apart for every eye."""
    order: Literal["dry_to_wet"] | None = None
    """What rising codes mean, where something goes by it: of drainage, the higher the code the wetter."""
    classes: tuple[ClassEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> "ClassTable":
        for what in ("code", "id"):
            values = [getattr(entry, what) for entry in self.classes]
            twice = sorted({str(value) for value in values if values.count(value) > 1})
            if twice:
                raise ValueError(f"{what} used twice: {', '.join(twice)}")
        return self

    @cached_property
    def code_of(self) -> dict[str, int]:
        """Stored code by class id."""
        return {entry.id: entry.code for entry in self.classes}

    @property
    def vocabulary(self) -> set[str]:
        """Every class id and group id that a criterion may name."""
        return {entry.id for entry in self.classes} | {entry.group for entry in self.classes if entry.group}


class Ramp(Model):
    """Colours spread evenly from ``low`` to ``high`` in the property's unit."""

    low: float
    high: float
    colours: tuple[Colour, ...] = Field(min_length=2)
    colours_by: str | None = None
    """The rule that names the colours, as of a class table."""

    @model_validator(mode="after")
    def _rises(self) -> "Ramp":
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} must be less than high {self.high:g}")
        return self


class Property(Model):
    """One soil, terrain or climate property (properties.yaml); method and element form are in its id."""

    id: Name
    title: Label
    description: Label | None = None
    theme: Theme
    kind: Literal["numeric", "class"] = "numeric"
    unit: Unit = "1"
    valid_range: tuple[float, float] | None = None
    """Physically possible values in ``unit``; a value outside stops publication."""
    decimals: int = Field(default=2, ge=0, le=6)
    """Stored and reported precision: values are packed as integers of 10**-decimals."""
    method: str | None = None
    """GLOSOLAN or other laboratory/derivation method, as text."""
    ramp: Ramp | None = None
    class_table: Name | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Property":
        if self.kind == "class" and not self.class_table:
            raise ValueError("a class property needs class_table")
        if self.kind == "numeric" and (self.valid_range is None or self.ramp is None):
            raise ValueError("a numeric property needs valid_range and ramp")
        return self

    @model_validator(mode="after")
    def _fits_its_packing(self) -> "Property":
        low, high = self.valid_range or (0.0, 1.0)
        if low >= high:
            raise ValueError(f"valid_range: low {low:g} must be less than high {high:g}")
        largest = max(abs(low), abs(high)) * 10**self.decimals
        if largest > MAX_PACKED:
            raise ValueError(
                f"valid_range with {self.decimals} decimals needs integers up to {largest:g}, "
                f"more than the {MAX_PACKED} stored: fewer decimals or a narrower range"
            )
        return self

    @property
    def scale(self) -> float:
        """Value of one stored step."""
        return 1.0 if self.kind == "class" else float(10.0**-self.decimals)
