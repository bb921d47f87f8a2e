"""Shapes as a zoom level draws them: on its grid, without what is too small to be seen there."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.tiled.shapes import POLYGONS, Offsets, Shapes, merged, rounded
from soilinfo.store.tiled.simplify import weights

_SHORT = 33
"""Points of a ring up to which each edge is held against each other to see whether it is valid."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Thinnable:
    """Shapes and what of them matters how much."""

    shapes: Shapes
    """Not rounded; each ring starts where it keeps a point longest."""
    weight: Numbers
    """(points,): the area up to which each is needed."""
    ring: Numbers
    """(paths,): area of each ring; infinite for the largest of an area, and for lines and points."""

    def thinned(self, chosen: NDArray[np.intp], scale: float, pixel: float) -> Shapes:
        """Some of the shapes, ``scale`` times as large, in whole units, areas valid.

        What is less than ``pixel`` of those units is left out: vertices, islands, holes. What vanishes
        has no parts.
        """
        some, least = self.shapes, pixel / scale
        parts, paths, points = (np.zeros_like(each) for each in (some.parts, some.paths, some.points))
        xy = np.empty((len(some.xy), 2), np.int32)
        counts = _thin(
            *(some.kind, some.parts, some.paths, some.points, some.xy, self.weight, self.ring, chosen),
            *(scale, least**2, (least / 2) ** 2, parts, paths, points, xy),
        )
        sizes = (len(chosen) + 1, counts[0] + 1, counts[1] + 1, counts[2])
        # Copies, so that what was set aside for all is free again.
        parts, paths, points, xy = (
            each[:size].copy() for each, size in zip((parts, paths, points, xy), sizes, strict=True)
        )
        return _valid(Shapes(some.kind[chosen], parts, paths, points, xy))


def thinnable(shapes: Shapes, most: float) -> Thinnable:
    """Shapes, not rounded, to be thinned by up to ``most`` square units."""
    weight, ring = weights(shapes, most), np.full(len(shapes.points) - 1, np.inf)
    turned = replace(shapes, xy=shapes.xy.copy())
    _turn_and_measure(shapes.kind, shapes.parts, shapes.paths, shapes.points, turned.xy, weight, ring)
    return Thinnable(turned, weight, ring)


def _valid(shapes: Shapes) -> Shapes:
    """Shapes with those repaired that are not valid since their points were moved to the grid."""
    plain = np.zeros(len(shapes), np.bool_)
    _find_plain(shapes.kind, shapes.parts, shapes.paths, shapes.points, shapes.xy, plain)
    unsure = np.flatnonzero(~plain)
    drawn = shapes.take(unsure).geometries()
    broken = ~shapely.is_valid(drawn)
    if not broken.any():
        return shapes
    mended = shapely.set_precision(shapely.make_valid(drawn[broken], method="structure"), 1.0)
    # What only a line or a point is left of is no area.
    mended[shapely.get_dimensions(mended) != 2] = None
    is_broken = np.zeros(len(shapes), bool)
    is_broken[unsure[broken]] = True
    of_areas = replace(new := rounded(mended), kind=np.full(len(new), POLYGONS, np.uint8))
    return merged(shapes.take(np.flatnonzero(~is_broken)), of_areas, is_broken)


@compiled
def _thin(
    kind: NDArray[np.uint8],
    parts: Offsets,
    paths: Offsets,
    points: Offsets,
    xy: Numbers,
    weight: Numbers,
    ring: Numbers,
    chosen: NDArray[np.intp],
    scale: float,
    least_ring: float,
    least_weight: float,
    new_parts: Offsets,
    new_paths: Offsets,
    new_points: Offsets,
    new_xy: NDArray[np.int32],
) -> tuple[int, int, int]:
    part_count, path_count, count = 0, 0, 0
    for place in range(len(chosen)):
        shape = chosen[place]
        fewest = 4 if kind[shape] == POLYGONS else kind[shape]
        for part in range(parts[shape], parts[shape + 1]):
            begun = path_count
            for path in range(paths[part], paths[part + 1]):
                first = count
                if ring[path] >= least_ring:
                    for point in range(points[path], points[path + 1]):
                        if weight[point] >= least_weight:
                            x, y = int(np.rint(xy[point, 0] * scale)), int(np.rint(xy[point, 1] * scale))
                            if count == first or x != new_xy[count - 1, 0] or y != new_xy[count - 1, 1]:
                                new_xy[count, 0], new_xy[count, 1] = x, y
                                count += 1
                if count - first >= fewest:
                    path_count += 1
                    new_points[path_count] = count
                else:
                    count = first
                    if path == paths[part]:
                        break  # its holes go with it
            if path_count > begun:
                part_count += 1
                new_paths[part_count] = path_count
        new_parts[place + 1] = part_count
    return part_count, path_count, count


