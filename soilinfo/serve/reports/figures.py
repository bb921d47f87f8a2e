"""How pages of reports write numbers: as many digits as tell something, a dash where nothing is known."""

from datetime import date
from math import floor, log10

from soilinfo.catalog.text import number
from soilinfo.report.phrases import NOTHING
from soilinfo.serve.reports.intervals import Interval
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

DIGITS = 3
"""Digits that tell something, of a value that has fewer before its decimal point."""
MOST_DECIMALS = 4


def figure(site: Site, value: float | None) -> str:
    """A value with three digits or all before its decimal point: 5.62, 48.1, 1,234."""
    if value is None:
        return NOTHING
    digits = floor(log10(abs(value))) + 1 if value else DIGITS
    return _written(site, value, min(max(DIGITS - digits, 0), MOST_DECIMALS))


def area(site: Site, hectares: float | None) -> str:
    """Hectares without decimals."""
    return NOTHING if hectares is None else _written(site, hectares, 0)


def share(site: Site, percent: float | None) -> str:
    """Percent with one decimal, and its sign."""
    return NOTHING if percent is None else f"{_written(site, percent, 1)} %"


def span(site: Site, low: float | None, high: float | None) -> str:
    """The ends of an interval; '' where one is not known."""
    if low is None or high is None:
        return ""
    return site.say("reports.span", low=figure(site, low), high=figure(site, high))


def areas(site: Site, low: float, high: float) -> str:
    """The least and the most hectares that land may have, with their unit."""
    return site.say("reports.span", low=area(site, low), high=f"{area(site, high)} ha")


def interval(site: Site, shown: Interval) -> str:
    """The interval of a value, or that it is not known."""
    return span(site, shown.lower, shown.upper) or site.say("reports.interval.unknown")


def depth(site: Site, ends: tuple[float, float] | None) -> str:
    """Top and bottom of a layer of soil."""
    return NOTHING if ends is None else "–".join(Words(site).number(end) for end in ends) + " cm"


def years(span: tuple[int, int] | None) -> str:
    """A year, or the first and the last."""
    return NOTHING if span is None else "–".join(map(str, dict.fromkeys(span)))


def day(site: Site, told: date | None) -> str:
    """A day, such as 1 November 2026."""
    if told is None:
        return NOTHING
    return f"{told.day} {site.say('date.months').split()[told.month - 1]} {told.year}"


def _written(site: Site, value: float, decimals: int) -> str:
    return number(value, decimals, site.language, site.catalog.directory)
