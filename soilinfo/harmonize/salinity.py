"""Salt and sodium: what the sodium adsorption ratio says of exchangeable sodium, and classes by edges."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.errors import InputError

Side = Literal["below", "above"]
"""To which class a value belongs that lies on an edge: to that below it, or to that above it."""


def esp_of_sar(sar: ArrayLike) -> NDArray[np.float64]:
    """Exchangeable sodium (% of the CEC) from the sodium adsorption ratio of the saturation extract.

    ESP = 100 x / (1 + x) with x = -0.0126 + 0.01475 SAR (US Salinity Laboratory Staff 1954, USDA Handbook
    60), and 0 below SAR 0.85, where that is less than nothing. NaN for a missing or a negative SAR.
    """
    ratio = np.asarray(sar, float)
    exchangeable = np.maximum(-0.0126 + 0.01475 * np.where(ratio >= 0, ratio, np.nan), 0)
    esp: NDArray[np.float64] = 100 * exchangeable / (1 + exchangeable)
    return esp


def classify(values: ArrayLike, edges: Sequence[float], on_edge: Side | Sequence[Side]) -> NDArray[np.uint8]:
    """Class of each value: 1 below the first edge, 2 up to the second ...; 0 where it is missing (NaN).

    ``on_edge``: to which class a value on an edge belongs, one for all or of each edge; published tables of
    salinity differ in nothing so much as in this. Raises InputError for edges that do not ascend.
    """
    sides = [on_edge] * len(edges) if isinstance(on_edge, str) else list(on_edge)
    if len(sides) != len(edges) or any(np.diff(edges) <= 0):
        raise InputError(f"edges of classes ascend, each with its side; given are {edges} and {sides}")
    numbers = np.asarray(values, float)
    classes = np.ones(numbers.shape, np.uint8)
    for edge, side in zip(edges, sides, strict=True):
        classes += numbers > edge if side == "below" else numbers >= edge
    return np.where(np.isnan(numbers), np.uint8(0), classes)
