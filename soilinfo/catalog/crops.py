"""Land evaluation: requirement tables (crops/*.yaml) and the rules they leave open (evaluation.yaml)."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from soilinfo.catalog.fields import Colour, Depth, Label, Model, Name, Unit

Interval = tuple[float | None, float | None]
"""(low, high); None is unbounded."""
MOST = 255
"""Entries of a band, as many as a property has classes: clients edit criteria too."""
Intervals = Annotated[tuple[Interval, ...], Field(max_length=MOST)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST)]


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
Way = Literal["raises", "lowers"]
"""What a measure does to the values of a characteristic."""


def _band_form(band: object) -> str:
    """Which of the two forms of a band is meant, so that a fault is told of that form only."""
    entries = band if isinstance(band, (list, tuple)) else ()
    return "names" if any(isinstance(entry, str) for entry in entries) else "intervals"


Band = Annotated[
    Annotated[Intervals, Tag("intervals")] | Annotated[Names, Tag("names")],
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
    unlisted: Names = ()
    gaps: Intervals = ()
    overlaps: Intervals = ()
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


class Measure(Model):
    """What people do about land that falls short of a crop's; ``condition``: 'if the soil were limed'."""

    title: Label
    condition: Label
    serves: tuple[Name, ...] = Field(min_length=1)
    """The characteristics that it betters."""


class DrainageCaution(Model):
    """Where a what-if that improves drainage is flagged. The depths are configuration."""

    peat_cm: float = Field(default=50, gt=0)
    """Peat at least this thick subsides and burns when it is drained."""
    sulfidic_cm: float = Field(default=100, ge=0)
    """Sulfidic material at most this deep turns into acid when it is drained."""


class LandEvaluation(Model):
    """evaluation.yaml: the rules that the criteria tables leave open, all visible and stored with results."""

    qualities: tuple[Quality, ...] = Field(min_length=1, max_length=16)
    boundary_rule: BoundaryRule = "as_printed"
    improvement: Mapping[Name, tuple[int, int, int]]
    """Characteristic -> classes gained at management level low, medium, high."""
    measures: Mapping[Name, Measure] = Field(default_factory=dict)
    """Single measures that an explanation tries."""
    irrigation_only: Mapping[Name, Way] = Field(default_factory=dict)
    """Characteristic that improves only for crops grown under irrigation -> what irrigation does to it: land
    that is too wet it does not mend."""
    climate: tuple[Name, ...] = ()
    """Properties that a what-if may multiply or add to; others change by measures."""
    protective_peat_cm: float
    """Peat at least this thick is protected: its drainage is never improved toward drier."""
    drainage_caution: DrainageCaution = Field(default_factory=DrainageCaution)
    hazard_absent: Mapping[Name, float] = Field(default_factory=dict)
    """Characteristic -> its value (in its property's unit) where the hazard does not exist: rated S1."""
    least_known_pct: float = Field(default=40, ge=0, le=100)
    """A crop is evaluated only when at least this share of its characteristics has a layer."""
    may_lack: tuple[Name, ...] = ()
    """Characteristics without which a cell is still classed, counted as partial; lacking any other used
    characteristic leaves the cell without a class."""
    class_colours: Mapping[ClassName, Colour]
    class_titles: Mapping[ClassName, Label]

    @model_validator(mode="after")
    def _keeps_peat_as_mapped(self) -> "LandEvaluation":
        if "peat_thickness" in self.climate or any(self.improvement.get("peat_thickness", ())):
            raise ValueError("peat_thickness neither improves nor is climate: it tells what is protected")
        return self

    @model_validator(mode="after")
    def _shows_every_class(self) -> "LandEvaluation":
        for what, given in (("class_colours", self.class_colours), ("class_titles", self.class_titles)):
            missing = [name for name in SuitabilityClass.__members__ if name not in given]
            if missing:
                raise ValueError(f"{what} lacks {', '.join(missing)}")
        return self
