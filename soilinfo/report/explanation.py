"""An explanation as a plain sentence: 'S3 here, because ...; it would be S2 if ...; we are 70 % sure'.

Written from the document of :func:`soilinfo.jobs.planning.explain.explain`, whose figures it repeats.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from soilinfo.report.phrases import Phrases

Row = Mapping[str, Any]
MOST_NAMED = 3
"""Characteristics that a sentence names."""
LEAST_PCT = 0.5
"""Percent of the area of a class below which something is not worth a word."""


def sentence(phrases: Phrases, answer: Row) -> str:
    """What the land is, because of what; what would help; how sure that is."""
    if answer["prevailing"] is None:
        return phrases.say("explain.none")
    parts = [because(phrases, answer), would_be(phrases, answer), how_sure(phrases, answer)]
    return " ".join(part for part in parts if part)


def because(phrases: Phrases, answer: Row) -> str:
    """The class that most land has, and the characteristics that are at that class."""
    row = prevailing(answer)
    facts = {
        "crop": lowered(phrases.named(answer["title"])),
        "share": phrases.percent(row["pct"]),
        "area": phrases.hectares(row["ha"]),
        "class": row["class"],
        "title": phrases.named(row["title"]),
    }
    told = named_causes(phrases, answer)
    way = ("point" if answer["is_point"] else "area") + ("" if told else ".free")
    return phrases.say(f"explain.because.{way}", causes=phrases.listed(told), **facts)


def prevailing(answer: Row) -> Row:
    """The row of the class that most land has."""
    found: Row = next(row for row in answer["classes"] if row["class"] == answer["prevailing"])
    return found


def named_causes(phrases: Phrases, answer: Row) -> list[str]:
    """The characteristics at the prevailing class, those of the most land first."""
    rows = [one for quality in prevailing(answer)["limiting"] for one in quality["characteristics"]]
    return causes(phrases, rows, MOST_NAMED)


def causes(phrases: Phrases, rows: Sequence[Row], most: int) -> list[str]:
    """So many characteristics, each once, those of the most land first; none of next to no land."""
    ordered = sorted(rows, key=lambda one: -one["ha"])
    worth = [one for one in ordered if (one["pct"] or 0) >= LEAST_PCT] or ordered[:1]
    once = {one["characteristic"]: one for one in reversed(worth)}
    return [cause(phrases, one) for one in worth if one is once[one["characteristic"]]][:most]


def cause(phrases: Phrases, row: Row) -> str:
    """'annual rainfall is 2,310 mm/year on 85 % of it (S2: 1,200 to 1,600)'."""
    title, value, share = lowered(phrases.short(row["title"])), value_of(phrases, row), row.get("pct")
    if row["unit"] == "months" and row["value"] is not None:
        # The title says of what: '6.9 months' of 'dry months' would say it twice.
        title, value = phrases.say("explain.number_of", things=title), phrases.value(row["value"], 2)
    whole = share is None or share >= 100 - LEAST_PCT
    on = "" if whole else phrases.say("explain.on", share=phrases.percent(share))
    better = {"class": row["better"]}
    asked = phrases.say("explain.asks", band=band_of(phrases, row), **better) if row["better"] else ""
    return phrases.say("explain.cause", property=title, value=value, on=on, asked=asked)


def value_of(phrases: Phrases, row: Row) -> str:
    """A typical value as people write it."""
    value = row["value"]
    if value is None:
        return phrases.say("explain.unknown")
    if isinstance(value, Mapping):
        return lowered(phrases.named(value["title"]))
    return phrases.quantity(value, 2, row["unit"])


def band_of(phrases: Phrases, row: Row) -> str:
    """What the better class asks: 'more than 5.8', '1,200 to 1,600', 'well or moderately well'."""
    band = row["band"]
    if isinstance(row["value"], Mapping):
        return phrases.listed([lowered(phrases.named(each["title"])) for each in band], "explain.or")
    low, high = (None if end is None else phrases.value(end, 4) for end in band)
    if low is None or high is None:
        return phrases.say(
            "explain.more" if high is None else "explain.less", edge=low if high is None else high
        )
    return low if low == high else phrases.say("explain.between", low=low, high=high)


# ---- what would help --------------------------------------------------------------------


def would_be(phrases: Phrases, answer: Row) -> str:
    """The single measure that betters most of the prevailing class, else the least management that does."""
    row = prevailing(answer)
    if row["class"] == "S1":
        return ""
    best = next(iter(answer["measures"]), None)
    gained = best["prevailing_becomes"] if best else []
    if best and 100 * _hectares(gained) >= LEAST_PCT * row["ha"]:
        measure = phrases.catalog.evaluation.measures[best["measure"]]
        return phrases.say(
            "explain.would",
            classes=_classes(phrases, gained, answer),
            condition=phrases.named(measure.condition),
            targets=phrases.listed(list(_targets(phrases, best))),
        )
    return managed(phrases, answer)


def managed(phrases: Phrases, answer: Row) -> str:
    """What the least level of management that betters the prevailing class makes of it, and by what."""
    tried = phrases.listed([phrases.named(one["title"]) for one in answer["measures"]])
    key = "explain.alone" if _any_gained(answer["measures"]) else "explain.alone.none"
    alone = phrases.say(key, measures=tried) + " " if tried else ""
    for level in answer["management"]:
        gained = level["prevailing_becomes"]
        if 100 * _hectares(gained) >= LEAST_PCT * prevailing(answer)["ha"]:
            released = [lowered(phrases.short(one["title"])) for one in level["prevailing_released"]]
            return alone + phrases.say(
                "explain.managed",
                level=phrases.say(f"explain.level.{level['scenario']}"),
                classes=_classes(phrases, gained, answer),
                released=phrases.listed(released[:MOST_NAMED]),
            )
    gained = _any_gained([*answer["measures"], *answer["management"]])
    return phrases.say("explain.hardly" if gained else "explain.nothing")


def _any_gained(rows: Sequence[Row]) -> bool:
    """Whether any measure or level betters any of the prevailing class, however little."""
    return any(_hectares(row["prevailing_becomes"]) > 0 for row in rows)


def _hectares(rows: Sequence[Row]) -> float:
    return float(sum(row["ha"] for row in rows))


def _classes(phrases: Phrases, rows: Sequence[Row], answer: Row) -> str:
    """'S2 on 1,234 ha and S1 on 12 ha'; of a point the class alone."""
    if answer["is_point"]:
        return str(rows[0]["class"]) if rows else ""
    return phrases.listed(
        [
            phrases.say("explain.class_on", area=phrases.hectares(row["ha"]), **{"class": row["class"]})
            for row in rows
        ]
    )


def _targets(phrases: Phrases, measure: Row) -> Iterator[str]:
    """'soil pH to 5.8' or 'drainage better by one class' of each characteristic that a measure betters."""
    for one in measure["targets"]:
        title = lowered(phrases.short(one["title"]))
        if one["raise_to"] is None:
            yield phrases.say("explain.by_class", property=title)
        else:
            value = phrases.quantity(one["raise_to"], 2, one["unit"])
            yield phrases.say("explain.to", property=title, value=value)


# ---- how sure ---------------------------------------------------------------------------


def how_sure(phrases: Phrases, answer: Row) -> str:
    """The probability of the class, and what it leaves out."""
    sure = answer["confidence"]
    if sure is None:
        return phrases.say("explain.unsure")
    uncertain = [phrases.catalog.property(one["characteristic"]).title for one in sure["uncertain"]]
    names = phrases.listed([lowered(phrases.short(title)) for title in uncertain])
    if sure["confidence_pct"] is None:
        return phrases.say("explain.unsure.here", names=names)
    return phrases.say(
        _key("explain.sure", answer),
        share=phrases.percent(sure["confidence_pct"]),
        names=names,
        count=len(sure["conditional_on"]),
    )


def _key(key: str, answer: Row) -> str:
    return f"{key}.point" if answer["is_point"] else f"{key}.area"


def lowered(text: str) -> str:
    """A title within a sentence; an abbreviation stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
