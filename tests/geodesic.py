"""Areas by another road than the program's: geodesics between many points of an outline."""

import shapely
from pyproj import CRS, Geod, Transformer
from shapely.geometry import Polygon

PIECES = 2000


def hectares(shape: Polygon, crs: str) -> float:
    """Area on the ellipsoid of a polygon without holes, given in any CRS."""
    outline = shapely.segmentize(shape.exterior, shape.length / PIECES)
    geodetic = CRS.from_user_input(crs).geodetic_crs
    to_degrees = Transformer.from_crs(crs, geodetic, always_xy=True)
    degrees = to_degrees.transform(*shapely.get_coordinates(outline).T)
    geod: Geod = geodetic.get_geod()
    return abs(geod.polygon_area_perimeter(*degrees)[0]) / 1e4
