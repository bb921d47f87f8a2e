"""A harmonized value as a sentence that somebody can defend: what it is, by which way, how sure."""

from collections.abc import Iterator, Mapping
from typing import Any

from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.drawing import WHOLE_PCT

Row = Mapping[str, Any]
"""A row of harmonized_profiles; what is missing is None."""


def sentence(row: Row, phrases: Phrases) -> str:
    """'Soil pH in water, 0–30 cm: 5.6 ± 0.4, converted from Soil pH in calcium chloride 5.1 by ...'."""
    about = phrases.say(
        "profile.value",
        property=phrases.named(phrases.catalog.property(row["property"]).title),
        upper=phrases.value(row["upper_cm"], 1),
        lower=phrases.value(row["lower_cm"], 1),
        value=value_of(row, phrases),
    )
    return f"{', '.join([about, *_ways(row, phrases)])}."


def value_of(row: Row, phrases: Phrases) -> str:
    """The class, '5.6 ± 0.4', '31.2 %, error not known', or why there is none."""
    if row["class"] is not None:
        return phrases.called(row["property"], row["class"])
    if row["value"] is None:
        return phrases.say(f"profile.plot.{row['state']}")
    if row["sd"] is None:
        return f"{quantity(row['property'], row['value'], phrases)}, {phrases.say('profile.no_sd')}"
    known = phrases.catalog.property(row["property"])
    value, sd = (phrases.number(row[name], known.decimals) for name in ("value", "sd"))
    return f"{value} ± {sd} {phrases.unit(known.unit)}".rstrip()


def quantity(property: str, value: float | None, phrases: Phrases) -> str:
    """A value with the decimals and the unit of its property."""
    known = phrases.catalog.property(property)
    return f"{phrases.number(value, known.decimals)} {phrases.unit(known.unit)}".rstrip()


def _ways(row: Row, phrases: Phrases) -> Iterator[str]:
    """By which equations, from what, and what weakens the value."""
    if row["value"] is None and row["class"] is None:
        return
    if row["equations"]:
        yield phrases.say("profile.converted", observed=_observed(row, phrases), equations=row["equations"])
        if row["equation_range"] == "outside":
            yield phrases.say("profile.outside")
    if row["procedures"]:
        yield phrases.say("profile.procedures", procedures=row["procedures"])
    if row["covered_pct"] < WHOLE_PCT:
        yield phrases.say("profile.plot.share", pct=phrases.percent(row["covered_pct"]))
    if row["censored_pct"]:
        yield phrases.say("profile.censored", pct=phrases.percent(row["censored_pct"]))


def _observed(row: Row, phrases: Phrases) -> str:
    """What was observed: one property with its value, or the names of several."""
    names = str(row["observed_property"]).split(", ")
    titles = [phrases.named(phrases.catalog.property(name).title) for name in names]
    if row["observed_value"] is None or len(names) > 1:
        return phrases.listed(titles)
    return f"{titles[0]} {quantity(names[0], row['observed_value'], phrases)}"
