"""How maps are compared with soil profiles (harmonization.yaml, ``map_agreement``)."""

from typing import Self

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Model

BIAS, COVERAGE = "map_bias", "interval_coverage"
"""Ids of the checks that compare a map with profiles."""


class MapAgreement(Model):
    """When the comparison of a map with profiles says something, and when it is a warning. All ours."""

    least: int = Field(default=10, ge=2)
    """Profiles from which on more than their number is told, of the nation and of each unit."""
    most_bias_sd: float = Field(default=0.5, gt=0)
    """Bias up to which a map passes, as a share of the mean standard deviation that it states."""
    coverage_pct: tuple[float, float] = (80.0, 98.0)
    """Share of the profiles that the 90 % interval may hold: at least, at most."""

    @model_validator(mode="after")
    def _around(self) -> Self:
        low, high = self.coverage_pct
        if not 0 <= low <= 90 <= high <= 100:
            raise ValueError(f"coverage_pct {[low, high]}: an interval of 90 % lies between the two")
        return self
