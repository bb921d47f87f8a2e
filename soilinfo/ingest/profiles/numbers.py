"""Numbers and days as laboratories and surveyors write them; what cannot be read says why."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.soil_profiles import DayOrder
from soilinfo.ingest.profiles.written import Decimal

SIGNIFICANT = 7
"""Digits kept of a number: single precision, in which many files hold theirs, has no more."""

_NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d{1,2})?"),
}
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
"""May be a number of thousands, or one with three decimals."""
_CENSORED = re.compile(r"([<>≤≥])\s*=?\s*(.*)")
_LIMIT = re.compile(
    r"(lod|loq|dl|mdl|lld|bdl|b\.?d\.?l\.?|below detection( limit)?|tr|tr\.|traces?)", re.IGNORECASE
)
"""Below a limit that is not told."""
_MONTH = "jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des"
_DAY = re.compile(
    rf"\d{{1,2}}[-/ ]({_MONTH})\w*([-/ ]\d{{2,4}})?|({_MONTH})\w*[-/ ]\d{{1,4}}|\d{{4}}-\d\d-\d\d.*",
    re.IGNORECASE,
)

_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
"""A year of two digits may be of two centuries."""


@dataclass(frozen=True)
class Number:
    """A number, or why it is none: ``fault`` is the id of the check that tells it.

    ``qualifier`` '<' or '>': the value is below or above the number, which may be unknown.
    """

    value: float = math.nan
    qualifier: str = ""
    fault: str | None = None


def read_number(text: str, decimal: Decimal = ".") -> Number:
    """The number that a text is; ``decimal`` None: a point, where it cannot part thousands."""
    if censored := _CENSORED.fullmatch(text):
        limit = Number() if _LIMIT.fullmatch(censored[2]) else read_number(censored[2], decimal)
        if limit.fault or limit.qualifier:
            return Number(fault=limit.fault or "unreadable_values")
        return Number(limit.value, "<" if censored[1] in "<≤" else ">")
    if _LIMIT.fullmatch(text):
        return Number(qualifier="<")
    if not _NUMBER[decimal or "."].fullmatch(text):
        return Number(fault=_why(text))
    if decimal is None and _UNCLEAR.fullmatch(text):
        return Number(fault="ambiguous_numbers")
    return Number(float(text.replace(",", ".")))


def _why(text: str) -> str:
    return "turned_into_dates" if _DAY.fullmatch(text) else "unreadable_values"


def numbers(texts: "pd.Series[Any]", decimal: Decimal) -> pd.DataFrame:
    """``value, qualifier, fault`` of each text; a missing text is a missing number without a fault."""
    read, at = _each(texts, partial(read_number, decimal=decimal), Number())
    parts: dict[str, Any] = {
        "value": np.array([one.value for one in read]),
        "qualifier": np.array([one.qualifier for one in read], dtype=object),
        "fault": np.array([one.fault for one in read], dtype=object),
    }
    return pd.DataFrame({name: values[at] for name, values in parts.items()}, index=texts.index)


def significant(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values with as many digits as are significant: 10.000000149011612 is 10."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.floor(np.log10(np.abs(values)))
    scale = 10.0 ** (SIGNIFICANT - 1 - np.where(np.isfinite(power), power, 0.0))
    return np.asarray(np.rint(values * scale) / scale)


def read_day(text: str, order: DayOrder = "iso") -> str | None:
    """ISO 8601 day of a text that is an ISO day or instant, else None: 03/04/2020 is of two months.

    ``order`` 'day_first': also of 3/4/2020, 3-4-2020 and 3.4.2020, which then are of April.
    """
    if order == "day_first" and (found := _DAY_FIRST.fullmatch(text)):
        text = f"{found[4]}-{int(found[3]):02}-{int(found[1]):02}"
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return None


def days(texts: "pd.Series[Any]", order: DayOrder = "iso") -> pd.DataFrame:
    """``value`` (ISO day, None) and ``fault`` of each text."""
    read, at = _each(texts, partial(read_day, order=order), None)
    value = pd.Series(np.array(read, dtype=object)[at], index=texts.index)
    return pd.DataFrame({"value": value, "fault": texts.notna() & value.isna()})


def _each(texts: "pd.Series[Any]", read: Any, missing: Any) -> tuple[list[Any], NDArray[np.intp]]:
    """What each different text is read as, the last being what is missing, and which one each row has."""
    at, different = pd.factorize(texts)
    return [*map(read, different), missing], at


def today() -> str:
    """This day, ISO 8601."""
    return date.today().isoformat()
