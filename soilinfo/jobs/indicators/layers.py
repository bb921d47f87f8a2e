"""Which published layers an indicator is measured by, and at which times."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np

from soilinfo.catalog.indicator_layers import derived_unit, last_year, layers_by_time
from soilinfo.catalog.indicators import Indicator, IndicatorInput
from soilinfo.catalog.models import Layer
from soilinfo.catalog.product_zoning import REHABILITATION
from soilinfo.catalog.text import label
from soilinfo.catalog.zoning import EROSION
from soilinfo.evaluate.indicators.affected import exactly
from soilinfo.evaluate.indicators.change import PCT_STEP
from soilinfo.evaluate.indicators.mean import bounds_of
from soilinfo.evaluate.indicators.sums import NONE, ReadSteps, Steps
from soilinfo.grid import Window
from soilinfo.jobs.gsp.aggregate import Cells
from soilinfo.jobs.gsp.layers import Field, Published
from soilinfo.jobs.gsp.maps import STOCK, stock_field
from soilinfo.jobs.indicators.changes import change_of
from soilinfo.jobs.indicators.sources import SHARE_STEP, Source, basis_of, period_of, shared_land

STOCK_STEP = Fraction(1, 10_000)
"""t/ha in a step of a stock that is computed."""


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


def _by_year(dated: Mapping[str, str]) -> list[str]:
    """The last layer of each year, of layers by time in their order: values are told by year."""
    return [*{last_year(time): name for time, name in dated.items()}.values()]


# ---- means ------------------------------------------------------------------------------


def _means(published: Published, indicator: Indicator) -> Iterator[Source]:
    """Of the first input that there is a layer of, else by the formula."""
    for source in indicator.inputs:
        if source.property == EROSION and REHABILITATION in published.versions:
            yield _erosion(published, indicator, source)
            return
        dated = layers_by_time(published.catalog, published.versions, source.property, indicator.depth)
        if dated:
            for name in _by_year(dated):
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
    basis = basis_of(published, indicator, source, names, "correlated_sd" if spread else "unknown")
    cubes = [published.store.cube.open(each, published.versions[each]) for each in names]
    variables = [cube.variable(each) for cube, each in zip(cubes, names, strict=True)]
    readers = [partial(cube.read, each) for cube, each in zip(cubes, names, strict=True)]
    step = exactly(variables[0].scale)
    unit = published.catalog.property(layer.property).unit
    if spread is None:
        return Source(basis, _alone(readers[0]), step, unit, (variables[0].nodata,))
    bounds = partial(
        bounds_of,
        nodata=variables[0].nodata,
        sd_nodata=variables[1].nodata,
        sd_step=exactly(variables[1].scale) / step,
    )
    read = _with_bounds(readers[0], readers[1], bounds)
    return Source(basis, read, step, unit, (variables[0].nodata, NONE, NONE))


def _alone(read: Callable[[Window], Steps]) -> ReadSteps:
    return lambda window: (read(window),)


def _with_bounds(
    mean: Callable[[Window], Steps],
    sd: Callable[[Window], Steps],
    bounds: Callable[[Steps, Steps], tuple[Steps, Steps]],
) -> ReadSteps:
    def read(window: Window) -> tuple[Steps, Steps, Steps]:
        """The mean in its own steps, then both bounds in finer ones, NONE where either map has no data."""
        middle = mean(window)
        return middle, *bounds(middle, sd(window))

    return read


def _erosion(published: Published, indicator: Indicator, source: IndicatorInput) -> Source:
    """Soil loss as the evaluation of land to be rehabilitated computes it."""
    cube = published.store.cube.open(REHABILITATION, published.versions[REHABILITATION])
    variable, layers = cube.variable(EROSION), _layers_of_loss(published)
    basis = basis_of(published, indicator, source, [REHABILITATION], "unknown")
    basis = replace(basis, period=period_of(layers), land=shared_land(layers))
    unit = derived_unit(EROSION) or ""
    read = _alone(partial(cube.read, EROSION))
    return Source(basis, read, exactly(variable.scale), unit, (variable.nodata,))


def _layers_of_loss(published: Published) -> list[Layer]:
    """The layers of config that the published soil loss was computed from."""
    catalog, version = published.catalog, published.versions[REHABILITATION]
    made = published.store.ledger.version(REHABILITATION, version)
    needed = catalog.rehabilitation.erosion.needed if catalog.rehabilitation else ()
    named = (catalog.layers[name] for name in (made.inputs if made else ()) if name in catalog.layers)
    return [layer for layer in named if layer.property in needed]


# ---- stocks of carbon -------------------------------------------------------------------

_STOCK_OF = ("soc", "bulk_density", "coarse_fragments")


def _stocks(published: Published, indicator: Indicator) -> Iterator[Source]:
    """The stock at the time of each layer of carbon, by density and stones of that time where there are.

    One that needs a later layer is of the later year; of two of one year that of the later carbon counts.
    """
    depth = indicator.depth
    if depth is None:
        return
    found: dict[str, Source] = {}
    for name in _by_year(layers_by_time(published.catalog, published.versions, "soc", depth)):
        field = stock_field(_of_the_time(published, published.catalog.layers[name]), depth)
        if isinstance(field, Field):
            source = _stock(published, indicator, field)
            found[source.basis.year] = source
    for year in sorted(found):
        yield found[year]


def _stock(published: Published, indicator: Indicator, field: Field) -> Source:
    method = label("indicator.method.soc_stock", published.catalog.directory)
    source = IndicatorInput(property=STOCK, method=method, method_group="soc_stock_formula")
    sd, layers = field.sd, published.catalog.layers
    names = [each for each in field.layers if sd or layers[each].statistic == "mean"]
    basis = basis_of(published, indicator, source, names, "correlated_sd" if sd else "unknown")
    nodata = (NONE, NONE, NONE) if sd else (NONE,)
    return Source(basis, _stepped(field.cells, sd), STOCK_STEP, "t/ha", nodata)


def _of_the_time(published: Published, carbon: Layer) -> Published:
    """Without layers of carbon of another time, nor of what has one of the time and depth of ``carbon``."""
    layers = published.catalog.layers
    there = {name: layers[name] for name in published.versions if name in layers}
    timely = {
        each.property for each in there.values() if (each.time, each.depth) == (carbon.time, carbon.depth)
    } & {*_STOCK_OF}
    other = {name for name, each in there.items() if each.property in timely and each.time != carbon.time}
    left = {name: version for name, version in published.versions.items() if name not in other}
    return Published(published.store, published.catalog, left)


def _stepped(cells: Cells, sd: Cells | None) -> ReadSteps:
    def read(window: Window) -> tuple[Steps, ...]:
        """The stock, with both bounds where its error is known, all NONE where there is no data."""
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
        for name in _by_year(dated):
            cube = published.store.cube.open(name, published.versions[name])
            basis = basis_of(published, indicator, source, [name], "unknown")
            read = _alone(partial(_counted, partial(cube.read, name), counted))
            yield Source(basis, read, SHARE_STEP, "%", (NONE,), classes=True)
        if dated:
            return


def _counted(codes: Callable[[Window], Steps], counted: Steps, window: Window) -> Steps:
    """1 where the class is counted, 0 elsewhere, NONE without data and of codes that the table lacks."""
    return counted[codes(window)]


def _changes(published: Published, indicator: Indicator) -> Iterator[Source]:
    """From the first to the last time, of the first input that has layers of two years at one depth.

    No interval: how far the errors of two maps go together is not known.
    """
    for source in indicator.inputs:
        dated = layers_by_time(published.catalog, published.versions, source.property, indicator.depth)
        names = _by_year({time: name for time, name in dated.items() if time})
        if len(names) < 2:
            continue
        first, last = names[0], names[-1]
        basis = basis_of(published, indicator, source, [first, last], "unknown")
        yield Source(basis, _change(published, first, last), PCT_STEP, "%", (NONE,))
        return


def _change(published: Published, first: str, last: str) -> ReadSteps:
    cubes = [published.store.cube.open(each, published.versions[each]) for each in (first, last)]
    before, after = (cube.variable(each) for cube, each in zip(cubes, (first, last), strict=True))
    change = change_of(before, after)

    def read(window: Window) -> tuple[Steps]:
        """The change, NONE where either time has no data."""
        old, new = (cube.read(name, window) for cube, name in zip(cubes, (first, last), strict=True))
        return (change(old, new),)

    return read
