"""A country report as PDF for reading: the same bytes for the same file.

It is written from the file alone, so that whoever holds the file has the pages.
"""

from datetime import UTC, datetime
from importlib.resources import files

from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.pdf_annex import inventory, tables
from soilinfo.report.country.pdf_cover import cover, summary
from soilinfo.report.country.pdf_indicators import in_columns, indicator_page
from soilinfo.report.country.pdf_land import land_of
from soilinfo.report.country.pdf_threats import threats_page
from soilinfo.report.figures.numbers import years
from soilinfo.report.figures.paper import Drawings, Sheet, framed, laid_out
from soilinfo.report.phrases import Phrases

TEMPLATE = files("soilinfo.report.country").joinpath("page.typ").read_bytes()
APPROVED = "approved"
WORDS = {
    "nodata": "map.no_data",
    "sensitivity": "reports.paper.sensitivity",
    "measured": "reports.paper.measured",
    "parts": "reports.paper.parts",
    "sparse": "reports.paper.sparse",
    "no_outlines": "reports.paper.no_outlines",
    "digest": "reports.digest",
    "rounding": "reports.rounding",
}
"""Headings that the template sets itself, by the name that it calls them by."""


def country_pdf(report: CountryReport, phrases: Phrases) -> bytes:
    """The pages; UnknownNameError for a language that the configuration does not have."""
    drawings = Drawings()
    sheet = assemble(report, phrases, drawings)
    return laid_out(TEMPLATE, sheet, drawings, _moment(report))


def assemble(report: CountryReport, phrases: Phrases, drawings: Drawings) -> Sheet:
    """Every text of the pages; their drawings are kept in ``drawings``."""
    content, header = report.content, report.content.header
    land = land_of(content, phrases)
    title = phrases.say("reports.title", country=phrases.named(header.country), period=years(header.period))
    pages = [indicator_page(content, each, land, phrases, drawings) for each in content.indicators]
    for page in pages:
        page["plots"] = in_columns(page["plot"], 2 if land.is_wide else 1) if page["plot"] else []
    return {
        **framed(
            phrases,
            title,
            phrases.named(header.body),
            mark=mark_of(report, phrases),
            synthetic=header.synthetic,
        ),
        "disclaimer": disclaimer(report, phrases),
        "cover": cover(report, land, phrases, drawings),
        "summary": summary(report, phrases),
        "indicators": {"title": phrases.say("reports.indicators"), "pages": pages},
        "words": {name: phrases.say(key) for name, key in WORDS.items()},
        "threats": threats_page(content, phrases),
        "inventory": inventory(content, phrases),
        "tables": [table for table in tables(report, phrases) if table["rows"]],
        "rounding": phrases.say("reports.rounding.told", **header.rounding.model_dump()),
        "digest": report.content_sha256,
    }


def mark_of(report: CountryReport, phrases: Phrases) -> str:
    """What lies across every page until the report is approved."""
    return "" if report.state == APPROVED else phrases.say(f"reports.paper.mark.{report.state}")


def disclaimer(report: CountryReport, phrases: Phrases) -> str:
    """What is said of boundaries beneath every map."""
    boundary = report.content.header.boundary
    return f"{phrases.say('reports.boundaries')}: {boundary.source}. {phrases.named(boundary.disclaimer)}"


def _moment(report: CountryReport) -> datetime:
    """When the last step was taken; without any, the end of the years that are reported."""
    steps = [step.on for step in report.sign_off]
    return max(steps, default=datetime(report.content.header.period[1], 12, 31, tzinfo=UTC))
