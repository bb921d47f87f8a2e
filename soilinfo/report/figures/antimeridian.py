"""Outlines of countries that lie on both sides of the antimeridian, put together for paper."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

TURN = 360.0


def put_together(outlines: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Outlines in degrees with longitudes that run on beyond 180 where they then lie closer together.

    The widest stretch of longitude without any land is where the paper ends; what lies west of it is moved
    a turn to the east, and what the antimeridian had cut in two is one again.
    """
    parts = shapely.get_parts([*outlines.values()])
    cut = _cut(shapely.bounds(shapely.get_parts(parts)))
    if cut is None:
        return dict(outlines)
    return {code: _moved(outline, cut) for code, outline in outlines.items()}


def _cut(bounds: NDArray[np.float64]) -> float | None:
    """The longitude east of which the paper begins; None where that is the antimeridian."""
    if not len(bounds):
        return None
    spans = sorted((west, east) for west, _, east, _ in bounds.tolist())
    reach = np.maximum.accumulate([east for _, east in spans]).tolist()
    begins = [west for west, _ in spans]
    gaps = [(begin - before, begin) for before, (_, begin) in zip(reach, pairwise(begins), strict=False)]
    gap, begin = max(gaps, default=(0.0, 0.0))
    return begin if gap > begins[0] + TURN - reach[-1] else None


def _moved(outline: BaseGeometry, cut: float) -> BaseGeometry:
    parts = shapely.get_parts(outline)
    west = shapely.bounds(parts)[:, 0] < cut
    if not west.any():
        return outline
    moved = shapely.transform(parts[west], lambda points: points + np.array([TURN, 0.0]))
    return shapely.union_all([*moved, *parts[~west]])
