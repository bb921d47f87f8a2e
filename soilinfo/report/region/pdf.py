"""The regional report as PDF for reading: the board, what compares, threats."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files

from soilinfo.report.country.document import CountryReport
from soilinfo.report.figures.notes import grouped
from soilinfo.report.figures.paper import Drawings, Sheet, framed, laid_out
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import RegionalReport, RegionalThreat
from soilinfo.report.region.land import outline_map, region_of, sources
from soilinfo.report.region.pdf_board import board
from soilinfo.report.region.pdf_indicators import indicator_page
from soilinfo.report.region.pdf_overview import overview
from soilinfo.report.wording import told

TEMPLATE = files("soilinfo.report.region").joinpath("page.typ").read_bytes()
ROOM = 182.0, 92.0
"""Most width and height of the map in mm."""


def region_pdf(report: RegionalReport, phrases: Phrases, reports: Iterable[CountryReport] = ()) -> bytes:
    """The pages; ``reports``, of which ``report`` is made, have the outlines of its map.

    UnknownNameError for a language that the configuration does not have.
    """
    drawings = Drawings()
    sheet = assemble(report, phrases, reports, drawings)
    return laid_out(TEMPLATE, sheet, drawings, moment_of(report))


def assemble(
    report: RegionalReport, phrases: Phrases, reports: Iterable[CountryReport], drawings: Drawings
) -> Sheet:
    """Every text of the pages; their drawings are kept in ``drawings``."""
    say, header = phrases.say, report.header
    title = f"{say('board.report')}: {phrases.named(header.region)}"
    return {
        **framed(phrases, title, phrases.named(header.body), synthetic=is_synthetic(report)),
        "disclaimer": disclaimer(report, phrases),
        "software": report.software,
        "board": board(report, phrases),
        "map": outline_map(region_of(report, reports, phrases, ROOM), drawings),
        "sources": sources(report, phrases),
        "overview": overview(report, phrases),
        "indicators": {
            "title": say("board.indicators"),
            "about": say("board.report.about"),
            "none": say("board.indicators.none") if not report.indicators else "",
            "pages": [indicator_page(report, each, phrases) for each in report.indicators],
        },
        "threats": _threats(report, phrases),
        "overlaps": _overlaps(report, phrases),
        "findings": _findings(report, phrases),
    }


def moment_of(report: RegionalReport) -> datetime:
    """The day of the report, at its beginning."""
    day = report.header.as_of
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def is_synthetic(report: RegionalReport) -> bool:
    """Whether a country of it is invented."""
    return any(each.report and each.report.synthetic for each in report.members)


def disclaimer(report: RegionalReport, phrases: Phrases) -> str:
    """What is said of boundaries."""
    said = report.header.boundaries
    return f"{phrases.say('reports.boundaries')}: {said.source}. {phrases.named(said.disclaimer)}"


def _threats(report: RegionalReport, phrases: Phrases) -> Sheet:
    say = phrases.say
    columns = ("threat", "threat.rank", "threat.mean_rank", "threat.area_rank", "paper.ranks", "threat.area")
    return {
        "title": say("board.threats"),
        "about": say("reports.threats.about"),
        "none": say("reports.threats.none") if not report.threats else "",
        "columns": [*(say(f"reports.{key}") for key in columns), say("board.countries")],
        "key": [say("reports.threat.rank"), say("reports.threat.area_rank")],
        "parts": list(_parts(report, phrases)),
    }


def _parts(report: RegionalReport, phrases: Phrases) -> Iterator[Sheet]:
    """Of the whole region, then of each subregion."""
    for subregion in dict.fromkeys(each.subregion for each in report.threats):
        threats = [each for each in report.threats if each.subregion == subregion]
        ordered = sorted(threats, key=lambda each: (each.rank is None, each.rank or 0.0))
        is_told = any(each.rank_countries or each.area_countries for each in threats)
        named = (
            phrases.named(report.header.subregions[subregion]) if subregion else phrases.say("board.whole")
        )
        yield {
            "title": named,
            "last": len(ordered),
            "none": "" if is_told else phrases.say("reports.threats.none"),
            "rows": [_threat(phrases, each) for each in ordered] if is_told else [],
            "notes": list(grouped(phrases, ((each.title, each.notes) for each in ordered))),
        }


def _threat(phrases: Phrases, threat: RegionalThreat) -> Sheet:
    def place(rank: float | None) -> str:
        """A place, or a mean of ranks, with decimals only where it has some; a dash without one."""
        return NOTHING if rank is None else phrases.value(rank, 2)

    told = dict.fromkeys([*threat.rank_countries, *threat.area_countries])
    return {
        "title": phrases.named(threat.title),
        "cells": [place(threat.rank), place(threat.mean_rank), place(threat.area_rank)],
        "ranks": [threat.rank, threat.area_rank],
        "area": phrases.hectares(threat.area_ha),
        "countries": ", ".join(told),
    }


def _overlaps(report: RegionalReport, phrases: Phrases) -> Sheet:
    countries = names(report, phrases)
    rows = [
        [countries[each.a], countries[each.b], phrases.hectares(each.area_ha)] for each in report.overlaps
    ]
    heading = phrases.say("board.country")
    columns = [heading, heading, phrases.say("reports.paper.area_ha")]
    return _table(phrases.say("board.overlaps"), columns, rows)


def _findings(report: RegionalReport, phrases: Phrases) -> Sheet:
    columns = [phrases.say(f"reports.paper.{key}") for key in ("severity", "about", "message")]
    rows = [[*words] for words in told(phrases, report.findings, names(report, phrases))]
    return _table(phrases.say("reports.findings"), columns, rows)


def _table(title: str, columns: Sequence[str], rows: list[list[str]]) -> Sheet:
    return {"title": title, "columns": [*columns], "rows": rows}
