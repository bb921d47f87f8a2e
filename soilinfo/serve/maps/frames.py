"""The window of a map: its reference system, bounds and size, as the query parameters give them.

OGC API - Maps, classes "crs", "spatial-subsetting" and "scaling".
"""

from math import isfinite

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError, LimitError
from soilinfo.grid import Bounds
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.maps.tile_matrix_sets import PIXEL_M
from soilinfo.serve.systems import CRS84, System, any_system, corners, reprojected, transformer

WINDOW = (
    *("bbox", "bbox-crs", "subset", "subset-crs", "center", "center-crs"),
    *("crs", "width", "height", "scale-denominator"),
)
"""The query parameters of a window."""

MAP_WIDTH = 512
"""Pixels across a map when the client does not say."""
LARGEST_SCALE = 1.0
"""Denominator of the largest scale: as large as the land itself."""
NARROWEST = 1e-6
"""Short side of a map's bounds as a part of the long one, where the size of the picture follows from it."""
DEGREE = 1e-3
"""Step in units of a geographic system over which its scale is measured."""
METRES = 100.0
"""The same in projected systems."""

EARTH = Geod(ellps="WGS84")
EAST = ("lon", "long", "longitude", "e", "easting", "x")
NORTH = ("lat", "latitude", "n", "northing", "y")
"""Names of axes in subsets, in any case of letters."""


def frame_of_map(params: QueryParams, extent: Bounds, native: System, most: int) -> Frame:
    """The picture asked for.

    Without a place the whole ``extent`` (CRS84), in the ``native`` reference system when no other is named,
    without a size MAP_WIDTH wide. InputError for what contradicts itself or cannot be read, LimitError for
    more than ``most`` pixels.
    """
    _contradictions(params)
    target = any_system(params, "crs", native)
    asked = _asked_bounds(params, target, extent)
    around = asked or reprojected(extent, CRS84, target)
    scale = _scale(params)
    size = tuple(parameters.integer(params, name, 0, low=1) for name in ("width", "height"))
    if asked is None and ("center" in params or (scale and any(size))):
        frame = _around(_center(params, target, around), target, size, scale, extent)
    else:
        frame = _over(around, target, size, scale)
    if frame.width * frame.height > most:
        raise LimitError(f"a map of {frame.width} x {frame.height} pixels is larger than the {most} allowed")
    return frame


def content_headers(frame: Frame) -> dict[str, str]:
    """Content-Bbox in the order of the axes of the reference system, and Content-Crs."""
    shown = System(frame.crs)
    west, south, east, north = frame.bounds
    if shown.is_geographic and east > 180:
        east -= 360
    sides = shown.swapped((west, south, east, north))
    return {"Content-Bbox": ",".join(f"{side:.12g}" for side in sides), "Content-Crs": f"<{shown.uri}>"}


def void(frame: Frame) -> NDArray[np.bool_]:
    """Which pixels (height, width) show no place on the earth."""
    to_degrees = transformer(frame.crs, CRS84.name)
    longitude, latitude = to_degrees.transform(*np.meshgrid(frame.x, frame.y))
    return np.asarray(~(np.isfinite(longitude) & (np.abs(latitude) <= 90)))


def _contradictions(params: QueryParams) -> None:
    """InputError when a place is given twice, or a size beside a place and a scale."""
    places = [name for name in ("bbox", "subset", "center") if name in params]
    if len(places) > 1:
        raise InputError(f"'{places[0]}' and '{places[1]}' both say where the map is; give one of them")
    sized = [name for name in ("width", "height") if name in params]
    if "scale-denominator" in params and sized and places and places[0] != "center":
        raise InputError(f"'{places[0]}' and 'scale-denominator' already say how large '{sized[0]}' is")


# ---- where ------------------------------------------------------------------------------


def _asked_bounds(params: QueryParams, target: System, extent: Bounds) -> Bounds | None:
    """Bounds in ``target`` by bbox or subset; None when neither is given."""
    if "bbox" in params:
        source = any_system(params, "bbox-crs", CRS84)
        bounds = _checked("bbox", corners(params["bbox"], source), source)
        return reprojected(bounds, source, target)
    if "subset" in params:
        source = any_system(params, "subset-crs", CRS84)
        return reprojected(_subset(params, source, reprojected(extent, CRS84, source)), source, target)
    return None


def _subset(params: QueryParams, source: System, extent: Bounds) -> Bounds:
    """Bounds by one axis or both; the other one whole."""
    west, south, east, north = extent
    for axis, text in parameters.axes(params, "subset").items():
        if axis.lower() in EAST:
            west, east = _interval(axis, text, (west, east))
        elif axis.lower() in NORTH:
            south, north = _interval(axis, text, (south, north))
        else:
            raise InputError(f"no axis '{axis}'; there are: {'Lon, Lat' if source.is_geographic else 'E, N'}")
    if source.is_geographic and (abs(south) > 90 < abs(north) or abs(west) > 360 < abs(east)):
        raise RefusedError(404, "NotFound", f"'subset' lies beyond the axes of {source.name}")
    return _checked("subset", (west, south, east, north), source)


