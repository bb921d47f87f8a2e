"""Which published layers an indicator is measured by, at which times, and how their cells are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from soilinfo.catalog.fields import Depth, Label
from soilinfo.catalog.indicator_layers import derived_unit, last_year, layers_by_time
from soilinfo.catalog.indicators import Indicator, IndicatorInput, Land, Threshold
from soilinfo.catalog.product_zoning import REHABILITATION
from soilinfo.catalog.text import label
from soilinfo.catalog.zoning import EROSION
from soilinfo.evaluate.indicators.affected import Limit, exactly
from soilinfo.evaluate.indicators.change import PCT_STEP, relative_change
from soilinfo.evaluate.indicators.mean import FINER, bounds_of
from soilinfo.evaluate.indicators.sums import NONE, ReadSteps, Steps
from soilinfo.grid import Window
from soilinfo.jobs.gsp.aggregate import Cells
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.gsp.maps import STOCK, stock_field
from soilinfo.report.country.document import UncertaintyKind
from soilinfo.units import convert

STOCK_STEP = Fraction(1, 100)
"""t/ha in a step of a stock that is computed."""
SHARE_STEP = Fraction(100)
"""Percent in a step of a share of land: its cells are 0 or 1."""
UNDATED = "undated"
"""The year of layers whose sources do not say."""


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
    method_group: str
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


def sources_of(published: Published, indicator: Indicator) -> list[Source] | dict[str, str]:
    """The sources of an indicator by time, oldest first, or why there are none, in every language.

    ``published`` has only layers that are read rightly.
    """
    makers: Mapping[str, Callable[[], Iterator[Source]]] = {
        "mean": lambda: _means(published, indicator),
        "class_share": lambda: _shares(published, indicator),
        "change": lambda: _changes(published, indicator),
    }
    return list(makers[indicator.kind]()) or why_none(published, indicator)


def why_none(published: Published, indicator: Indicator) -> dict[str, str]:
    """What an indicator lacks, in every language."""
    catalog = published.catalog
    names = [each.property for each in indicator.inputs]
    if indicator.formula:
        lacking = [name for name in _STOCK_OF if not layers_by_time(catalog, published.versions, name)]
        names = [*names, *lacking]
    named = indicator.kind if indicator.kind in ("change", "land_degradation") else "layer"
    titles = [catalog.properties[name].title for name in names if name in catalog.properties]
    return {
        language: text.format(
            properties=", ".join(title.get(language, title["en"]) for title in titles) or ", ".join(names)
        )
        for language, text in label(f"indicator.missing.{named}", catalog.directory).items()
    }


# ---- means ------------------------------------------------------------------------------


def _means(published: Published, indicator: Indicator) -> Iterator[Source]:
    """Of the first input that there is a layer of, else by the formula."""
    for source in indicator.inputs:
        if source.property == EROSION and REHABILITATION in published.versions:
            yield _erosion(published, indicator, source)
            return
        dated = layers_by_time(published.catalog, published.versions, source.property, indicator.depth)
        if dated:
            for name in dated.values():
                yield _mean(published, indicator, source, name)
            return
    if indicator.formula:
        yield from _stocks(published, indicator)


def _mean(published: Published, indicator: Indicator, source: IndicatorInput, name: str) -> Source:
    layer = published.catalog.layer(name)
    spread = layers_by_time(
        published.catalog, published.versions, layer.property, layer.depth, statistic="sd"
    ).get(layer.time or "")
    if spread and published.catalog.layer(spread).depth != layer.depth:
        spread = None
    names = [name, *filter(None, [spread])]
    basis = _basis(published, indicator, source, names, "correlated_sd" if spread else "unknown")
    cubes = [published.store.cube.open(each, published.versions[each]) for each in names]
    variables = [cube.variable(each) for cube, each in zip(cubes, names, strict=True)]
    readers = [partial(cube.read, each) for cube, each in zip(cubes, names, strict=True)]
    step = exactly(variables[0].scale)
    unit = published.catalog.property(layer.property).unit
    if spread is None or variables[1].scale != variables[0].scale:
        return Source(basis, _alone(readers[0]), step, unit, (variables[0].nodata,))
    read = _with_bounds(readers[0], readers[1], variables[0].nodata, variables[1].nodata)
    return Source(basis, read, step, unit, (variables[0].nodata, NONE, NONE))


def _alone(read: Callable[[Window], Steps]) -> ReadSteps:
    return lambda window: (read(window),)


def _with_bounds(
    mean: Callable[[Window], Steps], sd: Callable[[Window], Steps], nodata: int, sd_nodata: int
) -> ReadSteps:
    def read(window: Window) -> tuple[Steps, Steps, Steps]:
        middle = mean(window)
        return middle, *bounds_of(middle, sd(window), nodata, sd_nodata)

    return read


def _erosion(published: Published, indicator: Indicator, source: IndicatorInput) -> Source:
    """Soil loss as the evaluation of land to be rehabilitated computes it."""
    cube = published.store.cube.open(REHABILITATION, published.versions[REHABILITATION])
    variable = cube.variable(EROSION)
    basis = _basis(published, indicator, source, [REHABILITATION], "unknown")
    unit = derived_unit(EROSION) or ""
    read = _alone(partial(cube.read, EROSION))
    return Source(basis, read, exactly(variable.scale), unit, (variable.nodata,))


def _basis(
    published: Published,
    indicator: Indicator,
    source: IndicatorInput,
    names: Sequence[str],
    uncertainty: UncertaintyKind,
) -> Basis:
    layers = [published.catalog.layers[name] for name in names if name in published.catalog.layers]
    times = sorted({layer.time for layer in layers if layer.time})
    lands = {layer.land for layer in layers}
    return Basis(
        indicator=indicator.id,
        input=source.property,
        period=times[0] if len(times) == 1 else spanning(times),
        depth=layers[0].depth if layers else None,
        method=source.method,
        method_group=source.method_group,
        form=source.form or "",
        land=lands.pop() if len(lands) == 1 else None,
        uncertainty=uncertainty,
        layers={name: published.versions[name] for name in names},
    )


def spanning(times: Sequence[str]) -> str:
    """From the first to the last of several times."""
    if not times:
        return ""
    return f"{times[0].partition('/')[0]}/{max(each.rpartition('/')[2] for each in times)}"


# ---- stocks of carbon -------------------------------------------------------------------

_STOCK_OF = ("soc", "bulk_density", "coarse_fragments")


def _stocks(published: Published, indicator: Indicator) -> Iterator[Source]:
    """The stock at the time of each layer of carbon, with the density and the stones that there are."""
    depth = indicator.depth
    if depth is None:
        return
    dated = layers_by_time(published.catalog, published.versions, "soc", depth)
    for name in dated.values():
        others = {*dated.values()} - {name}
        left = {each: one for each, one in published.versions.items() if each not in others}
        field = stock_field(Published(published.store, published.catalog, left), depth)
        if isinstance(field, str):
            continue
        method = label("indicator.method.soc_stock", published.catalog.directory)
        source = IndicatorInput(property=STOCK, method=method, method_group="soc_stock_formula")
        sd = field.sd
        basis = _basis(published, indicator, source, field.layers, "correlated_sd" if sd else "unknown")
        nodata = (NONE, NONE, NONE) if sd else (NONE,)
        yield Source(basis, _stepped(field.cells, sd), STOCK_STEP, "t/ha", nodata)


def _stepped(cells: Cells, sd: Cells | None) -> ReadSteps:
    def read(window: Window) -> tuple[Steps, ...]:
        middle = _in_steps(cells, window)
        return (middle, *bounds_of(middle, _in_steps(sd, window), NONE, NONE)) if sd else (middle,)

    return read


def _in_steps(cells: Cells, window: Window) -> Steps:
    values = np.rint(cells(window) * float(1 / STOCK_STEP))
    return np.where(np.isnan(values), NONE, values).astype(np.int64)


# ---- shares of classes, changes ---------------------------------------------------------


def _shares(published: Published, indicator: Indicator) -> Iterator[Source]:
    """Land of the classes, of the first input that there is a layer of."""
    catalog = published.catalog
    for source in indicator.inputs:
        dated = layers_by_time(catalog, published.versions, source.property, indicator.depth)
        table = catalog.class_table(catalog.property(source.property).class_table or "") if dated else None
        counted = np.full(256, NONE, np.int32)
        for each in table.classes if table else ():
            counted[each.code] = bool({each.id, each.group} & {*indicator.classes})
        for name in dated.values():
            cube = published.store.cube.open(name, published.versions[name])
            basis = _basis(published, indicator, source, [name], "unknown")
            read = _alone(partial(_counted, partial(cube.read, name), counted))
            yield Source(basis, read, SHARE_STEP, "%", (NONE,), classes=True)
        if dated:
            return


def _counted(codes: Callable[[Window], Steps], counted: Steps, window: Window) -> Steps:
    """1 where the class is counted, 0 elsewhere, NONE without data and of codes that the table lacks."""
    return counted[codes(window)]


def _changes(published: Published, indicator: Indicator) -> Iterator[Source]:
    """From the first to the last time, of the first input that has layers of two times at one depth.

    No interval: how far the errors of two maps go together is not known.
    """
    for source in indicator.inputs:
        dated = layers_by_time(published.catalog, published.versions, source.property, indicator.depth)
        names = [name for time, name in dated.items() if time]
        if len(names) < 2:
            continue
        first, last = names[0], names[-1]
        basis = _basis(published, indicator, source, [first, last], "unknown")
        yield Source(basis, _change(published, first, last), PCT_STEP, "%", (NONE,))
        return


def _change(published: Published, first: str, last: str) -> ReadSteps:
    cubes = [published.store.cube.open(each, published.versions[each]) for each in (first, last)]
    before, after = (cube.variable(each) for cube, each in zip(cubes, (first, last), strict=True))
    finer = min(exactly(before.scale), exactly(after.scale))
    factors = [int(exactly(each.scale) / finer) for each in (before, after)]
    nodata = [each.nodata * factor for each, factor in zip((before, after), factors, strict=True)]

    def read(window: Window) -> tuple[Steps]:
        values = [
            cube.read(name, window).astype(np.int64) * factor
            for cube, name, factor in zip(cubes, (first, last), factors, strict=True)
        ]
        return (relative_change(values[0], values[1], *nodata),)

    return read
