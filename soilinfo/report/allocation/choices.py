"""What was chosen for an allocation, and what its plan says, a line each."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from soilinfo.catalog.text import texts
from soilinfo.report.phrases import Phrases

PLACES = 6
"""Decimals that a choice may have: shares of months have four, weights any."""
CODED = {"levels": "level", "beside": "fertilizer", "of_layers": "layer"}
"""Choices that are codes of a column of another name."""
DECIDING = ("power", "worth", "of_layers")
"""What a plan says of a table beside where it is read: it decides tonnes."""


def choices(phrases: Phrases, label: str, chosen: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was chosen, one fact for each; ``label``: key of the text that its name stands in."""
    for name, value in chosen.items():
        if value is not None and name != "method":
            yield phrases.say(label, name=_named(phrases, name)), _written(phrases, name, value)


def _named(phrases: Phrases, name: str) -> str:
    """What a choice is called; by its own name what an older plan says and plans have no more."""
    known = texts(phrases.language, phrases.catalog.directory)
    fertilizers = phrases.columns.titles["fertilizer"]
    return known.get(f"allocation.about.{name}") or fertilizers.get(name) or phrases.columns.title(name)


def _written(phrases: Phrases, name: str, value: Any) -> str:
    """A choice as a line: members of an object by name, what lies within a member in brackets."""
    if isinstance(value, dict) and "table" in value:
        return "; ".join(_of_table(phrases, value))
    if isinstance(value, dict):
        members = ((_named(phrases, key), _within(phrases, key, each)) for key, each in value.items())
        return "; ".join(f"{title}: {text}" for title, text in sorted(members))
    if isinstance(value, list | tuple):
        return "; ".join(_within(phrases, name, each) for each in value)
    if isinstance(value, float):
        return phrases.value(value, PLACES)
    if name == "date":
        return phrases.date(datetime.combine(date.fromisoformat(value), datetime.min.time()))
    return phrases.called(CODED.get(name, name), str(value))


def _within(phrases: Phrases, name: str, value: Any) -> str:
    text = _written(phrases, name, value)
    return f"({text})" if isinstance(value, dict | list | tuple) else text


def _of_table(phrases: Phrases, read: Mapping[str, Any]) -> Iterator[str]:
    """What a table is called, its level, the column that units are weighted by, and how."""
    yield phrases.called("layer", read["table"])
    if "level" in read:
        yield phrases.called("level", read["level"])
    if "column" in read:
        yield phrases.columns.title(read["column"], read["table"])
    for name in DECIDING:
        if read.get(name):
            yield f"{_named(phrases, name)}: {_within(phrases, name, read[name])}"
