"""Which soil profiles are asked for: by their ids, in an area, within a distance."""

from collections.abc import Mapping

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pygeofilter import ast, values
from pyproj import Geod
from shapely.geometry.base import BaseGeometry
from starlette.datastructures import QueryParams

from soilinfo.catalog.names import PROFILES
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.profile_parameters import beside
from soilinfo.serve.features.times import DAYS, written_within
from soilinfo.serve.instants import period
from soilinfo.store.vector import GEOMETRY, Query

MOST_PROFILES = 1_000
"""Profiles of one answer; all of them are had as files of the collection's items."""
METRES: Mapping[str, float] = {"km": 1000.0, "m": 1.0, "mi": 1609.344}
"""Metres of each unit of ``within-units``."""
CLOSEST = 100.0
"""Metres within which nobody looks for less."""
FIELDS = ("id", "date")
EARTH = Geod(ellps="WGS84")


def profile(collection: Collection, id: str) -> GeoDataFrame:
    """The one profile of that id; UnknownNameError for none."""
    found = _read(collection, Query(ids=(id,), fields=FIELDS))
    if found.empty:
        some = _read(collection, Query(fields=("id",), limit=3, geometry=False))
        raise UnknownNameError("profile", id, [*some["id"], "... as /locations lists them"])
    return found


def within_area(collection: Collection, shape: BaseGeometry, params: QueryParams) -> GeoDataFrame:
    """The profiles in an area in degrees."""
    inside = ast.GeometryIntersects(ast.Attribute(GEOMETRY), values.Geometry(shape))
    query = Query(bbox=shape.bounds, where=_all(inside, described_in(params)), fields=FIELDS)
    return _few(collection, query)


def within_distance(
    collection: Collection, degrees: tuple[float, float], metres: float, params: QueryParams
) -> GeoDataFrame:
    """The profiles within a distance (on the ellipsoid) of a point, the nearest first.

    With a ``limit`` no more than so many, however many there are.
    """
    limit = parameters.integer(params, "limit", MOST_PROFILES, low=1, high=MOST_PROFILES)
    described = described_in(params)
    reach = _reach(collection, degrees, metres, limit, described) if "limit" in params else metres
    found = _few(collection, Query(bbox=_around(*degrees, reach), where=described, fields=FIELDS))
    distances = distances_of(found, degrees)
    nearest = np.argsort(distances, kind="stable")
    return found.iloc[nearest[distances[nearest] <= metres][:limit]]


def _reach(
    collection: Collection,
    degrees: tuple[float, float],
    metres: float,
    limit: int,
    described: ast.Node | None,
) -> float:
    """A distance, as short as is quickly found, within which the ``limit`` nearest profiles are.

    A box of half that side holds as many; its corners are less than 1.6 sides from the middle.
    """
    side = metres
    while (
        side > CLOSEST
        and _count(collection, Query(bbox=_around(*degrees, side / 2), where=described)) >= limit
    ):
        side /= 2
    return min(metres, 1.6 * side)


def distances_of(found: GeoDataFrame, degrees: tuple[float, float]) -> NDArray[np.float64]:
    """How far each profile is from a point, in metres on the ellipsoid."""
    (x, y), count = degrees, len(found)
    xs, ys = shapely.get_x(found.geometry), shapely.get_y(found.geometry)
    _, _, metres = EARTH.inv(np.full(count, x), np.full(count, y), xs, ys)
    return np.asarray(metres)


def distance_of(params: QueryParams) -> float:
    """``within`` and ``within-units`` in metres; InputError where they are missing or no distance."""
    unit = parameters.one_of("within-units", params.get("within-units", ""), METRES)
    try:
        distance = parameters.number(params.get("within", "")) * METRES[unit]
    except ValueError:
        raise InputError(f"'within' must be a number, not '{params.get('within', '')}'") from None
    if distance <= 0:
        raise InputError(f"'within' must be above 0, not {params['within']}")
    return distance


def described_in(params: QueryParams) -> ast.Node | None:
    """The condition that a profile was described within ``datetime``; one without a day always was."""
    return written_within(DAYS[PROFILES], period(params["datetime"])) if "datetime" in params else None


def _around(x: float, y: float, metres: float) -> Bounds:
    """A box that holds a circle; around the whole earth where a pole is in it."""
    _, north, _ = EARTH.fwd(x, y, 0, metres)
    _, south, _ = EARTH.fwd(x, y, 180, metres)
    if not south < y < north:
        return (-180.0, -90.0, 180.0, 90.0)
    # The circle is widest nearer to the pole than its centre; a tenth more holds it but at the poles.
    east, _, _ = EARTH.fwd(x, y, 90, 1.1 * metres)
    west, _, _ = EARTH.fwd(x, y, 270, 1.1 * metres)
    return (west, south, east, north)


def _few(collection: Collection, query: Query) -> GeoDataFrame:
    """The profiles of a query; RefusedError (413) for more than one answer holds."""
    matched = _count(collection, query)
    if matched > MOST_PROFILES:
        raise RefusedError(
            413,
            "ContentTooLarge",
            f"these are {matched:,} profiles, more than the {MOST_PROFILES:,} of one answer; ask for a "
            f"smaller area, or for all of them as a file: /collections/{collection.id}/items?f=parquet",
        )
    return _read(collection, query)


def _count(collection: Collection, query: Query) -> int:
    version = beside(collection, PROFILES)
    return collection.store.vector.count(PROFILES, version, query) if version else 0


def _read(collection: Collection, query: Query) -> GeoDataFrame:
    version = beside(collection, PROFILES)
    if version is None:
        raise RefusedError(404, "NotFound", f"no profiles are published with '{collection.id}'")
    return collection.store.vector.read(PROFILES, version, query)


def _all(*conditions: ast.Node | None) -> ast.Node:
    return ast.And.from_items(*(each for each in conditions if each is not None))
