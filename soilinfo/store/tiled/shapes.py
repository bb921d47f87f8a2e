"""Geometries as flat arrays of whole numbers: what tiles are cut from, and what is written into them.

The nesting is that of multipolygons in Arrow: a geometry has parts, a part has paths, a path has points.
The paths of a polygon's part are its exterior and its holes; a part of lines or points has one path.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.compiled import compiled

POINTS, LINES, POLYGONS = 1, 2, 3
"""Kinds of geometry by their numbers in tiles (Mapbox Vector Tile 2.1, GeomType)."""

Geometries = NDArray[np.object_]
Offsets = NDArray[np.int32]
Box = tuple[int, int, int, int]
"""West, north, east and south in units; y runs downwards."""


@dataclass(frozen=True)
class Shapes:
    """``n`` geometries, y downwards: on a grid of whole units, unless it is said otherwise."""

    kind: NDArray[np.uint8]
    """(n,): POINTS, LINES or POLYGONS."""
    parts: Offsets
    """(n + 1,): where the parts of each geometry begin."""
    paths: Offsets
    """(parts + 1,): where the paths of each part begin."""
    points: Offsets
    """(paths + 1,): where the points of each path begin; a ring ends with its first point."""
    xy: NDArray[Any]
    """(points, 2), of 32 bits where they are whole."""

    def __len__(self) -> int:
        return len(self.kind)

    @cached_property
    def ends(self) -> Offsets:
        """(n + 1,): where the points of each geometry begin."""
        ends: Offsets = self.points[self.paths[self.parts]]
        return ends

    @property
    def bounds(self) -> NDArray[np.int32]:
        """(n, 4) west, north, east, south; a geometry without points lies nowhere (west > east)."""
        found = np.empty((len(self), 4), np.int32)
        _bounds(self.ends, self.xy, found)
        return found

    def take(self, chosen: NDArray[np.intp]) -> "Shapes":
        """Some of the geometries, in the order of ``chosen``."""
        sizes = _sizes(self.parts, self.paths, self.points, chosen)
        parts, paths, points = (np.zeros(size + 1, np.int32) for size in (len(chosen), *sizes[:2]))
        xy = np.empty((sizes[2], 2), self.xy.dtype)
        _copy(self.parts, self.paths, self.points, self.xy, chosen, parts, paths, points, xy)
        return Shapes(self.kind[chosen], parts, paths, points, xy)

    def clipped(self, box: Box) -> "Shapes":
        """What of each geometry lies in a box; one that lies outside has no parts."""
        clipped = shapely.clip_by_rect(self.geometries(), *map(float, box))
        # An area that only touches the box leaves a line or a point there.
        clipped[shapely.get_dimensions(clipped) != self.kind.astype(np.intp) - 1] = None
        return rounded(clipped)

    def geometries(self) -> Geometries:
        """The geometries as shapely knows them: multipoints, multilinestrings, multipolygons."""
        found = np.empty(len(self), dtype=object)
        for kind, type_ in _TYPES.items():
            at = np.flatnonzero(self.kind == kind)
            if len(at):
                some = self if len(at) == len(self) else self.take(at)
                found[at] = shapely.from_ragged_array(type_, some.xy.astype(np.float64), some._nesting(kind))
        return found

    def _nesting(self, kind: int) -> tuple[Offsets, ...]:
        if kind == POINTS:
            return (self.ends,)
        return (
            (self.points, self.paths[self.parts]) if kind == LINES else (self.points, self.paths, self.parts)
        )


_TYPES = {
    POINTS: shapely.GeometryType.MULTIPOINT,
    LINES: shapely.GeometryType.MULTILINESTRING,
    POLYGONS: shapely.GeometryType.MULTIPOLYGON,
}


def rounded(geometries: Geometries) -> Shapes:
    """Geometries (in units) as arrays, each coordinate rounded to the next whole unit."""
    exact = flat(geometries)
    return replace(exact, xy=np.rint(exact.xy).astype(np.int32))


def flat(geometries: Geometries) -> Shapes:
    """Geometries as arrays, their coordinates as they are; those that are missing have no parts.

    Of a collection of several kinds the parts of the highest kind count: areas before lines before points.
    """
    parts, of = shapely.get_parts(geometries, return_index=True)
    if (shapely.get_num_geometries(parts) > 1).any():  # collections of several kinds
        parts, inner = shapely.get_parts(parts, return_index=True)
        of = of[inner]
    kinds = np.maximum(shapely.get_dimensions(parts) + 1, 0)
    kind = np.zeros(len(geometries), np.uint8)
    np.maximum.at(kind, of, kinds)
    counts = (kinds == kind[of]) & ~shapely.is_empty(parts)
    parts, of = parts[counts], of[counts]
    paths, path_of = _paths(parts)
    xy, point_of = shapely.get_coordinates(paths, return_index=True)
    return Shapes(
        kind,
        _offsets(of, len(geometries)),
        _offsets(path_of, len(parts)),
        _offsets(point_of, len(paths)),
        xy,
    )


def joined(several: Sequence[Shapes]) -> Shapes:
    """The geometries of all, one after the other; there is at least one."""
    return Shapes(
        np.concatenate([each.kind for each in several]),
        _joined([each.parts for each in several]),
        _joined([each.paths for each in several]),
        _joined([each.points for each in several]),
        np.concatenate([each.xy for each in several]),
    )


def merged(shapes: Shapes, others: Shapes, is_other: NDArray[np.bool_]) -> Shapes:
    """The geometries of both, each in its order, those of ``others`` where ``is_other`` is true."""
    place = np.empty(len(is_other), np.intp)
    place[np.flatnonzero(~is_other)] = np.arange(len(shapes))
    place[np.flatnonzero(is_other)] = np.arange(len(shapes), len(is_other))
    return joined([shapes, others]).take(place)


def _joined(several: Sequence[Offsets]) -> Offsets:
    before = np.cumsum([0, *(each[-1] for each in several)])
    ends = [each[1:] + start for each, start in zip(several, before, strict=False)]
    return np.concatenate([[0], *ends]).astype(np.int32)


def _paths(parts: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """Rings of polygons, other parts as they are, and which part each is of."""
    is_area = shapely.get_dimensions(parts) == 2
    rings, ring_of = shapely.get_rings(parts[is_area], return_index=True)
    of = np.concatenate([np.flatnonzero(is_area)[ring_of], np.flatnonzero(~is_area)])
    order = np.argsort(of, kind="stable")
    return np.concatenate([rings, parts[~is_area]])[order], of[order]


def _offsets(of: NDArray[np.intp], count: int) -> Offsets:
    """Where the members of each of ``count`` owners begin, by the owner of each member."""
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=count))]).astype(np.int32)


@compiled
def _sizes(parts: Offsets, paths: Offsets, points: Offsets, chosen: NDArray[np.intp]) -> tuple[int, int, int]:
    """How many parts, paths and points some geometries have."""
    part_count, path_count, count = 0, 0, 0
    for at in chosen:
        first, last = parts[at], parts[at + 1]
        part_count += last - first
        path_count += paths[last] - paths[first]
        count += points[paths[last]] - points[paths[first]]
    return part_count, path_count, count


@compiled
def _copy(
    parts: Offsets,
    paths: Offsets,
    points: Offsets,
    xy: NDArray[Any],
    chosen: NDArray[np.intp],
    new_parts: Offsets,
    new_paths: Offsets,
    new_points: Offsets,
    new_xy: NDArray[Any],
) -> None:
    """Write some geometries one after the other; the first of the new offsets are 0."""
    part_count, path_count, count = 0, 0, 0
    for place in range(len(chosen)):
        for part in range(parts[chosen[place]], parts[chosen[place] + 1]):
            for path in range(paths[part], paths[part + 1]):
                for point in range(points[path], points[path + 1]):
                    new_xy[count, 0], new_xy[count, 1] = xy[point, 0], xy[point, 1]
                    count += 1
                path_count += 1
                new_points[path_count] = count
            part_count += 1
            new_paths[part_count] = path_count
        new_parts[place + 1] = part_count


@compiled
def _bounds(ends: Offsets, xy: NDArray[np.int32], found: NDArray[np.int32]) -> None:
    for at in range(len(ends) - 1):
        west, north, east, south = 2**31 - 1, 2**31 - 1, -(2**31), -(2**31)
        for point in range(ends[at], ends[at + 1]):
            x, y = xy[point, 0], xy[point, 1]
            west, east, north, south = min(west, x), max(east, x), min(north, y), max(south, y)
        found[at, 0], found[at, 1], found[at, 2], found[at, 3] = west, north, east, south
