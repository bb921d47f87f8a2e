"""Where features are on the grid of a zoom level, and how large: what every level is made from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.store.tiled.mvt import EXTENT
from soilinfo.store.tiled.shapes import Geometries, Shapes, flat, joined

_LATITUDE = 85.0511287798066
"""Where the square world ends."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """``n`` geometries in units of a zoom level."""

    shapes: Shapes
    """Not rounded; what has no place has no parts."""
    size: Numbers
    """(n,): area of the largest part of an area, length of a line, 0 for points."""
    at: Numbers
    """(n, 2): where each is drawn when it is small."""

    def take(self, chosen: NDArray[np.intp]) -> "Places":
        """Some of the geometries, in the order of ``chosen``."""
        return Places(self.shapes.take(chosen), self.size[chosen], self.at[chosen])


def places(geometries: Geometries, zoom: int) -> Places:
    """Geometries (EPSG:4326, (n,), None for none) of any kind on the grid of a zoom level, areas valid."""
    world = shapely.transform(geometries, lambda degrees: _in_world(degrees) * (EXTENT * 2.0**zoom))
    crossed = np.flatnonzero(~(shapely.is_valid(world) | shapely.is_missing(world)))
    world[crossed] = shapely.make_valid(world[crossed], method="structure")
    parts, of = shapely.get_parts(world, return_index=True)
    parts, of = parts[filled := ~shapely.is_empty(parts)], of[filled]
    sizes = np.where(shapely.get_dimensions(parts) == 2, shapely.area(parts), shapely.length(parts))
    first = np.lexsort((-sizes, of))
    there, at_first = np.unique(of[first], return_index=True)
    largest = first[at_first]
    size, at = np.zeros(len(world)), np.zeros((len(world), 2))
    size[there] = sizes[largest]
    at[there] = shapely.get_coordinates(shapely.centroid(parts[largest]))
    return Places(flat(world), size, at)


def all_places(several: Sequence[Places]) -> Places:
    """Those of several blocks of features, one after the other; there is at least one."""
    return Places(
        joined([each.shapes for each in several]),
        np.concatenate([each.size for each in several]),
        np.concatenate([each.at for each in several]),
    )


def _in_world(degrees: Numbers) -> Numbers:
    """Longitude and latitude as parts of the square world from its north-west corner."""
    latitude = np.radians(np.clip(degrees[:, 1], -_LATITUDE, _LATITUDE))
    north = 0.5 - np.log(np.tan(np.pi / 4 + latitude / 2)) / (2 * np.pi)
    return np.column_stack([degrees[:, 0] / 360 + 0.5, north])
