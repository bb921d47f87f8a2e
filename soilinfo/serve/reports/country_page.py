"""The page of a country report: each indicator in words, numbers and a map, and how to check them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import Content, CountryReport, ReportedIndicator, Value
from soilinfo.report.country.finding_words import findings_told
from soilinfo.report.figures import numbers
from soilinfo.report.figures.intervals import Plot, Spot, interval_plot
from soilinfo.report.phrases import Phrases
from soilinfo.serve.reports.files import COUNTRY_TYPES
from soilinfo.serve.reports.served import titled
from soilinfo.serve.reports.shaded_map import Place, ShadedMap, shaded_map
from soilinfo.serve.site.site import Site


class UnitRow(NamedTuple):
    """A unit and what an indicator says of it."""

    name: str
    value: Value
    plot: Plot
    """Where it lies on the axis of all; empty where no value is known."""


class Reported(NamedTuple):
    """An indicator as the page shows it."""

    about: ReportedIndicator
    nation: Value | None
    unit: str
    """As people write it; '' where there is none."""
    rows: Sequence[UnitRow]
    """Of the coarsest level below the nation."""
    map: ShadedMap | None


def country_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of a report; ``document`` is its file."""
    report = CountryReport.model_validate(document)
    content, phrases = report.content, Phrases(site.catalog, site.language)
    level = coarsest(content)
    return {
        "report": report,
        "title": titled(site, content.header.country, content.header.period),
        "reported": [reported(phrases, content, each, level) for each in content.indicators],
        "level": level,
        "further_levels": [each for each in levels(content) if each != level],
        "threat_titles": {each.id: site.named(each.title) for each in content.threats},
        "findings": findings_told(content, phrases),
        "stated": [each for each in content.inventory if each.answer is not None],
        "figures": numbers,
        "phrases": phrases,
        "forms": [*COUNTRY_TYPES],
    }


def levels(content: Content) -> list[str]:
    """Levels below the nation, the coarsest first."""
    return [*dict.fromkeys(unit.level for unit in content.units if unit.level != NATION)]


def coarsest(content: Content) -> str:
    """The level below the nation; the nation itself where there is none."""
    return next(iter(levels(content)), NATION)


def reported(phrases: Phrases, content: Content, indicator: ReportedIndicator, level: str) -> Reported:
    """An indicator of the nation and of the units of one level."""
    nation = next((each for each in indicator.values if each.level == NATION), None)
    rows = _rows(phrases, content, indicator, level)
    drawn = _map(phrases, content, indicator, rows)
    return Reported(indicator, nation, phrases.unit(indicator.unit), rows, drawn)


def _rows(phrases: Phrases, content: Content, indicator: ReportedIndicator, level: str) -> list[UnitRow]:
    names = {unit.code: unit.name for unit in content.units if unit.level == level}
    values = [each for each in indicator.values if each.level == level]
    spots = [Spot(names.get(each.code, each.code), each.value, each.lower, each.upper) for each in values]
    drawn = interval_plot(phrases, spots, {})
    plots = drawn["rows"] if drawn else [{}] * len(spots)
    told = zip(spots, values, plots, strict=True)
    return [UnitRow(spot.name, value, plot) for spot, value, plot in told]


def _map(
    phrases: Phrases, content: Content, indicator: ReportedIndicator, rows: Sequence[UnitRow]
) -> ShadedMap | None:
    outlines = {(unit.level, unit.code): unit.geometry for unit in content.units if unit.geometry}
    known = ((row, outlines.get((row.value.level, row.value.code))) for row in rows)
    return shaded_map([_place(phrases, indicator, row, shape) for row, shape in known if shape], phrases)


def _place(phrases: Phrases, indicator: ReportedIndicator, row: UnitRow, shape: Mapping[str, Any]) -> Place:
    told = numbers.figure(phrases, row.value.value, indicator.unit)
    return Place(f"{row.name}: {told}", shape, row.value.value)
