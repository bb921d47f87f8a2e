"""The page of a country report: each indicator in words, numbers and a map, and how to check them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.report.country.document import Content, CountryReport, ReportedIndicator, Value
from soilinfo.report.country.finding_words import findings_told
from soilinfo.report.phrases import Phrases
from soilinfo.serve.reports import figures
from soilinfo.serve.reports.files import COUNTRY_TYPES
from soilinfo.serve.reports.intervals import Mark, axis_of
from soilinfo.serve.reports.served import titled
from soilinfo.serve.reports.shaded_map import Place, ShadedMap, shaded_map
from soilinfo.serve.site.site import Site

NATION = "nation"


class UnitRow(NamedTuple):
    """A unit and what an indicator says of it."""

    name: str
    value: Value
    mark: Mark | None


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
    content = report.content
    level = coarsest(content)
    return {
        "report": report,
        "title": titled(site, content.header.country, content.header.period),
        "reported": [reported(site, content, each, level) for each in content.indicators],
        "level": level,
        "further_levels": [each for each in levels(content) if each != level],
        "threat_titles": {each.id: site.named(each.title) for each in content.threats},
        "findings": findings_told(content, Phrases(site.catalog, site.language)),
        "stated": [each for each in content.inventory if each.answer is not None],
        "figures": figures,
        "forms": [*COUNTRY_TYPES],
    }


def levels(content: Content) -> list[str]:
    """Levels below the nation, the coarsest first."""
    return [*dict.fromkeys(unit.level for unit in content.units if unit.level != NATION)]


def coarsest(content: Content) -> str:
    """The level below the nation; the nation itself where there is none."""
    return next(iter(levels(content)), NATION)


def reported(site: Site, content: Content, indicator: ReportedIndicator, level: str) -> Reported:
    """An indicator of the nation and of the units of one level."""
    nation = next((each for each in indicator.values if each.level == NATION), None)
    rows = _rows(content, indicator, level)
    return Reported(indicator, nation, site.unit(indicator.unit), rows, _map(site, content, indicator, rows))


def _rows(content: Content, indicator: ReportedIndicator, level: str) -> list[UnitRow]:
    names = {unit.code: unit.name for unit in content.units if unit.level == level}
    values = [each for each in indicator.values if each.level == level]
    axis = axis_of(values)
    return [
        UnitRow(names.get(each.code, each.code), each, axis.mark(each) if axis else None) for each in values
    ]


def _map(
    site: Site, content: Content, indicator: ReportedIndicator, rows: Sequence[UnitRow]
) -> ShadedMap | None:
    outlines = {(unit.level, unit.code): unit.geometry for unit in content.units if unit.geometry}
    known = ((row, outlines.get((row.value.level, row.value.code))) for row in rows)
    return shaded_map([_place(site, indicator, row, shape) for row, shape in known if shape])


def _place(site: Site, indicator: ReportedIndicator, row: UnitRow, shape: Mapping[str, Any]) -> Place:
    told = f"{figures.figure(site, row.value.value)} {site.unit(indicator.unit)}".rstrip()
    return Place(f"{row.name}: {told}", shape, row.value.value)
