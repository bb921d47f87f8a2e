"""The cubes and COGs of evaluated crops.

A shard is read, decoded, evaluated for all crops and written by one worker, so that nothing is decoded
twice and every core, or machine of a cluster, has something to decode, to evaluate or to encode.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, SuitabilityClass
from soilinfo.catalog.styles import colour_table, style_of_suitability
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.criteria import Criteria, Regional, compile_criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings
from soilinfo.jobs.runs.run import Event, Progress
from soilinfo.jobs.runs.workers import done
from soilinfo.store.chunks import Chunks
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeLayer
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.home import Store
from soilinfo.store.layout import Variable
from soilinfo.store.ledger import Version
from soilinfo.store.shelf import Place

BATCH = 10
"""Crops evaluated at a time: bounds the memory of a shard's results to some 550 MB for each worker."""
NOT_CLASSED = 255
"""Value of ``lacking`` where a cell has no class."""


def suitability_variables(catalog: Catalog) -> list[Variable]:
    """The arrays of one crop's result: class and limiting qualities per scenario, and what was lacking."""
    qualities = [quality.code for quality in catalog.evaluation.qualities]
    classes = {
        "flag_values": [*map(int, SuitabilityClass)],
        "flag_meanings": " ".join(SuitabilityClass.__members__),
    }
    masks = {"flag_masks": [1 << bit for bit in range(len(qualities))], "flag_meanings": " ".join(qualities)}
    lacking = {"long_name": "used characteristics without data in a classed cell", "units": "1"}
    return [
        *(Variable(name, "uint8", 0, overview="mode", attrs=classes) for name in SCENARIOS),
        *(Variable(f"limiting_{name}", "uint16", 0, overview="mode", attrs=masks) for name in SCENARIOS),
        Variable("lacking", "uint8", NOT_CLASSED, overview="mode", attrs=lacking),
    ]


@dataclass(frozen=True)
class _Shard:
    """One shard of the grid, to be read from layers and written into unfinished versions where they lie.

    ``layers``: property -> place and variable of its layer; ``versions``: crop -> place.
    """

    window: Window
    layers: Mapping[str, tuple[Place, str]]
    criteria: Sequence[Criteria]
    versions: Mapping[str, Place]


def write_cubes(
    executor: Executor,
    store: Store,
    catalog: Catalog,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    inputs: Mapping[str, Input],
    regional: Sequence[Regional],
    progress: Progress,
) -> None:
    """Evaluate these crops on the whole grid and write the cube of each (``versions`` by crop)."""
    known = meanings(catalog, sorted(inputs))
    criteria = [compile_criteria(catalog, batch, regional, known) for batch in batched(crops, BATCH)]
    needed = {name: inputs[name] for each in criteria for name in each.inputs}
    layers = {
        name: (_absolute(store.cube.place(one.layer, one.version)), one.layer) for name, one in needed.items()
    }
    shards = [*catalog.grid.shards()] if crops else []
    with ExitStack() as stack:
        writers = {crop.id: stack.enter_context(_writer(store, catalog, crop, versions)) for crop in crops}
        places = {crop: _absolute(writer.place) for crop, writer in writers.items()}
        tasks = (_Shard(window, layers, criteria, places) for window in shards)
        for number, _ in enumerate(done(executor, _write_shard, tasks), start=1):
            progress(Event("evaluate", f"{len(crops)} crops", "written", number, len(shards)))


def _writer(
    store: Store, catalog: Catalog, crop: Crop, versions: Mapping[str, Version]
) -> AbstractContextManager[CubeWriter]:
    key, variables = _key(versions[crop.id]), suitability_variables(catalog)
    return store.cube.writer(*key, catalog.grid, variables, {"title": crop.title["en"]})


def _absolute(place: Place) -> Place:
    return place.absolute() if isinstance(place, Path) else place


def _write_shard(shard: _Shard) -> None:
    packed = {name: _opened(place).read(layer, shard.window) for name, (place, layer) in shard.layers.items()}
    for criteria in shard.criteria:
        _write_batch(shard, criteria, packed)


# Opened once in a process: opening takes as long as reading or writing a shard.
_writing = lru_cache(maxsize=64)(CubeWriter)


@lru_cache(maxsize=64)
def _opened(place: Place) -> CubeLayer:
    return CubeLayer(place, Chunks(0))


def _write_batch(shard: _Shard, criteria: Criteria, packed: Mapping[str, NDArray[Any]]) -> None:
    result = criteria.evaluate(shard.window, packed)
    for at, crop in enumerate(result.crops):
        _write_crop(_writing(shard.versions[crop]), shard.window, result, at)


def _write_crop(writer: CubeWriter, window: Window, result: Evaluation, at: int) -> None:
    for scenario in SCENARIOS:
        writer.write(scenario, window, result.classes[scenario][at])
        writer.write(f"limiting_{scenario}", window, result.limiting[scenario][at])
    lacking = np.where(result.classes["actual"][at] == 0, NOT_CLASSED, result.lacking[at])
    writer.write("lacking", window, lacking.astype(np.uint8))


def write_cogs(
    store: Store, catalog: Catalog, crops: Sequence[Crop], versions: Mapping[str, Version]
) -> None:
    """Write the COG of the actual classes of each crop that has none."""
    lacking = [crop for crop in crops if not store.has_cog(*_key(versions[crop.id]))]
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        list(pool.map(lambda crop: _write_cog(store, catalog, versions[crop.id], crop), lacking))


def _write_cog(store: Store, catalog: Catalog, version: Version, crop: Crop) -> None:
    rules = catalog.evaluation
    with store.cog(*_key(version)) as target:
        write_cog(
            store.cube.open(*_key(version)),
            "actual",
            target,
            tags={
                "TITLE": f"Actual land suitability: {crop.title['en']}",
                "VERSION": version.version,
                "CRITERIA_SET": f"{crop.criteria_set} {crop.edition}",
                "BOUNDARY_RULE": rules.boundary_rule,
            },
            colours=colour_table(style_of_suitability(catalog)),
            category_names={
                int(SuitabilityClass[name]): f"{name}: {title['en']}"
                for name, title in rules.class_titles.items()
            },
            unit="1",
        )


def _key(version: Version) -> tuple[str, str]:
    return version.layer, version.version
