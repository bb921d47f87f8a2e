"""Why land suits a crop as it does, in plain sentences.

Written from the reasons of :func:`soilinfo.jobs.planning.explain.explain_rows`: the quality that is named
is the one that limits most land of the class that is named, its characteristics are at that class, and
what management releases is what its moves released.
"""

from collections.abc import Mapping
from typing import Any

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.report.explanation import causes, lowered, prevailing
from soilinfo.report.factsheet.facts import MANAGEMENT
from soilinfo.report.phrases import Phrases

Row = Mapping[str, Any]
CLASSES = tuple(SuitabilityClass.__members__)
MOST_NAMED = 2
"""Characteristics, and qualities released, that a sentence names."""
LEAST_CHANGE = 0.5
"""Percent of a unit: less than this is no change that a page without decimals could show."""


def reason(phrases: Phrases, answer: Row) -> str:
    """What a crop's land is, what limits it, and what medium management would make of it."""
    if answer["prevailing"] is None:
        return phrases.say("factsheet.reason.none")
    row = prevailing(answer)
    limits = row["limiting"] or _elsewhere(answer)
    main = limits[0] if limits else None
    told = causes(phrases, main["characteristics"], MOST_NAMED) if main else []
    key = "limited" if row["limiting"] else "best" if main else "free"
    sentence = phrases.say(
        f"factsheet.reason.{key}",
        share=phrases.percent(row["pct"]),
        title=phrases.named(row["title"]),
        limit=lowered(phrases.short(main["title"])) if main else "",
        causes=phrases.listed(told),
        **{"class": row["class"]},
    )
    return f"{sentence} {_managed(phrases, answer)}" if main else sentence


def _elsewhere(answer: Row) -> list[Row]:
    """What limits the land of all classes but the prevailing one, the most hectares first."""
    limits = [one for row in answer["classes"] for one in row["limiting"]]
    return sorted(limits, key=lambda one: -one["ha"])


def _managed(phrases: Phrases, answer: Row) -> str:
    """The better classes under medium management, and the qualities that its moves released."""
    level = next(one for one in answer["management"] if one["scenario"] == MANAGEMENT)
    now = {row["class"]: row["pct"] or 0.0 for row in answer["classes"]}
    then = {row["class"]: row["pct"] or 0.0 for row in level["classes"]}
    if all(abs(then[name] - now[name]) < LEAST_CHANGE for name in CLASSES):
        return phrases.say("factsheet.reason.same")
    gained = [
        phrases.say("factsheet.share", share=phrases.percent(then[name]), **{"class": name})
        for name in ("S1", "S2")
        if then[name] > 0
    ]
    if not gained:
        return phrases.say("factsheet.reason.still")
    # Of the moves to the classes that are told, not of all: N that becomes S3 is not what S2 is owed to.
    released = [lowered(phrases.short(one["title"])) for one in level["released_to_s1_s2"][:MOST_NAMED]]
    key = "improved" if released else "improved.free"
    return phrases.say(
        f"factsheet.reason.{key}", shares=phrases.listed(gained), released=phrases.listed(released)
    )
