"""Land that the outlines of two countries both hold: claims, which no report settles."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import orjson
import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.outline import TOLERANCE_DEG, outline
from soilinfo.report.country.rounding import HECTARE_DECIMALS
from soilinfo.report.region.document import Overlap

EARTH = Geod(ellps="WGS84")
HA_OF_M2 = 1e-4


def nation_outline(report: CountryReport) -> dict[str, Any] | None:
    """The outline of a report's nation as GeoJSON; None where it has none."""
    return next((each.geometry for each in report.content.units if each.level == NATION), None)


def overlaps(reports: Sequence[CountryReport], least_ha: float) -> list[Overlap]:
    """What each pair of countries both claim, where it is at least ``least_ha`` on the ellipsoid.

    Lines in reports lie up to TOLERANCE_DEG beside the true ones, so that a strip along a common border which
    is nowhere wider than twice that is of drawing, not a claim.
    """
    shapes = [(each.content.header.iso3, _shape(each)) for each in reports]
    return [found for one, other in combinations(shapes, 2) for found in _overlap(one, other, least_ha)]


def _shape(report: CountryReport) -> BaseGeometry:
    drawn = nation_outline(report)
    return shapely.from_geojson(orjson.dumps(drawn)) if drawn else MultiPolygon()


def _overlap(
    one: tuple[str, BaseGeometry], other: tuple[str, BaseGeometry], least_ha: float
) -> Iterator[Overlap]:
    common = MultiPolygon([each for each in _polygons(one[1].intersection(other[1])) if _is_wide(each)])
    area_ha = hectares(common)
    drawn = outline(common)
    if area_ha >= least_ha and drawn is not None:
        yield Overlap(a=one[0], b=other[0], area_ha=round(area_ha, HECTARE_DECIMALS), geometry=drawn)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    return [each for each in shapely.get_parts(shape) if isinstance(each, Polygon)]


def _is_wide(polygon: Polygon) -> bool:
    return not polygon.buffer(-TOLERANCE_DEG).is_empty


def hectares(shape: BaseGeometry) -> float:
    """Area on the ellipsoid of a shape in degrees, 0 of an empty one."""
    return 0.0 if shape.is_empty else abs(EARTH.geometry_area_perimeter(shape)[0]) * HA_OF_M2
