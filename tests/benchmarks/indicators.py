"""All indicators of 514 regencies: beside reading the same layers and no more, and beside exactextract.

The regencies and the grid of `zonal`; ten layers in the cube as soilinfo stores them (int16, chunks and codec
of its own): five means with a standard deviation each. An *indicator* is the mean with its 90 % interval, and
affected land by two thresholds with the least and the most that it could be: seven sums for each of three
fields. *Reading* decodes the same windows of the same layers, in the same threads, and adds nothing up.
exactextract is given one mean and its weights from a GeoTIFF, so that it tells one value where soilinfo tells
seven. Means are in the run checked to be the peer's within 1e-6. Seconds of the clock and of the processor,
best of three.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.evaluate.indicators.affected import Limit, affected_interval, exactly
from soilinfo.evaluate.indicators.mean import FINER, bounds_of, mean_interval, mean_of
from soilinfo.evaluate.indicators.sums import NONE, ReadSteps, Steps, sums_by_zone
from soilinfo.evaluate.zonal import ZoneIndex, read_ahead
from soilinfo.grid import Grid, Window
from soilinfo.jobs.effort import unheard
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.settings import Settings
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable
from tests.benchmarks import zonal

TITLE = "Indicators of 514 regencies"
PAIRS = 5
STEP = Fraction(1, 100)
NODATA = zonal.NODATA["numbers"]
LIMITS = (Limit(exactly(5.5), "below", True), Limit(exactly(4.5), "below", True))
Values = tuple[NDArray[np.float64], ...]


def measure() -> list[Mapping[str, str]]:
    """One row per way: seconds for all layers, and for one of them."""
    shapes = zonal._shapes()
    grid = Grid.covering("EPSG:4326", 1 / zonal.CELLS_PER_DEGREE, tuple(shapely.total_bounds(shapes)))
    numbers = zonal._layers(grid, shapes)["numbers"]
    with TemporaryDirectory() as directory:
        store = open_store(Settings(store=Path(directory), db=None))
        pairs = _written(store, grid, numbers)
        units = gpd.GeoDataFrame(geometry=shapes, crs=grid.crs)
        index = index_of(store, grid, "regency", "1", units)
        read = _best(lambda: [_read_alone(index, pair) for pair in pairs])
        told = [_indicator(index, pair) for pair in pairs]
        measured = _best(lambda: [_indicator(index, pair) for pair in pairs])
        one = _best(lambda: _indicator(index, pairs[0]))
        store.close()
        file = zonal._filed(Path(directory), grid, "numbers", numbers)
        theirs, first, further = zonal._theirs(grid, shapes, file)
    np.testing.assert_allclose(told[0][0], theirs["weighted_mean0"] / 100, rtol=1e-6)
    size = f"{grid.window.cells / 1e6:.0f} Mpx, {2 * PAIRS} layers"
    return [
        _row(f"reading alone, {size}", read),
        _row(f"soilinfo, {PAIRS} indicators with intervals, {size}", measured),
        _row("soilinfo, one indicator (2 layers)", one),
        _row("exactextract, mean and quantiles of the first layer", first),
        _row("exactextract, mean and quantiles of each further layer", further),
    ]


def _row(way: str, seconds: zonal.Seconds) -> Mapping[str, str]:
    return {"way": way, "CPU s": f"{seconds[0]:.2f}", "s": f"{seconds[1]:.2f}"}


def _best(work: Callable[[], object]) -> zonal.Seconds:
    return min((zonal._timed(work)[1] for _ in range(3)), key=lambda seconds: seconds[1])


def _written(store: Store, grid: Grid, numbers: Steps) -> list[tuple[CubeLayer, CubeLayer]]:
    """Means that differ by a shift, and standard deviations of a tenth and more."""
    known = numbers != NODATA
    for at in range(PAIRS):
        _write(store, grid, f"mean{at}", np.where(known, numbers + at, NODATA).astype(np.int16))
        _write(store, grid, f"sd{at}", np.where(known, numbers // (10 - at), NODATA).astype(np.int16))
    return [(store.cube.open(f"mean{at}", "1"), store.cube.open(f"sd{at}", "1")) for at in range(PAIRS)]


def _write(store: Store, grid: Grid, name: str, cells: Steps) -> None:
    with store.cube.writer(name, "1", grid, [Variable("numbers", "int16", NODATA, 0.01)], {}) as writer:
        for window in grid.shards():
            writer.write("numbers", window, cells[window.slices])


def _cells(pair: tuple[CubeLayer, CubeLayer], window: Window) -> list[Steps]:
    return [layer.read("numbers", window) for layer in pair]


def _read_alone(index: ZoneIndex, pair: tuple[CubeLayer, CubeLayer]) -> int:
    return sum(cells[0].size for cells, *_ in read_ahead(index, partial(_cells, pair)))


def _indicator(index: ZoneIndex, pair: tuple[CubeLayer, CubeLayer]) -> Values:
    edges = [[limit.edge(step) for limit in LIMITS] for step in (STEP, STEP / FINER, STEP / FINER)]
    nodata = (NODATA, NONE, NONE)
    middle, *bounds = sums_by_zone(index, _with_bounds(pair), nodata, edges, unheard)
    affected = [affected_interval(limit, middle, bounds, at) for at, limit in enumerate(LIMITS)]
    return mean_of(middle, STEP), *mean_interval(middle, bounds, STEP), *affected[0], *affected[1]


def _with_bounds(pair: tuple[CubeLayer, CubeLayer]) -> ReadSteps:
    def read(window: Window) -> Sequence[Steps]:
        mean, sd = _cells(pair, window)
        return mean, *bounds_of(mean, sd, NODATA, NODATA)

    return read
