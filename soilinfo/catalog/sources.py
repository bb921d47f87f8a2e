"""Sources: raster layers (layers/*.yaml) and administrative levels (regions.yaml)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from soilinfo.catalog.fields import Depth, Label, Model, Name, Pattern, Time, Unit
from soilinfo.findings import Severity

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
    time: Time | None = None
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
