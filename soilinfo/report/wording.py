"""Findings in one language: the text ``finding.<check>``, filled with numbers, names and dates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from soilinfo.report.coded import Coded
from soilinfo.report.phrases import NOTHING, Phrases

MOST_LISTED = 10
"""Names that a sentence lists; the others are counted."""
CODED = {"fertilizers": "fertilizer", "commodities": "commodity", "nutrients": "nutrient"} | {
    "reason": "note",
    "table": "layer",
    "indicators": "indicator",
    "threats": "threat",
    "lacking": "layer",
}
"""Columns whose values evidence holds under another name."""
DATES = ("due", "submitted_on", "since")
PLACES = {"_t": 3, "kendalls_w": 3}
"""Decimals by the end of a name; of tonnes the kilograms."""


class Words(NamedTuple):
    """A finding as a person reads it."""

    severity: str
    about: str
    text: str


def told(phrases: Phrases, findings: Iterable[Coded], names: Mapping[str, str]) -> list[Words]:
    """Findings of a report in their order; ``names``: of countries, by code."""

    def words(found: Coded) -> Words:
        """Severity, what it is about, and sentence, all as the language has them."""
        severity = phrases.say(f"value.severity.{found.severity}")
        return Words(severity, about(phrases, found, names), said(phrases, found))

    return [words(each) for each in findings]


def about(phrases: Phrases, found: Coded, names: Mapping[str, str]) -> str:
    """What a finding is about: countries by name, else what its id is called."""
    return ", ".join(names.get(one) or phrases.called("about", one) for one in found.about.split(", "))


def said(phrases: Phrases, found: Coded) -> str:
    """The sentence of a finding."""
    return phrases.say(f"finding.{found.check}", **written(phrases, found.evidence))


def written(phrases: Phrases, evidence: Mapping[str, Any]) -> dict[str, str]:
    """What a finding is filled with, as the language writes it."""
    return {name: _written(phrases, name, value) for name, value in evidence.items()}


def listed(phrases: Phrases, names: Sequence[str], count: int) -> str:
    """The first of some names, and how many more of ``count`` there are."""
    shown = [*names[:MOST_LISTED]]
    others = count - len(shown)
    more = [phrases.say("allocation.words.more", count=phrases.number(others, 0))] if others else []
    return phrases.listed([*shown, *more])


def _written(phrases: Phrases, name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return _several(phrases, name, value)
    if isinstance(value, int | float):
        return phrases.value(value, next((n for end, n in PLACES.items() if name.endswith(end)), 1))
    if name in DATES:
        return phrases.date(datetime.fromisoformat(value))
    return _called(phrases, name, value) or NOTHING


def _several(phrases: Phrases, name: str, values: Sequence[Any]) -> str:
    """Names as a list; two numbers as a span, or the one that both ends are."""
    if not values:
        return NOTHING
    if isinstance(values[0], int | float):
        return "–".join(dict.fromkeys(f"{each:g}" for each in values))
    return listed(phrases, [_called(phrases, name, each) for each in values], len(values))


def _called(phrases: Phrases, name: str, value: Any) -> str:
    return phrases.called(CODED.get(name, name), str(value))
