"""Land degradation after SDG 15.3.1 (land_degradation.yaml): rules, factors and layers."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.catalog.indicators import Confidence

Verdict = Literal["degraded", "stable", "improved"]
MissingRule = Literal["all_known", "known_degrades", "known_only"]
"""What becomes of land of which a sub-indicator is missing: no data (all_known), no data unless a known one
is degraded (known_degrades), or what the known ones say (known_only)."""


class Factor(Model):
    """By what the carbon stock of a land use differs from that of natural vegetation, in the end."""

    factor: float = Field(gt=0)
    source: str
    confidence: Confidence


class Climate(Model):
    """What a climate is called, and the factors that are other ones there."""

    title: Label
    factors: Mapping[Name, Factor]


class CarbonTransition(Model):
    """How many years the carbon stock of one land use takes to become that of another."""

    years: int = Field(gt=0)
    source: str
    confidence: Confidence


class SubIndicators(Model):
    """The layers of one period. None: there is none of it, which the missing rule is about."""

    years: tuple[int, int]
    land_cover: tuple[Name, Name] | None = None
    """Layers at the beginning and at the end."""
    productivity: Name | None = None
    """Layer of five classes of productivity dynamics."""
    soc: tuple[Name, Name] | None = None
    """Layers of organic carbon at the beginning and at the end. Without them: what the factors of the land
    uses make of the change of land cover."""
    soc_start: Name | None = None
    """Layer of carbon at the beginning: where it has none, factors have nothing to change. None: everywhere
    is some."""

    @model_validator(mode="after")
    def _in_order(self) -> "SubIndicators":
        if self.years[0] >= self.years[1]:
            raise ValueError(f"years {list(self.years)} must rise")
        return self

    @property
    def layers(self) -> tuple[str, ...]:
        """Every layer that is named."""
        single = (name for name in (self.productivity, self.soc_start) if name)
        return (*(self.land_cover or ()), *(self.soc or ()), *single)

    @property
    def length(self) -> int:
        """Years from the beginning to the end."""
        return self.years[1] - self.years[0]


class LandDegradation(Model):
    """land_degradation.yaml: a country's own, as it names layers."""

    edition: str
    cover_groups: Mapping[Name, tuple[Name, ...]]
    """The seven land covers of UNCCD -> the country's classes that are of it."""
    transitions: Mapping[Name, Mapping[Name, Verdict]]
    """From -> to; what is not told is stable."""
    transitions_source: str
    water: tuple[Name, ...] = ("water_body",)
    """Land covers that are not land: left out of its area."""
    productivity: Mapping[Name, Verdict]
    """Class of productivity dynamics -> verdict."""
    soc_change_pct: Annotated[float, Field(gt=0, lt=100)] = 10.0
    """Loss from which land is degraded, gain from which it is improved; the edge itself counts."""
    carbon_transition: CarbonTransition
    climate: Name
    """In which the country lies: key of ``climates``."""
    land_use_factors: Mapping[Name, Factor]
    """Land use (a class of land cover, or one of the seven covers) -> factor, in every climate."""
    climates: Mapping[Name, Climate]
    """The same table for every country: it chooses its row, and that is no other rule."""
    missing: MissingRule = "known_degrades"
    peat_thickness_cm: float = Field(default=50.0, gt=0)
    """From which soil is peat. A stock of 0-30 cm cannot see its loss: its carbon is not judged, it is told
    apart."""
    baseline: SubIndicators | None = None
    reporting: SubIndicators
    notes: tuple[Label, ...] = ()
    source: str

    @property
    def factors(self) -> Mapping[str, Factor]:
        """Land use -> factor, in the country's climate."""
        return {**self.land_use_factors, **self.climates[self.climate].factors}

    @property
    def years(self) -> int:
        """Years from the beginning of the first period to the end of the last."""
        return self.periods[-1].years[1] - self.periods[0].years[0]

    @property
    def periods(self) -> tuple[SubIndicators, ...]:
        """The baseline, where there is one, and the period that is reported."""
        return tuple(each for each in (self.baseline, self.reporting) if each)
