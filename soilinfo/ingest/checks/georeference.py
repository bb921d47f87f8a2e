"""Checks of where a raster source says it lies."""

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence, extent, middle
from soilinfo.ingest.source import Source

EARTH_METRES = (6.35e6, 6.40e6)
"""Half axes of every ellipsoid in use for the earth lie between these."""
BEYOND_USE_DEGREES = 1.0
"""How far beyond its CRS's area of use a whole source may lie, in degrees. Ours."""
SAME_RESOLUTION = 0.001
"""Relative difference from the declared cell size that rounding explains. Ours."""


def not_the_earth(seen: RasterEvidence) -> Finding | None:
    """Block a source whose coordinates are those of a site plan, an image or another celestial body."""
    crs = CRS.from_user_input(seen.source.crs)
    low, high = EARTH_METRES
    ellipsoid = crs.ellipsoid
    if ellipsoid is not None and low <= ellipsoid.semi_major_metre <= high:
        return None
    body = f"a body of radius {ellipsoid.semi_major_metre:g} m" if ellipsoid else "no place on the earth"
    message = f"its coordinate reference system '{crs.name}' ({crs.type_name}) describes {body}"
    return Finding("not_the_earth", "block", seen.layer_id, message)


def crs_contradicted(seen: RasterEvidence) -> Finding | None:
    """Block a source whose coordinates cannot be in the coordinate reference system it names."""
    crs = CRS.from_user_input(seen.source.crs)
    reason = _metres_as_degrees(crs, seen.source) or _degrees_as_metres(crs, seen.source)
    reason = reason or _beyond_area_of_use(crs, seen.source)
    if not reason:
        return None
    west, south, east, north = extent(seen.source)
    place = f"x {west:.9g} to {east:.9g} and y {south:.9g} to {north:.9g}"
    message = f"{place} contradict '{crs.name}': {reason}"
    evidence = {"crs": crs.name, "extent": [west, south, east, north]}
    return Finding("crs_contradicted", "block", seen.layer_id, message, evidence=evidence)


def _metres_as_degrees(crs: CRS, source: Source) -> str:
    west, south, east, north = extent(source)
    slack = 2 * abs(source.transform.a)
    possible = west >= -360 - slack and east <= 360 + slack and south >= -90 - slack and north <= 90 + slack
    return "" if possible or not crs.is_geographic else "no longitudes and latitudes; perhaps metres"


def _degrees_as_metres(crs: CRS, source: Source) -> str:
    west, south, east, north = extent(source)
    inside = west >= -180 and east <= 360 and south >= -90 and north <= 90
    degrees = inside and abs(source.transform.a) < 1
    return "longitudes and latitudes, though it counts in metres" if degrees and crs.is_projected else ""


def _beyond_area_of_use(crs: CRS, source: Source) -> str:
    known = _registered(crs)
    area = known.area_of_use if known else None
    if area is None or not crs.is_projected:
        return ""
    box = _in_degrees(crs, extent(source))
    if box is None:
        return "no place on the earth"
    west, south, east, north = box
    margin = BEYOND_USE_DEGREES
    apart = max(area.south - north, south - area.north)
    if area.west < area.east:  # not across 180 degrees, where east and west are no question of order
        apart = max(apart, area.west - east, west - area.east)
    if apart <= margin:
        return ""
    return f"it is for use in {area.name}; they lie {apart:.1f} degrees off"


def _registered(crs: CRS) -> CRS | None:
    """The CRS as its registry describes it: only there is its area of use."""
    authority = crs.to_authority()
    try:
        return CRS.from_authority(*authority) if authority else None
    except CRSError:
        return None


def _in_degrees(crs: CRS, box: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
    """Least and greatest longitude and latitude of a box, leaving out what lies off the earth, as the corners
    of a world map do; None when all of it does."""
    west, south, east, north = box
    x, y = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
    places = np.array(
        Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x.ravel(), y.ravel())
    )
    longitude, latitude = places[:, np.isfinite(places).all(axis=0)]
    if not longitude.size:
        return None
    return longitude.min(), latitude.min(), longitude.max(), latitude.max()


def south_up(seen: RasterEvidence) -> Finding | None:
    """Note that rows run from south to north, or columns from east to west; cells are put in their place."""
    turned = []
    if seen.source.transform.e > 0:
        turned.append("rows run from south to north")
    if seen.source.transform.a < 0:
        turned.append("columns run from east to west")
    if not turned:
        return None
    message = f"{' and '.join(turned)}; read so, every cell in its place"
    return Finding("south_up", "note", seen.layer_id, message)


def resolution_differs(seen: RasterEvidence) -> Finding | None:
    """Warn when the cell size is not the one that config declares: another product, or a resampled one."""
    declared = seen.layer.resolution
    if declared is None:
        return None
    sizes = [abs(seen.source.transform.a), abs(seen.source.transform.e)]
    if all(abs(size / declared - 1) <= SAME_RESOLUTION for size in sizes):
        return None
    message = (
        f"cells of {sizes[0]:g} x {sizes[1]:g}, not {declared:g} as config declares (in the unit of its CRS)"
    )
    evidence = {"declared": declared, "found": sizes, "place": middle(seen.source)}
    return Finding("resolution_differs", "warn", seen.layer_id, message, evidence=evidence)
