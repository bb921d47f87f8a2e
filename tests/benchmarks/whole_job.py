"""The whole evaluation of a nation: decode the layers, evaluate, encode the results.

18 crops of config/crops and a layer of each property that they ask for; actual and potential classes at
three levels of management, each with its limiting qualities, and what was lacking: nine variables a crop. A
grid of 22,528 x 8,192 cells, 44 shards of 2,048; three of five shards are islands with ragged coasts, two
are sea, 26 % is land; values are smooth with noise over the range that the property is drawn in. Both are the
code by which `soilinfo evaluate` writes its cubes, with pyramid and syncing, without the COGs;
*decode and encode alone* has the results of each kind of shard in memory before the clock starts. Each way is
a process of its own, warmed up by four shards; time and processor time are of the work alone, peak memory is
of the whole process. Codec of inputs and results: Zarr v3, chunks of 512 in shards of 2,048, blosc zstd level
1 with shuffled bits. `ACROSS=2` in the environment measures 8 shards; all is written below TMPDIR.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog, Crop
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.grid import SHARD, Grid, Window
from soilinfo.jobs.evaluation.criteria import Criteria
from soilinfo.jobs.evaluation.crop_cubes import write_cubes
from soilinfo.jobs.evaluation.inputs import Input
from soilinfo.jobs.ingestion.rasters import variable_of
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.jobs.runs.workers import workers
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Version
from tests.country import ROOT

TITLE = "Land evaluation of a nation: 18 crops, actual, potential and limiting qualities"
CROPS, ROWS = 18, 4
ACROSS = int(os.environ.get("ACROSS", "11"))
KINDS, ISLANDS = 5, 3
"""Kinds of shards, which take turns; the first ones are islands, the others sea."""
ALONE, WHOLE = "decode and encode alone", "soilinfo: decode, evaluate, encode"


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, processor seconds, bytes of peak memory and bytes written."""

    seconds: float
    cpu: float
    memory: int
    written: int


def measure() -> list[Mapping[str, str]]:
    """One row per way; the ratios are to decoding and encoding alone."""
    with TemporaryDirectory() as scratch:
        write_inputs(Path(scratch))
        costs = {way: _cost(way, Path(scratch)) for way in (ALONE, WHOLE)}
    return [_row(way, cost, costs[ALONE]) for way, cost in costs.items()]


def _row(way: str, cost: Cost, alone: Cost) -> Mapping[str, str]:
    return {
        "way": way,
        "Mpx": f"{ROWS * ACROSS * SHARD**2 / 1e6:.0f}",
        "s": f"{cost.seconds:.1f}",
        "CPU s": f"{cost.cpu:.1f}",
        "x s": f"{cost.seconds / alone.seconds:.2f}",
        "x CPU s": f"{cost.cpu / alone.cpu:.2f}",
        "peak MB": f"{cost.memory / 1e6:.0f}",
        "written MB": f"{cost.written / 1e6:.0f}",
    }


