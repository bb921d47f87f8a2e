"""The administrative units of the sample nation: districts that nest in regencies that nest in provinces.

Borders follow the edges of many small Voronoi cells, the coast follows the relief. Both are noded
together, so that neighbours share every vertex and nothing overlaps or is left between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds, Grid
from soilinfo.sample.archipelago import Group, groups, place
from soilinfo.sample.gazetteer import REGENCIES, Regency, district_names, drawn_regencies
from soilinfo.sample.noise import Array, generator, noise
from soilinfo.sample.relief import coast

Integers = NDArray[np.int64]

_COAST_STEP = 15 / 3600
_CELL = 0.028
_CITY_REACH = 0.36
_SIMPLER_BY = 0.0010
_SMALLEST = 1e-4
"""Islets below this many square degrees (about 120 ha) belong to no unit."""


@dataclass(frozen=True)
class Units:
    """Units of one level in the order of their codes, their shapes in degrees."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]


def regencies(group: Group) -> tuple[Regency, ...]:
    """The regencies of a group of islands, in the order of their codes."""
    return REGENCIES if group.is_home else drawn_regencies(groups().index(group))


def districts(group: Group) -> Units:
    """Every district of a group of islands."""
    seeds = _scattered_points(group)
    units = regencies(group)
    regency = _regency_of(seeds) if group.is_home else _drawn_regency_of(seeds, group)
    district = _district_of(seeds, regency, units)
    codes = [f"{units[r].code}.{d + 1:02}" for r, d in zip(regency, district, strict=True)]
    owner = np.array(codes)
    faces = _faces([*_coast_lines(group.bounds), *_borders(seeds, owner)], group.bounds)
    nearest = shapely.STRtree(list(shapely.get_parts(shapely.multipoints(seeds)))).nearest(
        shapely.point_on_surface(faces)
    )
    shapes = _dissolved(faces, owner[nearest])
    simpler = shapely.coverage_simplify(list(shapes.values()), _SIMPLER_BY)
    names = district_names(_stream("district names", group))
    return Units(tuple(shapes), tuple(names[: len(shapes)]), tuple(_polygons(shape) for shape in simpler))


def _stream(name: str, group: Group) -> str:
    """The name of a group's own random stream."""
    return name if group.is_home else f"{name} {group.row} {group.column}"


def joined(parts: Sequence[Units]) -> Units:
    """The units of several groups as those of one nation, in the order of their codes."""
    every = [unit for part in parts for unit in zip(part.codes, part.names, part.shapes, strict=True)]
    codes, names, shapes = zip(*sorted(every, key=lambda unit: unit[0]), strict=True)
    return Units(codes, names, shapes)


def united(units: Units, names: Mapping[str, str]) -> Units:
    """The level above: units whose codes begin with each code of ``names``, put together."""
    parts = {
        code: [
            shape for own, shape in zip(units.codes, units.shapes, strict=True) if own.startswith(code + ".")
        ]
        for code in names
    }
    shapes = tuple(_polygons(shapely.coverage_union_all(shape)) for shape in parts.values())
    return Units(tuple(names), tuple(names.values()), shapes)


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    return MultiPolygon([part for part in shapely.get_parts([shape]) if isinstance(part, Polygon)])


def _scattered_points(group: Group) -> Array:
    """Points on a jittered lattice over the group's field, shape (n, 2)."""
    west, south, east, north = group.bounds
    x, y = np.meshgrid(np.arange(west, east, _CELL), np.arange(south, north, _CELL))
    points = np.column_stack([x.ravel(), y.ravel()])
    jitter = generator(_stream("scattered points", group)).uniform(0.05, 0.95, points.shape)
    return np.asarray(points + jitter * _CELL)


def _district_of(points: Array, regency: Integers, units: Sequence[Regency]) -> Integers:
    """Index of the district of each point within its regency."""
    on_land = _inland(points) > 0
    district = np.zeros(len(points), np.int64)
    for index, unit in enumerate(units):
        here = regency == index
        centres = _centres(points[here & on_land], unit.districts)
        district[here] = _nearest(points[here], centres)
    return district


def _inland(points: Array) -> Array:
    """Distance inland in degrees of points (n, 2)."""
    return coast(place(points[:, 0], points[:, 1]))


def _drawn_regency_of(points: Array, group: Group) -> Integers:
    """The regency of each point of a group whose regencies are drawn: compact, of about one size."""
    centres = _centres(points[_inland(points) > 0], len(regencies(group)))
    return _nearest(points, centres)


