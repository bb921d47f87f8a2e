"""Choosing between crops and uses: choice.yaml, available_land.yaml and land_use_conflict.yaml.

No official order, weights or steps exist that we have read: all of them are a country's own decisions.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from soilinfo.catalog.condition import Condition
from soilinfo.catalog.crops import ClassName, Scenario
from soilinfo.catalog.fields import Colour, Label, Model, Name

REMAINING = "remaining"
"""What no step excludes: a row of tables of available land, and a class of its map."""

MOST_CROPS = 31
"""Most crops that are compared: two bits each of a 64-bit number."""
MOST = 99
"""Most steps, and most rules: their numbers, from 1 on, are codes of a raster."""
UNKNOWN = 100
"""Added to the number of the step that does not let land pass for want of data; by itself: not judged."""
AVAILABLE = 200
"""Code of land that every step lets pass, and that contradicts no rule."""
HEAVIEST = 1e9
"""Largest weight of a crop: hectares times it are still told to a thousandth."""
NO_CROP = 255
"""In place of a crop's code: every crop that has a class is N there, at least by its whole table."""


class Choice(Model):
    """choice.yaml: which crops are compared, and what decides between them."""

    crops: tuple[Name, ...] = ()
    """Crops that are compared; all when none is named. Fewer crops have more characteristics in common."""
    potential: Scenario = "potential_medium"
    """Level of management whose class decides between crops of one actual class."""
    suitable: tuple[ClassName, ...] = Field(default=("S1", "S2"), min_length=1)
    """Classes that make land suitable for a crop, where crops are counted and ranked by hectares."""
    weights: Mapping[Name, Annotated[float, Field(gt=0, le=HEAVIEST)]] = Field(default_factory=dict)
    """Crop -> price, priority or whatever decides between equals; 1 for those not named."""
    least_coverage_pct: float = Field(default=95.0, ge=0, le=100)
    """Crops are compared only on characteristics with data on at least this share of the land. Ours."""
    colours: Mapping[Name, Colour] = Field(default_factory=dict)
    """Crop -> its colour on the map of the best crop."""

    def weight(self, crop: str) -> float:
        """What decides between crops of equal class and potential."""
        return self.weights.get(crop, 1.0)


class LayerCondition(Condition):
    """Land by what a layer holds there."""

    layer: Name


class Step(LayerCondition):
    """One step of the funnel: land that is suitable, but not available for this reason."""

    id: Name
    title: Label
    colour: Colour
    source: str
    """Law, map or person that says so."""


class AvailableLand(Model):
    """available_land.yaml: what is taken from suitable land, step by step, in this order."""

    suitable: tuple[ClassName, ...] = Field(default=("S1", "S2", "S3"), min_length=1)
    scenario: Scenario = "actual"
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MOST)

    @model_validator(mode="after")
    def _told_apart(self) -> "AvailableLand":
        _require_unique([step.id for step in self.steps], "step")
        if REMAINING in {step.id for step in self.steps}:
            raise ValueError(f"a step cannot be called '{REMAINING}'")
        return self


class ConflictRule(LayerCondition):
    """A use of land that contradicts what the land is suited for."""

    id: Name
    title: Label
    colour: Colour
    crops: tuple[Name, ...] = Field(min_length=1)
    """The best class of these crops is looked at."""
    suitability: tuple[ClassName, ...] = Field(min_length=1)
    """Classes that contradict the use."""
    scenario: Scenario = "actual"
    source: str


class LandUseConflict(Model):
    """land_use_conflict.yaml: which land cover contradicts which suitability."""

    rules: tuple[ConflictRule, ...] = Field(min_length=1, max_length=MOST)

    @model_validator(mode="after")
    def _told_apart(self) -> "LandUseConflict":
        _require_unique([rule.id for rule in self.rules], "rule")
        return self


def _require_unique(ids: list[str], kind: str) -> None:
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"{kind} used twice: {', '.join(twice)}")