def _cost(way: str, scratch: Path) -> Cost:
    """A run of ``main`` in a process of its own."""
    command = [sys.executable, "-m", __name__, way, str(scratch)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed: {said}"
    return Cost(**json.loads(said), memory=used.ru_maxrss * 1024)


# ---- one run --------------------------------------------------------------------------------


def main(way: str, scratch: Path) -> None:
    """Write the cubes of all crops once and print what it took."""
    catalog, store = _catalog(), _store(scratch)
    crops = list(catalog.crops.values())[:CROPS]
    inputs = {prop: Input(prop, name, "1", None) for prop, name in layers(catalog).items()}
    if way == ALONE:
        Criteria.evaluate = _remembering(Criteria.evaluate)  # type: ignore[method-assign]
    warm = Grid("EPSG:4326", 1 / 480, 95.0, 6.0, SHARD, ROWS * SHARD)
    _write(store, catalog.model_copy(update={"grid": warm}), crops, inputs, f"warming up: {way}")
    seconds, cpu = perf_counter(), process_time()
    written = _write(store, catalog, crops, inputs, way)
    took = {"seconds": perf_counter() - seconds, "cpu": process_time() - cpu, "written": written}
    print(json.dumps(took))
    store.close()


def _remembering(evaluate: Callable[..., Evaluation]) -> Callable[..., Evaluation]:
    """Evaluates each kind of shard once."""
    known: dict[tuple[tuple[str, ...], int], Evaluation] = {}

    def remembered(criteria: Criteria, window: Window, inputs: Mapping[str, NDArray[Any]]) -> Evaluation:
        key = criteria.tables.crops, _kind(window)
        if key not in known:
            known[key] = evaluate(criteria, window, inputs)
        return known[key]

    return remembered


def _write(
    store: Store, catalog: Catalog, crops: Sequence[Crop], inputs: Mapping[str, Input], way: str
) -> int:
    """Write all cubes; returns their bytes."""
    versions = {crop.id: _version(catalog, crop, way) for crop in crops}
    with workers() as executor:
        write_cubes(executor, store, catalog, crops, versions, inputs, [], silent)
    places = [cast(Path, store.cube.place(one.layer, one.version)) for one in versions.values()]
    return sum(path.stat().st_size for place in places for path in place.rglob("*") if path.is_file())


def _version(catalog: Catalog, crop: Crop, way: str) -> Version:
    origin = Origin("generated", "generated", {})
    parameters = {"width": catalog.grid.width, "way": way}
    return new_version(crop.id, "suitability", origin, pipeline="benchmark", parameters=parameters, run="1")


# ---- the layers -----------------------------------------------------------------------------


def write_inputs(scratch: Path) -> None:
    """A layer of each property that a crop asks for."""
    catalog, store = _catalog(), _store(scratch)
    random = np.random.default_rng(1)
    for name in layers(catalog).values():
        variable = variable_of(catalog, name)
        low, high = _range(catalog, name)
        kinds = [_islands(number, low, high, random) for number in range(ISLANDS)]
        packed = [np.where(np.isnan(kind), variable.nodata, kind).astype(variable.dtype) for kind in kinds]
        with store.cube.writer(name, "1", catalog.grid, [variable], {}) as writer:
            for window in catalog.grid.shards():
                if (kind := _kind(window)) < ISLANDS:
                    writer.write(name, window, packed[kind])
    store.close()


def layers(catalog: Catalog) -> dict[str, str]:
    """Property -> a layer of its means, for all that the crops' tables name."""
    used = {name for crop in list(catalog.crops.values())[:CROPS] for name in crop.characteristics}
    means = {name: layer.property for name, layer in catalog.layers.items() if layer.statistic == "mean"}
    return {prop: name for name, prop in sorted(means.items()) if prop in used | {"peat_thickness"}}


def _kind(window: Window) -> int:
    return (window.row // SHARD + window.col // SHARD) % KINDS


def _islands(number: int, low: int, high: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Stored values (y, x) of a shard, NaN in the sea, which lies at the same cells in every layer."""
    x, y = np.linspace(number, number + 2, SHARD), np.linspace(0, 2, SHARD)[:, np.newaxis]
    land = (
        np.sin(x * 2.1 + np.sin(y * 3)) + np.cos(y * 2.7 + x * 0.4) + 0.25 * np.sin(x * 23) * np.cos(y * 31)
    )
    a, b, c = random.uniform(5, 9, 3)
    smooth = 0.5 + 0.35 * np.sin(x * a + y) * np.cos(y * b) + 0.1 * np.sin(x * 10 * c) * np.cos(y * 53)
    values = low + (high - low) * smooth + random.normal(0, (high - low) / 100, land.shape)
    return np.where(land > 0.15, np.clip(values, low, high).round(), np.nan)


def _range(catalog: Catalog, name: str) -> tuple[int, int]:
    """Stored integers that occur: the colours' range of a number, the codes of a class."""
    prop = catalog.property(catalog.layer(name).property)
    if prop.class_table:
        return 1, max(catalog.class_table(prop.class_table).code_of.values())
    assert prop.ramp is not None, "a numeric property has a ramp"
    return round(prop.ramp.low / prop.scale), round(prop.ramp.high / prop.scale)


def _catalog() -> Catalog:
    grid = Grid("EPSG:4326", 1 / 480, 95.0, 6.0, ACROSS * SHARD, ROWS * SHARD)
    return load(ROOT / "config").model_copy(update={"grid": grid})


def _store(scratch: Path) -> Store:
    return open_store(Settings(store=scratch, db=None))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
