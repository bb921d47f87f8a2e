"""Whole sacks and their tonnes: whatever turns one into the other does it here, so that both always agree."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.evaluate.allocation.problem import Numbers

Counts = NDArray[np.int64]
KG = 1000
"""Kilograms in a tonne."""
SACK_SLACK = 1e-9
"""What misses a whole sack by no more is one: additions of floating point leave as much of a few sacks,"""
SACK_SLACK_RELATIVE = 1e-12
"""and this share of many."""


def tonnes_of(sacks: "pd.Series[int]", sack_kg: "float | pd.Series[float]") -> "pd.Series[float]":
    """Tonnes of whole sacks. Kilograms are divided last: 66 sacks of 50 kg are 3.3 t, 66 * 0.05 are not."""
    return sacks * sack_kg / KG


def whole_sacks(tonnes: Numbers, sack_kg: "float | Numbers") -> Counts:
    """How many whole sacks tonnes hold."""
    sacks = tonnes * KG / sack_kg
    return np.floor(sacks + SACK_SLACK + SACK_SLACK_RELATIVE * np.abs(sacks)).astype(np.int64)
