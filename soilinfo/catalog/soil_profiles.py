"""Soil profiles as people send them (soil_profiles/<id>.yaml), after ISO 28258: projects, sites, plots,
profiles, elements (horizons or layers), specimens and what was observed of them.

A dataset is written in one of three forms: the GloSIS template, a table with a row for each horizon, or
one with a row for each value.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import CrsName, Depth, Label, Model, Name, Release, Unit
from soilinfo.catalog.names import held_profiles
from soilinfo.catalog.tables import Sheet
from soilinfo.findings import Severity

Share = Literal["all", "locations", "nothing"]
"""What of a profile the public sees: all of it, only where it is, or nothing."""
DayOrder = Literal["iso", "day_first"]
"""How days are written: 2020-04-03 alone, or also 03/04/2020 for the same day of April."""


class Privacy(Model):
    """What the owner of profiles lets the public see."""

    share: Share = "all"
    blur_m: float = Field(default=0, ge=0)
    """Side in metres of the grid whose cell centres stand for the places; 0: places as they are."""


class ValueColumn(Model):
    """A column of laboratory or field values."""

    column: str
    """Heading; in a table with ``groups`` without the group's ending."""
    property: Name
    """What the values are of; method and form are part of the property's id."""
    unit: Unit | None = None
    """Unit of the numbers, always declared; converted to the property's. None for a class property."""
    procedure: str | None = None
    """How it was observed: an id of procedures.yaml."""
    codes: Mapping[str, Name] | None = None
    """Source code -> class id, for class properties."""


class ProfileColumns(Model):
    """Headings of what is said of a profile; only those that the source has."""

    profile_code: str | None = None
    """Absent: every row is a profile, whose code is the number of the row."""
    project: str | None = None
    site_code: str | None = None
    plot_code: str | None = None
    plot_type: str | None = None
    date: str | None = None
    longitude: str | None = None
    """Or easting, where ``crs`` is projected."""
    latitude: str | None = None
    altitude_m: str | None = None
    positional_accuracy_m: str | None = None
    soil_wrb: str | None = None
    soil_usda: str | None = None
    soil_name: str | None = None
    land_use: str | None = None
    bedrock_cm: str | None = None
    laboratory: str | None = None


class ProfileSheet(Sheet):
    """A table with one row for each profile, or with what is repeated on each of its horizons' rows."""

    columns: ProfileColumns


class HorizonSheet(Sheet):
    """A table with a row for each horizon; with ``groups``, one for each profile, its horizons in a row."""

    profile_code: str | None = None
    """Absent: as in the table of profiles, which then is the same."""
    upper: str | None = None
    lower: str | None = None
    depth_unit: Unit = "cm"
    depth: Depth | None = None
    """Depth of every sample in cm, where the table has no column of it."""
    element_code: str | None = None
    horizon_code: str | None = None
    kind: str | None = None
    specimen_code: str | None = None
    groups: tuple[str, ...] = ()
    """Endings of headings that tell horizons side by side apart: [_A, _B, _C]."""
    values: tuple[ValueColumn, ...] = ()

    @model_validator(mode="after")
    def _has_a_depth(self) -> "HorizonSheet":
        if (self.upper is None) != (self.lower is None):
            raise ValueError("upper and lower go together")
        if (self.upper is None) == (self.depth is None):
            raise ValueError("needs either the columns 'upper' and 'lower' or one 'depth'")
        return self


class ValueSheet(Sheet):
    """A table with a row for each value (the GSNmap template): which property it is of stands in a column."""

    profile_code: str
    upper: str
    lower: str
    depth_unit: Unit = "cm"
    element_code: str | None = None
    property: str
    """Column that names the property."""
    value: str
    unit: str | None = None
    """Column with the unit; where it is empty, that of ``properties`` counts."""
    procedure: str | None = None
    """Column with the laboratory's method."""
    properties: Mapping[str, ValueColumn]
    """What is meant by each text of the column of properties (``column`` repeats it)."""


