"""Land suitability where a part of the land is evaluated by other criteria."""

import numpy as np
from numpy.typing import NDArray

from soilinfo.evaluate.suitability import Evaluation


def overlay(result: Evaluation, other: Evaluation, mask: NDArray[np.bool_]) -> None:
    """Write into ``result`` what ``other`` says of its crops, where ``mask`` (y, x) is set.

    Both are of one window and of the same scenarios; the crops of ``other`` are among those of
    ``result``, whose other crops and cells stay as they are.
    """
    for position, crop in enumerate(other.crops):
        at = result.crops.index(crop)
        for scenario, classes in other.classes.items():
            result.classes[scenario][at][mask] = classes[position][mask]
        for scenario, limits in other.limiting.items():
            result.limiting[scenario][at][mask] = limits[position][mask]
        result.lacking[at][mask] = other.lacking[position][mask]
