"""Which published layers an evaluation uses, and what their stored integers mean."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Crop, Depth, Layer
from soilinfo.catalog.names import suitability_of
from soilinfo.evaluate.tables import Meaning, Packing
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

TOPSOIL: Depth = (0.0, 30.0)
"""Depth that wins when several layers of a property are published: that of the regional products."""


@dataclass(frozen=True)
class Input:
    """The layer that stands for a property, at one published version."""

    property: str
    layer: str
    version: str
    depth: Depth | None


def choose_inputs(
    store: Store, catalog: Catalog, snapshot: Snapshot
) -> tuple[dict[str, Input], list[Finding]]:
    """One published layer per property: a mean, of the depth nearest to the topsoil, of the latest time.

    A layer that config now describes otherwise than when it was ingested (grid, scale, classes) is
    left out, with a finding: its stored integers would be misread.
    """
    old = outdated(store, catalog, snapshot)
    chosen: dict[str, Input] = {}
    for name, layer in sorted(catalog.layers.items(), key=lambda item: _preference(*item), reverse=True):
        usable = name in snapshot.layers and name not in old and layer.statistic == "mean"
        if usable and layer.property not in chosen:
            chosen[layer.property] = Input(layer.property, name, snapshot.layers[name], layer.depth)
    return chosen, [_outdated(name) for name in old]


def _preference(name: str, layer: Layer) -> tuple[float, str, bool, str]:
    top, bottom = layer.depth or TOPSOIL
    distance = abs(top - TOPSOIL[0]) + abs(bottom - TOPSOIL[1])
    end = (layer.time or "").rpartition("/")[2]
    return -distance, end, name == layer.property, name


def _outdated(name: str) -> Finding:
    message = (
        f"'{name}' was ingested under another grid, scale or class table and is not used; ingest it again"
    )
    return Finding("outdated_layer", "warn", name, message)


def meanings(catalog: Catalog, properties: Sequence[str]) -> dict[str, Meaning]:
    """What the stored integers of each property mean: a packing, or a class table."""
    found: dict[str, Meaning] = {}
    for name in properties:
        prop = catalog.property(name)
        found[name] = catalog.class_table(prop.class_table) if prop.class_table else Packing.of(prop)
    return found


def reader(store: Store, inputs: Mapping[str, Input]) -> Callable[[Window], dict[str, NDArray[Any]]]:
    """A function that reads the stored integers of all inputs in a window, by property."""
    layers: dict[str, CubeLayer] = {
        name: store.cube.open(one.layer, one.version) for name, one in inputs.items()
    }
    return lambda window: {name: layers[name].read(inputs[name].layer, window) for name in layers}


def too_little_known(catalog: Catalog, crop: Crop, known: Collection[str]) -> Finding | None:
    """A finding when so few of a crop's characteristics have a layer that a class would mislead."""
    found, all_ = sum(name in known for name in crop.characteristics), len(crop.characteristics)
    least = catalog.evaluation.least_known_pct
    if 100 * found >= least * all_:
        return None
    share = (
        f"{found} of {all_} characteristics have a layer ({100 * found / all_:.0f} %, needed: {least:g} %)"
    )
    message = f"{crop.id} is not evaluated: only {share}"
    return Finding("too_little_known", "warn", suitability_of(crop.id), message, found)


def crop_findings(
    catalog: Catalog, crop: Crop, inputs: Mapping[str, Input], unused: Sequence[str]
) -> list[Finding]:
    """What a reader of a crop's result must know: rows without a layer, classes without a rating,
    layers of another depth."""
    name = suitability_of(crop.id)
    found = [_of_a_fallback(crop)] if crop.id in catalog.fallback_crops else []
    if unused:
        message = (
            f"{len(unused)} of {len(crop.characteristics)} characteristics have no layer: {', '.join(unused)}"
        )
        found.append(
            Finding("unused_characteristics", "note", name, message, len(unused), {"unused": list(unused)})
        )
    unrated = _unrated(catalog, crop, inputs)
    if unrated:
        classes = "; ".join(f"{row}: {', '.join(ids)}" for row, ids in unrated.items())
        message = f"the table rates no class for {classes}; such cells have no suitability class"
        found.append(Finding("unrated_classes", "note", name, message, len(unrated), {"classes": unrated}))
    others = {
        row: [list(criterion.depth), list(inputs[row].depth or ())]
        for row, criterion in crop.characteristics.items()
        if row in inputs and criterion.depth and inputs[row].depth != criterion.depth
    }
    if others:
        depths = ", ".join(f"{row} {_cm(have)} for {_cm(want)}" for row, (want, have) in others.items())
        message = f"layers of another depth than the criteria are about were used: {depths}"
        found.append(
            Finding("depth_differs", "warn", name, message, len(others), {"criterion_and_layer_cm": others})
        )
    return found


def _of_a_fallback(crop: Crop) -> Finding:
    # The title names the criteria in every language; only this finding is read in all of them.
    titles = " / ".join(crop.title.values())
    message = f"not the nation's own criteria: {titles}; source: {crop.source.title}"
    return Finding(
        "fallback_criteria", "warn", suitability_of(crop.id), message, evidence={"title": {**crop.title}}
    )


def _unrated(catalog: Catalog, crop: Crop, inputs: Mapping[str, Input]) -> dict[str, list[str]]:
    """Classes of each class layer in use that neither by id nor by group stand in the crop's row."""
    found = {}
    for row, criterion in crop.characteristics.items():
        table = catalog.property(row).class_table if row in inputs else None
        if table is None or criterion.kind != "category":
            continue
        listed = {category for band in criterion.bands.values() for category in band}
        entries = catalog.class_table(table).classes
        if missing := [entry.id for entry in entries if not {entry.id, entry.group} & listed]:
            found[row] = missing
    return found


def _cm(depth: Sequence[float]) -> str:
    return "-".join(f"{edge:g}" for edge in depth) + " cm" if depth else "of unstated depth"
