"""Land evaluation of the nation: one new version per crop, then the tables by administrative unit."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import batched
from os import cpu_count
from typing import Any

import numpy as np

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, SuitabilityClass
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.styles import colour_table, style_of_suitability
from soilinfo.errors import InputError
from soilinfo.evaluate.suitability import Evaluation, Tables, compile_tables
from soilinfo.evaluate.suitability import evaluate as evaluate_window
from soilinfo.jobs.inputs import Input, choose_inputs, crop_findings, meanings, reader, too_little_known
from soilinfo.jobs.publication import publish
from soilinfo.jobs.run import Event, Progress, RunReport, fingerprint, recorded
from soilinfo.jobs.summary import summarise
from soilinfo.jobs.versions import Origin, held_back, new_version, remember, was_withdrawn
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeWriter, Variable
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "suitability/1"
"""Name of the method; raising the number makes every version anew."""
BATCH = 7
"""Crops evaluated at a time: bounds the memory of a shard's results to some 400 MB."""
NOT_CLASSED = 255
"""Value of ``lacking`` where a cell has no class."""

type Step = Callable[[Store, Catalog, Mapping[str, str], RunReport, Progress], dict[str, str]]
"""Makes what follows from the published layers and crops, and returns its collections with their versions.

It is given what will be published, name -> version, with what the steps before it made.
"""
STEPS: tuple[Step, ...] = (summarise,)
"""What is made once all crops are evaluated, in this order; published with them in one snapshot."""


def evaluate(
    store: Store, catalog: Catalog, crops: Sequence[str] | None = None, *, actor: str, progress: Progress
) -> RunReport:
    """Evaluate the named crops (all by default) from the published layers and publish the result.

    Crops whose table, rules and inputs have not changed are recognised and left alone. A result that
    a rollback withdrew is held back until its crop is named. All classes, and the tables by unit of
    exactly the classes that are published then, appear in one ledger transaction. Raises
    UnknownNameError for a crop that config does not have, InputError when no layer is published.
    """
    chosen = [catalog.crop(name) for name in crops or catalog.crops]
    with recorded(store, "evaluate", actor, {"crops": [crop.id for crop in chosen]}, catalog) as report:
        snapshot = store.ledger.current()
        inputs, findings = choose_inputs(store, catalog, snapshot)
        report.findings.extend(findings)
        if not inputs:
            raise InputError(
                "no layer is published that an evaluation could use; run `soilinfo ingest` first"
            )
        chosen = _known_enough(catalog, chosen, inputs, report)
        versions = {crop.id: _version(catalog, crop, inputs, report.run) for crop in chosen}
        chosen = _not_withdrawn(store, chosen, versions, report, named=crops or ())
        versions = {crop.id: versions[crop.id] for crop in chosen}
        new = [crop for crop in chosen if not _is_known(store, versions[crop.id])]
        cubes = [crop for crop in new if not store.cube.exists(*_key(versions[crop.id]))]
        _write(store, catalog, cubes, versions, inputs, progress)
        _write_cogs(store, catalog, new, versions)
        _record(store, catalog, report, new, versions, inputs)
        published = {**snapshot.layers, **dict(_key(version) for version in versions.values())}
        for step in STEPS:
            published |= step(store, catalog, published, report, progress)
        changed = {
            name: version for name, version in published.items() if snapshot.layers.get(name) != version
        }
        _publish(store, report, changed, actor)
        report.unchanged = sorted({suitability_of(crop.id) for crop in chosen} - set(changed))
    return report


def _key(version: Version) -> tuple[str, str]:
    return version.layer, version.version


def _known_enough(
    catalog: Catalog, crops: Sequence[Crop], inputs: Mapping[str, Input], report: RunReport
) -> list[Crop]:
    """The crops that enough is known about; the others are left out with a finding."""
    doubts = {crop.id: too_little_known(catalog, crop, inputs) for crop in crops}
    report.findings.extend(doubt for doubt in doubts.values() if doubt)
    return [crop for crop in crops if doubts[crop.id] is None]


