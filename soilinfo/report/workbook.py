"""Tables as people take them away: one workbook (XLSX) of several, or one CSV each, in one language.

Every sheet begins with two rows, headings and units. Texts are written as texts, whatever they begin
with, and so never become formulas.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from itertools import count, zip_longest
from math import ceil
from textwrap import shorten
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from soilinfo.catalog.columns import COST, Columns
from soilinfo.errors import LimitError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of a workbook."""
CSV = "text/csv"
HEAD = 2
"""Rows above the data: headings, units."""
MOST_ROWS = 1_048_576 - HEAD
"""What a sheet of a workbook holds below them."""
FIRST = ("code", "name")
"""Columns that stay in sight."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet takes for a formula in a CSV (OWASP, CSV injection)."""

README_WIDTH, ABOUT = 34, 4
"""Letters in a column of the first sheet, and its last one, which explains."""
LINE_HEIGHT = 15
"""Of a row with one line, in points."""

Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column: its name in the API, what people call it, its unit, and what there is to say of it."""

    name: str
    title: str
    unit: str
    about: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table: its id, what it is called (``short``: without the level), its version, columns and rows."""

    id: str
    title: str
    version: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    short: str = ""


@dataclass(frozen=True)
class ReadMe:
    """What the first sheet tells before it explains the tables: facts (label, value), and its own words."""

    facts: Sequence[tuple[str, str]]
    words: Mapping[str, str]
    """By key: 'name' of the sheet; headings 'table', 'version', 'column', 'meaning', 'unit', 'about'."""


def sheet(
    columns: Columns, table: str, title: str, version: str, frame: pd.DataFrame, *, short: str = ""
) -> Sheet:
    """A table without its geometry, codes replaced by what they are called; the row's id stays, last."""
    names = [str(name) for name in frame.columns if name not in ("geometry", "id")]
    names = [*(name for name in FIRST if name in names), *(name for name in names if name not in FIRST)]
    names += ["id"] if "id" in frame.columns else []
    described = tuple(
        Column(name, columns.heading(name, table), columns.unit(name, table), columns.about(name))
        for name in names
    )
    cells = [[_cell(columns, name, value, table) for value in frame[name].tolist()] for name in names]
    return Sheet(table, title, version, described, list(zip(*cells, strict=True)), short)


def _cell(columns: Columns, name: str, value: Any, table: str) -> Cell:
    if isinstance(value, str):
        return columns.value(name, value, table)
    if pd.isna(value):
        return None
    return value if isinstance(value, bool | int | float) else str(value)


# ---- XLSX -------------------------------------------------------------------------------


