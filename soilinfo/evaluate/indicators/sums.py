"""What an indicator adds up to in each zone: hectares with data, their values, and those beyond limits.

Cells are whole numbers of steps, so that within a span, whose cells weigh alike, everything is counted and
nothing is rounded; each count is then multiplied once by the hectares of a cell, span after span in the order
of the index. The same cells give the same bits on every machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.evaluate.zonal import ZoneIndex, read_ahead
from soilinfo.grid import Window

NONE = -(2**31)
"""No data, of steps that are computed."""
Steps = NDArray[np.integer[Any]]
ReadSteps = Callable[[Window], Sequence[Steps]]
"""A window -> one or several arrays (y, x) of steps."""


@dataclass(frozen=True)
class Sums:
    """Per zone: hectares with data and without, steps times hectares, hectares below each edge (zone, edge).

    What of a zone lies off the grid is without data.
    """

    valid_ha: NDArray[np.float64]
    nodata_ha: NDArray[np.float64]
    steps_ha: NDArray[np.float64]
    below_ha: NDArray[np.float64]

    def gathered(self, gather: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> "Sums":
        """The same of larger units, by a function that adds up (zone, ...) to (unit, ...)."""
        return Sums(*map(gather, (self.valid_ha, self.nodata_ha, self.steps_ha, self.below_ha)))


def sums_by_zone(
    index: ZoneIndex,
    read: ReadSteps,
    nodata: Sequence[int],
    edges: Sequence[Sequence[int]],
    advance: Callable[[float], None],
) -> list[Sums]:
    """The sums of each array that ``read`` gives, in one pass over the cells.

    ``nodata`` and ``edges`` (ascending or not) are those of each array, in steps. ``read`` is called by
    several threads, some strips ahead; ``advance`` with the share done after each strip.
    """
    found = [np.zeros((index.zones, 3 + len(each))) for each in edges]
    limits = [np.array(each, np.int64) for each in edges]
    strips = sum(1 for _ in index.strips())
    for done, (arrays, origin, spans, weights) in enumerate(read_ahead(index, read), start=1):
        for steps, none, edge, sums in zip(arrays, nodata, limits, found, strict=True):
            _add(steps, origin, spans, weights, none, edge, sums)
        advance(done / strips)
    return [Sums(each[:, 0], each[:, 1] + index.outside_ha, each[:, 2], each[:, 3:]) for each in found]


@compiled
def _add(
    steps: Steps,
    origin: tuple[int, int],
    spans: tuple[NDArray[np.integer], ...],
    span_ha: NDArray[np.float64],
    nodata: int,
    edges: NDArray[np.int64],
    sums: NDArray[np.float64],
) -> None:
    """Add each span to its zone's row: with data, without, steps, below each edge."""
    rows, columns, lengths, zones = spans
    below = np.zeros(len(edges), np.int64)
    for span in range(len(rows)):
        line, first = steps[rows[span] - origin[0]], columns[span] - origin[1]
        known, total = np.int64(0), np.int64(0)
        below[:] = 0
        for column in range(first, first + lengths[span]):
            step = np.int64(line[column])
            if step != nodata:
                known += 1
                total += step
                for at in range(len(edges)):
                    below[at] += step < edges[at]
        own, hectares = sums[zones[span]], span_ha[span]
        own[0] += hectares * known
        own[1] += hectares * (lengths[span] - known)
        own[2] += hectares * total
        for at in range(len(edges)):
            own[3 + at] += hectares * below[at]
