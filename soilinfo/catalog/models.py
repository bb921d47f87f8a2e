"""The catalog: everything in config/ as frozen, checked types.

A file that does not fit one of these types is a fault with a file and a key; nothing here
reads a file (see :mod:`soilinfo.catalog.load`).
"""

from collections.abc import Mapping
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from soilinfo.catalog.fields import LANGUAGES, Colour, Label, Name, Pattern, Unit
from soilinfo.catalog.text import texts
from soilinfo.errors import GeometryError, UnknownNameError
from soilinfo.grid import Grid

MAX_PACKED = 32766
"""Largest packed magnitude of a numeric property: int16 less its no-data value."""


class Model(BaseModel):
    """Base of all catalog types: frozen, and an unknown key is a fault; ``time: 2020`` is a text."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        ignored_types=(cached_property,),
    )


Interval = tuple[float | None, float | None]
"""(low, high); None is unbounded."""

Depth = tuple[float, float]
"""(top, bottom) in cm below the surface."""


# ---- properties and classes -------------------------------------------------------------


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
    theme: Literal["soil", "terrain", "climate", "land"]
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


# ---- layers -----------------------------------------------------------------------------

Severity = Literal["block", "warn", "note"]
Resampling = Literal["auto", "nearest", "bilinear", "average", "mode"]


class Layer(Model):
    """layers/<id>.yaml: one raster source and what it says. The id names cube, COG and collection."""

    id: Name
    property: Name
    title: Label | None = None
    """Text shown to people; the property's title (with statistic and time) when absent."""
    statistic: Literal["mean", "sd", "q05", "q50", "q95"] = "mean"
    source: str
    """Path or GDAL name; relative paths start at the configuration directory."""
    band: int = Field(default=1, ge=1)
    unit: Unit | None = None
    """Unit of the source's numbers, always declared for numeric layers; converted to the property's."""
    depth: Depth | None = None
    time: str | None = None
    """Phenomenon time: a year, a date, or 'start/end'."""
    nodata: tuple[Annotated[float, Field(allow_inf_nan=True)], ...] = ()
    """Values that mean no data besides the one the file declares; NaN always does."""
    codes: Mapping[int, Name] | None = None
    """Source code -> class id, for class properties."""
    resampling: Resampling = "auto"
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    """Check id -> severity, where it differs from the check's own."""
    licence: str
    attribution: str
    lineage: str = ""
    synthetic: bool = False


# ---- regions ----------------------------------------------------------------------------


class Level(Model):
    """One administrative level (regions.yaml). Its id names the vector collection."""

    id: Name
    title: Label
    singular: Label
    source: str
    source_layer: str | None = None
    code_field: str
    name_field: str
    parent: Name | None = None
    """Id of the level above."""
    parent_field: str | None = None
    """Column with the parent's code; absent: the code up to its last separator."""
    code_system: str
    code_pattern: Pattern = r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"
    area_field: str | None = None
    """Column with the official area, in ``area_unit``."""
    area_unit: Unit = "ha"
    valid_from_field: str | None = None
    valid_to_field: str | None = None
    summed_from: Name | None = None
    """Level whose tables add up to this one's, so that the two never disagree."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    licence: str
    attribution: str
    synthetic: bool = False


# ---- land evaluation --------------------------------------------------------------------


class SuitabilityClass(IntEnum):
    """FAO 1976 class as stored; the larger the worse. 0 in a raster is no data."""

    S1 = 1
    S2 = 2
    S3 = 3
    N = 4


ClassName = Literal["S1", "S2", "S3", "N"]
LevelName = Literal["low", "medium", "high"]
Scenario = Literal["actual", "potential_low", "potential_medium", "potential_high"]
SCENARIOS: tuple[Scenario, ...] = ("actual", "potential_low", "potential_medium", "potential_high")
BoundaryRule = Literal["as_printed", "right_closed", "better", "worse"]


def _band_form(band: object) -> str:
    """Which of the two forms of a band is meant, so that a fault is told of that form only."""
    entries = band if isinstance(band, (list, tuple)) else ()
    return "names" if any(isinstance(entry, str) for entry in entries) else "intervals"


Band = Annotated[
    Annotated[tuple[Interval, ...], Tag("intervals")] | Annotated[tuple[Name, ...], Tag("names")],
    Discriminator(_band_form),
]
"""What one class asks for: intervals as printed, or class ids and group ids."""


class Criterion(Model):
    """One row of a crop's requirement table: one characteristic, its bands, its land quality."""

    quality: Name
    kind: Literal["numeric", "category"]
    unit: Unit | None = None
    depth: Depth | None = None
    bands: Mapping[ClassName, Band] = Field(min_length=1)
    """Numeric: intervals as printed. Category: class ids or group ids."""
    worst_class: ClassName
    """The worst class this row can give."""
    unlisted: tuple[Name, ...] = ()
    gaps: tuple[Interval, ...] = ()
    overlaps: tuple[Interval, ...] = ()
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> "Criterion":
        forms = {_band_form(band) for band in self.bands.values() if band}
        form = "intervals" if self.kind == "numeric" else "names"
        if forms - {form}:
            raise ValueError(f"the bands of a {self.kind} row are {form}")
        if (self.unit is None) == (self.kind == "numeric"):
            raise ValueError("a numeric row needs a unit, a category row has none")
        return self


class Source(Model):
    """Where a criteria set or table was read, and how far it can be trusted."""

    title: str
    address: str | None = None
    read_as: str
    confidence: Literal["official", "good", "medium", "low"]


