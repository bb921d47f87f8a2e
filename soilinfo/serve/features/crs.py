"""Places that a filter or a ``bbox`` names in a system, in CRS84 (Features Part 2, Part 3)."""

import shapely
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import InputError
from soilinfo.grid import Bounds
from soilinfo.serve.systems import CRS84, System, moved
from soilinfo.store.projection import STORED

EDGE_PARTS = 64
"""Into how many parts an edge as long as its shape is cut before it is projected, where it bends."""
LEAST_EDGE = 1e-9
"""Of a point, which has none."""


def in_crs84(shape: BaseGeometry, system: System) -> BaseGeometry:
    """A shape of a system, in the order of its axes, in CRS84.

    Edges that are straight there are followed. InputError where a point has no place on the globe.
    """
    if system.name not in STORED:
        west, south, east, north = shape.bounds
        shape = shapely.segmentize(shape, max(east - west, north - south, LEAST_EDGE) / EDGE_PARTS)
    if system != CRS84:
        # What has no place becomes infinite, and so lies outside of every range.
        shape = shapely.transform(shape, lambda xy: moved(system.ordered(xy), system, CRS84))
    west, south, east, north = shape.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InputError(f"some of the coordinates have no place in {system.name}")
    return shape


def box_in_crs84(bounds: Bounds, system: System) -> BaseGeometry:
    """A rectangle of a system (easting first) in CRS84.

    One of longitudes and latitudes whose west is above its east crosses the antimeridian.
    """
    west, south, east, north = bounds
    if system.name not in STORED or west <= east:
        return in_crs84(shapely.box(*system.swapped(bounds)), system)
    return shapely.multipolygons(
        [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    )
