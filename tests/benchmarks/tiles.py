"""What-if tiles: 256 x 256 pixels of one crop's suitability, computed from the cube when asked.

Every layer of config/layers that a crop's table names, of 2048 x 2048 cells of 7.5 arc seconds in the
cube's own chunks and codec; maize under `ph_h2o:raise_to:6,drainage:improve:1,rainfall_annual:times:0.9`;
every tile of level 9 that lies in them (about 340 x 340 cells each, 1 to 4 chunks a layer), row by row, to
the finished PNG, in one process, files in the page cache, code and tables compiled. Decoded chunks are kept
as a server keeps them (`SOILINFO_CACHE_MB`, 256). *Panned*: each tile is new, nothing is kept at the first;
*panned, nothing kept* decodes all chunks of each tile anew, as the first tile of all does; *a threshold
moved*: the tiles are asked again under another question. *All crops' inputs*: the layers of all crops are
read, not only those of maize. *Published map*: the tile of a stored layer. The peer reads the same cells in
the same way, looks every factor up in numpy and takes the maximum, without the checks of the criteria; it
colours and writes the same PNG. All ways give the same picture, which is checked in the run. *A new
question*: checking it and compiling its tables, once for all its tiles. Milliseconds of the clock and of the
processor (all threads), of every tile in three rounds; median and 95th percentile.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.datastructures import QueryParams

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.evaluate.tables import rated_classes
from soilinfo.grid import SHARD, Grid
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, meanings
from soilinfo.jobs.ingestion.rasters import variable_of
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.coverages.raster import Frame, place
from soilinfo.serve.maps import live
from soilinfo.serve.maps.image import Image, png
from soilinfo.serve.maps.provider import MapProvider
from soilinfo.serve.maps.tile_matrix_sets import SIDE, WEB_MERCATOR, Tile
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Snapshot
from tests.country import ROOT

TITLE = "What-if tiles: 256 x 256 pixels"
LEVEL = 9
GRID = Grid("EPSG:4326", 1 / 480, 110.0, -1.0, SHARD, SHARD)
CROP = "maize"
ASKED = {"crop": CROP, "adjust": "ph_h2o:raise_to:6,drainage:improve:1,rainfall_annual:times:0.9"}
ROUNDS = 3


Way = Callable[[Frame], bytes]
Ms = tuple[float, float]
"""Milliseconds of the clock and of the processor."""


def measure() -> list[Mapping[str, str]]:
    """One row per way: median and 95th percentile of the milliseconds that a tile takes."""
    with TemporaryDirectory() as directory:
        settings = Settings(store=Path(directory), db=None)
        catalog = load(ROOT / "config").model_copy(update={"grid": GRID})
        store = open_store(settings)
        snapshot = _written(store, catalog)
        store.close()
        return _rows(settings, catalog, snapshot)


def _rows(settings: Settings, catalog: Catalog, snapshot: Snapshot) -> list[Mapping[str, str]]:
    def opened(cache_mb: int) -> Source:
        return Source(open_store(settings, keep=cache_mb << 20), catalog, snapshot)

    forgetful, kept = opened(0), opened(settings.cache_mb)
    inputs, _ = choose_inputs(kept.store, catalog, snapshot)
    own = live._asked(kept, CROP, _question(ASKED)).inputs
    used = {name for crop in catalog.crops.values() for name in crop.characteristics}
    every = {name: one for name, one in inputs.items() if name in used}
    further = {name: one for name, one in every.items() if name not in own}
    luts = _luts(catalog, every)
    few, all_layers = f"{len(own)} layers", f"all crops' inputs, {len(every)} layers"
    same: dict[str, Way] = {
        f"numpy, lookup per factor, nothing kept ({few})": partial(_numpy, forgetful, own, luts),
        f"soilinfo, panned, nothing kept ({few})": partial(_soilinfo, forgetful, {}),
        f"soilinfo, panned, nothing kept ({all_layers})": partial(_soilinfo, forgetful, further),
        f"numpy, lookup per factor, chunks kept ({few})": partial(_numpy, kept, own, luts),
        f"soilinfo, chunks kept ({few})": partial(_soilinfo, kept, {}),
    }
    frames = _frames()
    for frame in frames:
        assert len({way(frame) for way in same.values()}) == 1, "the ways give different pictures"
    rows = [_row(name, _timed(lambda _, way=way: way, frames)) for name, way in same.items()]
    chosen = _published(kept)
    panned = {
        f"soilinfo, panned ({few})": lambda _: partial(_soilinfo, opened(settings.cache_mb), {}),
        f"soilinfo, panned ({all_layers})": lambda _: partial(_soilinfo, opened(settings.cache_mb), further),
        f"soilinfo, a threshold moved ({few})": lambda at: partial(_moved, kept, at),
        "published map, panned": lambda _: _published(opened(settings.cache_mb)),
        "published map, chunks kept": lambda _: chosen,
    }
    rows += [_row(name, _timed(way, frames)) for name, way in panned.items()]
    return [*rows, _row("a new question", [_question_ms(kept, at) for at in range(20)])]


def _row(name: str, times: Sequence[Ms]) -> Mapping[str, str]:
    clock, processor = zip(*times, strict=True)
    return {
        "way": name,
        "median ms": f"{median(clock):.1f}",
        "p95 ms": f"{quantiles(clock, n=20)[-1]:.1f}",
        "median CPU ms": f"{median(processor):.1f}",
    }


def _timed(way_of: Callable[[int], Way], frames: Sequence[Frame]) -> list[Ms]:
    """What every tile takes; each round has a way of its own, opened and asked once before it begins."""
    times = []
    for at in range(ROUNDS):
        way = way_of(at)
        times += [_ms(partial(way, frame)) for frame in frames]
    return times


def _ms(answer: Callable[[], object]) -> Ms:
    start = perf_counter(), process_time()
    answer()
    return 1000 * (perf_counter() - start[0]), 1000 * (process_time() - start[1])


def _question(asked: Mapping[str, str]) -> str:
    return live.orjson.dumps(live._raw(QueryParams(asked)), option=live.orjson.OPT_SORT_KEYS).decode()


def _question_ms(source: Source, at: int) -> Ms:
    asked = {"crop": CROP, "adjust": f"ph_h2o:raise_to:{5 + at / 100}"}
    return _ms(lambda: live._asked(source, CROP, _question(asked)))


def _moved(source: Source, at: int, frame: Frame) -> bytes:
    """The tile under a question that differs by where pH is raised to."""
    asked = {**ASKED, "adjust": ASKED["adjust"].replace(":6,", f":{5.5 + at / 10},")}
    return png(live.live_image(_collection(source, "suitability", {CROP: None}), QueryParams(asked), frame))


def _published(source: Source) -> Way:
    """Map tiles of a stored layer, as one publication serves them."""
    version = SimpleNamespace(layer="ph_h2o", version="1")
    data = {"name": "", "type": "map", "data": _collection(source, "raster", {"ph_h2o": version})}
    provider = MapProvider(data)
    return lambda frame: png(provider.query(frame, QueryParams()))


def _collection(source: Source, kind: Any, versions: Mapping[str, Any]) -> Collection:
    return Collection(source, next(iter(versions)), kind, {}, {}, {}, versions, "", "")


def _soilinfo(source: Source, further: Mapping[str, Input], frame: Frame) -> bytes:
    """The tile as it is served, after further layers that it does not need were read."""
    if further:
        _read(source, further, frame)
    collection = _collection(source, "suitability", {CROP: None})
    return png(live.live_image(collection, QueryParams(ASKED), frame))


def _read(source: Source, inputs: Mapping[str, Input], frame: Frame) -> tuple[Any, dict[str, NDArray[Any]]]:
    layers = {name: source.store.cube.open(one.layer, one.version) for name, one in inputs.items()}
    placing = place(next(iter(layers.values())), frame)
    assert placing is not None, "the tile lies in the grid"
    window, overview = placing.window, placing.overview
    return placing, {name: layers[name].read(inputs[name].layer, window, overview) for name in layers}


def _numpy(
    source: Source, inputs: Mapping[str, Input], luts: Mapping[str, NDArray[np.uint8]], frame: Frame
) -> bytes:
    placing, cells = _read(source, inputs, frame)
    shape, crop = placing.window.shape, source.catalog.crop(CROP)
    worst, known = np.zeros(shape, np.uint8), np.ones(shape, bool)
    peat = cells["peat_thickness"]
    cells["ph_h2o"] = np.where(cells["ph_h2o"] > -32768, np.maximum(cells["ph_h2o"], 600), cells["ph_h2o"])
    rain = cells["rainfall_annual"]
    cells["rainfall_annual"] = np.where(rain > -32768, np.rint(rain * 0.9), rain).astype(rain.dtype)
    better = np.array([0, 2, 3, 3, 4, 4, 5, 6], np.uint8)
    cells["drainage"] = np.where(peat >= 300, cells["drainage"], better[cells["drainage"]])
    for name in crop.characteristics:
        if name in inputs:
            classes = luts[name].take(cells[name].astype(np.int64) + 32768)
            if name not in source.catalog.evaluation.may_lack:
                known &= classes > 0
            np.maximum(worst, classes, out=worst)
    classes = placing.picked(np.where(known, worst, np.uint8(0)), 0)
    return png(Image(classes.astype(np.uint16), live._class_colours(source)))


def _luts(catalog: Catalog, inputs: Mapping[str, Input]) -> dict[str, NDArray[np.uint8]]:
    """Class of every stored integer (from -32768 on) of each row of the crop; 0 where there is none."""
    crop, rules = catalog.crop(CROP), catalog.evaluation
    luts = {}
    for name, criterion in crop.characteristics.items():
        if name in inputs:
            meaning = meanings(catalog, [name])[name]
            low = getattr(meaning, "low", 0)
            classes = rated_classes(criterion, meaning, rules.boundary_rule)
            if name in rules.hazard_absent:
                classes[round(rules.hazard_absent[name]) - low] = 1
            luts[name] = np.zeros(1 << 16, np.uint8)
            luts[name][32768 + low : 32768 + low + len(classes)] = classes
    return luts


def _frames() -> list[Frame]:
    """Every tile that lies in the grid."""
    count = range(2**LEVEL)
    west, south, east, north = (110.0, -5.2, 114.2, -1.0)
    found = []
    for row in count:
        for column in count:
            left, bottom, right, top = (
                side / 20037508.342789244 * 180 for side in WEB_MERCATOR.bounds(Tile(LEVEL, row, column))
            )
            # Near the equator a degree of latitude is a degree of the projection within a thousandth.
            if west <= left and right <= east and south <= bottom and top <= north:
                found.append(Frame("EPSG:3857", WEB_MERCATOR.bounds(Tile(LEVEL, row, column)), SIDE, SIDE))
    return found


def _written(store: Store, catalog: Catalog) -> Snapshot:
    """Random layers, smooth over some twenty cells with noise on top, a twentieth without data in blocks."""
    random = np.random.default_rng(1)
    used = {name for crop in catalog.crops.values() for name in crop.characteristics}
    names = [name for name, layer in catalog.layers.items() if layer.property in used]
    for name in names:
        variable = variable_of(catalog, name)
        low, high = _range(catalog, name)
        coarse = random.uniform(low, high, (SHARD // 16, SHARD // 16))
        values = np.kron(coarse, np.ones((16, 16))) + random.normal(0, (high - low) / 50, GRID.shape)
        packed = np.clip(np.rint(values), low, high).astype(variable.dtype)
        packed[: SHARD // 20] = variable.nodata
        with store.cube.writer(name, "1", GRID, [variable], {}) as writer:
            writer.write(name, GRID.window, packed)
    return Snapshot(1, None, "benchmark", "random layers", None, dict.fromkeys(names, "1"))


def _range(catalog: Catalog, name: str) -> tuple[int, int]:
    """Stored integers that occur: the colours' range of a number, the codes of a class."""
    prop = catalog.property(catalog.layer(name).property)
    if prop.class_table:
        return 1, max(catalog.class_table(prop.class_table).code_of.values())
    assert prop.ramp is not None, "a numeric property has a ramp"
    return round(prop.ramp.low / prop.scale), round(prop.ramp.high / prop.scale)
