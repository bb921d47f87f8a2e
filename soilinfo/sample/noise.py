"""Seeded value noise: smooth random fields that are pure functions of their coordinates.

Because a value depends on its own (x, y) alone, a nation of any size can be made block by block and
a block never shows a seam.
"""

from functools import lru_cache
from math import cos, floor, radians, sin
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

Array = NDArray[np.float64]

SEED = 20251122
"""The one seed of the sample nation; every field draws its own stream from it and from its name."""

_SIDE = 256
# Each octave is turned by this angle against the one before, so that the lattice never shows.
_COSINE, _SINE = cos(radians(36.87)), sin(radians(36.87))


def generator(name: str) -> np.random.Generator:
    """The random stream that belongs to ``name``, the same in every run."""
    return np.random.default_rng([SEED, crc32(name.encode())])


def step(values: Array, low: float, high: float) -> Array:
    """0 at ``low`` and beyond, 1 at ``high`` and beyond, a smooth rise (or fall) between them."""
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def noise(name: str, x: Array, y: Array, wavelength: float, octaves: int = 1) -> Array:
    """Noise of about -1..1 at (x, y), any shape; each further octave has half the wavelength and height.

    ``wavelength`` is in the unit of the coordinates. The pattern repeats after 256 wavelengths.
    """
    total = np.zeros(x.size)
    _add_octaves(_lattice(name), x.ravel() / wavelength, y.ravel() / wavelength, octaves, total)
    # Octaves are independent, so their sum is flatter than one of them: stretch it back.
    return (total * (1.0 + 0.25 * (octaves - 1)) / (2.0 - 2.0 ** (1 - octaves))).reshape(x.shape)


def ridges(name: str, x: Array, y: Array, wavelength: float, octaves: int = 1) -> Array:
    """Noise folded at zero: 1 on the crests of a branching net of ridges, towards 0 between them."""
    return 1.0 - np.minimum(np.abs(noise(name, x, y, wavelength, octaves)), 1.0)


@lru_cache(maxsize=128)
def _lattice(name: str) -> Array:
    return generator(name).uniform(-1.0, 1.0, (_SIDE, _SIDE))


@compiled
def _blend(lattice: Array, x: float, y: float) -> float:
    """The lattice between its nodes, blended by the cubic smoothstep so that slopes are continuous."""
    left, low = floor(x), floor(y)
    east, north = x - left, y - low
    east, north = east * east * (3.0 - 2.0 * east), north * north * (3.0 - 2.0 * north)
    mask = _SIDE - 1
    column, row = int(left) & mask, int(low) & mask
    right, up = (column + 1) & mask, (row + 1) & mask
    below = lattice[row, column] + east * (lattice[row, right] - lattice[row, column])
    above = lattice[up, column] + east * (lattice[up, right] - lattice[up, column])
    return float(below + north * (above - below))


@compiled
def _add_octaves(lattice: Array, x: Array, y: Array, octaves: int, total: Array) -> None:
    for i in range(x.size):
        east, north, height = x[i], y[i], 1.0
        for _ in range(octaves):
            total[i] += height * _blend(lattice, east, north)
            east, north = (
                2.0 * (_COSINE * east - _SINE * north) + 17.31,
                2.0 * (_SINE * east + _COSINE * north) + 41.73,
            )
            height *= 0.5
