"""Which published layers an evaluation uses, and what their stored integers mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Crop, Depth, Layer
from soilinfo.evaluate.tables import Meaning, Packing
from soilinfo.findings import Finding
from soilinfo.grid import Window
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


def choose_inputs(catalog: Catalog, snapshot: Snapshot) -> dict[str, Input]:
    """One published layer per property: a mean, of the depth nearest to the topsoil, of the latest time."""
    chosen: dict[str, Input] = {}
    for name in sorted(catalog.layers, key=lambda name: _preference(name, catalog.layers[name])):
        layer = catalog.layers[name]
        if name in snapshot.layers and layer.statistic == "mean" and layer.property not in chosen:
            chosen[layer.property] = Input(layer.property, name, snapshot.layers[name], layer.depth)
    return chosen


def _preference(name: str, layer: Layer) -> tuple[Any, ...]:
    top, bottom = layer.depth or TOPSOIL
    distance = abs(top - TOPSOIL[0]) + abs(bottom - TOPSOIL[1])
    return distance, [-ord(letter) for letter in (layer.time or "")[-10:]], name != layer.property, name


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


def crop_findings(crop: Crop, inputs: Mapping[str, Input], unused: Sequence[str]) -> list[Finding]:
    """What a reader of a crop's result must know: rows without a layer, layers of another depth."""
    name = f"suitability_{crop.id}"
    found = []
    if unused:
        message = (
            f"{len(unused)} of {len(crop.characteristics)} characteristics have no layer: {', '.join(unused)}"
        )
        found.append(
            Finding("unused_characteristics", "note", name, message, len(unused), {"unused": list(unused)})
        )
    others = {
        row: [list(criterion.depth), list(inputs[row].depth or ())]
        for row, criterion in crop.characteristics.items()
        if row in inputs and criterion.depth and inputs[row].depth and inputs[row].depth != criterion.depth
    }
    if others:
        depths = ", ".join(f"{row} {_cm(have)} for {_cm(want)}" for row, (want, have) in others.items())
        message = f"layers of another depth than the criteria are about were used: {depths}"
        found.append(
            Finding("depth_differs", "warn", name, message, len(others), {"criterion_and_layer_cm": others})
        )
    return found


def _cm(depth: Sequence[float]) -> str:
    return "-".join(f"{edge:g}" for edge in depth) + " cm"
