"""Whether colours are told apart by everybody, those who see fewer colours included. Pure functions.

Colours as seen without one kind of cone are simulated after Machado, Oliveira & Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), at severity
1.0, in linear sRGB. How far two colours are apart is their distance in OKLab (Ottosson, "A perceptual color
space for image processing", 2020), times 100: about 2 is the least that can be seen side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Vision = Literal["normal", "protan", "deutan", "tritan"]

_SEEN: Mapping[Vision, NDArray[np.float64]] = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


class Alike(NamedTuple):
    """Two colours, by their places in a list, that somebody hardly tells apart."""

    first: int
    second: int
    vision: Vision
    distance: float


def alike(colours: Sequence[str], least: float) -> Iterator[Alike]:
    """Every two of some colours (#rrggbb) that are less than ``least`` apart for somebody.

    Each two once, as those see them who see the least of a difference.
    """
    seen = {vision: _oklab(simulated(colours, vision)) for vision in _SEEN}
    for first, second in combinations(range(len(colours)), 2):
        distances = {vision: _distance(lab[first], lab[second]) for vision, lab in seen.items()}
        vision = min(distances, key=distances.__getitem__)
        if distances[vision] < least:
            yield Alike(first, second, vision, distances[vision])


def simulated(colours: Sequence[str], vision: Vision) -> NDArray[np.float64]:
    """Colours (#rrggbb) as somebody sees them: linear sRGB, shape (n, 3), each 0..1."""
    channels = np.array([[*bytes.fromhex(colour.removeprefix("#"))] for colour in colours]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ _SEEN[vision].T, 0, 1)


def _oklab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear sRGB as OKLab, both of shape (n, 3)."""
    lab: NDArray[np.float64] = np.cbrt(linear @ _LMS.T) @ _LAB.T
    return lab


def _distance(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return 100 * float(np.linalg.norm(first - second))
