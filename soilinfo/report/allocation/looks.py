"""How the cells of a decree workbook look."""

from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from soilinfo.report.phrases import Phrases

TONNES, PERCENT = "#,##0.000", "0.0"
"""Tonnes to the kilogram, percent to a tenth."""
HEAD_HEIGHT = 30
"""Of headings in two lines, in points."""
SIGNATURE = ("place", "office", "signature", "name", "number")
"""Lines that are filled in by hand."""
_LINE: dict[str, Any] = {"border": 1, "border_color": "#999999"}
_HEAD = {**_LINE, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
_TOTAL = {**_LINE, "bold": True, "top": 2}


@dataclass(frozen=True)
class Row:
    """The looks of the texts, tonnes and percents of a row."""

    text: Format
    tonnes: Format
    percent: Format


@dataclass(frozen=True)
class Looks:
    """The looks of one workbook."""

    bold: Format
    faint: Format
    title: Format
    mark: Format
    head: Format
    unit: Row
    total: Row
    signature: Format

    @classmethod
    def of(cls, book: Workbook) -> "Looks":
        """Those that a workbook has from now on."""
        return cls(
            bold=book.add_format({"bold": True}),
            faint=book.add_format({"italic": True, "color": "#555555"}),
            title=book.add_format({"bold": True, "font_size": 14}),
            mark=book.add_format({"bold": True, "font_color": "#c00000", "font_size": 12}),
            head=book.add_format({**_HEAD, "bg_color": "#e7efe9"}),
            unit=_row(book, _LINE),
            total=_row(book, _TOTAL),
            signature=book.add_format({"bottom": 4}),
        )


def write_signatures(page: Worksheet, looks: Looks, phrases: Phrases, row: int, last: int) -> None:
    """Lines from a row on, up to the last column of the table above."""
    first = max(0, last - 3)
    for at, part in enumerate(SIGNATURE, start=row):
        page.write_string(at, first, phrases.say(f"allocation.sign.{part}"))
        for column in range(first + 1, last + 1):
            page.write_blank(at, column, None, looks.signature)


def _row(book: Workbook, look: dict[str, Any]) -> Row:
    return Row(
        book.add_format(look),
        book.add_format({**look, "num_format": TONNES}),
        book.add_format({**look, "num_format": PERCENT}),
    )
