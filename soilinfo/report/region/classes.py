"""Which classes an indicator has over a region, of which countries; chosen here for every map there is."""

from collections.abc import Iterable, Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import languages
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.shown_units import shown_units
from soilinfo.report.figures.steps import steps_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalIndicator, RegionalReport
from soilinfo.report.region.groups import between, groups
from soilinfo.report.region.scheme import Scheme
from soilinfo.report.region.values import reported
from soilinfo.report.region.verdict_words import in_short


def schemes(report: RegionalReport, reports: Iterable[CountryReport], catalog: Catalog) -> dict[str, Scheme]:
    """How each indicator of a regional report is drawn, by id; ``reports``: those that it is made of."""
    by_code = {each.content.header.iso3: each for each in reports}
    return {each.id: scheme(each, values(by_code, each.id), catalog) for each in report.indicators}


def scheme(indicator: RegionalIndicator, drawn: Mapping[str, float | None], catalog: Catalog) -> Scheme:
    """The largest group of countries that compare, in classes that hold the values ``drawn`` of units."""
    told, group = indicator.by_country, next(iter(groups(indicator)), ())
    steps = steps_of(value for code, value in drawn.items() if code.partition("/")[0] in group)
    return Scheme(
        indicator=indicator.id,
        title=indicator.title,
        unit=told[group[0]].unit if group else "",
        group=group,
        edges=steps.edges if steps else (),
        apart={iso3: _why(indicator, iso3, group, catalog) for iso3 in told if iso3 not in group},
        not_reported=tuple(each.iso3 for each in indicator.not_reported),
    )


def _why(indicator: RegionalIndicator, iso3: str, group: tuple[str, ...], catalog: Catalog) -> dict[str, str]:
    verdict = between(indicator, iso3, group)
    return {
        language: in_short(Phrases(catalog, language), verdict) for language in languages(catalog.directory)
    }


def values(reports: Mapping[str, CountryReport], indicator: str) -> dict[str, float | None]:
    """By unit ('XAA/01') of those that maps show."""
    found: dict[str, float | None] = {}
    for iso3, report in reports.items():
        level, told = shown_level(report), reported(report, indicator)
        own = told.values if told else ()
        found |= {f"{iso3}/{each.code}": each.value for each in own if each.level == level}
    return found


def shown_level(report: CountryReport) -> str | None:
    """The level of the units that maps show of a country; None where it has no units."""
    return next((each.level for each in shown_units(report.content)), None)
