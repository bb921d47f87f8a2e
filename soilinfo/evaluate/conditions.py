"""Unique conditions: the cells of zones gathered by what rasters say of them, with their hectares.

Cells whose values every requirement table rates alike are one condition, so that evaluating the few
conditions of a strip gives what evaluating its million cells would give.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.evaluate.tables import Lookup
from soilinfo.evaluate.zonal import ZoneIndex, cells_of_strip
from soilinfo.grid import Window

ReadAll = Callable[[Window], Mapping[str, NDArray[np.integer]]]
"""Packed integers (y, x) of several layers in a window of the grid, by name."""

_MOST_KINDS = 2**62


@dataclass(frozen=True)
class Conditions:
    """Which conditions zones have: ``area_ha[i]`` hectares of ``zone[i]`` are of ``condition[i]``.

    ``values``: packed integers (condition,) by name, of one cell that stands for all of the condition.
    What lies off the grid has no condition.
    """

    values: Mapping[str, NDArray[np.integer]]
    size: int
    zone: NDArray[np.int64]
    condition: NDArray[np.int64]
    area_ha: NDArray[np.float64]


def gather(index: ZoneIndex, read: ReadAll, lookups: Sequence[Lookup]) -> Conditions:
    """The conditions of all zones, read strip by strip; values that all ``lookups`` put alike are one.

    A condition of one strip is not looked for in others: a few more of them cost less than the search.
    """
    return together([_of_strip(index, window, part, read, lookups) for window, part in index.strips()])


def together(parts: Iterable[Conditions]) -> Conditions:
    """Conditions of several strips, or of other zones, one after the other."""
    parts = [*parts] or [_NONE]
    begins = accumulate((part.size for part in parts[:-1]), initial=0)
    return Conditions(
        {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values},
        sum(part.size for part in parts),
        np.concatenate([part.zone for part in parts]),
        np.concatenate([part.condition + begin for part, begin in zip(parts, begins, strict=True)]),
        np.concatenate([part.area_ha for part in parts]),
    )


_NONE = Conditions({}, 0, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def summed_by(zone: NDArray[np.int64], kind: NDArray[np.int64], area_ha: NDArray[np.float64]) -> pd.DataFrame:
    """Hectares by zone and kind: ``zone``, ``kind``, ``area_ha``, each pair once."""
    numbers, kinds = pd.factorize(kind)
    pairs, met = pd.factorize(zone * max(len(kinds), 1) + numbers)
    zones, of_kind = np.divmod(met, max(len(kinds), 1))
    sums = np.bincount(pairs, area_ha, len(met))
    return pd.DataFrame({"zone": zones, "kind": kinds[of_kind], "area_ha": sums})


def _of_strip(
    index: ZoneIndex, window: Window, part: slice, read: ReadAll, lookups: Sequence[Lookup]
) -> Conditions:
    cells, span = cells_of_strip(index, window, part)
    packed = {name: values.reshape(-1)[cells] for name, values in read(window).items()}
    numbers, first = _numbered(len(cells), [(lookup, packed[lookup.name]) for lookup in lookups])
    sums = summed_by(index.spans.zone[part][span].astype(np.int64), numbers, index.span_ha[part][span])
    return Conditions(
        {name: values[first] for name, values in packed.items()},
        len(first),
        *(sums[name].to_numpy() for name in ("zone", "kind", "area_ha")),
    )


def _numbered(
    cells: int, columns: Iterable[tuple[Lookup, NDArray[np.integer]]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each cell's combination of bands, and the first cell that has it."""
    ids, kinds = np.zeros(cells, np.int64), 1
    for lookup, packed in columns:
        size = int(lookup.bands.max()) + 1
        if kinds * size > _MOST_KINDS:
            ids, met = pd.factorize(ids)
            kinds = len(met)
        ids, kinds = ids * size + _bands(lookup, packed), kinds * size
    numbers, met = pd.factorize(ids)
    first = np.empty(len(met), np.int64)
    first[numbers[::-1]] = np.arange(cells)[::-1]
    return numbers, first


def _bands(lookup: Lookup, packed: NDArray[np.integer]) -> NDArray[np.uint16]:
    last = len(lookup.bands) - 1
    step = packed.astype(np.int64) - lookup.low
    return lookup.bands[np.where((step >= 0) & (step < last), step, last)]
