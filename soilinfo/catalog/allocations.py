"""Plans of an allocation (allocations/*.yaml): how much is divided, by which tables and weights.

No public rule says how weights are set: they are a country's own decision, and visible here.
"""

from collections.abc import Mapping
from itertools import pairwise
from math import isclose
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from soilinfo.catalog.fields import Day, Label, Model, Name

Method = Literal["proportional", "priority", "max_min", "optimal"]


def _quoted(code: object) -> object:
    if not isinstance(code, str):
        raise ValueError(f"{code} is a number: a unit's code is written in quotes, as '01.02'")
    return code


UnitCode = Annotated[str, BeforeValidator(_quoted)]
"""A unit's code; without quotes 01.02 would be a number, and another code."""
NotNegative = Annotated[float, Field(ge=0)]
Tonnes = NotNegative
Percent = NotNegative


def _flattening(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """A curve whose doses rise from 0 and whose slopes never rise: the best would be all or nothing."""
    doses = [dose for dose, _ in points]
    if doses[0] != 0 or any(later <= dose for dose, later in pairwise(doses)):
        raise ValueError(f"the doses of a yield response must rise from 0, not be {doses}")
    slopes = [(more - less) / (later - dose) for (dose, less), (later, more) in pairwise(points)]
    if any(later > slope and not isclose(later, slope) for slope, later in pairwise(slopes)):
        raise ValueError("the yield response steepens; it must flatten")
    return points


class Supply(Model):
    """How much of a fertilizer there is to divide: tonnes, or money."""

    total_t: float | None = Field(default=None, gt=0)
    budget: float | None = Field(default=None, gt=0)
    """In the currency of subsidy.yaml; a kg costs production price less ceiling price on ``date``."""
    reserve_pct: float = Field(default=0.0, ge=0, lt=100)
    """Share that is kept back."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Supply":
        if (self.total_t is None) == (self.budget is None):
            raise ValueError("give either total_t or budget")
        return self


class UnitTable(Model):
    """A table of config/ and its column with the code of a unit."""

    table: Name
    code: Name


class AreaTable(UnitTable):
    """Planted area by unit and commodity."""

    commodity: Name
    area_ha: Name
    """Hectares planted in the year: land with two crops counts twice."""
    farmers: Name | None = None
    """Column with the number of farmers."""


class Registry(UnitTable):
    """Plots of farmers, by which the area of each farmer is capped."""

    farmer: Name
    commodity: Name
    area_ha: Name
    """Hectares of land, which is what a farmer has so much of at most."""
    seasons: Name | None = None
    """Column with the crops a year of the commodity on the plot; None: each plot is planted once."""


class Amounts(UnitTable):
    """Tonnes by unit; rows of one unit are added up."""

    columns: Mapping[Name, Name] = Field(min_length=1)
    """Column by fertilizer."""


class Redeemed(Amounts):
    """Tonnes that were fetched."""

    month: Name | None = None
    """Column with the month, 1 to 12; None: the rows are of the year so far."""


class UnitColumn(UnitTable):
    """A number of each unit."""

    column: Name


class Objective(UnitColumn):
    """What a tonne is worth in a unit, whichever fertilizer it is or with fertilizers weighed."""

    worth: Mapping[Name, NotNegative] = Field(default_factory=dict)
    """What a tonne of each fertilizer is worth beside the others, multiplied with the column."""


class YieldResponse(Model):
    """What a commodity yields by the dose of a fertilizer: straight lines between the points of a curve.

    Beyond the last point nothing is gained. A curve is only as good as the trials behind it.
    """

    commodity: Name
    fertilizer: Name
    source: str = Field(min_length=1)
    """Where the curve was published."""
    points: Annotated[tuple[tuple[NotNegative, float], ...], AfterValidator(_flattening)] = Field(
        min_length=2
    )
    """Dose in kg/ha, rising from 0, and yield per ha in one unit for all curves of a plan."""


class Quota(Model):
    """What the units of a wider one get together, of what there is to divide of a fertilizer."""

    least_pct: Percent = 0.0
    most_pct: Percent = 100.0

    @model_validator(mode="after")
    def _least_first(self) -> "Quota":
        if self.least_pct > self.most_pct:
            raise ValueError(f"least_pct {self.least_pct:g} is above most_pct {self.most_pct:g}")
        return self


class Quotas(Model):
    """Quotas of the units of one level."""

    level: Name
    units: Mapping[UnitCode, Mapping[Name, Quota]] = Field(min_length=1)
    """By code and fertilizer."""


class Weight(UnitColumn):
    """A column that units are weighted by."""

    power: float = 1.0
    """Power of the column; a negative one favours low values."""
    of_layers: tuple[Name, ...] = ()
    """Layers that the column was made from."""
    forced: bool = False
    """Whether a layer may weigh that the dose already goes by."""


class LegalTotals(Amounts):
    """Tonnes as a decree prints them, kept beside what is computed."""

    level: Name
    total: Name | None = None
    """Column with the printed sum of all fertilizers."""


def _adding_up(shares: tuple[float, ...]) -> tuple[float, ...]:
    if not isclose(sum(shares), 1.0, abs_tol=1e-6):
        raise ValueError(f"the shares of the months add up to {sum(shares):g}, not to 1")
    return shares


class AllocationPlan(Model):
    """allocations/<plan>.yaml: one year's allocation."""

    id: Name
    title: Label
    source: str
    year: int
    date: Day
    """Day whose prices and rules count."""
    level: Name
    """Finest level; the levels above it follow."""
    fertilizers: Mapping[Name, Supply] = Field(min_length=1)
    beside: tuple[Name, ...] = ()
    """Fertilizers that farmers buy without subsidy: they take part in the mixture and are not divided."""
    area: AreaTable
    registry: Registry | None = None
    request: Amounts | None = None
    redeemed: Redeemed | None = None
    without_rate: Literal["request", "leave_out"]
    """What counts as the need of a commodity without a recommended rate: what is requested, or nothing."""
    method: Method
    weights: tuple[Weight, ...] = ()
    """Multiplied with each other; what the method ``priority`` goes by."""
    objective: Objective | None = None
    """What the method ``optimal`` makes as large as can be."""
    response: tuple[YieldResponse, ...] = ()
    """In place of an objective: the yield is made as large as can be."""
    budget: float | None = Field(default=None, gt=0)
    """What all fertilizers together may cost, as :attr:`Supply.budget` is reckoned; for ``optimal``."""
    quotas: Quotas | None = None
    """For ``optimal``."""
    floor_pct_of_need: Percent = 0.0
    cap_pct_of_need: Percent = 100.0
    """The request is a cap besides."""
    frozen: Mapping[UnitCode, Mapping[Name, Tonnes]] = Field(default_factory=dict)
    """Tonnes by fertilizer of units that are not to be changed, by code."""
    legal_totals: LegalTotals | None = None
    supply_pct_of_need: Percent = 70.0
    """Share of need that is usually met: only compared with, and told."""
    months: Annotated[tuple[Annotated[float, Field(ge=0)], ...], AfterValidator(_adding_up)] = Field(
        default=(1 / 12,) * 12, min_length=12, max_length=12
    )
    """Share of each month; the default is ours."""
    sack_kg: float | None = Field(default=None, gt=0)
    """What amounts are rounded to, where it is not each fertilizer's own sack."""

    @model_validator(mode="after")
    def _has_what_it_goes_by(self) -> "AllocationPlan":
        if self.method == "priority" and not self.weights:
            raise ValueError("the method 'priority' needs weights")
        if self.method == "optimal" and not (self.objective or self.response):
            raise ValueError("the method 'optimal' needs an objective or a yield response")
        if self.objective and self.response:
            raise ValueError("give either an objective or a yield response")
        if self.method != "optimal" and (self.budget or self.quotas):
            raise ValueError(f"'{self.method}' keeps to no budget for all and no quotas: 'optimal' does")
        if self.floor_pct_of_need > self.cap_pct_of_need:
            floor, cap = self.floor_pct_of_need, self.cap_pct_of_need
            raise ValueError(f"floor_pct_of_need {floor:g} is above cap_pct_of_need {cap:g}")
        return self
