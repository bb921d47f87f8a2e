"""A country report as tables to take away: one workbook (XLSX), or a CSV each in a ZIP, in one language."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from soilinfo.catalog.columns import ENDINGS
from soilinfo.catalog.text import texts
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.tables import ROWS, Row, rows_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import words
from soilinfo.report.workbook import Column, ReadMe, Sheet, csv_text, workbook

ZIP: Final = "application/zip"
_HEADINGS: Final = ("reported.column", "column", "statements.column")
"""Where the heading of a column is looked for in the locale files, in this order."""


def report_xlsx(report: CountryReport, phrases: Phrases) -> bytes:
    """The workbook of a report: the same bytes for the same report and language."""
    readme = ReadMe(list(_facts(report, phrases)), words(phrases))
    return workbook(readme, sheets(report, phrases), report.sign_off[-1].on)


def report_csv(report: CountryReport, phrases: Phrases) -> bytes:
    """A ZIP with a CSV (UTF-8) of each table, and of the facts about the report."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for each in (_about(report, phrases), *sheets(report, phrases)):
            archive.writestr(ZipInfo(f"{each.id}.csv"), csv_text(each).encode(), ZIP_DEFLATED)
    return packed.getvalue()


def sheets(report: CountryReport, phrases: Phrases) -> list[Sheet]:
    """The tables of a report that have rows."""
    found = ((table, rows_of(report, table, phrases)) for table in ROWS)
    return [_sheet(report, phrases, table, rows) for table, rows in found if rows]


def _sheet(report: CountryReport, phrases: Phrases, table: str, rows: Sequence[Row]) -> Sheet:
    title = phrases.say(f"reported.table.{table}")
    columns = tuple(_column(name, phrases) for name in rows[0])
    return Sheet(table, title, report.id, columns, [tuple(row.values()) for row in rows], short=title)


def _column(name: str, phrases: Phrases) -> Column:
    known = texts(phrases.language, phrases.catalog.directory)
    title = next((known[f"{part}.{name}"] for part in _HEADINGS if f"{part}.{name}" in known), name)
    symbol = next((unit for ending, unit in ENDINGS.items() if name.endswith(ending)), "1")
    return Column(name, title, phrases.unit(symbol))


def _about(report: CountryReport, phrases: Phrases) -> Sheet:
    name, about = phrases.say("workbook.table"), phrases.say("workbook.meaning")
    columns = (Column("name", name, ""), Column("about", about, ""))
    return Sheet("readme", phrases.say("workbook.name"), report.id, columns, list(_facts(report, phrases)))


def _facts(report: CountryReport, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Whose report it is, how far it got, how its numbers are meant."""
    header, say = report.content.header, phrases.say
    yield _title(report, phrases), report.id
    if header.synthetic:
        yield say("page.synthetic"), say("reports.synthetic")
    yield say("reports.by"), phrases.named(header.body)
    yield say("reports.state"), say(f"value.state.{report.state}")
    for step in report.sign_off:
        done = say(f"value.state.{step.state}")
        yield done, ", ".join(filter(None, (phrases.date(step.on), step.by, step.note)))
    yield say("reports.digest"), report.content_sha256
    yield say("reported.software"), report.software
    yield say("reports.interval"), f"{phrases.number(header.interval_pct, 0)} %"
    yield say("reports.rounding"), say("reports.rounding.told", **header.rounding.model_dump())
    yield say("reports.boundaries"), f"{header.boundary.source}. {phrases.named(header.boundary.disclaimer)}"
    yield say("workbook.empty"), say("workbook.empty_note")


def _title(report: CountryReport, phrases: Phrases) -> str:
    first, last = report.content.header.period
    period = str(first) if first == last else f"{first}-{last}"
    return phrases.say("reports.title", country=phrases.named(report.content.header.country), period=period)
