"""Tables in: every cell read strictly as the type that config states, and what cannot be read so, told."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from soilinfo import units
from soilinfo.catalog.models import Column, Level, Sheet, Table, UnitList
from soilinfo.errors import SourceError
from soilinfo.ingest.checks.unit_evidence import Official
from soilinfo.ingest.sheets import Cells, is_error, read_cells

TOTALS = re.compile(r"(sub\s*)?(jumlah|total)\b|grand total\b", re.IGNORECASE)
"""How the row of sums begins."""
MOST_COUNTED = 2**53
"""Largest integer of a column: beyond it workbooks round what they hold."""
_MONTHS = "jan|feb|mar|apr|may|mei|jun|jul|aug|agu|agt|sep|oct|okt|nov|dec|des"
_DATE_LIKE = re.compile(rf"\d{{1,2}}[-/ ]({_MONTHS})|({_MONTHS})[-/ ]\d{{1,4}}", re.IGNORECASE)
_NUMBERS = {
    # A point before one, two or more than three digits parts no thousands.
    None: re.compile(r"[+-]?\d+(\.(\d{1,2}|\d{4,}))?"),
    ".": re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?"),
    ",": re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?"),
}


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be read as its column says; ``check`` is the id of the finding it belongs to."""

    check: str
    row: int
    column: str
    cell: str


@dataclass(frozen=True)
class Rows:
    """The rows of a table as read: typed columns, the numbers of their rows, and what was left out."""

    frame: pd.DataFrame
    numbers: list[int]
    problems: list[Problem]
    blank: list[int]
    totals: list[int]


def read_rows(cells: Cells, table: Table) -> Rows:
    """The rows of a table, typed: string, code and date (ISO 8601) as text, integer and number as numbers.

    An empty cell, one of the ``nodata`` texts, and a cell that cannot be read, are missing. Blank rows
    and rows of totals are left out.
    """
    numbered = list(enumerate(cells.rows, start=cells.first_row))
    blank = [number for number, row in numbered if _is_blank(row)]
    totals = [number for number, row in numbered if _is_total(row)]
    kept = [(number, row) for number, row in numbered if not _is_blank(row) and not _is_total(row)]
    problems: list[Problem] = []
    columns = {}
    for name, column in table.columns.items():
        values = []
        place = cells.headings.index(column.source) if column.source in cells.headings else None
        for number, row in kept:
            value = _value(row[place], column, table) if place is not None else None
            if isinstance(value, _Unreadable):
                problems.append(Problem(value.check, number, name, str(row[place or 0])))
                value = None
            values.append(value)
        columns[name] = pd.Series(values, dtype=_DTYPES[column.type])
    return Rows(pd.DataFrame(columns), [number for number, _ in kept], problems, blank, totals)


_DTYPES = {"string": "str", "code": "str", "date": "str", "integer": "Int64", "number": "float64"}


def _is_blank(row: Sequence[Any]) -> bool:
    return all(cell == "" for cell in row)


def _is_total(row: Sequence[Any]) -> bool:
    first = next((cell for cell in row if cell != ""), "")
    return isinstance(first, str) and TOTALS.match(first) is not None


@dataclass(frozen=True)
class _Unreadable:
    check: str


def _value(cell: Any, column: Column, table: Table) -> Any:
    """A cell's value, None where it is missing, or why it cannot be read."""
    if cell == "" or cell in table.nodata:
        return None
    if is_error(cell):
        return _Unreadable("formula_errors")
    if column.type in ("integer", "number"):
        return _number(cell, column, table.decimal)
    return _date(cell) if column.type == "date" else _text(cell, column)


def _text(cell: Any, column: Column) -> Any:
    if isinstance(cell, date) or (isinstance(cell, str) and _DATE_LIKE.fullmatch(cell)):
        return _Unreadable("turned_into_dates")
    if isinstance(cell, str):
        return cell
    if column.type == "code":
        return _Unreadable("codes_as_numbers")
    return f"{cell:g}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _number(cell: Any, column: Column, decimal: str | None) -> Any:
    if isinstance(cell, str):
        if not _NUMBERS[decimal].fullmatch(cell):
            unclear = decimal is None and re.fullmatch(r"[+-]?\d[\d.,]*", cell)
            return _Unreadable("ambiguous_numbers" if unclear else "unreadable_cells")
        thousands = {".": ",", ",": "."}.get(decimal or "", "")
        cell = float(cell.replace(thousands, "").replace(",", "."))
    if isinstance(cell, date):
        return _Unreadable("turned_into_dates")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return _Unreadable("unreadable_cells")
    number = float(cell)
    if column.type == "number":
        return number if math.isfinite(number) else _Unreadable("unreadable_cells")
    counted = number.is_integer() and abs(number) <= MOST_COUNTED
    return int(cell) if counted else _Unreadable("unreadable_cells")


def _date(cell: Any) -> Any:
    if isinstance(cell, date):
        return cell.date().isoformat() if isinstance(cell, datetime) else cell.isoformat()
    try:
        return date.fromisoformat(str(cell)).isoformat()
    except ValueError:
        return _Unreadable("unreadable_cells")


# ---- official lists ---------------------------------------------------------------------


def official_lists(level: Level, paths: Mapping[str, str]) -> Official:
    """The lists configured for a level; ``paths`` leads from their ``source`` to where it is.

    Raises SourceError when one cannot be used, as SourceError of a level's own source.
    """
    names = _listed(level.code_table, paths, "name") if level.code_table else {}
    areas = _listed(level.area_table, paths, "area") if level.area_table else {}
    unit = level.area_table.area_unit if level.area_table else "ha"
    return Official(
        {code: str(name) for code, name in names.items()},
        {code: float(units.convert(area, unit, "ha")) for code, area in areas.items()},
    )


def _listed(listed: UnitList, paths: Mapping[str, str], what: str) -> dict[str, Any]:
    path = paths[listed.source]
    cells = read_cells(path, Sheet(**listed.model_dump(include=set(Sheet.model_fields))))
    heading = {"name": listed.name, "area": listed.area}[what]
    for wanted in (listed.code, heading):
        if wanted not in cells.headings:
            known = ", ".join(cells.headings)
            raise SourceError(f"{path}: no column '{wanted}'; there are: {known}")
    pairs = zip(cells.column(listed.code), cells.column(str(heading)), strict=True)
    found = {}
    for number, (code, value) in enumerate(pairs, start=cells.first_row):
        if code == "" or (isinstance(code, str) and TOTALS.match(code)):
            continue
        if not isinstance(code, str):
            raise SourceError(f"{path}: the code in row {number} is a number or date, not a text: {code}")
        found[code] = _area(path, number, value, listed) if what == "area" else value
    return found


def _area(path: str, number: int, value: Any, listed: UnitList) -> float:
    area = _number(value, _AREA, listed.decimal)
    if not isinstance(area, float) or area <= 0:
        raise SourceError(
            f"{path}: the area in row {number} is no positive number: '{value}'; is 'decimal' stated?"
        )
    return area


_AREA = Column(source="area", title={"en": "Area", "id": "Luas"}, type="number", unit="ha")
