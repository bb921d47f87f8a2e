"""Candidates beside the national territory: how much of it has data, and what lies beyond its coasts."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Layer
from soilinfo.evaluate.zonal import build_index, histogram
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks import comparison
from soilinfo.ingest.checks import territory as checks
from soilinfo.ingest.checks.comparison import Packed
from soilinfo.jobs.ingestion.offered import Offered, place_of
from soilinfo.store.cube import CubeLayer

FEW_CELLS = 250_000
"""Most cells of the overview in which the largest hole of a layer, and what lies at sea, are looked for."""
COAST = 20
"""Cells of the national grid from the territory on that a source may well reach over the sea."""


def coverage(table: Offered, layer: Layer) -> Iterator[Finding]:
    """How much of the territory has data, where config says how much should."""
    if layer.least_coverage_pct is None or not table.territory:
        return
    cube, index = table.open(layer.id), table.territory_index
    areas = histogram(index, partial(_has_data, cube, layer.id), low=1, high=1, nodata=0)
    covered_pct = 100 * float(areas.valid_ha.sum() / index.area_ha.sum())
    place = _largest_hole(table, cube, layer.id) if covered_pct < layer.least_coverage_pct else None
    if finding := comparison.coverage(layer, covered_pct, place):
        yield finding


def _has_data(cube: CubeLayer, name: str, window: Window) -> Packed:
    return np.not_equal(cube.read(name, window), cube.variable(name).nodata).astype(np.uint8)


def outside(table: Offered, layer: Layer) -> Iterator[Finding]:
    """What the layer holds beyond the coasts of the territory."""
    if not table.territory:
        return
    cube = table.open(layer.id)
    overview = _small(cube)
    grid, variable = cube.grid_of(overview), cube.variable(layer.id)
    packed = cube.read(layer.id, overview=overview)
    seen = checks.outside_of(packed, variable.nodata, _mask(table, grid), -(-COAST // overview))
    prop, place = table.catalog.property(layer.property), place_of(grid, seen.at)
    value = round(seen.value * variable.scale, 6)
    name = str(seen.value) if prop.kind == "class" else f"{value:g} {prop.unit}"
    found = (
        checks.data_outside_territory(layer, seen, name, place),
        checks.undeclared_fill(layer, prop, seen, value, place),
    )
    yield from (finding for finding in found if finding)


def _small(cube: CubeLayer) -> int:
    """The finest overview of few cells."""
    few = (one for one in cube.overviews if cube.grid_of(one).window.cells <= FEW_CELLS)
    return next(few, cube.overviews[-1])


def _mask(table: Offered, grid: Grid) -> NDArray[np.bool_]:
    """The cells (y, x) of a grid that the territory touches."""
    mask = np.zeros(grid.shape, bool)
    for row, column, length, _ in zip(*build_index(table.territory, grid).spans, strict=True):
        mask[row, column : column + length] = True
    return mask


def _largest_hole(table: Offered, cube: CubeLayer, name: str) -> list[float] | None:
    overview = _small(cube)
    grid = cube.grid_of(overview)
    hole = _mask(table, grid) & (cube.read(name, overview=overview) == cube.variable(name).nodata)
    return place_of(grid, comparison.deepest(hole)) if hole.any() else None
