"""Times as clients and the configuration write them: instants, days, intervals of two of them."""

import re
from calendar import isleap, monthrange
from datetime import UTC, date, datetime, timedelta

from soilinfo.errors import ConfigError, Fault, InputError

Span = tuple[datetime, datetime]
"""First and last instant (UTC)."""

EVER: Span = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
OPEN = ("", "..")
"""An end of an interval that is not given."""

_DAYS = r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?"
"""A year, a month or a day."""
_DAY = r"\d{4}-\d\d-\d\d"
_INSTANT = rf"{_DAY}T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
_RFC3339 = rf"{_DAY}|{_INSTANT}"
_COARSE = rf"\d{{4}}(-\d\d)?|{_RFC3339}|{_DAY}T\d\d:\d\d(Z|[+-]\d\d:\d\d)"
"""The same, or without its seconds as EDR's examples write it, or a month or a year."""


def span(text: str) -> Span:
    """An instant, a day, or 'start/end' with '..' or nothing for an open end, as OGC API writes ``datetime``.

    InputError for any other text, and for what ends before it begins.
    """
    return _span(text, _RFC3339, "a time of RFC 3339 or two with '/' (2026-01-31T00:00:00Z/..)")


def period(text: str) -> Span:
    """The same, and a month or a year as well, as what layers are about is written."""
    wanted = "a time of RFC 3339 with its offset (2020-06-30T00:00:00Z), a day, a month or a year"
    return _span(text, _COARSE, f"{wanted}, or two with '/'")


def instant(text: str) -> datetime:
    """An instant of RFC 3339 with its offset, in UTC; InputError for any other text."""
    return _one(text, _INSTANT, "2024-07-01T12:00:00Z")


def day(text: str) -> date:
    """A day of RFC 3339; InputError for any other text."""
    return _one(text, _DAY, "2024-07-01").date()


def interval(time: str) -> Span:
    """What a layer is about, to the second, of a year, a month, a day or 'start/end' in the configuration.

    ConfigError for any other text.
    """
    first, _, last = time.partition("/")
    try:
        return _ends(first, _DAYS)[0], _ends(last or first, _DAYS)[1].replace(microsecond=0)
    except ValueError:
        raise ConfigError([Fault("layers", "time", f"'{time}' is not a year, a month or a date")]) from None


def rfc3339(instant: datetime) -> str:
    """An instant as answers tell it: in UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def _span(text: str, known: str, wanted: str) -> Span:
    first, slash, last = text.partition("/")
    ends = (first, last if slash else first)
    try:
        begin, end = (EVER if slash and part in OPEN else _ends(part, known) for part in ends)
    except (ValueError, OverflowError):
        raise InputError(f"'datetime' must be {wanted}, not '{text}'") from None
    if begin[0] > end[1]:
        raise InputError(f"'datetime' ends before it begins: '{text}'")
    return begin[0], end[1]


def _one(text: str, known: str, example: str) -> datetime:
    try:
        return _ends(text, known)[0]
    except (ValueError, OverflowError):
        raise InputError(f"'{text}' is no time of RFC 3339 like {example}") from None


def _ends(text: str, known: str) -> Span:
    """First and last instant, of an instant twice the same; ValueError for what is no time."""
    if not re.fullmatch(known, text, re.IGNORECASE | re.ASCII):
        raise ValueError(text)
    days = re.fullmatch(_DAYS, text)
    if days is None:
        instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
        return instant, instant
    year, month, day = (int(part) if part else None for part in days.groups())
    first = datetime(int(year or 0), month or 1, day or 1, tzinfo=UTC)
    length = 1 if day else monthrange(first.year, first.month)[1] if month else 365 + isleap(first.year)
    return first, first + (timedelta(days=length) - timedelta(microseconds=1))