class Crop(Model):
    """crops/<id>.yaml: one crop's requirement table in one criteria set."""

    id: Name
    title: Label
    scientific_name: str
    group: Literal["food", "estate", "horticulture", "forestry"]
    criteria_set: Name
    edition: str
    source: Source
    notes: tuple[str, ...] = ()
    irrigated: bool = False
    characteristics: Mapping[Name, Criterion] = Field(min_length=1)


class Quality(Model):
    """A land quality of the subclass notation (nr, wa, oa ...)."""

    code: str = Field(pattern=r"^[a-z]{2}$")
    title: Label


class LandEvaluation(Model):
    """evaluation.yaml: the rules that the criteria tables leave open, all visible and stored with results."""

    qualities: tuple[Quality, ...] = Field(min_length=1, max_length=16)
    boundary_rule: BoundaryRule = "as_printed"
    improvement: Mapping[Name, tuple[int, int, int]]
    """Characteristic -> classes gained at management level low, medium, high."""
    irrigation_only: tuple[Name, ...] = ()
    """Characteristics that improve only for crops grown under irrigation."""
    protective_peat_cm: float
    """Peat at least this thick is protected: its drainage is never improved."""
    may_lack: tuple[Name, ...] = ()
    """Characteristics without which a cell is still classed, counted as partial; lacking any other used
    characteristic leaves the cell without a class."""
    class_colours: Mapping[ClassName, Colour]
    class_titles: Mapping[ClassName, Label]

    @model_validator(mode="after")
    def _shows_every_class(self) -> "LandEvaluation":
        for what, given in (("class_colours", self.class_colours), ("class_titles", self.class_titles)):
            missing = [name for name in SuitabilityClass.__members__ if name not in given]
            if missing:
                raise ValueError(f"{what} lacks {', '.join(missing)}")
        return self


# ---- country, grid, services ------------------------------------------------------------


class GridSpec(Model):
    """grid.yaml: the national grid."""

    crs: str = "EPSG:4326"
    resolution: float = Field(default=1 / 480, gt=0)
    """Cell side in the CRS's unit; give ``arc_seconds`` instead for a geographic grid."""
    arc_seconds: float | None = Field(default=None, gt=0)
    bounds: tuple[float, float, float, float]

    @model_validator(mode="after")
    def _usable(self) -> "GridSpec":
        try:
            CRS.from_user_input(self.crs)
        except CRSError as error:
            raise ValueError(f"crs '{self.crs}' is not known to PROJ") from error
        try:
            _ = self.grid
        except GeometryError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def grid(self) -> Grid:
        """The grid these numbers describe."""
        size = self.arc_seconds / 3600 if self.arc_seconds else self.resolution
        return Grid.covering(self.crs, size, self.bounds)


class Contact(Model):
    """Who answers for the service."""

    organisation: str
    email: str
    url: str


class Limits(Model):
    """The largest synchronous answers (services.yaml)."""

    process_cells: int = Field(default=4_000_000, gt=0)
    coverage_cells: int = Field(default=4_000_000, gt=0)
    map_pixels: int = Field(default=4_000_000, gt=0)
    page_features: int = Field(default=1_000, gt=0)


class Services(Model):
    """services.yaml: how the store is shown to the world."""

    title: Label
    description: Label
    keywords: tuple[str, ...] = ()
    contact: Contact
    licence: str
    licence_url: str
    disclaimer: Label
    languages: tuple[str, ...] = LANGUAGES
    limits: Limits = Field(default_factory=Limits)


class Country(Model):
    """country.yaml: whose system this is. ``base`` lends properties, classes, crops and evaluation rules."""

    id: Name
    title: Label
    base: str | None = None
    synthetic: bool = False


class Catalog(Model):
    """All of config/, checked against itself."""

    directory: Path
    country: Country
    grid: Grid
    services: Services
    evaluation: LandEvaluation
    properties: Mapping[str, Property]
    class_tables: Mapping[str, ClassTable]
    layers: Mapping[str, Layer]
    levels: Mapping[str, Level]
    crops: Mapping[str, Crop]

    def property(self, name: str) -> Property:
        """The property of that name, or UnknownNameError naming those that exist."""
        return _get("property", self.properties, name)

    def layer(self, name: str) -> Layer:
        """The layer of that name, or UnknownNameError naming those that exist."""
        return _get("layer", self.layers, name)

    def crop(self, name: str) -> Crop:
        """The crop of that name, or UnknownNameError naming those that exist."""
        return _get("crop", self.crops, name)

    def level(self, name: str) -> Level:
        """The administrative level of that name, or UnknownNameError naming those that exist."""
        return _get("level", self.levels, name)

    def class_table(self, name: str) -> ClassTable:
        """The class table of that name, or UnknownNameError naming those that exist."""
        return _get("class table", self.class_tables, name)

    def title_of(self, layer: Layer) -> dict[str, str]:
        """Text of a layer by language: its own title, or its property's with statistic and time."""
        if layer.title:
            return dict(layer.title)
        titles = self.properties[layer.property].title.items()
        return {language: title + _variant(layer, language, self.directory) for language, title in titles}


def _variant(layer: Layer, language: str, directory: Path) -> str:
    """What tells a layer from others of its property: ' (standard deviation, 2020)'; empty for a mean."""
    named = layer.statistic != "mean"
    details = [texts(language, directory)[f"statistic.{layer.statistic}"]] if named else []
    details += [layer.time] if layer.time else []
    return f" ({', '.join(details)})" if details else ""


def _get[T](kind: str, table: Mapping[str, T], name: str) -> T:
    if name not in table:
        raise UnknownNameError(kind, name, table)
    return table[name]
