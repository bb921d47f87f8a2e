"""Munsell notations ('10YR 3/2', 'N 2/') as surveyors write them: hue, value and chroma of a colour."""

import re
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

_HUE = r"(?:(?P<step>\d{1,2}(?:[.,]\d)?)\s*(?:YR|GY|BG|PB|RP|R|Y|G|B|P)|N)"
_NOTATION = re.compile(
    rf"{_HUE}\s*(?P<value>\d{{1,2}}(?:[.,]\d+)?)\s*/\s*(?P<chroma>\d{{1,2}}(?:[.,]\d+)?)?"
    r"(?:[-–,;(\s]+[^\W\d][^\d/]*)?",
    re.IGNORECASE,
)
"""The name of the colour may follow, as in the GloSIS template's code list: '10YR 4/3 - (dark) brown'."""
MOST = 10
"""Of hue steps, and of a value: 10 is white."""

PARTS = {"munsell_value_moist": "value", "munsell_chroma_moist": "chroma", "munsell_value_dry": "value"}
"""Property -> what of a notation it is."""


class Munsell(NamedTuple):
    """Value and chroma of a colour."""

    value: float
    chroma: float


def read_munsell(text: str) -> Munsell | None:
    """The colour that a text notes; None where it notes none, or several. Neutral (N) is chroma 0."""
    found = _NOTATION.fullmatch(text.strip())
    if found is None:
        return None
    step, value, chroma = (_number(found[name]) for name in ("step", "value", "chroma"))
    if found["step"] is None:
        chroma = 0.0 if found["chroma"] is None else chroma
        return Munsell(value, chroma) if value <= MOST and chroma == 0 else None
    return Munsell(value, chroma) if 0 < step <= MOST and value <= MOST and chroma >= 0 else None


def _number(text: str | None) -> float:
    return float("nan") if text is None else float(text.replace(",", "."))


def with_colours(read: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers as ``read`` of the ``rows``' cells; of properties of a colour the part of the notation.

    A cell that holds a number alone stays that number; what is neither keeps its fault.
    """
    part = rows["property"].map(PARTS)
    cells = rows["cell"][part.notna() & rows["cell"].notna()]
    noted = {cell: read_munsell(cell) for cell in cells.unique()}
    known = cells[cells.map(noted).notna()]
    values: list[Any] = [
        getattr(noted[cell], name) for cell, name in zip(known, part[known.index], strict=True)
    ]
    told = read.copy()
    told.loc[known.index, "value"] = np.array(values, float)
    told.loc[known.index, "fault"] = None
    return told
