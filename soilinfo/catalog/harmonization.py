"""Harmonization (harmonization.yaml): at which depths properties are told, and by which equations."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.agreement import MapAgreement
from soilinfo.catalog.equations import Equation
from soilinfo.catalog.fields import Depth, Label, Model, Name

GLOBAL_SOIL_MAP: tuple[Depth, ...] = ((0, 5), (5, 15), (15, 30), (30, 60), (60, 100), (100, 200))
"""Depth intervals of the GlobalSoilMap specification 2.4 (2015), in cm."""


class Incomparable(Model):
    """Methods whose values no equation may turn into each other."""

    methods: Mapping[Name, tuple[Name, ...]]
    """Properties by method; those of one method are the same thing in other forms (P, P2O5)."""
    reason: Label
    """Why not, and what to do instead."""

    def method_of(self, property: str) -> str | None:
        """The method that a property is observed by, None where it is not about it."""
        return next((method for method, names in self.methods.items() if property in names), None)

    def part(self, one: str, other: str) -> bool:
        """Whether two properties are by different ones of these methods."""
        methods = self.method_of(one), self.method_of(other)
        return None not in methods and methods[0] != methods[1]


class PeatDensity(Model):
    """Bulk density of organic layers that nobody measured (g/cm3), by how far they are decomposed."""

    fibric: float = Field(gt=0, lt=1)
    """Slightly: horizons Oi, Hi."""
    hemic: float = Field(gt=0, lt=1)
    """Half: Oe, He."""
    sapric: float = Field(gt=0, lt=1)
    """Strongly: Oa, Ha."""


class Harmonization(Model):
    """harmonization.yaml: what profiles are harmonized to; each choice stands beside its values."""

    intervals: tuple[Depth, ...] = GLOBAL_SOIL_MAP
    further_intervals: tuple[Depth, ...] = ((0, 30), (30, 100))
    """Intervals told beside those, such as the 0-30 cm of the GSP's products."""
    smoothing: float = Field(default=0.1, ge=0)
    """Lambda of the equal-area spline: the higher, the smoother (Malone et al. 2009 use 0.1)."""
    least_covered_pct: float = Field(default=50.0, gt=0, le=100)
    """Share of an interval that has to be observed for a value to be whole; below it is flagged. Ours."""
    outside_validity: Literal["flag", "refuse"] = "flag"
    """What becomes of a value outside the range that an equation holds for."""
    properties: Mapping[Name, tuple[Name, ...]]
    """Property told -> equations that may lead to it, in order of preference; its own values come first."""
    censored: Literal["half", "limit", "leave_out"] = "half"
    """What stands for a value below the detection limit: half of the limit, the limit, or nothing."""
    stock_without_coarse_fragments: Literal["refuse", "as_none"] = "refuse"
    """What becomes of a carbon stock where nobody told the stones; taken as none, its equations say so."""
    peat_density: PeatDensity | None = None
    """Densities of peat, where none was measured; without them what holds for mineral soils is taken."""
    black_soil_region: Literal["temperate", "tropical"] | None = None
    """Whose limit of carbon holds for black soils; needed where they are told, as it cannot be guessed."""
    map_agreement: MapAgreement = Field(default_factory=MapAgreement)
    """When the comparison of maps with profiles says something, and when it warns."""
    incomparable: tuple[Incomparable, ...] = ()
    """What is never converted, whatever equation somebody has published."""

    def uses(self, equation: Equation) -> bool:
        """Whether profiles are harmonized by an equation: one that is named, or a rule not left out here."""
        if equation.form != "rule":
            return equation.id in self.properties.get(equation.to_property, ())
        if equation.edges:
            return equation.to_property in self.properties
        left_out = {
            "no_stones_assumed": self.stock_without_coarse_fragments == "refuse",
            "peat_density": self.peat_density is None,
            **{f"black_soil_{each}": each != self.black_soil_region for each in ("temperate", "tropical")},
        }
        return not left_out.get(equation.id, False)

    @model_validator(mode="after")
    def _black_soils_of_a_region(self) -> "Harmonization":
        if "black_soil" in self.properties and self.black_soil_region is None:
            raise ValueError("black_soil needs black_soil_region, temperate or tropical: the limits differ")
        return self
