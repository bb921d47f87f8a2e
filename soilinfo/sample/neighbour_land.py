"""The land of the sample nation's neighbours: islands in the same open ocean, divided into provinces.

The coast is an ellipse bent by noise. Provinces are put together from many small Voronoi cells, so that
neighbours share every vertex.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from soilinfo.sample.noise import Array, generator, noise

DECIMALS = 4
"""Of coordinates in degrees."""
_STEP = 0.06
_SIMPLER_BY = 0.01
_TURNS = np.linspace(0, 2 * np.pi, 240, endpoint=False)


@dataclass(frozen=True)
class Island:
    """Where an island lies and how far it reaches, in degrees."""

    name: str
    x: float
    y: float
    east: float
    north: float

    def coast(self) -> Polygon:
        """Its outline."""
        across, up = np.cos(_TURNS), np.sin(_TURNS)
        reach = 1 + 0.25 * noise(f"coast of {self.name}", across, up, 0.9, 4)
        return Polygon(
            np.column_stack([self.x + self.east * reach * across, self.y + self.north * reach * up])
        )


BORDER_ISLET = Island("the islet at the border", 95.35, -8.15, 0.12, 0.08)
"""Two neighbours claim it; no border is agreed there."""


def provinces(island: Island, count: int) -> list[MultiPolygon]:
    """An island in ``count`` provinces, from north to south."""
    points = _scattered(island)
    centres = _centres(points, island, count)
    nearest = np.argmin(_distances(_wavy(points), centres), axis=1)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    whole = [shapely.coverage_union_all(cells[nearest == each]) for each in range(count)]
    land = [shape.intersection(island.coast()) for shape in shapely.coverage_simplify(whole, _SIMPLER_BY)]
    return [rounded(shape) for shape in land]


def united(shapes: Sequence[MultiPolygon | Polygon]) -> MultiPolygon:
    """Units as one."""
    return rounded(shapely.union_all(shapes, grid_size=10.0**-DECIMALS))


def rounded(shape: shapely.Geometry) -> MultiPolygon:
    """A shape's polygons with coordinates of four decimals."""
    parts = shapely.get_parts([shapely.set_precision(shape, 10.0**-DECIMALS)])
    return MultiPolygon([part for part in parts if isinstance(part, Polygon)])


def _scattered(island: Island) -> Array:
    """Points on a jittered lattice over the island and around it, shape (n, 2)."""
    x, y = np.meshgrid(
        np.arange(island.x - 2 * island.east, island.x + 2 * island.east, _STEP),
        np.arange(island.y - 2 * island.north, island.y + 2 * island.north, _STEP),
    )
    points = np.column_stack([x.ravel(), y.ravel()])
    jitter = generator(f"points of {island.name}").uniform(0.05, 0.95, points.shape)
    return np.asarray(points + jitter * _STEP)


def _centres(points: Array, island: Island, count: int) -> Array:
    """Centres of compact groups of the points on land (Lloyd's algorithm), from north to south."""
    land = points[shapely.contains_xy(island.coast(), points)]
    centres = generator(f"provinces of {island.name}").choice(land, count, replace=False)
    for _ in range(20):
        nearest = np.argmin(_distances(land, centres), axis=1)
        centres = np.array([land[nearest == each].mean(axis=0) for each in range(count)])
    return np.asarray(centres[np.argsort(-centres[:, 1])])


def _wavy(points: Array) -> Array:
    x, y = points.T
    waves = [0.15 * noise(f"neighbours' borders {way}", x, y, 0.5, 3) for way in ("east", "north")]
    return points + np.column_stack(waves)


def _distances(points: Array, centres: Array) -> Array:
    return np.hypot(points[:, None, 0] - centres[None, :, 0], points[:, None, 1] - centres[None, :, 1])
