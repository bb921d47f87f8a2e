"""The catalog: everything in config/ as frozen, checked types, behind this one door.

A file that does not fit one of these types is a fault with a file and a key; nothing here
reads a file (see :mod:`soilinfo.catalog.load`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.choice import AvailableLand, Choice, LandUseConflict
from soilinfo.catalog.criteria_sets import RegionalCriteria
from soilinfo.catalog.crops import (
    SCENARIOS,
    Band,
    BoundaryRule,
    ClassName,
    Criterion,
    Crop,
    Interval,
    LandEvaluation,
    LevelName,
    Quality,
    Scenario,
    Source,
    SuitabilityClass,
)
from soilinfo.catalog.doses import Doses
from soilinfo.catalog.equations import Equation
from soilinfo.catalog.fertilizers import Fertilizer
from soilinfo.catalog.fields import LANGUAGES, Colour, Depth, Label, Model, Name, Unit
from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.mapunits import SoilMap
from soilinfo.catalog.names import NATION
from soilinfo.catalog.nutrient_status import NutrientStatus
from soilinfo.catalog.procedures import Procedure
from soilinfo.catalog.properties import MAX_PACKED, ClassEntry, ClassTable, Property, Ramp
from soilinfo.catalog.ratings import RatingEdition
from soilinfo.catalog.reporting import Region, Report
from soilinfo.catalog.services import Services
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.catalog.sources import ELEVATION, Layer, Level, Resampling, Terrain
from soilinfo.catalog.subsidy import Subsidy
from soilinfo.catalog.tables import Column, ColumnType, Sheet, Table, UnitList
from soilinfo.catalog.text import label, texts
from soilinfo.catalog.threats import InventoryItem, Threat
from soilinfo.catalog.what_ifs import SavedWhatIf
from soilinfo.catalog.zoning import Rehabilitation, SoilCrosswalk, Zoning
from soilinfo.errors import GeometryError, UnknownNameError
from soilinfo.findings import Severity
from soilinfo.grid import Grid

__all__ = [
    "ELEVATION",
    "LANGUAGES",
    "MAX_PACKED",
    "SCENARIOS",
    "Band",
    "BoundaryRule",
    "Catalog",
    "ClassEntry",
    "ClassName",
    "ClassTable",
    "Colour",
    "Column",
    "ColumnType",
    "Country",
    "Criterion",
    "Crop",
    "Depth",
    "GridSpec",
    "Interval",
    "Label",
    "LandEvaluation",
    "Layer",
    "Level",
    "LevelName",
    "Model",
    "Name",
    "Property",
    "Quality",
    "Ramp",
    "RegionalCriteria",
    "Resampling",
    "Scenario",
    "Severity",
    "Sheet",
    "SoilMap",
    "Source",
    "SuitabilityClass",
    "Table",
    "Terrain",
    "Unit",
    "UnitList",
]


CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
"""ISO 3166-1: alpha-2 or alpha-3."""


class GridSpec(Model):
    """grid.yaml: the national grid."""

    crs: str = "EPSG:4326"
    resolution: float = Field(default=1 / 480, gt=0)
    """Cell side in the CRS's unit; give ``arc_seconds`` instead for a geographic grid."""
    arc_seconds: float | None = Field(default=None, gt=0)
    bounds: tuple[float, float, float, float]
    origin: tuple[float, float] = (0.0, 0.0)
    """A corner of cells, from which cells are counted: for a grid that has to be that of a given map."""

    @model_validator(mode="after")
    def _usable(self) -> "GridSpec":
        try:
            crs = CRS.from_user_input(self.crs)
        except CRSError as error:
            raise ValueError(f"crs '{self.crs}' is not known to PROJ") from error
        if not (crs.is_geographic or crs.is_projected):
            raise ValueError(f"crs '{self.crs}' is neither geographic nor projected")
        if crs.is_geographic and max(abs(self.bounds[0]), abs(self.bounds[2])) > 180:
            # Boundaries and sources have longitudes of -180 to 180, and so would fill one side only.
            raise ValueError(
                "bounds beyond longitude -180 to 180: a grid across 180 degrees needs a projected crs"
            )
        try:
            _ = self.grid
        except GeometryError as error:
            raise ValueError(str(error)) from error
        return self

    @property
    def grid(self) -> Grid:
        """The grid these numbers describe."""
        size = self.arc_seconds / 3600 if self.arc_seconds else self.resolution
        return Grid.covering(self.crs, size, self.bounds, self.origin)


