"""Land suitability: speed of the compiled kernel beside numpy and xarray.

Twelve numeric characteristics that most crops share, ten crops of config/, random values over the whole
range of each property, every cell valid, one thread, processor time, best of three. *numpy, comparisons* is
what a careful script does: float32 bands in blocks of 512 x 512 cells, each limit compared once into arrays
that are used again, a class less for each better band that holds the value, then the maximum over the
characteristics. *numpy, lookup tables* takes the class of each stored integer from one table per crop and
characteristic. *xarray* is plain xarray: `xr.where` over whole arrays. None of the peers minds missing values
or tells what limits; soilinfo does. All give the same classes, which is checked in the run. The R package
ALUES is not measured: there was no R at hand.
"""

from collections.abc import Callable, Mapping
from math import inf
from time import process_time

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from soilinfo.catalog.models import Criterion, Crop
from soilinfo.evaluate.criteria import rate
from soilinfo.evaluate.suitability import Packing, Tables, compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, PACKINGS
from tests.evaluate.tables import NAMES, crop_of, raw_crop

TITLE = "Land suitability: 12 characteristics x 10 crops"
SIDE, BLOCK = 2048, 512
CHARACTERISTICS = (
    "temperature_mean_annual",
    "relative_humidity",
    "soil_depth",
    "coarse_fragments",
    "peat_thickness",
    "base_saturation",
    "ph_h2o",
    "soc",
    "salinity_ec",
    "slope",
    "surface_stones",
    "rock_outcrops",
)


Bands = tuple[int, list[tuple[float, float, int]]]
"""Worst class of a criterion, and (above, at most, class) where it is at least that good, worse first."""
PEER, PLAIN = "numpy, comparisons", "xarray"


def measure() -> list[Mapping[str, str]]:
    """One row per way of computing; speeds in Mpx/s and Mpx x crops per core-second, ratios to the peers."""
    crops, packings = _crops(), {name: PACKINGS[name] for name in CHARACTERISTICS}
    inputs = _inputs(packings)
    values = {name: (cells * packings[name].scale).astype(np.float32) for name, cells in inputs.items()}
    tables = compile_tables(crops, EVALUATION, packings)
    luts, bands = _luts(crops, packings), _bands(crops, packings)
    ways: dict[str, Callable[[], NDArray[np.uint8]]] = {
        PLAIN: lambda: _xarray(bands, values),
        PEER: lambda: _compared(bands, values),
        "numpy, lookup tables": lambda: _numpy(luts, inputs, packings),
        "soilinfo, classes": lambda: _soilinfo(tables, inputs, limiting=False),
        "soilinfo, classes and limiting qualities": lambda: _soilinfo(tables, inputs, limiting=True),
    }
    expected = ways["numpy, lookup tables"]()
    for name, compute in ways.items():
        assert np.array_equal(compute(), expected), f"{name} gives other classes than the lookup tables"
    seconds = {name: _seconds(compute) for name, compute in ways.items()}
    return [_row(name, seconds, len(crops)) for name in ways]


def _row(name: str, seconds: Mapping[str, float], crops: int) -> Mapping[str, str]:
    speed = SIDE * SIDE / 1e6 / seconds[name]
    return {
        "way": name,
        "Mpx/s": f"{speed:.1f}",
        "Mpx x crops per core-second": f"{speed * crops:.0f}",
        "x numpy": f"{seconds[PEER] / seconds[name]:.1f}",
        "x xarray": f"{seconds[PLAIN] / seconds[name]:.0f}",
    }


def _seconds(compute: Callable[[], object], repeats: int = 3) -> float:
    """Best processor time of some runs; compilation and caches are warm from the check before."""
    times = []
    for _ in range(repeats):
        start = process_time()
        compute()
        times.append(process_time() - start)
    return min(times)


def _crops() -> list[Crop]:
    """The ten crops of config/ with most of the characteristics, cut down to those."""
    crops = []
    for name in NAMES:
        raw = raw_crop(name)
        own = {key: row for key, row in raw["characteristics"].items() if key in CHARACTERISTICS}
        crops.append(crop_of({**raw, "characteristics": own}, name))
    return sorted(crops, key=lambda crop: -len(crop.characteristics))[:10]