def _not_withdrawn(
    store: Store,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    report: RunReport,
    *,
    named: Sequence[str],
) -> list[Crop]:
    """The crops that are named, or whose result no rollback withdrew; the others are held with a finding."""
    held = [crop for crop in crops if crop.id not in named and was_withdrawn(store, versions[crop.id])]
    for crop in held:
        version = versions[crop.id]
        report.held.append(version.layer)
        report.findings.append(held_back(version))
    return [crop for crop in crops if crop not in held]


def _is_known(store: Store, version: Version) -> bool:
    return store.ledger.version(*_key(version)) is not None and store.has_raster(*_key(version))


def _publish(store: Store, report: RunReport, changed: Mapping[str, str], actor: str) -> None:
    report.published.update(changed)
    publish(store, report, actor=actor, reason=f"evaluate {len(changed)} collection(s)")


def _version(catalog: Catalog, crop: Crop, inputs: Mapping[str, Input], run: str) -> Version:
    rules = catalog.evaluation
    parameters: dict[str, Any] = {
        "crop": crop.model_dump(mode="json", exclude={"title", "notes"}),
        "criteria_set": crop.criteria_set,
        "edition": crop.edition,
        "boundary_rule": rules.boundary_rule,
        "rules": rules.model_dump(
            mode="json", exclude={"qualities": {"__all__": {"title"}}, "drainage_caution": True}
        ),
    }
    used = {one.layer: one.version for name, one in inputs.items() if name in _needed(crop)}
    return new_version(
        suitability_of(crop.id),
        "suitability",
        Origin(crop.source.title, fingerprint(parameters=parameters), used),
        pipeline=PIPELINE,
        parameters=parameters,
        metadata={
            "crop": crop.id,
            "criteria_set": crop.criteria_set,
            "edition": crop.edition,
            "boundary_rule": rules.boundary_rule,
            "used": sorted(name for name in crop.characteristics if name in inputs),
            "unused": sorted(name for name in crop.characteristics if name not in inputs),
        },
        run=run,
    )


def _needed(crop: Crop) -> set[str]:
    # Peat decides about the improvement of drainage even for a crop without a peat row.
    return {*crop.characteristics, "peat_thickness"}


def _record(
    store: Store,
    catalog: Catalog,
    report: RunReport,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    inputs: Mapping[str, Input],
) -> None:
    for crop in crops:
        version = versions[crop.id]
        findings = crop_findings(catalog, crop, inputs, version.metadata["unused"])
        remember(store, version, findings)
        report.findings.extend(findings)


# ---- cells ------------------------------------------------------------------------------


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


def _write(
    store: Store,
    catalog: Catalog,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    inputs: Mapping[str, Input],
    progress: Progress,
) -> None:
    known = meanings(catalog, sorted(inputs))
    done = 0
    for batch in batched(crops, BATCH):
        tables = compile_tables(batch, catalog.evaluation, known)
        needed = {name: inputs[name] for name in tables.inputs}
        _write_batch(store, catalog, batch, versions, tables, reader(store, needed))
        for crop in batch:
            done += 1
            progress(Event("evaluate", crop.id, "written", done, len(crops)))


def _write_batch(
    store: Store,
    catalog: Catalog,
    crops: Sequence[Crop],
    versions: Mapping[str, Version],
    tables: Tables,
    read: Callable[..., dict[str, Any]],
) -> None:
    variables = suitability_variables(catalog)
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
            result = evaluate_window(tables, read(window))
            list(pool.map(lambda name: _write_crop(writers[name], window, result, name), result.crops))  # noqa: B023


def _write_cogs(
    store: Store, catalog: Catalog, crops: Sequence[Crop], versions: Mapping[str, Version]
) -> None:
    lacking = [crop for crop in crops if not store.has_cog(*_key(versions[crop.id]))]
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        list(pool.map(lambda crop: _write_cog(store, catalog, versions[crop.id], crop), lacking))


def _write_crop(writer: CubeWriter, window: Any, result: Evaluation, name: str) -> None:
    at = result.crops.index(name)
    for scenario in SCENARIOS:
        writer.write(scenario, window, result.classes[scenario][at])
        writer.write(f"limiting_{scenario}", window, result.limiting[scenario][at])
    lacking = np.where(result.classes["actual"][at] == 0, NOT_CLASSED, result.lacking[at])
    writer.write("lacking", window, lacking.astype(np.uint8))


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
