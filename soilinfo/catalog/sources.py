"""Sources: raster layers (layers/*.yaml) and administrative levels (regions.yaml)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Depth, Label, Model, Name, Pattern, Release, Time, Unit
from soilinfo.catalog.indicators import Land
from soilinfo.catalog.tables import UnitList
from soilinfo.findings import Severity

Resampling = Literal["auto", "nearest", "bilinear", "average", "mode"]

ELEVATION = "elevation"
"""Id of the property that elevation models hold."""


class Jump(Model):
    """How far a new version of a layer may lie from the published one; the defaults are ours.

    Shifts are shares of the spread of the published version: of its standard deviation for the mean, of
    q95 - q05 for each quantile. Shares of cells are percent of the published version's cells with data.
    """

    mean_shift: float = Field(default=0.5, gt=0)
    quantile_shift: float = Field(default=0.5, gt=0)
    gained_pct: float = Field(default=20.0, ge=0)
    lost_pct: float = Field(default=5.0, ge=0)
    changed_pct: float = Field(default=100.0, ge=0)
    """Cells whose value changed: by default any share, as a new model changes every cell a little."""


class Terrain(Model):
    """A layer whose source is an elevation model: slope by Horn (1981) on the model's own cells.

    The edges are those of the slope classes of Indonesian soil survey (flat, undulating, rolling, hilly,
    steep, very steep) as we took them: they are not stated by a standard we have read, so check them.
    """

    slope_class: int | None = Field(default=None, ge=1)
    """Number of the class of which the layer holds the share, the gentlest is 1; absent: the mean slope."""
    edges: tuple[float, ...] = (3.0, 8.0, 15.0, 25.0, 40.0)
    """Upper ends in percent of all classes but the last."""
    unit: Unit = "m"
    """Unit of the heights."""

    @model_validator(mode="after")
    def _rising(self) -> "Terrain":
        if list(self.edges) != sorted({edge for edge in self.edges if edge > 0}):
            raise ValueError(f"edges {list(self.edges)} must rise from above 0")
        if self.slope_class and self.slope_class > len(self.edges) + 1:
            raise ValueError(f"no slope_class {self.slope_class}; there are {len(self.edges) + 1}")
        return self


class Layer(Model):
    """layers/<id>.yaml: one raster source and what it says. The id names cube, COG and collection."""

    id: Name
    property: Name
    title: Label | None = None
    """Text shown to people; the property's title (with statistic and time) when absent."""
    statistic: Literal["mean", "sd", "q05", "q50", "q95"] = "mean"
    source: str | tuple[str, ...]
    """Path or GDAL name; relative paths start at the configuration directory. Tiles: a list, or a pattern
    with ``*``."""
    merge: Literal["first", "last"] | None = None
    """Which tile counts where tiles overlap, in the order of ``source`` (a pattern's: by name). Without it
    tiles that disagree stop publication."""
    band: int = Field(default=1, ge=1)
    """To be stated where the file has several."""
    unit: Unit | None = None
    """Unit of the source's numbers, always declared for numeric layers; converted to the property's."""
    depth: Depth | None = None
    time: Time | None = None
    land: Land | None = None
    """Which land the map is of; None: its source does not say, so that it compares with no other."""
    method_known: bool = True
    """False where the source does not say how its property was measured: it compares with no other."""
    nodata: tuple[Annotated[float, Field(allow_inf_nan=True)], ...] = ()
    """Values that mean no data besides the one the file declares; NaN always does."""
    codes: Mapping[int, Name] | None = None
    """Source code -> class id, for class properties."""
    terrain: Terrain | None = None
    """Given when the source is an elevation model from which the layer is made; ``unit`` is then '%'."""
    coarsest_m: float = Field(default=31.0, gt=0)
    """Largest cell side in metres of heights, or of a slope made from them, without a warning. The default
    is ours: an arc-second, about what 1:50,000 needs."""
    resampling: Resampling = "auto"
    resolution: float | None = Field(default=None, gt=0)
    """Cell size that the source should have, in the unit of its own CRS."""
    expected_range: tuple[float, float] | None = None
    """Values that this layer should have, in the property's unit: narrower than what is possible."""
    least_coverage_pct: float | None = Field(default=None, ge=0, le=100)
    """Share of the national territory (the top administrative level) that should have data."""
    most_lost_pct: float = Field(default=50.0, ge=0, le=100)
    """Share of the published cells with data that a new version may leave without. The default is ours."""
    most_outside_pct: float = Field(default=5.0, ge=0, le=100)
    """Share of the cells with data that may lie beyond the coasts of the national territory. Ours too."""
    texture_sum_tolerance: float = Field(default=5.0, ge=0)
    """How far sand + silt + clay may lie from 100, in percent of fine earth. The default is ours."""
    jump: Jump = Field(default_factory=Jump)
    """How far a new version may lie from the published one."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    """Check id -> severity, where it differs from the check's own."""
    release: Release = "automatic"
    licence: str
    attribution: str
    lineage: str = ""
    synthetic: bool = False


class Level(Model):
    """One administrative level (regions.yaml). Its id names the vector collection."""

    id: Name
    title: Label
    singular: Label
    source: str
    source_layer: str | None = None
    encoding: str | None = None
    """Encoding of the source's texts, where the file does not tell or tells wrongly."""
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
    code_table: UnitList | None = None
    """Official list of codes and names: every unit must be in it, under the same name."""
    area_table: UnitList | None = None
    """Official list of codes and areas."""
    area_tolerance_pct: float = Field(default=5.0, gt=0)
    """How far a measured area may lie from the official one, in percent of it. The default is ours."""
    sliver_width_m: float = Field(default=250.0, ge=0)
    """Overlaps and gaps narrower than this are slivers. The default is ours: about a cell of the grid."""
    moved_pct: float = Field(default=5.0, ge=0)
    """Share of its land that a unit may gain and lose in a new version, in percent. The default is ours."""
    most_vanished_pct: float = Field(default=20.0, ge=0, le=100)
    """Share of the published units that a new version may no longer have. The default is ours."""
    most_twice_pct: float = Field(default=5.0, ge=0, le=100)
    """Share of a level's land that two of its units may both have. The default is ours."""
    valid_from_field: str | None = None
    valid_to_field: str | None = None
    summed_from: Name | None = None
    """Level whose tables add up to this one's, so that the two never disagree."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    release: Release = "automatic"
    licence: str
    attribution: str
    synthetic: bool = False