class Country(Model):
    """country.yaml: whose system this is. ``base`` lends properties, classes, crops and rules."""

    id: Name
    title: Label
    base: str | None = None
    without: tuple[str, ...] = ()
    """What of it is left out: ``zoning``, ``crops/coconut`` ..., by the file's path without its ending."""
    synthetic: bool = False
    iso3166: tuple[CountryCode, CountryCode] | None = None
    """Codes of two and three letters, as names of exchanged layers have them; XA to XZ and XAA to XZZ are for
    those who have none."""


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
    tables: Mapping[str, Table]
    soil_maps: Mapping[str, SoilMap]
    soil_profiles: Mapping[str, SoilProfiles] = Field(default_factory=dict)
    procedures: Mapping[str, Procedure] = Field(default_factory=dict)
    equations: Mapping[str, Equation] = Field(default_factory=dict)
    harmonization: Harmonization | None = None
    """None: profiles are served as they were observed, and not harmonized."""
    crops: Mapping[str, Crop]
    fallback_crops: Mapping[str, Crop] = Field(default_factory=dict)
    """Tables that are not the nation's own, of crops without one; used only when asked for by name."""
    regional_criteria: Mapping[str, RegionalCriteria] = Field(default_factory=dict)
    what_ifs: Mapping[str, SavedWhatIf] = Field(default_factory=dict)
    choice: Choice | None = None
    """None: crops are not compared; likewise for the two that follow."""
    available_land: AvailableLand | None = None
    land_use_conflict: LandUseConflict | None = None
    zoning: Zoning | None = None
    soil_crosswalks: Mapping[str, SoilCrosswalk] = Field(default_factory=dict)
    rehabilitation: Rehabilitation | None = None
    ratings: Mapping[str, RatingEdition] = Field(default_factory=dict)
    nutrient_statuses: Mapping[str, NutrientStatus] = Field(default_factory=dict)
    fertilizers: Mapping[str, Fertilizer] = Field(default_factory=dict)
    doses: Mapping[str, Doses] = Field(default_factory=dict)
    subsidy: Subsidy | None = None
    """None: no subsidy; then there are no allocations either."""
    allocations: Mapping[str, AllocationPlan] = Field(default_factory=dict)
    gsp: Mapping[str, GspProduct] = Field(default_factory=dict)
    indicators: Mapping[str, Indicator] = Field(default_factory=dict)
    land_degradation: LandDegradation | None = None
    """None: SDG indicator 15.3.1 is not told."""
    threats: Mapping[str, Threat] = Field(default_factory=dict)
    inventory: Mapping[str, InventoryItem] = Field(default_factory=dict)
    report: Report | None = None
    """None: the country does not report."""
    region: Region | None = None
    """None: this node puts no reports of countries side by side."""

    def property(self, name: str) -> Property:
        """The property of that name, or UnknownNameError naming those that exist."""
        return _get("property", self.properties, name)

    def layer(self, name: str) -> Layer:
        """The layer of that name, or UnknownNameError naming those that exist."""
        return _get("layer", self.layers, name)

    def crop(self, name: str) -> Crop:
        """The crop of that name, a fallback too, or UnknownNameError naming those that exist."""
        return _get("crop", self.every_crop(), name)

    def every_crop(self) -> Mapping[str, Crop]:
        """The nation's crops and the fallbacks: all that may be published."""
        return {**self.fallback_crops, **self.crops}

    def what_if(self, name: str) -> SavedWhatIf:
        """The saved what-if of that name, or UnknownNameError naming those that exist."""
        return _get("what-if", self.what_ifs, name)

    def level(self, name: str) -> Level:
        """The administrative level of that name, or UnknownNameError naming those that exist."""
        return _get("level", self.every_level(), name)

    def every_level(self) -> Mapping[str, Level]:
        """The levels of config and above them, if none of these is called so, the nation as one unit."""
        top = next(iter(self.levels.values()), None)
        if top is None or NATION in self.levels:
            return self.levels
        title, measured = label("level.nation", self.directory), top.summed_from or top.id
        own = {"id": NATION, "title": title, "singular": title, "code_system": "soilinfo"}
        of_no_level = {"parent": None, "parent_field": None, "summed_from": measured}
        return {NATION: top.model_copy(update=own | of_no_level), **self.levels}

    def soil_map(self, name: str) -> SoilMap:
        """The soil map of that name, or UnknownNameError naming those that exist."""
        return _get("soil map", self.soil_maps, name)

    def dataset(self, name: str) -> SoilProfiles:
        """The dataset of soil profiles of that name, or UnknownNameError naming those that exist."""
        return _get("dataset of soil profiles", self.soil_profiles, name)

    def procedure(self, name: str) -> Procedure:
        """The procedure of that id, or UnknownNameError naming those that exist."""
        return _get("procedure", self.procedures, name)

    def equation(self, name: str) -> Equation:
        """The equation of that id, or UnknownNameError naming those that exist."""
        return _get("equation", self.equations, name)

    def uses(self, equation: Equation) -> bool:
        """Whether profiles are harmonized by it, as harmonization.yaml says."""
        return self.harmonization is not None and self.harmonization.uses(equation)

    def gsp_product(self, name: str) -> GspProduct:
        """The Global Soil Partnership's product of that name, or UnknownNameError naming those there are."""
        return _get("product", self.gsp, name)

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id, or UnknownNameError naming those that exist."""
        return _get("indicator", self.indicators, name)

    def table(self, name: str) -> Table:
        """The table of that name, or UnknownNameError naming those that exist."""
        return _get("table", self.tables, name)

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
    details += [layer.time.replace("/", "–")] if layer.time else []
    return f" ({', '.join(details)})" if details else ""


def _get[T](kind: str, table: Mapping[str, T], name: str) -> T:
    if name not in table:
        raise UnknownNameError(kind, name, table)
    return table[name]