class GlosisTemplate(Model):
    """The GloSIS template: a workbook, or a CSV file for each of its sheets."""

    workbook: str | None = None
    plots: str | None = None
    profiles: str | None = None
    elements: str | None = None
    specimens: str | None = None
    procedures: str | None = None
    header_row: int = Field(default=2, ge=1)
    """Row with the headings of plots, profiles and elements, below the row with groups of columns."""
    units: Mapping[str, Unit] = Field(default_factory=dict)
    """Unit by heading of the specimens' sheet, where that of the sheet of procedures is wrong or missing."""
    properties: Mapping[str, Name] = Field(default_factory=dict)
    """Our property by heading, where the sheet of procedures does not tell it."""

    @model_validator(mode="after")
    def _one_form(self) -> "GlosisTemplate":
        parts = (self.plots, self.elements, self.specimens, self.procedures)
        if self.workbook is not None and any(parts):
            raise ValueError("either a workbook, or a file for each sheet")
        if self.workbook is None and not all(parts):
            raise ValueError("needs a workbook, or plots, elements, specimens and procedures")
        return self


class SoilProfiles(Model):
    """soil_profiles/<id>.yaml: one dataset of soil profiles."""

    id: Name
    title: Label
    description: Label | None = None
    glosis: GlosisTemplate | None = None
    profiles: ProfileSheet | None = None
    """What is said of each profile; may be the same file as that of the horizons."""
    horizons: HorizonSheet | None = None
    values: ValueSheet | None = None
    crs: CrsName = "EPSG:4326"
    """System of the coordinates."""
    dates: DayOrder = "iso"
    """How days are written; never guessed, as 03/04/2020 may be of March or of April."""
    nodata: tuple[str, ...] = ()
    """Texts that mean no value, such as '-' or 'NA'."""
    laboratory: str | None = None
    """Where all was analysed, if no column says so."""
    privacy: Privacy = Field(default_factory=Privacy)
    projects: Mapping[str, Privacy] = Field(default_factory=dict)
    """Privacy of single projects, where it differs from the dataset's."""
    calibrates: tuple[Name, ...] | None = None
    """Layers that were made from these profiles, which therefore say little about them; absent: not known."""
    most_lost_pct: float = Field(default=20.0, ge=0, le=100)
    """Share of the published profiles, horizons or values by which a new version may have fewer; ours."""
    texture_sum_tolerance: float = Field(default=5.0, ge=0)
    """How far clay, silt and sand of a specimen may lie from 100 %, in percent. The default is ours."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    """Check id -> severity, where it differs from the check's own."""
    release: Release = "automatic"
    licence: str
    attribution: str
    lineage: str = ""
    synthetic: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> "SoilProfiles":
        forms = [each is not None for each in (self.glosis, self.horizons, self.values)]
        if sum(forms) != 1:
            raise ValueError("needs one of 'glosis', 'horizons' and 'values'")
        if self.glosis is not None and self.profiles is not None:
            raise ValueError("the GloSIS template has its own sheet of profiles")
        return self

    @model_validator(mode="after")
    def _coded(self) -> "SoilProfiles":
        coded = [
            sheet.profile_code for sheet in (self.horizons, self.profiles and self.profiles.columns) if sheet
        ]
        sources = {(sheet.source, sheet.sheet) for sheet in (self.horizons, self.profiles) if sheet}
        if None in coded and (set(coded) != {None} or len(sources) != 1 or self.values is not None):
            raise ValueError("profiles without a code need all that is told of one on a row of one table")
        return self

    def privacy_of(self, project: str) -> Privacy:
        """What the public sees of the profiles of a project."""
        return self.projects.get(project, self.privacy)


def by_held_name(datasets: Mapping[str, SoilProfiles]) -> dict[str, SoilProfiles]:
    """Datasets by the name under which ingestion tells of each: that of its profiles as they are held."""
    return {held_profiles(id)[0]: each for id, each in datasets.items()}
