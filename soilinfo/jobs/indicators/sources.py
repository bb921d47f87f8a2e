"""What the values of an indicator rest on, and how its cells are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from soilinfo.catalog.fields import Depth, Label
from soilinfo.catalog.indicator_layers import UNDATED, last_year
from soilinfo.catalog.indicators import Indicator, IndicatorInput, Land, Threshold
from soilinfo.catalog.models import Layer
from soilinfo.evaluate.indicators.affected import Limit, exactly
from soilinfo.evaluate.indicators.mean import FINER
from soilinfo.evaluate.indicators.sums import ReadSteps
from soilinfo.jobs.gsp.layers import Published
from soilinfo.report.country.document import UncertaintyKind
from soilinfo.units import convert

SHARE_STEP = Fraction(100)
"""Percent in a step of a share of land: its cells are 0 or 1."""


@dataclass(frozen=True)
class Basis:
    """What a value rests on."""

    indicator: str
    input: str
    """The property that it is told by."""
    period: str
    """Times of the layers, as their sources have them; empty where they have none."""
    depth: Depth | None
    method: Label | None
    """None: not known of every layer."""
    method_group: str
    """Empty where the method is not known."""
    form: str
    land: Land | None
    """None: not known of every layer."""
    uncertainty: UncertaintyKind
    layers: Mapping[str, str]
    """Name -> version."""

    @property
    def year(self) -> str:
        """The last year of the layers, or UNDATED."""
        return last_year(self.period) or UNDATED


@dataclass(frozen=True)
class Source:
    """The cells of an indicator at one time: a value, or a value and its bounds, in steps of a unit."""

    basis: Basis
    read: ReadSteps
    step: Fraction
    """Of the value, in ``unit``; of bounds a FINER part of it."""
    unit: str
    nodata: tuple[int, ...]
    """Of each array that ``read`` gives."""
    classes: bool = False
    """Whether cells are 0 and 1: land of the classes counted."""

    def thresholds(self, indicator: Indicator) -> tuple[Threshold, ...]:
        """The thresholds of its indicator that are about this input."""
        return () if self.classes else indicator.thresholds_of(self.basis.input)

    def limits(self, indicator: Indicator) -> list[Limit]:
        """The thresholds in the unit of the steps; of classes the one that parts 0 from 1."""
        if self.classes:
            return [Limit(SHARE_STEP, "above", True)]
        return [
            Limit(exactly(in_unit(each.value, each.unit, self.unit)), each.side, each.inclusive)
            for each in self.thresholds(indicator)
        ]

    def edges(self, limits: Sequence[Limit]) -> list[list[int]]:
        """Edges of the limits, in the steps of each array that ``read`` gives."""
        finer = (self.step, self.step / FINER, self.step / FINER)[: len(self.nodata)]
        return [[limit.edge(step) for limit in limits] for step in finer]


def in_unit(value: float, unit: str, other: str) -> float:
    """A number in another unit of its quantity; UnitError where it has none."""
    return float(convert(np.array([value]), unit, other)[0])


def basis_of(
    published: Published,
    indicator: Indicator,
    source: IndicatorInput,
    names: Sequence[str],
    uncertainty: UncertaintyKind,
) -> Basis:
    """What the values of some layers rest on; the first of them is that of the depth."""
    layers = [published.catalog.layers[name] for name in names if name in published.catalog.layers]
    known = all(layer.method_known for layer in layers)
    return Basis(
        indicator=indicator.id,
        input=source.property,
        period=period_of(layers),
        depth=layers[0].depth if layers else None,
        method=source.method if known else None,
        method_group=source.method_group if known else "",
        form=source.form or "",
        land=shared_land(layers),
        uncertainty=uncertainty,
        layers={name: published.versions[name] for name in names},
    )


def period_of(layers: Sequence[Layer]) -> str:
    """The time of some layers, or from the first to the last of theirs; empty where none has any."""
    times = sorted({layer.time for layer in layers if layer.time})
    if len(times) < 2:
        return "".join(times)
    return f"{times[0].partition('/')[0]}/{max(each.rpartition('/')[2] for each in times)}"


def shared_land(layers: Sequence[Layer]) -> Land | None:
    """The land that all of some layers are of; None where they are of several, or one does not say."""
    lands = {layer.land for layer in layers}
    return lands.pop() if len(lands) == 1 else None