@compiled
def _turn_and_measure(
    kind: NDArray[np.uint8],
    parts: Offsets,
    paths: Offsets,
    points: Offsets,
    xy: Numbers,
    weight: Numbers,
    ring: Numbers,
) -> None:
    for shape in range(len(kind)):
        largest = -1
        if kind[shape] == POLYGONS:
            for part in range(parts[shape], parts[shape + 1]):
                for path in range(paths[part], paths[part + 1]):
                    first, last = points[path], points[path + 1]
                    heaviest = np.argmax(weight[first : last - 1])
                    xy[first : last - 1] = np.roll(xy[first : last - 1], -2 * heaviest)
                    weight[first : last - 1] = np.roll(weight[first : last - 1], -heaviest)
                    xy[last - 1], weight[last - 1] = xy[first], weight[first]
                    ring[path] = _area(xy[first:last])
                outer = paths[part]
                if largest < 0 or ring[outer] > ring[largest]:
                    largest = outer
            if largest >= 0:
                ring[largest] = np.inf


@compiled
def _area(ring: Numbers) -> float:
    twice = 0.0
    for at in range(1, len(ring) - 1):
        twice += (ring[at, 0] - ring[0, 0]) * (ring[at + 1, 1] - ring[0, 1])
        twice -= (ring[at + 1, 0] - ring[0, 0]) * (ring[at, 1] - ring[0, 1])
    return abs(twice) / 2


@compiled
def _find_plain(
    kind: NDArray[np.uint8],
    parts: Offsets,
    paths: Offsets,
    points: Offsets,
    xy: NDArray[np.int32],
    plain: NDArray[np.bool_],
) -> None:
    """Find what is surely valid: all but areas of several rings, of many points, and what looks broken."""
    for shape in range(len(kind)):
        first, last = parts[shape], parts[shape + 1]
        if kind[shape] != POLYGONS or first == last:
            plain[shape] = True
        elif last - first == 1 and paths[last] - paths[first] == 1:
            path = paths[first]
            if points[path + 1] - points[path] <= _SHORT:
                plain[shape] = _is_simple(xy[points[path] : points[path + 1]])


@compiled
def _is_simple(ring: NDArray[np.int32]) -> bool:
    """True where no edge of a ring touches another but at their common end."""
    edges = len(ring) - 1
    for one in range(edges):
        for two in range(one + 2, edges):
            if (one > 0 or two < edges - 1) and not (
                _is_beside(ring[one], ring[one + 1], ring[two], ring[two + 1])
                or _is_beside(ring[two], ring[two + 1], ring[one], ring[one + 1])
            ):
                return False
        # From an edge to the next one.
        a, b, c = ring[one], ring[one + 1], ring[one + 2 if one + 2 <= edges else 1]
        if _turn(a, b, c) == 0 and (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) <= 0:
            return False
    return True


@compiled
def _is_beside(
    a: NDArray[np.int32], b: NDArray[np.int32], c: NDArray[np.int32], d: NDArray[np.int32]
) -> bool:
    """True where the edge c-d lies wholly on one side of the line through a and b."""
    one, two = _turn(a, b, c), _turn(a, b, d)
    return (one > 0 and two > 0) or (one < 0 and two < 0)


@compiled
def _turn(a: NDArray[np.int32], b: NDArray[np.int32], c: NDArray[np.int32]) -> int:
    x, y = np.int64(a[0]), np.int64(a[1])
    return int((b[0] - x) * (c[1] - y) - (c[0] - x) * (b[1] - y))
