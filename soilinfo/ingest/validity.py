"""Since when and until when units stand: which are current on a day."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from soilinfo.catalog.models import Level

State = Literal["current", "ended", "future", "unreadable"]


def states(frame: gpd.GeoDataFrame, level: Level, on: date) -> npt.NDArray[np.object_]:
    """The :data:`State` of each row of a source on a day."""
    return np.array([_state(begin, end, on) for begin, end in _validity(frame, level)], dtype=object)


def last_change(frame: gpd.GeoDataFrame, level: Level, *, on: date | None = None) -> date | None:
    """The last day, up to ``on`` (today), on which a unit of a source began or ended.

    While it stays the same, so do the units that stand; None when there is no such day. Dates that
    cannot be read count for nothing here: they block.
    """
    on = on or date.today()
    past: set[date] = set()
    for value in (value for pair in _validity(frame, level) for value in pair):
        with suppress(ValueError):
            past |= {day for day in [_day(value)] if day is not None and day <= on}
    return max(past, default=None)


def _validity(frame: gpd.GeoDataFrame, level: Level) -> Iterable[tuple[Any, Any]]:
    begin, end = (
        frame[column] if column in frame.columns else [None] * len(frame)
        for column in (level.valid_from_field, level.valid_to_field)
    )
    return zip(begin, end, strict=True)


def _state(begin: Any, end: Any, on: date) -> State:
    """What a unit valid from the day ``begin`` until the day before ``end`` is on a day."""
    try:
        first, until = _day(begin), _day(end)
    except ValueError:
        return "unreadable"
    if until is not None and until <= on:
        return "ended"
    return "future" if first is not None and first > on else "current"


def _day(value: Any) -> date | None:
    """The day in a cell of a date or text column (OGR writes 2024/07/01 into texts), None where empty."""
    text = "" if pd.isna(value) else str(value).strip()
    return date.fromisoformat(text[:10].replace("/", "-")) if text else None