def _regency_of(points: Array) -> Integers:
    """The nearest regency, cities counting as farther away than they are, along wavy borders."""
    x, y = points.T
    wavy = np.column_stack(
        [x + 0.05 * noise("border east", x, y, 0.25, 3), y + 0.05 * noise("border north", x, y, 0.25, 3)]
    )
    homes = np.array([(unit.x, unit.y) for unit in REGENCIES])
    reach = np.array([_CITY_REACH if unit.is_city else 1.0 for unit in REGENCIES])
    return np.asarray(np.argmin(_distances(wavy, homes) / reach, axis=1), np.int64)


def _centres(points: Array, count: int) -> Array:
    """Centres of ``count`` compact groups of points (Lloyd's algorithm from a seeded start)."""
    centres = generator("centres").choice(points, count, replace=False)
    for _ in range(20):
        nearest = _nearest(points, centres)
        centres = np.array([points[nearest == each].mean(axis=0) for each in range(count)])
    # From north to south, as official lists often run.
    return centres[np.argsort(-centres[:, 1])]


def _nearest(points: Array, centres: Array) -> Integers:
    return np.asarray(np.argmin(_distances(points, centres), axis=1), np.int64)


def _distances(points: Array, centres: Array) -> Array:
    return np.hypot(points[:, None, 0] - centres[None, :, 0], points[:, None, 1] - centres[None, :, 1])


def _borders(points: Array, owner: NDArray[np.str_]) -> list[BaseGeometry]:
    """Outlines of the points' Voronoi cells, put together by owner."""
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    return [shapely.boundary(shapely.coverage_union_all(cells[owner == each])) for each in np.unique(owner)]


def _coast_lines(bounds: Bounds) -> list[BaseGeometry]:
    """Where the coast function crosses zero: a segment in each triangle of a fine lattice that it crosses."""
    lattice = Grid.covering("EPSG:4326", _COAST_STEP, bounds)
    x, y = np.meshgrid(lattice.x, lattice.y)
    nodes = np.stack([x, y, coast(place(x, y))], axis=-1)
    corners = nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, :-1], nodes[1:, 1:]
    triangles = [
        np.stack([corners[0], corners[1], corners[2]], 2),
        np.stack([corners[3], corners[1], corners[2]], 2),
    ]
    segments = np.concatenate([_crossings(triangle.reshape(-1, 3, 3)) for triangle in triangles])
    return list(shapely.get_parts([shapely.multilinestrings(list(segments))]))


def _crossings(triangles: Array) -> Array:
    """Zero lines (n, 2 points, xy) through triangles (n, 3 nodes, x y value) whose nodes differ in sign."""
    land = triangles[:, :, 2] > 0
    mixed = land.any(axis=1) & ~land.all(axis=1)
    triangles, land = triangles[mixed], land[mixed]
    # One node stands alone on its side: the line cuts the two edges that meet in it.
    alone = np.where(land.sum(axis=1) == 1, np.argmax(land, axis=1), np.argmin(land, axis=1))
    rows = np.arange(len(triangles))
    tip = triangles[rows, alone]
    ends = [_cut(tip, triangles[rows, (alone + turn) % 3]) for turn in (1, 2)]
    return np.stack(ends, axis=1)


def _cut(one: Array, other: Array) -> Array:
    """Point at which the value is zero between two nodes, the same whichever comes first."""
    share = one[:, 2] / (one[:, 2] - other[:, 2])
    return np.round(one[:, :2] + share[:, None] * (other[:, :2] - one[:, :2]), 7)


def _faces(lines: Sequence[BaseGeometry], bounds: Bounds) -> NDArray[np.object_]:
    """The land within ``bounds`` among the faces that lines enclose together."""
    noded = shapely.union_all(shapely.get_parts(lines), grid_size=1e-7)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts([noded])))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    west, south, east, north = bounds
    x, y = inside.T
    own = (west < x) & (x < east) & (south < y) & (y < north)
    return np.asarray(faces[own & (_inland(inside) > 0)])


def _dissolved(faces: NDArray[np.object_], owner: NDArray[np.str_]) -> dict[str, BaseGeometry]:
    """Faces of each owner as one shape, without islets."""
    whole = {str(each): shapely.coverage_union_all(faces[owner == each]) for each in np.unique(owner)}
    return {code: _without_islets(shape) for code, shape in whole.items()}


def _without_islets(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts([shape])
    large = parts[shapely.area(parts) >= _SMALLEST]
    return MultiPolygon(list(large)) if len(large) else shape