def workbook(readme: ReadMe, sheets: Iterable[Sheet], created: datetime) -> bytes:
    """A workbook of these sheets behind one that explains them; the same bytes for the same tables.

    ``created`` (UTC) is when the tables were published. LimitError for more rows than a sheet holds.
    """
    content = BytesIO()
    with Workbook(content, {"constant_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"created": created.replace(tzinfo=None, microsecond=0)})
        bold, faint = book.add_format({"bold": True}), book.add_format({"italic": True, "color": "#555555"})
        # The sheets are written row by row, so what explains them is known before the first of them.
        tables = list(sheets)
        write_readme(book, readme, tables, bold)
        for table in tables:
            write_sheet(book, table, bold, faint)
    return content.getvalue()


def write_sheet(book: Workbook, table: Sheet, bold: Format, faint: Format) -> None:
    """A sheet of headings, units and rows; LimitError for more rows than it holds."""
    if len(table.rows) > MOST_ROWS:
        raise LimitError(
            f"'{table.id}' has {len(table.rows):,} rows, more than the {MOST_ROWS:,} that a sheet holds; "
            "write the tables as CSV"
        )
    # Without the level that all tables have.
    page = book.add_worksheet(sheet_name(book, table.short or table.id.partition("_by_")[0]))
    formats = [book.add_format({"num_format": _number_format(column)}) for column in table.columns]
    for at, (column, format_) in enumerate(zip(table.columns, formats, strict=True)):
        cells = (row[at] for row in table.rows)
        longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
        page.set_column(at, at, min(40, max(9, len(column.title) + 2, longest + 1)), format_)
    page.repeat_rows(0, HEAD - 1)
    page.freeze_panes(HEAD, sum(column.name in FIRST for column in table.columns))
    page.autofilter(HEAD - 1, 0, HEAD - 1 + len(table.rows), max(0, len(table.columns) - 1))
    for at, column in enumerate(table.columns):
        page.write_string(0, at, column.title, bold)
    for at, column in enumerate(table.columns):
        page.write_string(1, at, column.unit, faint)
    for number, row in enumerate(table.rows, start=HEAD):
        write_row(page, number, row)


def write_row(page: Worksheet, number: int, row: Sequence[Cell], looks: Sequence[Format | None] = ()) -> None:
    """The cells of a row from the first column on, each with its look where there is one."""
    for at, (value, look) in enumerate(zip_longest(row, looks)):
        if isinstance(value, str):
            page.write_string(number, at, value, look)
        elif isinstance(value, bool):
            page.write_boolean(number, at, value, look)
        elif value is not None:
            page.write_number(number, at, value, look)
        elif look is not None:
            page.write_blank(number, at, None, look)


def sheet_name(book: Workbook, title: str) -> str:
    """The name of a further sheet: its title, as far as 31 letters hold it.

    Spreadsheets refuse some characters, and two names that differ in nothing but capitals.
    """
    name = re.sub(r"[\[\]:*?/\\']", " ", title)
    name = shorten(name, 31, placeholder="") or name[:31]
    taken = {each.get_name().lower() for each in book.worksheets()}
    again = (f"{name[:28].strip()} {number}" for number in count(2))
    return name if name.lower() not in taken else next(each for each in again if each.lower() not in taken)


def _number_format(column: Column) -> str:
    """Hectares to a tenth, percent to a hundredth, tonnes to the kilogram, whole money; else what it has."""
    if column.name.startswith(COST):
        return "#,##0"
    return {"ha": "#,##0.0", "%": "0.00", "t": "#,##0.000"}.get(column.unit, "General")


def write_readme(book: Workbook, readme: ReadMe, tables: Sequence[Sheet], bold: Format) -> None:
    """A first sheet: facts, the tables with their versions, the meaning of every column."""
    words, page = readme.words, book.add_worksheet(readme.words["name"])
    page.set_column(0, ABOUT, README_WIDTH)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    top = {"text_wrap": True, "valign": "top"}
    _write_facts(page, readme.facts, book.add_format({**top, "bold": True}), book.add_format(top))
    lines: list[tuple[tuple[str, ...], bool]] = [
        ((), False),
        ((words["table"], words["meaning"], words["version"]), True),
    ]
    lines += [((table.id, table.title, table.version), False) for table in tables]
    lines += [
        ((), False),
        ((words["table"], words["column"], words["meaning"], words["unit"], words["about"]), True),
    ]
    lines += [(line, False) for table in tables for line in _meanings(table)]
    for number, (cells, head) in enumerate(lines, start=len(readme.facts)):
        for at, text in enumerate(cells):
            page.write_string(number, at, text, bold if head else None)


def _write_facts(page: Worksheet, facts: Sequence[tuple[str, str]], label: Format, text: Format) -> None:
    """A row for each fact, its text over all other columns; as high as its lines are, which are estimated:
    spreadsheets do not fit a row to cells that are merged."""
    for number, (name, told) in enumerate(facts):
        lines = max(ceil(len(name) / README_WIDTH), ceil(len(told) / (ABOUT * README_WIDTH)), 1)
        page.set_row(number, LINE_HEIGHT * lines)
        page.merge_range(number, 1, number, ABOUT, "", text)
        page.write_string(number, 0, name, label)
        # Not by merging, which takes a text for a formula.
        page.write_string(number, 1, told, text)


def _meanings(table: Sheet) -> Iterator[tuple[str, ...]]:
    return ((table.id, column.name, column.title, column.unit, column.about) for column in table.columns)


# ---- CSV --------------------------------------------------------------------------------


def csv_text(table: Sheet) -> str:
    """A table as CSV in the form of the sheets: headings, units, rows; a point before decimals.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([column.title for column in table.columns])
    writer.writerow([column.unit for column in table.columns])
    writer.writerows(["" if value is None else harmless(value) for value in row] for row in table.rows)
    return text.getvalue()


def harmless[Value](value: Value) -> Value | str:
    """A value of a CSV: a text that a spreadsheet would take for a formula has an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
