"""Which vertices of borders and lines go first: found once, for all zoom levels.

The method is that of Visvalingam and Whyatt (1993): the vertex that makes the smallest triangle with its two
neighbours goes, then the next. It runs over the vertices of all geometries together, each of which is one
vertex however many share it: what two areas share stays shared. Where three borders meet, or a line ends, the
vertex stays. None goes that has another in its triangle, so that borders which did not cross never do.
"""

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.tiled.shapes import LINES, POLYGONS, Offsets, Shapes

_FEWEST = 3
"""Vertices that a ring keeps."""
_PER_CELL = 0.5
"""Vertices for each cell of the grid in which those inside a triangle are looked for: coasts are crowded."""
_LATER = 4.0
"""By how much a vertex that is in the way of another must weigh more until it is asked again."""

Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]


class _Groups(NamedTuple):
    """Members of groups, those of a group side by side."""

    first: Places
    """(groups + 1,)"""
    member: Places


class _Grid(NamedTuple):
    """Vertices by the square in which they lie."""

    west: float
    north: float
    side: float
    columns: int
    rows: int
    cells: _Groups


class _Rings(NamedTuple):
    """The rings that go through each vertex, and how many vertices each still has."""

    through: _Groups
    left: Places


def weights(shapes: Shapes, most: float) -> Numbers:
    """(points,): the area in square units up to which each point is needed; infinite for those that stay.

    ``most`` is the largest area that is asked for.
    """
    of, distinct = pd.factorize(np.ascontiguousarray(shapes.xy, np.float64).view(np.complex128).ravel())
    vertex, xy = of.astype(np.int32), distinct.view(np.float64).reshape(-1, 2)
    found = np.full(len(xy), np.inf)
    if len(xy):
        kind = np.repeat(np.repeat(shapes.kind, np.diff(shapes.parts)), np.diff(shapes.paths))
        neighbours, stays = np.full((len(xy), 2), -1, np.intp), np.zeros(len(xy), np.bool_)
        _link(vertex, kind, shapes.points, neighbours, stays)
        _weigh(xy, neighbours, stays, _rings(vertex, kind, shapes.points, len(xy)), _grid(xy), most, found)
    weight: Numbers = found[vertex]
    return weight


def _rings(vertex: Places, kind: NDArray[np.uint8], points: Offsets, count: int) -> _Rings:
    ring = np.repeat(np.arange(len(kind), dtype=np.int32), np.diff(points))
    # The last point of a ring is its first; a line ends where its ends stay.
    counts = np.repeat(kind == POLYGONS, np.diff(points))
    counts[points[1:][np.diff(points) > 0] - 1] = False
    left = np.diff(points) - 1
    return _Rings(_grouped(vertex[counts], ring[counts], count), left.astype(np.int32))


def _grid(xy: Numbers) -> _Grid:
    (west, north), extent = xy.min(axis=0), np.ptp(xy, axis=0)
    side = max(float(np.sqrt(extent.prod() * _PER_CELL / len(xy))), float(extent.max()) / len(xy), 1.0)
    columns, rows = (int(length // side) + 1 for length in extent)
    column, row = ((xy - (west, north)) // side).astype(np.int64).T
    every = np.arange(len(xy), dtype=np.int32)
    cells = _grouped((row * columns + column).astype(np.int32), every, columns * rows)
    return _Grid(float(west), float(north), side, columns, rows, cells)


def _grouped(of: Places, member: Places, count: int) -> _Groups:
    """Members by the group that each is ``of``."""
    first = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=count))]).astype(np.int32)
    return _Groups(first, member[np.argsort(of, kind="stable")])


@compiled
def _link(
    vertex: Places, kind: NDArray[np.uint8], points: Offsets, neighbours: NDArray[np.intp], stays: Flags
) -> None:
    """Find the two neighbours of every vertex; one that has not just two stays."""
    for path in range(len(kind)):
        first, last = points[path], points[path + 1]
        if last > first and kind[path] == LINES:
            stays[vertex[first]] = stays[vertex[last - 1]] = True
        if kind[path] >= LINES:
            for point in range(first, last - 1):
                a, b = vertex[point], vertex[point + 1]
                if a != b:
                    _meet(a, b, neighbours, stays)
                    _meet(b, a, neighbours, stays)
    for at in range(len(stays)):
        stays[at] |= neighbours[at, 1] < 0


@compiled
def _meet(a: int, b: int, neighbours: NDArray[np.intp], stays: Flags) -> None:
    if neighbours[a, 0] < 0:
        neighbours[a, 0] = b
    elif neighbours[a, 0] != b and neighbours[a, 1] < 0:
        neighbours[a, 1] = b
    elif neighbours[a, 0] != b and neighbours[a, 1] != b:
        stays[a] = True


