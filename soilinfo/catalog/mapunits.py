"""Soil maps (soil_maps/*.yaml): polygons of map units, and what soils a unit consists of.

Terms: a *soil map* has *map units* (ISO 28258 soil mapping units; SNI 8473 satuan peta tanah, SPT), each
drawn as one or many polygons and made of one or a few *components* (soil typological units) with a share.
"""

import colorsys
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Colour, Depth, Label, Model, Name, Release, Time, Unit
from soilinfo.findings import Severity

Classification = Literal["usda", "wrb", "national"]
"""Soil classification systems: USDA Soil Taxonomy, World Reference Base, the nation's own."""


class PropertyColumn(Model):
    """A column of a table that holds one property of a component."""

    column: str
    """In the form ``iso28258`` the ``property_num_id`` of its observations."""
    property: Name
    unit: Unit | None = None
    """Unit of the numbers, always declared for numeric properties; converted to the property's."""
    depth: Depth | None = None
    """Depth the column is about; without one it is of the whole soil, or of each row's own depth."""
    codes: Mapping[str, Name] | None = None
    """Source code -> class id, for class properties."""


class PolygonTable(Model):
    """Where the polygons are, and which columns name their unit."""

    source: str
    source_layer: str | None = None
    unit_field: str
    name_field: str | None = None
    """Column with the legend's text of the unit."""


class ComponentTable(Model):
    """Where the components are: one row each or, with ``upper_field`` and ``lower_field``, one a depth."""

    source: str
    source_layer: str | None = None
    unit_field: str
    component_field: str
    """Column with the number or id of the component within its unit."""
    share_field: str
    """Column with the share of the unit in %."""
    soil_fields: Mapping[Classification, str] = Field(min_length=1)
    """Column with the soil's name by classification; the first is the name it is called by."""
    landform_field: str | None = None
    parent_material_field: str | None = None
    slope_class_field: str | None = None
    upper_field: str | None = None
    lower_field: str | None = None
    """Columns with the depths in cm of a table with one row for each component and depth."""
    properties: tuple[PropertyColumn, ...] = ()

    @property
    def is_long(self) -> bool:
        """True when each row is about one depth of a component."""
        return self.upper_field is not None

    @model_validator(mode="after")
    def _one_form(self) -> "ComponentTable":
        if (self.upper_field is None) != (self.lower_field is None):
            raise ValueError("upper_field and lower_field go together")
        if self.is_long and any(each.depth for each in self.properties):
            raise ValueError("with upper_field each row has its own depth: leave 'depth' out")
        _refuse_twice([f"{each.property} {each.depth or ''}".strip() for each in self.properties])
        return self


class Tables(Model):
    """A soil map as a file of polygons and a table of components."""

    polygons: PolygonTable
    components: ComponentTable


class Iso28258(Model):
    """A soil map in the tables of an ISO 28258 database, as SIS exports it: one file, a layer a table."""

    source: str
    soil_map: str
    """``name`` of the map in the table ``soil_map``."""
    classification: Classification
    """What the names in ``soil_typological_unit`` belong to."""
    properties: tuple[PropertyColumn, ...] = ()

    @model_validator(mode="after")
    def _numbers_only(self) -> "Iso28258":
        if any(each.depth or each.codes for each in self.properties):
            raise ValueError("numeric results of profile elements have their own depth and no codes")
        _refuse_twice([each.property for each in self.properties])
        return self


class SoilMap(Model):
    """soil_maps/<id>.yaml: one soil map. The id names the collection of its polygons."""

    id: Name
    title: Label
    scale: int = Field(gt=0)
    """Denominator of the scale: 50000 for 1:50,000."""
    time: Time | None = None
    """When it was surveyed."""
    tables: Tables | None = None
    iso28258: Iso28258 | None = None
    from_rasters: tuple[Name, ...] = ()
    """Properties of the soil that its table lacks and that are taken from the published rasters, cell by cell
    and for every component alike, because they change within a soil (salinity along a coast). Climate,
    terrain and land always are; any other property that the table lacks is not known of the components."""
    share_tolerance_pct: float = Field(default=0.5, ge=0, lt=50)
    """How far from 100 the shares of a unit may add up; our choice, for shares rounded to whole percents."""
    soil_legend: Mapping[str, str] | None = None
    """Soil name by code, where the table has codes; one that is not here stops publication."""
    non_soil: Mapping[str, Label] = Field(default_factory=dict)
    """Title by code of units that are no soil (water, built-up land), which have no components."""
    colours: Mapping[str, Colour] = Field(default_factory=dict)
    """Colour by unit code, where the printed map has its own."""
    most_lost_pct: float = Field(default=20.0, ge=0, le=100)
    """Share of the published polygons, or rows of components, by which a new version may have fewer. The
    default is ours."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    """Check id -> severity, where it differs from the check's own."""
    release: Release = "automatic"
    licence: str
    attribution: str
    lineage: str = ""
    synthetic: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> "SoilMap":
        if (self.tables is None) == (self.iso28258 is None):
            raise ValueError("needs either 'tables' or 'iso28258'")
        return self

    @model_validator(mode="after")
    def _tells_each_property_once(self) -> "SoilMap":
        _refuse_twice([*dict.fromkeys(each.property for each in self.properties), *self.from_rasters])
        # Drainage is not improved on thick peat, so the two are known of the same land or of none.
        if ("drainage" in self.from_rasters) != ("peat_thickness" in self.from_rasters):
            raise ValueError("from_rasters: 'drainage' and 'peat_thickness' go together")
        return self

    @property
    def properties(self) -> tuple[PropertyColumn, ...]:
        """The properties of its components, as they are read."""
        if self.tables is not None:
            return self.tables.components.properties
        return self.iso28258.properties if self.iso28258 else ()

    @property
    def classifications(self) -> tuple[Classification, ...]:
        """The classifications its soils are named in; the first is the name they are called by."""
        if self.tables is not None:
            return tuple(self.tables.components.soil_fields)
        return (self.iso28258.classification,) if self.iso28258 else ()


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"property given twice: {', '.join(twice)}")


# ---- colours ----------------------------------------------------------------------------

_GOLDEN_ANGLE = 0.381966
"""Share of a turn between the hues of neighbours, so that no two of the first dozens look alike."""


def unit_colours(soils: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Colour (#rrggbb) by unit code: units that begin with the same soil share a hue, lighter one by one.

    ``soils``: the name of the first component by unit code. ``given`` colours win.
    """
    names = sorted(set(soils.values()))
    members = {name: sorted(code for code in soils if soils[code] == name) for name in names}
    made = {
        code: _colour(names.index(name), rank, len(codes))
        for name, codes in members.items()
        for rank, code in enumerate(codes)
    }
    return {code: given.get(code, made[code]) for code in soils}


def _colour(name: int, rank: int, of: int) -> str:
    lightness = 0.48 + 0.34 * (rank / (of - 1) if of > 1 else 0.5)
    channels = colorsys.hls_to_rgb(name * _GOLDEN_ANGLE % 1.0, lightness, 0.45)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)
