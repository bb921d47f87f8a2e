"""Values of countries on axes: only what compares stands side by side, the rest apart and with the reason."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.report.country.threshold_words import threshold_words
from soilinfo.report.figures.intervals import Plot, Spot, interval_plot
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import Conversion, CountryValue, RegionalIndicator
from soilinfo.report.region.groups import between, groups, verdicts
from soilinfo.report.region.verdict_words import conversion, in_short


def plots(phrases: Phrases, indicator: RegionalIndicator, countries: Mapping[str, str]) -> Iterator[Plot]:
    """An axis for each group of countries that compare, and grey below the first those that do not.

    ``countries``: what they are called, by code.
    """
    values = indicator.by_country
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
