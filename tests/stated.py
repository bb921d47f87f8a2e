"""Workbooks of statements for tests: the template filled in cell by cell."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from soilinfo.catalog.load import load
from soilinfo.catalog.statements import FORM, FORM_SHEET, SHEETS
from soilinfo.report.country.template import write_form
from soilinfo.report.phrases import Phrases

Rows = list[Mapping[str, Any]]
CONFIG = Path(__file__).parents[1] / "config"


def workbook(
    form: str | None = FORM, headings: Mapping[str, str] | None = None, **sheets: Rows | None
) -> bytes:
    """A workbook with these rows by column; None leaves a sheet out, ``headings`` renames columns."""
    content = BytesIO()
    with Workbook(content) as book:
        if form is not None:
            add_form(book, form)
        for sheet, columns in SHEETS.items():
            if (rows := sheets.get(sheet, [])) is not None:
                page = book.add_worksheet(sheet)
                for at, column in enumerate(columns):
                    page.write_string(0, at, (headings or {}).get(column, column))
                    for number, row in enumerate(rows, start=1):
                        if row.get(column) is not None:
                            page.write(number, at, row[column])
    return content.getvalue()


def add_form(book: Workbook, form: str = FORM) -> None:
    """The hidden sheet of the template, as of this version of the form."""
    page = book.add_worksheet(FORM_SHEET)
    write_form(page, Phrases(_catalog(), "en"))
    page.write_string(0, 0, form)


@cache
def _catalog():
    return load(CONFIG)
