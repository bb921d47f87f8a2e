"""What reports say of a value, as a language writes it: alike on paper, on pages and in a terminal.

What is not known is a dash.
"""

from collections.abc import Iterable, Mapping

from soilinfo.report.phrases import NOTHING, Phrases


def figure(phrases: Phrases, value: float | None, unit: str = "") -> str:
    """A value with three digits that count, or all before its decimal point, and its unit."""
    if value is None:
        return NOTHING
    return f"{phrases.number(value, significant([value]))} {phrases.unit(unit)}".rstrip()


def areas(phrases: Phrases, lower: float | None, upper: float | None) -> str:
    """The least and the most hectares that land may have, with their unit; '' where one is not known."""
    ends = span(phrases, lower, upper, 0)
    return f"{ends} ha" if ends else ""


def interval(phrases: Phrases, lower: float | None, upper: float | None) -> str:
    """The ends of the interval of a value, or that it is not known."""
    return span(phrases, lower, upper) or phrases.say("reports.interval.unknown")


def span(phrases: Phrases, lower: float | None, upper: float | None, decimals: int | None = None) -> str:
    """'4.9 to 6.1'; '' where an end is not known. ``decimals`` None: three digits that count."""
    if lower is None or upper is None:
        return ""
    shown = significant([lower, upper]) if decimals is None else decimals
    low, high = phrases.number(lower, shown), phrases.number(upper, shown)
    return phrases.say("reports.span", low=low, high=high)


def share(phrases: Phrases, percent: float | None) -> str:
    """Percent without decimals, with its sign."""
    return NOTHING if percent is None else f"{phrases.percent(percent)} %"


def measured(phrases: Phrases, method: Mapping[str, str] | None, form: str | None) -> str:
    """By which method, and as what: 'HCl 25 % · Phosphorus as P₂O₅'; '' where nothing is said."""
    words = phrases.named(method) if method else ""
    return " · ".join(each for each in (words, phrases.called("form", form) if form else "") if each)


def depth(ends: tuple[float, float] | None) -> str:
    """'0–30 cm'."""
    return NOTHING if ends is None else f"{ends[0]:g}–{ends[1]:g} cm"


def years(ends: tuple[int, int] | None) -> str:
    """'2016–2020', or the one year."""
    return NOTHING if ends is None else "–".join(map(str, dict.fromkeys(ends)))


# ---- decimals ---------------------------------------------------------------------------


def significant(values: Iterable[float | None], digits: int = 3) -> int:
    """Decimals with which the largest of some numbers has so many digits that count."""
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if largest == 0:
        return 0
    return max(0, digits - len(f"{largest:.0f}") if largest >= 1 else digits - 1 + _zeros(largest))


def _zeros(value: float) -> int:
    """Of a number below one: zeros behind its point before the first other digit, and one."""
    return -int(f"{value:e}".partition("e")[2])


def places(values: Iterable[float]) -> int:
    """Decimals that tell these round numbers exactly, at most nine."""
    known = [*values]
    return next((n for n in range(9) if all(abs(round(v, n) - v) < 1e-9 for v in known)), 9)
