"""Rows of a workbook that people filled in: each cell as what it must be, every fault with its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from soilinfo.catalog.statements import as_word
from soilinfo.errors import Fault, UnknownNameError
from soilinfo.ingest.sheets import Grid, is_error

YEARS = (1900, 2100)
"""Of what anybody states here."""

_DIGITS = re.compile(r"-?\d{1,3}|-?[1-9]\d{3,14}")
"""A number written as text that reads alike in every language: without decimals or thousands."""


@dataclass(frozen=True)
class StatedSheet:
    """A worksheet by the ids of its columns; ``faults`` gathers what is wrong in it."""

    title: str
    grid: Grid
    columns: Sequence[str]
    headings: Mapping[str, str]
    """Ids of columns by what the workbook heads them."""
    optional: Sequence[str]
    """Columns that help whoever fills it in, and are not read."""
    faults: list[Fault] = field(default_factory=list)

    def rows(self, given: Sequence[str] = ()) -> Iterator["StatedRow"]:
        """The rows below the headings with anything in a column that is read and not ``given`` with the form.

        Nothing, and a fault for each, where columns are missing or there twice: nobody knows which counts.
        """
        headed = self._headed()
        places = {name: at for at, name in headed}
        before = len(self.faults)
        for name in (each for each in self.columns if each not in self.optional):
            if name not in places:
                self.fault("1", str(UnknownNameError("column", name, places)))
            elif (cells := [xl_rowcol_to_cell(0, at) for at, each in headed if each == name])[1:]:
                self.fault(", ".join(cells), f"more than one column is '{name}'; keep one")
        if len(self.faults) > before:
            return
        errors = set(self.grid.errors)
        for at, cells in enumerate(self.grid.rows[1:], start=1):
            row = StatedRow(self, at, {name: cells[place] for name, place in places.items()}, places, errors)
            if any(not row.is_empty(name) for name in places if name not in (*given, *self.optional)):
                yield row

    def fault(self, place: str, message: str) -> None:
        """Note what is wrong at a place of this sheet."""
        self.faults.append(Fault(self.title, place, message))

    def _headed(self) -> list[tuple[int, str]]:
        """Number and id of each column; what has another heading is somebody's own, and is left alone."""
        known = {word: id for word, id in self.headings.items() if id in self.columns}
        first = self.grid.rows[0] if self.grid.rows else []
        words = (as_word(str(cell)) for cell in first)
        return [(at, known[word]) for at, word in enumerate(words) if word in known]


@dataclass(frozen=True)
class StatedRow:
    """A row of a sheet; what a cell holds that it must not is noted, and None in its place."""

    sheet: StatedSheet
    at: int
    """Of the worksheet, counted from 0."""
    cells: Mapping[str, Any]
    places: Mapping[str, int]
    errors: set[str]

    def is_empty(self, column: str) -> bool:
        """True for a cell without anything, not even a formula that failed."""
        return self.cells.get(column, "") == "" and self._reference(column) not in self.errors

    def text(self, column: str) -> str:
        """The text of a cell; '' where it is empty. A number is told as people write it: 7, not 7.0."""
        if self._failed(column):
            return ""
        cell = self.cells.get(column, "")
        return (
            str(int(cell)) if isinstance(cell, float) and cell.is_integer() else " ".join(str(cell).split())
        )

    def number(self, column: str, least: float = -1e15, most: float | None = None) -> float | None:
        """A finite number between two bounds."""
        if self._failed(column) or self.is_empty(column):
            return None
        cell = self.cells[column]
        if isinstance(cell, str) and _DIGITS.fullmatch(cell):
            cell = float(cell)
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not isfinite(cell):
            self._refuse(column, "is no number; write it as a number, not as text")
        elif cell < least:
            self._refuse(column, f"is less than {least:,g}")
        elif most is not None and cell > most:
            self._refuse(column, f"is more than {most:,.10g}")
        else:
            return float(cell)
        return None

    def whole(self, column: str, least: int, most: int) -> int | None:
        """A whole number between two bounds."""
        number = self.number(column)
        if number is None:
            return None
        if not number.is_integer() or not least <= number <= most:
            self._refuse(column, f"is no whole number from {least} to {most}")
            return None
        return int(number)

    def year(self, column: str) -> int | None:
        """A year of four digits."""
        return self.whole(column, *YEARS)

    def word(self, column: str, kind: str, words: Mapping[str, str]) -> str | None:
        """The id that a word stands for, of ids by word as ``words_of`` gives them."""
        text = self.text(column)
        if isinstance(self.cells.get(column), bool):
            text = "yes" if self.cells[column] else "no"
        if not text:
            return None
        if as_word(text) not in words:
            self.fault(column, str(UnknownNameError(kind, text, set(words.values()))))
        return words.get(as_word(text))

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong in a cell."""
        self.sheet.fault(f"{self._reference(column)} ({column})", message)

    def _refuse(self, column: str, why: str) -> None:
        self.fault(column, f"'{str(self.cells[column])[:60]}' {why}")

    def _failed(self, column: str) -> bool:
        """Whether a cell holds an error instead of a value, which is noted."""
        failed = self._reference(column) in self.errors or is_error(self.cells.get(column))
        if failed:
            self.fault(column, "holds an error of a formula")
        return failed

    def _reference(self, column: str) -> str:
        return str(xl_rowcol_to_cell(self.at, self.places[column])) if column in self.places else ""
