"""Areas that fill a rectangle with crooked borders between them, as districts do."""

import numpy as np
import shapely
from numpy.typing import NDArray


def districts(rows: int, columns: int, steps: int = 12, seed: int = 1) -> NDArray[np.object_]:
    """(rows * columns,) polygons in a box of 8 x 4 degrees; neighbours share every vertex of a border."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : rows * steps + 1, 0 : columns * steps + 1].astype(float)
    inner = np.s_[1:-1, 1:-1]
    x[inner] += random.uniform(-0.4, 0.4, x[inner].shape)
    y[inner] += random.uniform(-0.4, 0.4, y[inner].shape)
    points = np.stack([110 + x * 8 / columns / steps, -8 + y * 4 / rows / steps], axis=-1)
    return np.array(
        [
            shapely.Polygon(_around(points[r * steps : (r + 1) * steps + 1, c * steps : (c + 1) * steps + 1]))
            for r in range(rows)
            for c in range(columns)
        ]
    )


def _around(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points along the border of a block."""
    return np.concatenate([block[0, :-1], block[:-1, -1], block[-1, :0:-1], block[:0:-1, 0]])
