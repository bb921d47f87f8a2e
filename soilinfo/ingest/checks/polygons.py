"""Polygons of a person as they can be measured: rings read rightly, slips repaired, the rest left out.

Nothing is lost: a shape that cannot be used keeps its row, with the reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soilinfo.findings import Finding, some
from soilinfo.ingest.crossings import crosses_too_often

SUBJECT = "polygons"
MOST_CHANGE = 0.01
"""Share of its area by which a repair may change a polygon: our choice."""
WIDEST = 180.0
"""Degrees; wider is only what was drawn across the antimeridian the wrong way round."""
_MISREAD = ("Nested shells", "Hole lies outside shell")
"""What GEOS says of rings whose direction was taken for their role."""
_CLOCKWISE: Mapping[str, bool] = {"ESRI Shapefile": True}
"""Formats whose outer rings run in one direction (ESRI 1998). GeoJSON's once had none, and nobody minds."""

Objects = npt.NDArray[np.object_]

MESSAGES = {
    "no_geometry": "have no geometry",
    "empty_geometry": "have an empty geometry",
    "not_a_polygon": "are no polygons",
    "bad_coordinates": "have coordinates that are no longitude and latitude",
    "crosses_antimeridian": f"are wider than {WIDEST:g} degrees",
    "too_many_vertices": "have too many vertices",
    "self_crossing": f"cross themselves, and a repair would change their area by more than {MOST_CHANGE:.0%}",
    "ring_direction": "had a ring drawn the wrong way round, and were read by how their rings lie",
    "repaired": f"crossed themselves and were repaired; their area changed by at most {MOST_CHANGE:.0%}",
}
"""By reason, the ones for which a row is left out first: 'features 3 and 7 ...'."""
LEFT_OUT = tuple(MESSAGES)[:7]


@dataclass(frozen=True)
class Judged:
    """Polygons by row, None where ``left_out`` has the reason; ``mended`` says what was done to a shape.

    ``duplicate_of``: the number (from 1) of the first row with the same shape, 0 where it is the first.
    """

    shapes: npt.NDArray[np.object_]
    left_out: Objects
    mended: Objects
    duplicate_of: npt.NDArray[np.int64]
    findings: tuple[Finding, ...]


def judge_polygons(shapes: npt.NDArray[np.object_], kind: str, most_vertices: int) -> Judged:
    """Shapes (EPSG:4326) of a file of a ``kind`` (as GDAL calls it), each judged on its own.

    They may overlap. A ring of the wrong direction is read by how it lies; a shape that crosses itself is
    repaired where that changes its area by at most MOST_CHANGE, and left out otherwise.
    """
    judged = [_judged(shape, kind, most_vertices) for shape in shapes]
    usable = np.array([shape for shape, _ in judged], dtype=object)
    reasons = np.array([reason for _, reason in judged], dtype=object)
    left_out = np.where([shape is None for shape in usable], reasons, "")
    mended = np.where(left_out == "", reasons, "")
    twins = _duplicate_of(usable)
    found = (*_found(reasons), *_found_twice(twins))
    return Judged(usable, left_out, mended, twins, found)


def _judged(shape: BaseGeometry | None, kind: str, most_vertices: int) -> tuple[BaseGeometry | None, str]:
    """A polygon that can be measured, or None, and what there is to say of it."""
    if reason := _unusable(shape, most_vertices):
        return None, reason
    assert shape is not None, "no shape is a reason"
    if shape.is_valid:
        return shape, "ring_direction" if _turned(shape, kind) else ""
    if shapely.is_valid_reason(shape).startswith(_MISREAD):
        turned = _by_lie(shape)
        if turned.is_valid and turned.area:
            return turned, "ring_direction"
    mended = _mended(shape)
    return mended, "repaired" if mended is not None else "self_crossing"


def _unusable(shape: BaseGeometry | None, most_vertices: int) -> str:
    if shape is None:
        return "no_geometry"
    if shape.is_empty:
        return "empty_geometry"
    if not isinstance(shape, Polygon | MultiPolygon):
        return "not_a_polygon"
    if shapely.get_num_coordinates(shape) > most_vertices:
        return "too_many_vertices"
    points = np.abs(shapely.get_coordinates(shape))
    if not (points <= (180 + 1e-9, 90 + 1e-9)).all():  # which no NaN is
        return "bad_coordinates"
    west, _, east, _ = shape.bounds
    return "crosses_antimeridian" if east - west > WIDEST else ""


def _turned(shape: BaseGeometry, kind: str) -> bool:
    """Whether an outer ring runs against what the format says."""
    if kind not in _CLOCKWISE:
        return False
    outer = shapely.get_exterior_ring(shapely.get_parts(shape))
    return bool((shapely.is_ccw(outer) == _CLOCKWISE[kind]).any())


def _by_lie(shape: BaseGeometry) -> Any:
    """The area between the rings, whatever their direction: within an outer one lies a hole."""
    between: Any = shapely.build_area(shapely.multilinestrings(_rings(shape)))
    return between


def _rings(shape: BaseGeometry) -> Objects:
    rings: Objects = shapely.get_rings(shapely.get_parts(shape))
    return rings


def _mended(shape: BaseGeometry) -> BaseGeometry | None:
    """The shape made valid; None where that would change its area, or take too long."""
    if crosses_too_often(shape):
        return None
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    # Of a ring that crosses itself shapely's area is that by the shoelace formula, in which loops cancel out.
    before, after = shape.area, mended.area
    close = after > 0 and abs(after - before) <= MOST_CHANGE * max(after, before)
    return mended if close and isinstance(mended, Polygon | MultiPolygon) else None


def _duplicate_of(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """The number of the first row of the same shape, wherever its rings begin; 0 of the first itself."""
    there = np.array([shape is not None for shape in shapes], dtype=bool)
    keys = pd.Series(shapely.to_wkb(shapely.normalize(shapes[there])), index=np.flatnonzero(there) + 1)
    firsts = keys.index.to_series().groupby(keys.to_numpy()).transform("min")
    found = np.zeros(len(shapes), dtype=np.int64)
    found[there] = np.where(firsts.to_numpy() == keys.index, 0, firsts)
    return found


def _found(reasons: Objects) -> Iterator[Finding]:
    for reason, message in MESSAGES.items():
        rows = [int(row) for row in np.flatnonzero(reasons == reason) + 1]
        if rows:
            left_out = reason in LEFT_OUT
            told = f"features {some(rows)} {message}" + (" and are left out" if left_out else "")
            yield Finding(
                reason, "warn" if left_out else "note", SUBJECT, told, len(rows), {"features": rows}
            )


def _found_twice(twins: npt.NDArray[np.int64]) -> Iterator[Finding]:
    pairs = [(int(row) + 1, int(twins[row])) for row in np.flatnonzero(twins)]
    if pairs:
        told = some(f"{row} (as {first})" for row, first in pairs)
        message = f"features that are drawn more than once, all of which are kept: {told}"
        evidence = {
            "features": [row for row, _ in pairs],
            "pairs": [f"{row} = {first}" for row, first in pairs],
        }
        yield Finding("duplicates", "warn", SUBJECT, message, len(pairs), evidence)