def _inputs(packings: Mapping[str, Packing]) -> dict[str, NDArray[np.int16]]:
    random = np.random.default_rng(1)
    return {
        name: random.integers(packing.low, packing.high + 1, (SIDE, SIDE)).astype(np.int16)
        for name, packing in packings.items()
    }


def _luts(crops: list[Crop], packings: Mapping[str, Packing]) -> list[dict[str, NDArray[np.uint8]]]:
    return [
        {
            name: rate(criterion, packings[name].values(), "as_printed")
            for name, criterion in crop.characteristics.items()
        }
        for crop in crops
    ]


def _bands(crops: list[Crop], packings: Mapping[str, Packing]) -> list[dict[str, Bands]]:
    return [
        {name: _bands_of(criterion, packings[name]) for name, criterion in crop.characteristics.items()}
        for crop in crops
    ]


def _bands_of(criterion: Criterion, packing: Packing) -> Bands:
    """Limits lie half a step beside the stored values, where float32 decides as the stored integers do."""
    classes, values = rate(criterion, packing.values(), "as_printed"), packing.values()
    least, bands = int(classes.max()), []
    for rank in range(least - 1, 0, -1):
        ends = np.flatnonzero(np.diff(classes <= rank)) + 1
        limits = [*((values[ends - 1] + values[ends]) / 2)]
        limits = [*([-inf] if classes[0] <= rank else []), *limits, *([inf] if classes[-1] <= rank else [])]
        bands += [(above, most, rank) for above, most in zip(limits[::2], limits[1::2], strict=True)]
    return least, bands


def _compared(bands: list[dict[str, Bands]], values: Mapping[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
    classes = np.zeros((len(bands), SIDE, SIDE), np.uint8)
    rated, low, high = (np.empty((BLOCK, BLOCK), kind) for kind in (np.uint8, np.bool_, np.bool_))
    for row in range(0, SIDE, BLOCK):
        for col in range(0, SIDE, BLOCK):
            block = np.s_[row : row + BLOCK, col : col + BLOCK]
            cells = {name: np.ascontiguousarray(whole[block]) for name, whole in values.items()}
            for crop, criteria in enumerate(bands):
                worst = classes[crop][block]
                for name, (least, better) in criteria.items():
                    rated.fill(least)
                    for above, most, _ in better:
                        if above > -inf:
                            np.greater(cells[name], np.float32(above), out=low)
                        if most < inf:
                            np.less_equal(cells[name], np.float32(most), out=high)
                        if -inf < above and most < inf:
                            np.logical_and(low, high, out=low)
                        np.subtract(rated, (low if above > -inf else high).view(np.uint8), out=rated)
                    np.maximum(worst, rated, out=worst)
    return classes


def _xarray(bands: list[dict[str, Bands]], values: Mapping[str, NDArray[np.float32]]) -> NDArray[np.uint8]:
    cells = {name: xr.DataArray(whole, dims=("y", "x")) for name, whole in values.items()}
    found = []
    for criteria in bands:
        rated = []
        for name, (least, better) in criteria.items():
            classes = xr.full_like(cells[name], least)
            for above, most, rank in better:
                classes = xr.where((cells[name] > above) & (cells[name] <= most), rank, classes)
            rated.append(classes)
        found.append(xr.concat(rated, dim="characteristic").max("characteristic"))
    return xr.concat(found, dim="crop").values.astype(np.uint8)


def _soilinfo(
    tables: Tables, inputs: Mapping[str, NDArray[np.int16]], *, limiting: bool
) -> NDArray[np.uint8]:
    return evaluate(tables, inputs, scenarios=("actual",), limiting=limiting).classes["actual"]


def _numpy(
    luts: list[dict[str, NDArray[np.uint8]]],
    inputs: Mapping[str, NDArray[np.int16]],
    packings: Mapping[str, Packing],
) -> NDArray[np.uint8]:
    classes = np.zeros((len(luts), SIDE, SIDE), np.uint8)
    for crop, tables in enumerate(luts):
        for name, lut in tables.items():
            np.maximum(classes[crop], lut.take(inputs[name] - packings[name].low), out=classes[crop])
    return classes
