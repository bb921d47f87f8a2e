"""Searching records in memory: the query parameters of OGC API Records, over documents of one language."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from soilinfo.grid import Bounds
from soilinfo.serve.instants import Span
from soilinfo.serve.records.record import Document

SORTABLES = ("id", "type", "title", "created", "updated", "license")
QUERYABLES = ("type", "title", "created", "updated", "license")
"""Properties with one text each, by which records are chosen as they are written."""


@dataclass(frozen=True)
class Search:
    """What is asked of the records; whatever is empty asks nothing."""

    words: Sequence[str] = ()
    """Terms of which at least one is in a text; the words of one term in this order."""
    every: Sequence[str] = ()
    """Words that all are in the texts, in any order."""
    ids: Sequence[str] = ()
    types: Sequence[str] = ()
    external_ids: Sequence[str] = ()
    bbox: Bounds | None = None
    during: Span | None = None
    equal: Mapping[str, str] | None = None
    sort: Sequence[tuple[str, bool]] = ()
    """Keys, each with whether it descends; what has none comes last."""


def found(records: Iterable[Document], search: Search) -> list[Document]:
    """The records that fulfil all that is asked, in the order asked for, else in that of the catalogue."""
    chosen = [record for record in records if all(passes(record) for passes in _conditions(search))]
    for key, descending in reversed(search.sort):
        known = [record for record in chosen if value_of(record, key) is not None]
        known.sort(key=lambda record: str(value_of(record, key)).casefold(), reverse=descending)
        chosen = [*known, *(record for record in chosen if value_of(record, key) is None)]
    return chosen


def value_of(record: Document, name: str) -> str | None:
    """A sortable or queryable of a record."""
    value: str | None = record["id"] if name == "id" else record["properties"].get(name)
    return value


def _conditions(search: Search) -> list[Callable[[Document], bool]]:
    equal = search.equal or {}
    conditions: list[tuple[Any, Callable[[Document], bool]]] = [
        (search.words, lambda record: _mentions(record, search.words)),
        (search.every, lambda record: all(_mentions(record, (word,)) for word in search.every)),
        (search.ids, lambda record: record["id"] in search.ids),
        (search.types, lambda record: record["properties"]["type"] in search.types),
        (search.external_ids, lambda record: _is_called(record, search.external_ids)),
        (search.bbox, lambda record: _touches(record["geometry"], search.bbox)),
        (search.during, lambda record: _overlaps(record["time"], search.during)),
        (equal, lambda record: all(value_of(record, name) == text for name, text in equal.items())),
    ]
    return [passes for asked, passes in conditions if asked]


def _mentions(record: Document, terms: Iterable[str]) -> bool:
    """Whether one of the terms is in title, description or keywords, whatever the case and the blanks."""
    told = record["properties"]
    text = "\n".join((told["title"], told["description"], *told.get("keywords", ()))).casefold()
    return any(re.search(r"\s+".join(map(re.escape, term.casefold().split())), text) for term in terms)


def _is_called(record: Document, names: Iterable[str]) -> bool:
    known = {each["value"] for each in record["properties"].get("externalIds", ())}
    schemes = {f"{each['scheme']}:{each['value']}" for each in record["properties"].get("externalIds", ())}
    return any(name in known | schemes for name in names)


def _touches(geometry: Document | None, bbox: Bounds | None) -> bool:
    """Whether a record's rectangle meets the asked one, which may cross the antimeridian."""
    if geometry is None or bbox is None:
        return False
    corners = geometry["coordinates"][0]
    (west, south), (east, north) = corners[0], corners[2]
    left, bottom, right, top = bbox
    across = west <= right and east >= left if left <= right else west <= right or east >= left
    return bool(across and south <= top and north >= bottom)


def _overlaps(time: Document | None, during: Span | None) -> bool:
    """Whether a record's time meets the asked one; what is about no time does not."""
    if time is None or during is None:
        return False
    begin, end = (datetime.fromisoformat(text) for text in time["interval"])
    return begin <= during[1] and end >= during[0]
