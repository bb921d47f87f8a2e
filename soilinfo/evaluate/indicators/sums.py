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


def sums_of_codes(
    index: ZoneIndex,
    read: Callable[[Window], NDArray[np.uint16]],
    steps: Sequence[Steps],
    nodata: int,
    edges: Sequence[int],
    advance: Callable[[float], None],
) -> list[Sums]:
    """As :func:`sums_by_zone`, of cells that are codes: ``steps`` are those of each code, one array for each
    of the sums; all have the same ``nodata`` and ``edges``."""
    found = np.zeros((index.zones, len(steps), 3 + len(edges)))
    table, limits = np.stack(steps, axis=1), np.array(edges, np.int64)
    counts = np.zeros(len(table), np.int64)
    strips = sum(1 for _ in index.strips())
    for done, (codes, origin, spans, weights) in enumerate(read_ahead(index, read), start=1):
        _add_codes(codes, origin, spans, weights, table, nodata, limits, counts, found)
        advance(done / strips)
    valid, nothing, total = np.moveaxis(found, -1, 0)[:3]
    return [
        Sums(valid[:, at], nothing[:, at] + index.outside_ha, total[:, at], found[:, at, 3:])
        for at in range(len(steps))
    ]


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


@compiled
def _add_codes(
    codes: NDArray[np.uint16],
    origin: tuple[int, int],
    spans: tuple[NDArray[np.integer], ...],
    span_ha: NDArray[np.float64],
    steps: Steps,
    nodata: int,
    edges: NDArray[np.int64],
    counts: NDArray[np.int64],
    sums: NDArray[np.float64],
) -> None:
    """Add each span to its zone's rows, ``sums`` (zone, array, what :func:`_add` adds).

    The cells of each code are counted first, as a span has few of the ``steps`` (code, array) that there can
    be. ``counts`` (code): zero before and after.
    """
    rows, columns, lengths, zones = spans
    arrays, occurring = steps.shape[1], np.empty(codes.shape[1], np.int64)
    cells = np.empty((arrays, 3 + len(edges)), np.int64)
    for span in range(len(rows)):
        line, first = codes[rows[span] - origin[0]], columns[span] - origin[1]
        kinds = 0
        for column in range(first, first + lengths[span]):
            code = line[column]
            if counts[code] == 0:
                occurring[kinds] = code
                kinds += 1
            counts[code] += 1
        cells[:] = 0
        for kind in range(kinds):
            code = occurring[kind]
            count, counts[code] = counts[code], 0
            for at in range(arrays):
                step, own = np.int64(steps[code, at]), cells[at]
                if step == nodata:
                    own[1] += count
                    continue
                own[0] += count
                own[2] += count * step
                for edge in range(len(edges)):
                    own[3 + edge] += count if step < edges[edge] else 0
        for at in range(arrays):
            for what in range(3 + len(edges)):
                sums[zones[span], at, what] += span_ha[span] * cells[at, what]
