"""What a dataset of soil profiles says, as it was written: texts in columns of ours, nothing interpreted.

The forms that people send differ in how they are laid out; all become these three frames, one row for each
profile (or for each time that it is told), element and value. Cells are texts, None where empty.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from soilinfo.catalog.soil_profiles import ProfileColumns
from soilinfo.catalog.tables import Sheet
from soilinfo.errors import SourceError, UnitError
from soilinfo.ingest.sheets import Cells
from soilinfo.units import spelled

Reader = Callable[[Sheet], Cells]
"""What gives the cells of a sheet; raises SourceError."""

PROFILE = tuple(ProfileColumns.model_fields)
"""Columns of what is said of a profile."""
ELEMENT = ("profile_code", "element_code", "kind", "horizon_code", "upper", "lower")
OBSERVATION = ("profile_code", "element_code", "specimen_code", "property", "procedure", "unit")
SOURCE = ("source_property", "source_unit", "cell")
"""How a value was named, in which unit it stood, and what was written."""

Decimal = Literal[".", ","] | None


@dataclass(frozen=True)
class Written:
    """Profiles, elements and values of a dataset as written; each has its ``row`` in the sheet.

    ``elements`` run in the order of the source. ``element`` of an observation is the position of its element,
    -1 where there is none; ``unit`` is one of ours, None where it is not known.
    """

    profiles: pd.DataFrame
    elements: pd.DataFrame
    observations: pd.DataFrame
    decimals: Mapping[str, Decimal]
    """Decimal mark of the numbers of each frame."""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is written -> class, by how the values of a class property are named."""
    errors: tuple[str, ...] = ()
    """Cells whose formula gives an error."""
    is_linked: bool = False
    """Whether formulas take values from other workbooks."""
    likened: Mapping[str, str] = field(default_factory=dict)
    """Headings of values -> those, not quite the same, that say what they are."""


def texts(cells: Sequence[Any], nodata: Collection[str] = ()) -> "pd.Series[Any]":
    """Cells as texts without blanks around them, None for what is empty or one of ``nodata``."""
    written = pd.Series([one.strip() if type(one) is str else _text(one) for one in cells], dtype=object)
    return written.mask(written.isin(["", *nodata]), None)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def unit_of(text: str | None, property_unit: str | None) -> str | None:
    """Our symbol of a unit as it is written of values of a property; None for one that we do not know."""
    try:
        return spelled(text, property_unit) if text else None
    except UnitError:
        return None


def columns(
    path: str, cells: Cells, named: Mapping[str, str | None], nodata: Collection[str] = ()
) -> pd.DataFrame:
    """Our columns -> headings as a frame of texts, with ``row``; None throughout where there is no heading.

    A code of the profile without a heading is the number of the row. Rows without a single cell filled are
    left out. SourceError when a heading is not there.
    """
    for heading in named.values():
        if heading is not None and heading not in cells.headings:
            there = ", ".join(filter(None, cells.headings))
            raise SourceError(f"{path}: no column is headed '{heading}'; there are: {there}")
    told = {
        name: texts(cells.column(heading), nodata)
        if heading
        else pd.Series([None] * len(cells.rows), dtype=object)
        for name, heading in named.items()
    }
    frame = pd.DataFrame({**told, "row": range(cells.first_row, cells.first_row + len(cells.rows))})
    headed = [place for place, heading in enumerate(cells.headings) if heading]
    filled = np.array([any(row[place] != "" for place in headed) for row in cells.rows], dtype=bool)
    if named.get("profile_code", "") is None:
        frame["profile_code"] = frame["row"].astype(str).astype(object)
    return frame[filled].reset_index(drop=True)


def stacked(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Frames below each other with these columns alone; one without rows where there are none."""
    counted = {"element": int, "row": int}
    types = {name: counted.get(name, object) for name in names}
    whole = [frame.reindex(columns=list(names)).astype(types) for frame in frames if len(frame)]
    if not whole:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
    return pd.concat(whole, ignore_index=True)
