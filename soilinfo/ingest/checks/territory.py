"""Checks of a layer beside the national territory: what lies where no unit of the country is.

``Outside`` is what was seen beyond the coasts: sources often reach a few cells over the sea, so cells
near the territory are not counted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Layer, Property
from soilinfo.findings import Finding
from soilinfo.ingest.checks.comparison import Packed, Place

MOSTLY = 0.9
"""Share of the cells outside that hold one number where it is taken for a fill."""


@dataclass(frozen=True)
class Outside:
    """Cells with data in all, and beyond the coasts; there also the most frequent packed value, its cells,
    and one of these."""

    valid: int
    outside: int
    value: int
    cells: int
    at: Place

    @property
    def pct(self) -> float:
        """Percent of the cells with data that lie beyond the coasts."""
        return 100 * self.outside / self.valid if self.valid else 0.0


def outside_of(packed: Packed, nodata: int, territory: NDArray[np.bool_], coast: int) -> Outside:
    """What a layer (y, x) holds further than ``coast`` cells from a territory (true on its cells)."""
    valid = packed != nodata
    beyond = valid & ~grown(territory, coast)
    if not beyond.any():
        return Outside(int(valid.sum()), 0, nodata, 0, (0, 0))
    values, counts = np.unique(packed[beyond], return_counts=True)
    value = values[counts.argmax()]
    row, col = np.argwhere(beyond & (packed == value))[0]
    return Outside(int(valid.sum()), int(beyond.sum()), int(value), int(counts.max()), (int(row), int(col)))


def grown(mask: NDArray[np.bool_], cells: int) -> NDArray[np.bool_]:
    """A mask with every cell within so many cells, along rows and columns, of a true one."""
    for axis in (0, 1):
        padding = [(cells + 1, cells) if each == axis else (0, 0) for each in (0, 1)]
        counted, size = np.cumsum(np.pad(mask, padding), axis), mask.shape[axis]
        before, after = (np.take(counted, range(first, first + size), axis) for first in (0, 2 * cells + 1))
        mask = after > before
    return mask


def data_outside_territory(layer: Layer, seen: Outside, value: str, place: list[float]) -> Finding | None:
    """Warn when more of the cells with data than ``most_outside_pct`` lie beyond the country's coasts."""
    if seen.pct <= layer.most_outside_pct:
        return None
    share = 100 * seen.cells / seen.outside
    message = (
        f"{seen.pct:.1f} % of the cells with data lie beyond the coasts of the national territory, more than "
        f"{layer.most_outside_pct:g} %; {share:.1f} % of them hold {value}"
    )
    evidence = {"outside_pct": round(seen.pct, 3), "most_outside_pct": layer.most_outside_pct, "place": place}
    return Finding("data_outside_territory", "warn", layer.id, message, evidence=evidence)


def undeclared_fill(
    layer: Layer, prop: Property, seen: Outside, value: float, place: list[float]
) -> Finding | None:
    """Block a layer that holds one number nearly everywhere beyond the coasts: a fill, which would be mapped
    as measured. Where it is right at sea (an elevation of 0), config lowers the severity for the layer."""
    if prop.kind == "class" or seen.pct <= layer.most_outside_pct or seen.cells < MOSTLY * seen.outside:
        return None
    message = (
        f"holds {value:g} {prop.unit} nearly everywhere beyond the coasts of the national territory, as a "
        "fill does, but nothing declares it: name it in 'nodata', or, where it is right at sea, set "
        "'severity: {undeclared_fill: warn}'"
    )
    evidence = {"value": value, "outside_pct": round(seen.pct, 3), "place": place}
    return Finding("undeclared_fill", "block", layer.id, message, evidence=evidence)
