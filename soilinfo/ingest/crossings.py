"""How often a polygon crosses itself, which decides how long its repair takes."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

MOST_CROSSINGS = 5_000
"""More than slips of the hand make; their repair takes a second."""
_PAIRS = 2_000_000
"""Pairs of sides that are looked at in one go."""


def crosses_too_often(polygon: BaseGeometry) -> bool:
    """Whether the sides of a polygon's rings meet each other more than MOST_CROSSINGS times.

    Ends as soon as it is known, so of a tangle of many sides too.
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.remove_repeated_points(polygon)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.flatnonzero(ring[:-1] == ring[1:])
    sides: NDArray[np.object_] = np.asarray(
        shapely.linestrings(np.stack([points[ends], points[ends + 1]], axis=1))
    )
    tree, met = shapely.STRtree(sides), 0
    block = max(1, _PAIRS // len(sides))
    for first in range(0, len(sides), block):
        some = sides[first : first + block]
        # Each meets itself and its two neighbours, and two that cross are met twice.
        met += tree.query(some, predicate="intersects").shape[1] - 3 * len(some)
        if met > 2 * MOST_CROSSINGS:
            return True
    return False
