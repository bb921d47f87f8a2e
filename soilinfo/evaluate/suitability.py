"""Land suitability of every cell for every crop: actual, potential, and what limits it.

FAO (1976) framework with the law of the minimum: the class of a cell is the worst class of its
characteristics; the limiting qualities are those at that class. Potential suitability takes the
minimum again after each characteristic has gained the classes that a management level can give
it, never above S1.

What is missing is never S1 and never N: a cell that lacks a characteristic of the crop's table has
no class, not even where another characteristic alone would make it N (one rule that holds for all
classes can be explained; "N is certain" would bias areas toward N where data are poor). Excepted
are the characteristics that may lack: without them the cell is classed and ``lacking`` counts
them. A cell that lacks every characteristic has no class in any case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Scenario, SuitabilityClass
from soilinfo.errors import InputError
from soilinfo.evaluate import kernel
from soilinfo.evaluate.tables import Packing, Tables, compile_tables

__all__ = ["Evaluation", "Packing", "Tables", "compile_tables", "dominant_limiting", "evaluate", "subclass"]

_BLOCK = 1 << 18
"""Cells whose bands are looked up at a time: bounds the memory beside inputs and results."""


@dataclass(frozen=True)
class Evaluation:
    """Suitability of a window; every array is (crop, y, x), crops in the order of the tables.

    ``classes``: 1..4 for S1..N, 0 no data. ``limiting``: bit ``q`` set where quality ``q`` is at the
    cell's class and that is S2 or worse; empty when not asked for. ``lacking``: how many used
    characteristics are missing where the cell has a class all the same.
    """

    crops: tuple[str, ...]
    classes: Mapping[Scenario, NDArray[np.uint8]]
    limiting: Mapping[Scenario, NDArray[np.uint16]]
    lacking: NDArray[np.uint8]


def evaluate(
    tables: Tables,
    inputs: Mapping[str, NDArray[np.integer]],
    *,
    scenarios: Sequence[Scenario] = SCENARIOS,
    limiting: bool = True,
) -> Evaluation:
    """Evaluate all crops of ``tables`` on one window.

    ``inputs``: packed integers (y, x) of every property in ``tables.inputs``, all of one shape; an
    integer outside the property's packed range is missing. The result takes, per cell and crop, one
    byte and per scenario one byte more (three with ``limiting``); the work beside it is bounded.
    Raises InputError when an input is missing or of another shape.
    """
    shape = _common_shape(tables, inputs)
    flat = {name: np.ascontiguousarray(inputs[name]).reshape(-1) for name in tables.inputs}
    rows = np.ascontiguousarray(tables.rows[:, [SCENARIOS.index(name) for name in scenarios]])
    crops, cells = len(tables.crops), shape[0] * shape[1]
    classes = np.zeros((len(scenarios), crops, cells), np.uint8)
    masks = np.zeros(classes.shape if limiting else (len(scenarios), crops, 0), np.uint16)
    lacking = np.zeros((crops, cells), np.uint8)
    for start in range(0, cells, _BLOCK):
        bands = _bands(tables, flat, slice(start, start + _BLOCK))
        if limiting:
            kernel.classify_limiting(
                bands, rows, tables.known, tables.partial, tables.ends, start, classes, masks
            )
        else:
            kernel.classify(bands, rows, tables.known, tables.partial, start, classes)
        kernel.count_lacking(bands, tables.lacks, tables.partial, start, lacking)
    _withhold(tables, classes, masks, lacking)
    return Evaluation(
        tables.crops,
        {name: classes[i].reshape(crops, *shape) for i, name in enumerate(scenarios)},
        {name: masks[i].reshape(crops, *shape) for i, name in enumerate(scenarios)} if limiting else {},
        lacking.reshape(crops, *shape),
    )


def subclass(code: int, mask: int, qualities: Sequence[str]) -> str:
    """FAO subclass notation of a class and its limiting qualities: "S3nr", "S2wa,nr", "Nwa", "S1".

    ``qualities``: codes in the order of the mask's bits. No data (0) is the empty text.
    """
    if code == 0:
        return ""
    limits = [quality for bit, quality in enumerate(qualities) if mask >> bit & 1]
    return SuitabilityClass(code).name + ",".join(limits)


def dominant_limiting(
    areas_ha: NDArray[np.float64], qualities: Sequence[str]
) -> list[tuple[str | None, float]]:
    """The quality that limits most of each zone at S2 or worse, and the hectares it limits.

    ``areas_ha`` (zone, quality) as :func:`soilinfo.evaluate.zonal.flagged_area` gives it; a cell
    limited by two qualities counts for both. The earlier quality wins a tie; None where nothing
    limits.
    """
    best = areas_ha.argmax(axis=1)
    largest = areas_ha[np.arange(len(areas_ha)), best]
    return [(qualities[q] if area > 0 else None, float(area)) for q, area in zip(best, largest, strict=True)]


def _common_shape(tables: Tables, inputs: Mapping[str, NDArray[np.integer]]) -> tuple[int, int]:
    missing = [name for name in tables.inputs if name not in inputs]
    if missing:
        raise InputError(f"the evaluation needs {', '.join(missing)}; given: {', '.join(sorted(inputs))}")
    shapes = {inputs[name].shape for name in tables.inputs}
    if len(shapes) > 1:
        raise InputError(f"inputs of one window have different shapes: {sorted(shapes)}")
    height, width = shapes.pop() if shapes else (0, 0)
    return height, width


def _bands(tables: Tables, inputs: Mapping[str, NDArray[np.integer]], block: slice) -> NDArray[np.uint16]:
    """The band of each factor (factor, cell of the block); drainage unimproved on protected peat."""
    packed = {name: values[block] for name, values in inputs.items()}
    cells = len(next(iter(packed.values()), ()))
    bands = np.empty((len(tables.factors), cells), np.uint16)
    for factor, own in zip(tables.factors, bands, strict=True):
        kernel.look_up(packed[factor.name], factor.low, factor.bands, own)
    if tables.protected:
        peat, protected = tables.protected, np.empty(cells, np.uint16)
        kernel.look_up(packed[peat.name], peat.low, peat.bands, protected)
        bands[list(tables.drainage)] += protected
    return bands


def _withhold(
    tables: Tables, classes: NDArray[np.uint8], masks: NDArray[np.uint16], lacking: NDArray[np.uint8]
) -> None:
    """Take the class from cells that lack everything, and the count from cells without a class."""
    for crop, count in tables.dispensable.items():
        position = tables.crops.index(crop)
        blank = lacking[position] == count
        classes[:, position, blank] = 0
        if masks.size:
            masks[:, position, blank] = 0
    lacking[classes[0] == 0] = 0
