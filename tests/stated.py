"""Workbooks of statements for tests: the template filled in cell by cell."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from soilinfo.catalog.statements import FORM, FORM_SHEET, SHEETS

Rows = list[Mapping[str, Any]]


def workbook(
    form: str | None = FORM, headings: Mapping[str, str] | None = None, **sheets: Rows | None
) -> bytes:
    """A workbook with these rows by column; None leaves a sheet out, ``headings`` renames columns."""
    content = BytesIO()
    with Workbook(content) as book:
        if form is not None:
            book.add_worksheet(FORM_SHEET).write_string(0, 0, form)
        for sheet, columns in SHEETS.items():
            if (rows := sheets.get(sheet, [])) is not None:
                page = book.add_worksheet(sheet)
                for at, column in enumerate(columns):
                    page.write_string(0, at, (headings or {}).get(column, column))
                    for number, row in enumerate(rows, start=1):
                        if row.get(column) is not None:
                            page.write(number, at, row[column])
    return content.getvalue()


CONFIG = Path(__file__).parents[1] / "config"
