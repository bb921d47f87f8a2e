"""How the tonnes of a unit came about, in words: one paragraph for each fertilizer."""

from collections.abc import Iterator

import pandas as pd

from soilinfo.report.allocation.document import Document, total_of
from soilinfo.report.phrases import Phrases

MOST_NAMED = 6
"""Units that are named; the others are counted."""
BOUNDS = ("frozen", "floor", "cap", "lag", "kept")
"""What keeps a unit from having just its share, in the order in which it is told."""


def told(phrases: Phrases, document: Document, rows: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Name and text of each fertilizer of which ``rows`` need or get some."""
    for name in document.fertilizers:
        own = rows[rows["fertilizer"] == name]
        if own[["need_t", "allocated_t"]].to_numpy().any():
            title = phrases.called("fertilizer", name)
            yield {"name": title, "text": " ".join(_sentences(phrases, document, own, name))}


def _sentences(phrases: Phrases, document: Document, own: pd.DataFrame, fertilizer: str) -> Iterator[str]:
    here, all_ = total_of(own, fertilizer), total_of(document.levels[document.finest], fertilizer)
    yield phrases.say(
        "allocation.words.met",
        allocated=phrases.value(here.allocated_t, 3),
        need=phrases.value(here.need_t, 3),
        met=phrases.number(here.need_met_pct, 1),
        all=phrases.number(all_.need_met_pct, 1),
    )
    bound = own.set_index("name")["bound"]
    if len(bound) == 1 or set(bound) == {"share"}:
        key = f"allocation.words.only.{bound.iloc[0]}"
        yield phrases.say(key, method=phrases.say(f"allocation.words.method.{document.method}"))
        return
    for name in BOUNDS:
        units = [str(unit) for unit in bound.index[bound == name]]
        if units:
            yield phrases.say(f"allocation.words.{name}", count=len(units), units=_named(phrases, units))
    if shared := int((bound == "share").sum()):
        method = phrases.say(f"allocation.words.method.{document.method}")
        yield phrases.say("allocation.words.share", count=shared, method=method)


def _named(phrases: Phrases, units: list[str]) -> str:
    if len(units) <= MOST_NAMED:
        return phrases.listed(units)
    more = phrases.say("allocation.words.more", count=len(units) - MOST_NAMED + 1)
    return phrases.listed([*units[: MOST_NAMED - 1], more])
