"""How polygons fit together: where several claim the same land, and where they enclose some that none has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon

from soilinfo.ingest.vector import Shapes, geodesic_hectares, mean_widths, place_of, polygons

LEAST_HA = 0.01
"""Overlaps below this (100 square metres) are rounding of coordinates."""


@dataclass(frozen=True)
class Overlap:
    """Two units that claim the same land: its hectares, its mean width in metres and a place in it."""

    units: tuple[str, str]
    hectares: float
    width: float
    place: list[float] | None


def overlapping(shapes: Shapes, codes: Sequence[str]) -> list[Overlap]:
    """Every pair of valid polygons (EPSG:4326, with their codes) that share land, the largest first."""
    if not len(shapes) or shapely.coverage_is_valid(shapes):
        return []
    left, right = _suspects(shapes)
    shared = polygons(shapely.intersection(shapes[left], shapes[right]))
    hectares, widths = geodesic_hectares(shared), mean_widths(shared)
    return [
        Overlap((codes[left[i]], codes[right[i]]), float(hectares[i]), float(widths[i]), place_of(shared[i]))
        for i in np.argsort(-hectares, kind="stable")
        if hectares[i] >= LEAST_HA
    ]


def _suspects(shapes: Shapes) -> npt.NDArray[np.intp]:
    """Numbers (2, pairs) of polygons that may share land, each pair once and the lower number first.

    The edges of a polygon drawn inside another are at fault and those of the outer one are not, so that
    one suspect is enough for a pair.
    """
    at_fault = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    suspect, other = shapely.STRtree(shapes).query(shapes[at_fault], predicate="intersects")
    pairs = np.sort([at_fault[suspect], other], axis=0)
    return np.unique(pairs[:, pairs[0] < pairs[1]], axis=1)


def holes_between(shapes: Shapes) -> Shapes:
    """The holes of the union of polygons: what they enclose, alone or together, and none of them has."""
    if not len(shapes):
        return np.array([], dtype=object)
    # Units lie on many islands; uniting only those that touch takes a tenth of the time.
    whole = shapely.disjoint_subset_union_all(shapes)
    rings = [ring for part in shapely.get_parts([whole]) for ring in part.interiors]
    return np.array([Polygon(ring) for ring in rings], dtype=object)
