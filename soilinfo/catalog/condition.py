"""What land must have of one property or layer, as zoning, rehabilitation, steps and rules say it alike."""

from math import inf

from pydantic import model_validator

from soilinfo.catalog.fields import Model, Name


class Condition(Model):
    """What a cell must have: numbers in the property's own unit, or any of some classes."""

    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    any_of: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> "Condition":
        bounds = (self.above, self.at_least, self.at_most, self.below)
        if all(bound is None for bound in bounds) != bool(self.any_of):
            raise ValueError("give either bounds (above, at_least, at_most, below) or classes (any_of)")
        lowest = max((low for low in (self.above, self.at_least) if low is not None), default=-inf)
        highest = min((high for high in (self.at_most, self.below) if high is not None), default=inf)
        open_ended = lowest == self.above or highest == self.below
        if lowest > highest or (lowest == highest and open_ended):
            raise ValueError(f"no number fits: from {lowest:g} to {highest:g}")
        return self