@compiled
def _weigh(
    xy: Numbers,
    neighbours: NDArray[np.intp],
    stays: Flags,
    rings: _Rings,
    grid: _Grid,
    most: float,
    weight: Numbers,
) -> None:
    """Take one vertex after the other away, and note the largest area that had gone by then."""
    key, gone, reached = np.full(len(xy), np.inf), np.zeros(len(xy), np.bool_), 0.0
    heap = [(0.0, 0) for _ in range(0)]
    for at in range(len(xy)):
        if not stays[at]:
            key[at] = _triangle(xy, neighbours[at, 0], at, neighbours[at, 1])
            if key[at] < most:
                heap.append((key[at], at))
    heapify(heap)
    while len(heap):
        area, at = heappop(heap)
        if gone[at] or area != key[at] or _is_last(rings, at):
            continue
        before, after = neighbours[at]
        if before == after or not _is_free(xy, gone, grid, before, at, after):
            key[at] = max(area, 1.0) * _LATER
            if key[at] < most:
                heappush(heap, (key[at], at))
            continue
        gone[at], reached = True, max(reached, area)
        weight[at] = reached
        for use in range(rings.through.first[at], rings.through.first[at + 1]):
            rings.left[rings.through.member[use]] -= 1
        for near, other in ((before, after), (after, before)):
            if not stays[near]:
                neighbours[near, 0 if neighbours[near, 0] == at else 1] = other
                key[near] = _triangle(xy, neighbours[near, 0], near, neighbours[near, 1])
                if key[near] < most:
                    heappush(heap, (key[near], near))


@compiled
def _is_last(rings: _Rings, at: int) -> bool:
    """True for a vertex without which nothing would be left of a ring."""
    for use in range(rings.through.first[at], rings.through.first[at + 1]):
        if rings.left[rings.through.member[use]] <= _FEWEST:
            return True
    return False


@compiled
def _triangle(xy: Numbers, a: int, b: int, c: int) -> float:
    """Area of a triangle."""
    return abs(_turn(xy, a, b, c)) / 2


@compiled
def _turn(xy: Numbers, a: int, b: int, c: int) -> float:
    """Twice the area of a triangle, positive where it turns with the axes."""
    x, y = xy[a]
    return float((xy[b, 0] - x) * (xy[c, 1] - y) - (xy[c, 0] - x) * (xy[b, 1] - y))


@compiled
def _is_free(xy: Numbers, gone: Flags, grid: _Grid, a: int, b: int, c: int) -> bool:
    """True where no vertex that is still there lies in or on a triangle, but its own."""
    north, south = min(xy[a, 1], xy[b, 1], xy[c, 1]), max(xy[a, 1], xy[b, 1], xy[c, 1])
    for row in range(int((north - grid.north) // grid.side), int((south - grid.north) // grid.side) + 1):
        top = grid.north + row * grid.side
        west, east = np.inf, -np.inf
        for one, two in ((a, b), (b, c), (c, a)):
            west, east = _reach(xy[one], xy[two], top, top + grid.side, west, east)
        if west > east:
            continue
        first = max(int((west - grid.west) // grid.side), 0)
        last = min(int((east - grid.west) // grid.side), grid.columns - 1)
        for cell in range(row * grid.columns + first, row * grid.columns + last + 1):
            for place in range(grid.cells.first[cell], grid.cells.first[cell + 1]):
                at = grid.cells.member[place]
                if not (gone[at] or at in (a, b, c)) and _is_inside(xy, at, a, b, c):
                    return False
    return True


@compiled
def _reach(
    one: Numbers, two: Numbers, top: float, bottom: float, west: float, east: float
) -> tuple[float, float]:
    """West and east, widened to what of a line lies between two heights."""
    if max(one[1], two[1]) < top or min(one[1], two[1]) > bottom:
        return west, east
    if one[1] == two[1]:
        return min(west, one[0], two[0]), max(east, one[0], two[0])
    slope = (two[0] - one[0]) / (two[1] - one[1])
    for height in (top, bottom):
        x = one[0] + slope * (min(max(height, min(one[1], two[1])), max(one[1], two[1])) - one[1])
        west, east = min(west, x), max(east, x)
    return west, east


@compiled
def _is_inside(xy: Numbers, at: int, a: int, b: int, c: int) -> bool:
    one, two, three = _turn(xy, a, b, at), _turn(xy, b, c, at), _turn(xy, c, a, at)
    if one == 0 and two == 0 and three == 0:  # all on one line
        for axis in range(2):
            first, then, last = xy[a, axis], xy[b, axis], xy[c, axis]
            if not min(first, then, last) <= xy[at, axis] <= max(first, then, last):
                return False
    return min(one, two, three) >= 0 or max(one, two, three) <= 0
