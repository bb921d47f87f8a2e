"""The cubes and COGs of evaluated crops, written shard by shard, several crops at a time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import batched
from os import cpu_count
from typing import Any

import numpy as np

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, SuitabilityClass
from soilinfo.catalog.styles import colour_table, style_of_suitability
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.jobs.evaluation.criteria import Criteria, Regional, compile_criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings, reader
from soilinfo.jobs.runs.run import Event, Progress
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeWriter, Variable
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

BATCH = 7
"""Crops evaluated at a time: bounds the memory of a shard's results to some 400 MB."""
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


def write_cubes(
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
    done = 0
    for batch in batched(crops, BATCH):
        criteria = compile_criteria(catalog, batch, regional, known)
        needed = {name: inputs[name] for name in criteria.inputs}
        _write_batch(store, catalog, batch, versions, criteria, needed)
        for crop in batch:
            done += 1
            progress(Event("evaluate", crop.id, "written", done, len(crops)))


def _write_batch(
    store: Store,
    catalog: Catalog,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    criteria: Criteria,
    inputs: Mapping[str, Input],
) -> None:
    variables, read = suitability_variables(catalog), reader(store, inputs)
    # The pool ends first: a writer removes what it began only when nobody writes there any more.
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        writers = {
            crop.id: stack.enter_context(
                store.cube.writer(
                    *_key(versions[crop.id]), catalog.grid, variables, {"title": crop.title["en"]}
                )
            )
            for crop in crops
        }
        for window in catalog.grid.shards():
            result = criteria.evaluate(window, read(window))
            list(pool.map(lambda name: _write_crop(writers[name], window, result, name), result.crops))  # noqa: B023


def _write_crop(writer: CubeWriter, window: Any, result: Evaluation, name: str) -> None:
    at = result.crops.index(name)
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
