"""Where is asked: ``coords`` as Well Known Text, ``bbox`` and ``crs``, brought onto the grid.

OGC 19-086r6, requirements /req/edr/coords-response, /req/edr/crs-response and /req/core/bbox-response.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry
from starlette.datastructures import QueryParams

from soilinfo.errors import GeometryError, InputError
from soilinfo.grid import Bounds
from soilinfo.jobs.evaluation.places import MOST_VERTICES
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.raster import AXES_STAY_APART
from soilinfo.serve.parameters import numbers
from soilinfo.serve.systems import CRS84, XY, System, corners, moved, offered, system_among

POINTS = ("POINT", "MULTIPOINT")
POLYGONS = ("POLYGON", "MULTIPOLYGON")
MOST_POINTS = 1_000
"""Points of one question."""

DEGREES = CRS84
"""Longitude and latitude: what questions are in without ``crs``."""


def systems(collection: Collection, *, cells: bool) -> tuple[System, ...]:
    """Every system that can be asked for, the one of answers without ``crs`` first.

    ``cells``: of whole cells, which keep their rows and columns only in systems with the grid's axes.
    """
    if not cells:
        return offered(collection.catalog)
    grid = collection.grid
    names = (*AXES_STAY_APART, grid.crs) if grid.is_geographic else (grid.crs,)
    return tuple(map(System, dict.fromkeys(names)))


def system_of(params: QueryParams, collection: Collection, *, cells: bool) -> System | None:
    """The system that ``crs`` names; None without it, InputError for one that is not offered."""
    return system_among(params, "crs", systems(collection, cells=cells))


def geometry_of(params: QueryParams, kinds: Sequence[str], system: System) -> BaseGeometry:
    """``coords`` as a geometry of one of these kinds in degrees (CRS84), each vertex a place on earth.

    InputError when it is missing, cannot be read or is of another kind; GeometryError with the reason
    for one that is empty, crosses itself or lies beyond the earth.
    """
    text = params.get("coords")
    wanted = " or ".join(kinds)
    if not text:
        raise InputError(f"'coords' is needed: a {wanted} in Well Known Text")
    try:
        shape = shapely.from_wkt(text)
    except ShapelyError:
        raise InputError(f"'coords' must be a {wanted} in Well Known Text, not '{_short(text)}'") from None
    if shape.geom_type.upper() not in kinds:
        raise InputError(f"'coords' must be a {wanted}, not a {shape.geom_type.upper()}")
    if shape.is_empty or shape.has_z:
        fault = "is empty" if shape.is_empty else "has a third coordinate: a depth is asked for with z"
        raise GeometryError(f"the {shape.geom_type.upper()} of 'coords' {fault}")
    if shapely.get_num_coordinates(shape) > MOST_VERTICES:
        raise RefusedError(413, "ContentTooLarge", f"'coords' has more than {MOST_VERTICES:,} vertices")
    if not shape.is_valid:
        raise GeometryError(f"the geometry of 'coords' is not valid: {shapely.is_valid_reason(shape)}")
    return shapely.transform(shape, lambda xy: on_earth(moved(system.ordered(xy), system, DEGREES)))


def on_earth(degrees: XY) -> XY:
    """Longitudes and latitudes as they are; GeometryError naming one that is none."""
    beyond = ~(np.abs(degrees) <= (180.0, 90.0)).all(axis=1)
    if beyond.any():
        x, y = degrees[beyond][0]
        raise GeometryError(
            f"{x:g}, {y:g} is no place on earth: longitudes are -180 to 180, latitudes -90 to 90; "
            "the order is that of the axes of 'crs', longitude first without it"
        )
    return degrees


def bbox_of(params: QueryParams, system: System) -> Bounds:
    """``bbox`` as west, south, east, north in ``system``.

    Four numbers in the order of the axes of the system, or six with the vertical third and last.
    InputError when it is missing, empty or upside down, GeometryError for what lies beyond the earth.
    """
    text = params.get("bbox")
    if not text:
        raise InputError("'bbox' is needed: west,south,east,north, or six numbers with top and bottom in cm")
    west, south, east, north = corners(text, system)
    if west >= east or south == north:
        raise InputError(f"'bbox' is empty: its lower corner must come first, not '{text}'")
    on_earth(moved(np.array([(west, south), (east, north)]), system, DEGREES))
    return west, south, east, north


def depth_of(params: QueryParams) -> str | None:
    """The vertical part of a ``bbox`` of six numbers, as ``z`` would be; None where it has none.

    InputError where ``z`` is given as well.
    """
    text = params.get("bbox", "")
    if text.count(",") != 5:
        return None
    if "z" in params:
        raise InputError("the depth is asked for by 'z' or by a 'bbox' of six numbers, not both")
    _, _, top, _, _, bottom = numbers("bbox", text, 6)
    return f"{top}/{bottom}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
