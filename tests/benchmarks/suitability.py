"""Land suitability: speed of the compiled kernel beside vectorised numpy.

Twelve numeric characteristics that most crops share, ten crops of config/, random values over the whole
range of each property, every cell valid, one thread, processor time, best of three. The numpy variant
does what a careful script does: one lookup table per crop and characteristic, `take` and `maximum`. All
variants give the same classes, which is checked in the run.
"""

from collections.abc import Callable, Mapping
from time import process_time

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Crop
from soilinfo.evaluate.criteria import rate
from soilinfo.evaluate.suitability import Packing, Tables, compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, PACKINGS
from tests.evaluate.tables import NAMES, crop_of, raw_crop

TITLE = "Land suitability: 12 characteristics x 10 crops"
SIDE = 2048
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


def measure() -> list[Mapping[str, str]]:
    """One row per way of computing; speeds in Mpx/s and Mpx x crops per core-second."""
    crops, packings = _crops(), {name: PACKINGS[name] for name in CHARACTERISTICS}
    inputs = _inputs(packings)
    tables = compile_tables(crops, EVALUATION, packings)
    luts = _luts(crops, packings)
    ways: dict[str, Callable[[], NDArray[np.uint8]]] = {
        "numpy, lookup tables": lambda: _numpy(luts, inputs, packings),
        "soilinfo, classes": lambda: _soilinfo(tables, inputs, limiting=False),
        "soilinfo, classes and limiting qualities": lambda: _soilinfo(tables, inputs, limiting=True),
    }
    expected = ways["numpy, lookup tables"]()
    for name, compute in ways.items():
        assert np.array_equal(compute(), expected), f"{name} gives other classes than numpy"
    return [_row(name, _seconds(compute), len(crops)) for name, compute in ways.items()]


def _row(name: str, seconds: float, crops: int) -> Mapping[str, str]:
    speed = SIDE * SIDE / 1e6 / seconds
    return {"way": name, "Mpx/s": f"{speed:.1f}", "Mpx x crops per core-second": f"{speed * crops:.0f}"}


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
