"""One weight for each unit from any columns: how much its need counts beside that of others.

No public rule gives a formula. A weight is the product of columns, each relative to its mean over the units
and raised to a power, so 1 is the average unit and the unit of measure of a column does not matter.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.findings import some


def weights(columns: pd.DataFrame, powers: Mapping[str, float]) -> "pd.Series[float]":
    """Weights of units by ``columns`` (index: codes), each to the power given; all 1 without powers.

    A unit of weight 0 gets no more than its floor, which those who set the weights should know.

    Raises UnknownNameError for a column that there is not, and InputError, naming the units, for a number
    that is missing or negative, for 0 with a negative power, and for a column that is 0 everywhere.
    """
    factors = pd.DataFrame(
        {name: _factor(columns, name, power) for name, power in powers.items()}, columns.index
    )
    return factors.prod(axis=1)


def _factor(columns: pd.DataFrame, name: str, power: float) -> "pd.Series[float]":
    """A column relative to its mean, raised to a power."""
    if name not in columns:
        raise UnknownNameError("column to weight by", name, columns.columns)
    values = columns[name].astype(np.float64)
    _refuse(values, values.isna() | values.isin([np.inf]), "is missing, which is not zero, or endless")
    _refuse(values, values < 0, "is negative")
    _refuse(values, (values == 0) & (power < 0), f"is 0, which has no power of {power:g},")
    mean = values.mean()
    if mean == 0:
        raise InputError(f"nothing can be weighted by {name}: it is 0 everywhere")
    return (values / mean) ** power


def _refuse(values: "pd.Series[float]", wrong: "pd.Series[bool]", what: str) -> None:
    if wrong.any():
        raise InputError(f"{values.name} {what} of {some(sorted(values.index[wrong]))}")
