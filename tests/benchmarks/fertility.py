"""Nutrient status of districts from raster layers, and mixtures of fertilizer for all of them.

*Status*: a layer of P2O5 (int16, tenths of mg/100 g, smooth with noise, holes of no data) and one of land
cover (uint8, a third of it paddy in fields of ragged shape) of `ACROSS` x 3 shards of 2,048 x 2,048 cells of
7.5 arc seconds (a quarter of the nation unless set), cut into 7,285 rectangles of cells in place of
districts. Of each: hectares of paddy land that are low, medium, high and without data, the shares, and the
status of most of it. The peer has the district of each cell in a raster, takes the paddy cells, and does
`np.digitize` and a pandas group-by. Both read the same cube, the peer as a whole, soilinfo strip by strip;
areas of all districts are in the run checked to be equal within 1e-6, and the statuses to be the same.
*Reading alone* decodes both layers and does nothing else; the share is that of its processor time.

*How sure*: the probability of each class to be the status of a district, the errors of all its cells being
alike. soilinfo reads the published probabilities of cells (two of the three classes, and the first again to
add it to the second) and takes all 200 quantiles that they are stored in. The peer reads the means, takes the
deviations in proportion, and counts the classes of its paddy cells by district at each of 21 quantiles. In
the run 99.9 % of the probabilities are checked to differ by no more than two of its steps; the others are of
districts where two classes have nearly the same land at many quantiles.

*Mixtures*: 7,285 districts with the rates that three statuses of P, two of K, and straw, manure or neither
give; the products urea, SP-36, KCl and both NPK; least excess, then least cost, fewest kg, first by name.
*scipy* is bare `linprog` (HiGHS) with the first aim alone, for each district and for each distinct rate;
soilinfo solves each distinct rate once, four aims in turn, and finds it for every district. Seconds of the
clock and of the processor (all threads), best of three, scipy for each district once.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial, reduce
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.stats import norm
from shapely import Polygon

from soilinfo.evaluate.expected_areas import hectares_by_rank
from soilinfo.evaluate.fertility import (
    class_probabilities,
    majority,
    majority_probabilities,
    rate,
    shares_pct,
)
from soilinfo.evaluate.fertilizer import blends, nutrients_in
from soilinfo.evaluate.tables import Packing
from soilinfo.evaluate.zonal import ZoneIndex, build_index, histogram
from soilinfo.grid import SHARD, Grid, Window
from soilinfo.settings import Settings
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable

TITLE = "Fertilizer: nutrient status and mixtures for 7,285 districts"
ACROSS, DOWN = int(os.environ.get("ACROSS", "4")), 3
DISTRICTS = 7285
COLUMNS = 94
PACKING = Packing(0, 30000, 0.1, "mg/100 g")
EDGES = (20.0, 40.0)
PADDY, OTHER, NODATA = 1, 2, -32768
DEVIATION, STEPS, UNSURE, QUANTILES = 0.15, 200, 255, 21
"""Of a value; a probability of 1 and no probability, as stored; quantiles that the peer takes."""
UNKNOWN = 4
"""Paddy land without data, beside the classes 1..3."""
VARIABLES = {
    "p2o5": Variable("p2o5", "int16", NODATA, 0.1),
    "cover": Variable("cover", "uint8", 0, overview="mode"),
    "low": Variable("low", "uint8", UNSURE, 0.5),
    "medium": Variable("medium", "uint8", UNSURE, 0.5),
}
CONTENTS = {
    "urea": {"n": 46.0},
    "sp36": {"p2o5": 36.0},
    "kcl": {"k2o": 60.0},
    "npk_15_15_15": {"n": 15.0, "p2o5": 15.0, "k2o": 15.0, "s": 10.0},
    "npk_15_10_12": {"n": 15.0, "p2o5": 10.0, "k2o": 12.0},
}
PRICES = {"urea": 1800.0, "sp36": 2400.0, "kcl": 6000.0, "npk_15_15_15": 2300.0, "npk_15_10_12": 1840.0}

Layers = Mapping[str, CubeLayer]
Seconds = tuple[float, float]
"""Of the clock and of the processor."""
Found = tuple[NDArray[np.float64], NDArray[np.integer]]
"""Hectares (district, low, medium, high, without data), and the status: 1, 2, 3, or 0 for none."""


def measure() -> list[Mapping[str, str]]:
    """A row a way; seconds, and the share of reading in the processor time of statuses."""
    return [*_statuses(), *_mixtures()]


def _row(way: str, seconds: Seconds, reading: Seconds | None = None) -> Mapping[str, str]:
    share = f"{100 * reading[1] / seconds[1]:.0f}" if reading else ""
    return {"way": way, "s": f"{seconds[0]:.2f}", "CPU s": f"{seconds[1]:.2f}", "reading, % of CPU": share}


def _timed[T](work: Callable[[], T], repeats: int = 3) -> tuple[T, Seconds]:
    """What the work gives, and the best of its times."""
    times = []
    for _ in range(repeats):
        start = perf_counter(), process_time()
        found = work()
        times.append((perf_counter() - start[0], process_time() - start[1]))
    return found, min(times)


# ---- status -----------------------------------------------------------------------------


def _statuses() -> list[Mapping[str, str]]:
    west, north, side = 95.0, 6.0, SHARD / 480
    bounds = west, north - DOWN * side, west + ACROSS * side, north
    grid = Grid.covering("EPSG:4326", 1 / 480, bounds)
    rows, columns = _cuts(grid.height, -(-DISTRICTS // COLUMNS)), _cuts(grid.width, COLUMNS)
    with TemporaryDirectory() as directory:
        store = open_store(Settings(store=Path(directory), db=None))
        layers = _written(store, grid)
        index = build_index(_rectangles(grid, rows, columns), grid)
        _, reading = _timed(lambda: [_read(layers, window) for window, _ in index.strips()])
        ours, soilinfo = _timed(partial(_soilinfo, index, layers))
        theirs, peer = _timed(partial(_pandas, grid, _raster(rows, columns), layers))
        sure = _sure(index, grid, _raster(rows, columns), layers)
        store.close()
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-6, atol=1e-6)
    assert np.array_equal(ours[1], theirs[1]), "both give each district one status"
    return [
        _row(f"status, reading alone ({grid.window.cells / 1e6:.0f} Mpx)", reading, reading),
        _row("status, soilinfo", soilinfo, reading),
        _row("status, numpy and pandas", peer, reading),
        *sure,
    ]


def _read(layers: Layers, window: Window) -> tuple[NDArray[Any], NDArray[Any]]:
    return layers["p2o5"].read("p2o5", window), layers["cover"].read("cover", window)


def _soilinfo(index: ZoneIndex, layers: Layers) -> Found:
    classes = np.full(1 << 16, UNKNOWN, np.uint8)
    classes[np.arange(PACKING.low, PACKING.high + 1)] = rate(PACKING.values(), EDGES)

    def of_paddy(window: Window) -> NDArray[np.uint8]:
        packed, cover = _read(layers, window)
        return classes[packed] * (cover == PADDY)

    areas = histogram(index, of_paddy, low=1, high=UNKNOWN, nodata=0).area_ha
    shares_pct(areas[:, :-1], areas[:, -1])
    return areas, majority(areas[:, :-1], areas[:, -1])


def _pandas(grid: Grid, districts: NDArray[np.int32], layers: Layers) -> Found:
    packed, cover = _read(layers, grid.window)
    paddy = np.nonzero(cover == PADDY)
    values = packed[paddy]
    classes = np.digitize(np.round(values * 0.1, 1), EDGES, right=True) + 1
    classes[values == NODATA] = UNKNOWN
    cells = pd.DataFrame({"district": districts[paddy], "class": classes, "area_ha": grid.cell_areas(*paddy)})
    sums = cells.groupby(["district", "class"])["area_ha"].sum().unstack(fill_value=0.0)
    areas = sums.reindex(index=range(DISTRICTS), columns=range(1, UNKNOWN + 1), fill_value=0.0)
    areas.div(areas.sum(axis=1), axis=0) * 100
    known, unknown = areas.loc[:, 1:3].round(5), areas[UNKNOWN].round(5)
    judged = (known.sum(axis=1) > 0) & (unknown <= known.sum(axis=1))
    return areas.to_numpy(), known.idxmax(axis=1).where(judged, 0).to_numpy()


def _sure(
    index: ZoneIndex, grid: Grid, districts: NDArray[np.int32], layers: Layers
) -> list[Mapping[str, str]]:
    read = [partial(_below, layers, names) for names in (["low"], ["low", "medium"])]
    _, reading = _timed(lambda: [each(window) for each in read for window, _ in index.strips()])
    ours, soilinfo = _timed(partial(_by_rank, index, read))
    theirs, peer = _timed(partial(_by_quantile, grid, districts, layers), repeats=1)
    known = ~np.isnan(ours).any(axis=1)
    assert (np.abs(ours - theirs)[known] < 2 / QUANTILES).mean() > 0.999, "both are as sure of each status"
    return [
        _row("how sure, reading alone", reading, reading),
        _row(f"how sure, soilinfo ({STEPS} quantiles)", soilinfo, reading),
        _row(f"how sure, numpy ({QUANTILES} quantiles)", peer),
    ]


def _below(layers: Layers, names: list[str], window: Window) -> NDArray[np.integer]:
    stored = [layers[name].read(name, window) for name in names]
    return np.where(stored[0] == UNSURE, stored[0], reduce(np.add, stored))


def _by_rank(index: ZoneIndex, read: list[Callable[[Window], NDArray[np.integer]]]) -> NDArray[np.float64]:
    below = [histogram(index, each, low=0, high=STEPS, nodata=UNSURE).area_ha for each in read]
    return majority_probabilities(hectares_by_rank(np.stack(below, axis=1), below[0].sum(axis=1)), 0.0)


def _by_quantile(grid: Grid, districts: NDArray[np.int32], layers: Layers) -> NDArray[np.float64]:
    packed, cover = _read(layers, grid.window)
    cells = np.nonzero((cover == PADDY) & (packed != NODATA))
    means, of, hectares = packed[cells] * 0.1, districts[cells], grid.cell_areas(*cells)
    won = np.zeros((DISTRICTS, 3))
    for off in norm.ppf((np.arange(QUANTILES) + 0.5) / QUANTILES):
        classes = np.digitize(means * (1 + off * DEVIATION), EDGES, right=True)
        areas = np.bincount(of * 3 + classes, hectares, (of.max() + 1) * 3).reshape(-1, 3)[:DISTRICTS]
        won[np.arange(DISTRICTS), areas.argmax(axis=1)] += 1 / QUANTILES
    return won


def _cuts(size: int, parts: int) -> NDArray[np.int64]:
    """Where ``size`` cells are cut into parts of about one size."""
    even = np.linspace(0, size, parts + 1)
    moved = np.random.default_rng(parts).uniform(-0.4, 0.4, parts - 1) * size / parts
    return np.rint([0, *(even[1:-1] + moved), size]).astype(np.int64)


def _rectangles(grid: Grid, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> list[Polygon]:
    x, y = grid.west + columns * grid.resolution, grid.north - rows * grid.resolution
    made = [
        shapely.box(west, south, east, north) for north, south in pairwise(y) for west, east in pairwise(x)
    ]
    return made[:DISTRICTS]


def _raster(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int32]:
    """The district of each cell; those beyond the last district have numbers that nobody asks for."""
    row, column = (np.repeat(np.arange(len(cuts) - 1), np.diff(cuts)) for cuts in (rows, columns))
    return (row[:, np.newaxis] * COLUMNS + column).astype(np.int32)


def _written(store: Store, grid: Grid) -> Layers:
    for name, variable in VARIABLES.items():
        with store.cube.writer(name, "1", grid, [variable], {}) as writer:
            for window in grid.shards():
                writer.write(name, window, _cells(name, window))
    return {name: store.cube.open(name, "1") for name in VARIABLES}


def _cells(name: str, window: Window) -> NDArray[Any]:
    if name in ("low", "medium"):
        return _likely(name, _cells("p2o5", window), _cells("cover", window))
    random = np.random.default_rng((window.row, window.col))
    y = np.arange(window.row, window.row + window.height)[:, np.newaxis]
    x = np.arange(window.col, window.col + window.width)
    if name == "cover":
        ragged = np.sin(x / 40) * np.cos(y / 30) + random.normal(0, 0.1, window.shape)
        return np.where(ragged > 0.2, PADDY, OTHER).astype(np.uint8)
    values = 300 + 200 * np.sin(x / 300) * np.cos(y / 200) + random.integers(-30, 31, window.shape)
    known = (x // 37 + y // 41) % 20 != 0
    return np.where(known, values, NODATA).astype(np.int16)


def _likely(name: str, packed: NDArray[Any], cover: NDArray[Any]) -> NDArray[np.uint8]:
    """The probability of a class on paddy land, rounded so that those of all classes add up to 1."""
    own = (cover == PADDY) & (packed != NODATA)
    means = packed[own] * 0.1
    below = np.rint(STEPS * class_probabilities(means, DEVIATION * means, EDGES).cumsum(axis=0))
    stored = np.full(packed.shape, UNSURE, np.uint8)
    stored[own] = np.diff(below, axis=0, prepend=0)[["low", "medium"].index(name)]
    return stored


# ---- mixtures ---------------------------------------------------------------------------


def _mixtures() -> list[Mapping[str, str]]:
    targets, contents = _targets(), {name: CONTENTS[name] for name in sorted(CONTENTS)}
    distinct = [dict(each) for each in {tuple(target.items()) for target in targets}]
    mixed = partial(blends, contents=contents, criterion="least_excess", prices=PRICES)
    ours, each_once = _timed(lambda: mixed(targets))
    _, alone = _timed(lambda: [_linprog(target) for target in distinct])
    theirs, bare = _timed(lambda: [_linprog(target) for target in targets], repeats=1)
    wasted = [sum(found.left_over[name] for name in ("n", "p2o5", "k2o")) for found in ours]
    np.testing.assert_allclose(wasted, theirs, atol=0.02)
    return [
        _row(f"mixtures, scipy, each of {DISTRICTS:,} districts", bare),
        _row(f"mixtures, scipy, {len(distinct)} distinct rates", alone),
        _row(f"mixtures, soilinfo, {DISTRICTS:,} districts ({len(distinct)} distinct rates)", each_once),
    ]


def _targets() -> list[dict[str, float]]:
    random = np.random.default_rng(1)
    rates = [
        {"urea": 200 - urea, "sp36": phosphate - sp36, "kcl": potash - kcl}
        for phosphate in (100.0, 75.0, 50.0)
        for potash in (100.0, 50.0)
        for urea, sp36, kcl in ((0.0, 0.0, 0.0), (20.0, 0.0, 50.0), (50.0, 50.0, 20.0))
    ]
    return [nutrients_in(rates[at], CONTENTS) for at in random.integers(0, len(rates), DISTRICTS)]


def _linprog(target: Mapping[str, float]) -> float:
    """The least sum of nutrients beyond what is asked for."""
    holds = np.array([[held.get(name, 0.0) / 100 for held in CONTENTS.values()] for name in target])
    asked = np.array([*target.values()])
    return float(linprog(holds.sum(axis=0), -holds, -asked).fun - asked.sum())
