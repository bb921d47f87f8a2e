"""The pages of a regional report about indicators: only what compares stands side by side."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.report.country.pdf_indicators import threshold_words
from soilinfo.report.figures.intervals import Spot, interval_plot
from soilinfo.report.figures.numbers import depth, figure, share, span, years
from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.document import (
    Conversion,
    CountryValue,
    RegionalIndicator,
    RegionalReport,
    Verdict,
)
from soilinfo.report.region.groups import between, groups, verdicts
from soilinfo.report.region.pdf_board import names
from soilinfo.report.region.verdict_words import conversion, in_short, why

SIGNS = {"comparable": "full", "with_conversion": "half", "not": "empty"}
"""How a verdict is drawn in the matrix."""
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
        "plots": list(_plots(phrases, indicator, values, countries)),
        "columns": [say("board.country"), *(say(f"reports.{otherwise.get(key, key)}") for key in COLUMNS)],
        "rows": [_row(phrases, value, countries) for value in values.values()],
        "matrix": matrix(report, indicator, phrases),
        "pairs": list(_pairs(phrases, indicator, countries)),
        "absent": list(_absent(phrases, indicator, countries)),
    }


# ---- side by side -----------------------------------------------------------------------


def _plots(
    phrases: Phrases,
    indicator: RegionalIndicator,
    values: Mapping[str, CountryValue],
    countries: Mapping[str, str],
) -> Iterator[Sheet]:
    """An axis for each group of countries that compare, and grey below the first those that do not."""
    for at, group in enumerate(groups(indicator)):
        if at and len(group) < 2:
            continue
        spots = [_spot(values[each], countries[each]) for each in group]
        others = [each for each in values if each not in group] if at == 0 else []
        made = {each: told for each in others if (told := converted(indicator, each, group))}
        spots += [_converted(told, countries[each]) for each, told in made.items()]
        apart = [each for each in others if each not in made]
        spots += [_apart(phrases, indicator, values[each], countries, group) for each in apart]
        unit = values[group[0]].unit
        drawn = interval_plot(phrases, spots, _threshold(phrases, [values[each] for each in group]))
        if drawn:
            title = _title(phrases, [countries[each] for each in group])
            notes = [conversion(phrases, told) for told in made.values()]
            yield {**drawn, "title": title, "unit": phrases.unit(unit), "converted": notes}


def _title(phrases: Phrases, countries: list[str]) -> str:
    if len(countries) == 1:
        return f"{countries[0]}: {phrases.say('board.stands_alone')}"
    return phrases.say("board.paper.beside", countries=phrases.listed(countries))


def _spot(value: CountryValue, name: str) -> Spot:
    return Spot(name, value.value, value.lower, value.upper)


def _converted(told: Conversion, name: str) -> Spot:
    return Spot(name, told.value, told.lower, told.upper, converted=True)


def converted(indicator: RegionalIndicator, country: str, group: Sequence[str]) -> Conversion | None:
    """A country's value made one that stands beside every one of a group; None where there is no such one."""
    pairs = verdicts(indicator)
    found = [pair.conversion if (pair := pairs.get(frozenset((country, each)))) else None for each in group]
    first = found[0]
    if first is None or first.iso3 != country:
        return None
    same = all(
        each and (each.iso3, each.value, each.unit) == (country, first.value, first.unit) for each in found
    )
    return first if same else None


def _apart(
    phrases: Phrases,
    indicator: RegionalIndicator,
    value: CountryValue,
    countries: Mapping[str, str],
    group: Sequence[str],
) -> Spot:
    return Spot(
        countries[value.iso3], value.value, apart=in_short(phrases, between(indicator, value.iso3, group))
    )


def _threshold(phrases: Phrases, values: Sequence[CountryValue]) -> dict[str, float]:
    """The threshold that all of them have, where it is in their unit."""
    first = values[0].threshold
    if first is None or first.unit != values[0].unit or any(each.threshold != first for each in values):
        return {}
    return {threshold_words(phrases, first): first.value}


# ---- tables -----------------------------------------------------------------------------


def _row(phrases: Phrases, value: CountryValue, countries: Mapping[str, str]) -> list[str]:
    method = phrases.named(value.method) if value.method else ""
    return [
        countries[value.iso3],
        figure(phrases, value.value, value.unit),
        span(phrases, value.lower, value.upper) or NOTHING,
        share(phrases, value.covered_pct),
        phrases.hectares(value.affected_ha),
        depth(value.depth),
        years(value.years),
        " · ".join(each for each in (method, value.form or "") if each) or NOTHING,
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
    return {"title": phrases.say("board.pairs.title"), "codes": codes, "rows": rows, "key": key}


def _sign(verdict: Verdict | None) -> str:
    return SIGNS[verdict.kind] if verdict else ""


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