def _interval(axis: str, text: str, whole: tuple[float, float]) -> tuple[float, float]:
    """``low:high`` of an axis; ``*`` stands for the end of the collection."""
    parts = text.split(":")
    if len(parts) != 2:
        raise InputError(f"'{axis}' must be low:high, not '{text}'")
    low, high = (
        end if part.strip() == "*" else parameters.numbers(axis, part, 1)[0]
        for part, end in zip(parts, whole, strict=True)
    )
    return low, high


def _checked(name: str, bounds: Bounds, source: System) -> Bounds:
    """The same bounds, those across the antimeridian with an east beyond 180; InputError without an area."""
    west, south, east, north = bounds
    if south > north:
        raise InputError(f"'{name}' is upside down: its south ({south:g}) is above its north ({north:g})")
    if west > east and source.is_geographic:
        east += 360
    if west > east:
        raise InputError(f"'{name}' must have its west ({west:g}) left of its east ({east:g})")
    if west == east or south == north:
        raise InputError(f"'{name}' has no area")
    return west, south, east, north


def _center(params: QueryParams, target: System, around: Bounds) -> tuple[float, float]:
    """The middle asked for, else that of the bounds, in ``target``."""
    if "center" not in params:
        west, south, east, north = around
        return (west + east) / 2, (south + north) / 2
    source = any_system(params, "center-crs", CRS84)
    x, y = parameters.numbers("center", params["center"], 2)
    x, y = (y, x) if source.northing_first else (x, y)
    longitude, latitude = transformer(source.name, CRS84.name).transform(x, y)
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise InputError(f"center {params['center']} is no place on earth")
    found = transformer(source.name, target.name).transform(x, y)
    if not all(map(isfinite, found)):
        raise InputError(f"center {params['center']} has no place in {target.name}")
    return found


# ---- how large --------------------------------------------------------------------------


def _scale(params: QueryParams) -> float | None:
    if "scale-denominator" not in params:
        return None
    (scale,) = parameters.numbers("scale-denominator", params["scale-denominator"], 1)
    if scale < LARGEST_SCALE:
        raise InputError(
            f"'scale-denominator' must be at least {LARGEST_SCALE:g}, not '{params['scale-denominator']}'"
        )
    return scale


def _over(bounds: Bounds, target: System, size: tuple[int, ...], scale: float | None) -> Frame:
    """A picture of bounds: of the scale, or of the size, whose missing side follows from the bounds."""
    west, south, east, north = bounds
    ratio = (north - south) / (east - west)
    if not NARROWEST <= ratio <= 1 / NARROWEST:
        raise InputError("the bounds are too narrow for a map")
    if scale:
        across, up = _pixel((west + east) / 2, (south + north) / 2, target, scale)
        width, height = (max(1, round(side)) for side in ((east - west) / across, (north - south) / up))
        return Frame(target.name, bounds, width, height)
    width, height = size
    width = width or (max(1, round(height / ratio)) if height else MAP_WIDTH)
    return Frame(target.name, bounds, width, height or max(1, round(width * ratio)))


def _around(
    center: tuple[float, float], target: System, size: tuple[int, ...], scale: float | None, extent: Bounds
) -> Frame:
    """A picture around a place: square unless both sides are given, without a scale as wide as the extent
    would be drawn."""
    x, y = center
    width, height = size[0] or size[1] or MAP_WIDTH, size[1] or size[0] or MAP_WIDTH
    across, up = _pixel(x, y, target, scale or _scale_of(extent))
    bounds = x - across * width / 2, y - up * height / 2, x + across * width / 2, y + up * height / 2
    if not all(map(isfinite, bounds)):
        raise InputError(f"{target.name} has no scale at {x:g},{y:g}")
    return Frame(target.name, bounds, width, height)


def _scale_of(extent: Bounds) -> float:
    """The scale denominator of the whole extent (CRS84) drawn MAP_WIDTH wide."""
    west, south, east, north = extent
    across, _ = _pixel((west + east) / 2, (south + north) / 2, CRS84, 1.0)
    return (east - west) / across / MAP_WIDTH


def _pixel(x: float, y: float, target: System, scale: float) -> tuple[float, float]:
    """Width and height of a pixel of a scale at a place, in units of the reference system."""
    step = DEGREE if target.is_geographic else METRES
    eastings, northings = (x - step, x + step, x, x), (y, y, y - step, y + step)
    longitude, latitude = transformer(target.name, CRS84.name).transform(eastings, northings)
    if not all(map(isfinite, (*longitude, *latitude))):
        raise InputError(f"{target.name} shows no place at {x:g},{y:g}")
    _, _, metres = EARTH.inv(longitude[::2], latitude[::2], longitude[1::2], latitude[1::2])
    if min(metres) <= NARROWEST * max(metres):
        raise InputError(f"{target.name} has no scale at {x:g},{y:g}")
    across, up = (2 * step / one * PIXEL_M * scale for one in metres)
    return across, up
