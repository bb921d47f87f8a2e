"""The pages of a regional report about indicators: only what compares stands side by side."""

from collections.abc import Iterator, Mapping

from soilinfo.report.figures.numbers import depth, figure, measured, share, span, years
from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import (
    CountryValue,
    RegionalIndicator,
    RegionalReport,
    Verdict,
)
from soilinfo.report.region.groups import verdicts
from soilinfo.report.region.plots import plots
from soilinfo.report.region.verdict_words import why

SIGNS = {"comparable": "full", "with_conversion": "half", "not": "empty"}
"""How a verdict is drawn in the matrix."""
ABSENT = "absent"
"""How a pair is drawn of which one or both have no value: nothing is said of whether they compare."""
COLUMNS = ("value", "interval", "covered", "affected_ha", "depth", "years", "method", "land")
OF_CLASSES = {"affected_ha": "paper.classes_ha"}
"""Column that is called otherwise where classes of land are told, which are no damage."""


def indicator_page(report: RegionalReport, indicator: RegionalIndicator, phrases: Phrases) -> Sheet:
    """What the page of one indicator says."""
    countries, values = names(report, phrases), indicator.by_country
    say, otherwise = phrases.say, OF_CLASSES if indicator.kind == "class_share" else {}
    return {
        "title": phrases.named(indicator.title),
        "definition": phrases.named(indicator.definition),
        "plots": list(plots(phrases, indicator, countries)),
        "columns": [say("board.country"), *(say(f"reports.{otherwise.get(key, key)}") for key in COLUMNS)],
        "rows": [_row(phrases, value, countries) for value in values.values()],
        "matrix": matrix(report, indicator, phrases),
        "pairs": list(_pairs(phrases, indicator, countries)),
        "absent": list(_absent(phrases, indicator, countries)),
    }


# ---- tables -----------------------------------------------------------------------------


def _row(phrases: Phrases, value: CountryValue, countries: Mapping[str, str]) -> list[str]:
    return [
        countries[value.iso3],
        figure(phrases, value.value, value.unit),
        span(phrases, value.lower, value.upper) or NOTHING,
        share(phrases, value.covered_pct),
        phrases.hectares(value.affected_ha),
        depth(value.depth),
        years(value.years),
        measured(phrases, value.method, value.form) or NOTHING,
        phrases.say(f"value.land.{value.land}") if value.land else NOTHING,
    ]


def matrix(report: RegionalReport, indicator: RegionalIndicator, phrases: Phrases) -> Sheet:
    """The verdict of each pair of countries with a report; '' where there is none."""
    codes = [each.iso3 for each in report.members if each.report]
    pairs = verdicts(indicator)
    rows = [
        {"code": a, "signs": [_sign(pairs.get(frozenset((a, b)))) if a != b else "self" for b in codes]}
        for a in codes
    ]
    key = [[sign, phrases.say(f"board.verdict.{kind}")] for kind, sign in SIGNS.items()]
    if any(ABSENT in row["signs"] for row in rows):
        key.append([ABSENT, phrases.say("board.not_reported")])
    return {"title": phrases.say("board.pairs.title"), "codes": codes, "rows": rows, "key": key}


def _sign(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return SIGNS[verdict.kind] if verdict.is_told else ABSENT


def _pairs(
    phrases: Phrases, indicator: RegionalIndicator, countries: Mapping[str, str]
) -> Iterator[list[str]]:
    """In words, of every pair of which there is something to say: why not, the conversion, the notes.

    Countries that do not tell the indicator are named by themselves, once.
    """
    absent = {each.iso3 for each in indicator.not_reported}
    for each in indicator.verdicts:
        if {each.a, each.b} & absent:
            continue
        notes = [phrases.named(note.text) for note in each.notes]
        words = "; ".join(notes if each.kind == "comparable" else [why(phrases, each), *notes])
        if words:
            pair = f"{countries[each.a]} – {countries[each.b]}"
            yield [pair, phrases.say(f"board.verdict.{each.kind}"), words]


def _absent(
    phrases: Phrases, indicator: RegionalIndicator, countries: Mapping[str, str]
) -> Iterator[list[str]]:
    for each in indicator.not_reported:
        reason = phrases.named(each.reason) if each.reason else phrases.say("board.not_reported")
        yield [countries[each.iso3], reason]
