"""The sheet of one level in a decree workbook: a row for each unit, their sums, and room for signatures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from soilinfo.report.allocation.document import Document, by_unit, known, tonnes, tonnes_known, total_of
from soilinfo.report.allocation.looks import HEAD_HEIGHT, Looks, Row, write_signatures
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Cell, write_row

HEAD_ROW = 4
"""Row of the names of fertilizers; that of the headings follows, and then the units."""
FIRST_ROW = HEAD_ROW + 2
KEYS = {"number": 6, "code": 12, "name": 28}
"""Widths of the columns that say which unit a row is of."""
PARTS = ("need_t", "allocated_t", "need_met_pct")
"""What is told of each fertilizer."""
LEGAL = "legal_t"
"""What a decree prints, kept beside what is computed at the level that it is printed for."""
WIDTH = 13


@dataclass(frozen=True)
class LevelSheet:
    """One sheet: where it is written, in which looks and words, of which rows."""

    page: Worksheet
    looks: Looks
    phrases: Phrases
    document: Document
    title: str
    """What the level is called."""
    frame: pd.DataFrame
    units: Mapping[str, str]
    """Names by code of all units of the level."""

    def write(self) -> None:
        """Title and mark, headings (on every page), units, total, signatures."""
        self.page.write_string(0, 0, self.document.heading(self.phrases), self.looks.title)
        self.page.write_string(1, 0, self.phrases.say("allocation.by_level", level=self.title))
        self.page.write_string(2, 0, self.document.mark(self.phrases), self.looks.mark)
        self._write_head()
        row = FIRST_ROW
        for row, line in enumerate(self._lines(), start=FIRST_ROW):
            write_row(self.page, row, line, self._looks_of(self.looks.unit))
        write_row(self.page, row + 1, self._total(), self._looks_of(self.looks.total))
        write_signatures(self.page, self.looks, self.phrases, row + 3, self._last)
        self.page.freeze_panes(FIRST_ROW, len(KEYS))
        self.page.repeat_rows(HEAD_ROW, FIRST_ROW - 1)
        self.page.autofilter(FIRST_ROW - 1, 0, row, self._last)

    @property
    def _parts(self) -> tuple[str, ...]:
        return (*PARTS, LEGAL) if LEGAL in self.frame else PARTS

    @property
    def _last(self) -> int:
        """The column of the sums over all fertilizers."""
        return len(KEYS) + len(self._parts) * len(self.document.fertilizers)

    def _write_head(self) -> None:
        columns, say, look = self.phrases.columns, self.phrases.say, self.looks.head
        self.page.set_row(HEAD_ROW + 1, HEAD_HEIGHT)
        for at, (name, width) in enumerate(KEYS.items()):
            heading = say("allocation.number") if name == "number" else columns.heading(name)
            self.page.set_column(at, at, width)
            self.page.merge_range(HEAD_ROW, at, HEAD_ROW + 1, at, heading, look)
        self.page.set_column(len(KEYS), self._last, WIDTH)
        for number, name in enumerate(self.document.fertilizers):
            first = len(KEYS) + number * len(self._parts)
            title = self.phrases.called("fertilizer", name)
            self.page.merge_range(HEAD_ROW, first, HEAD_ROW, first + len(self._parts) - 1, title, look)
            for at, part in enumerate(self._parts, start=first):
                self.page.write_string(HEAD_ROW + 1, at, columns.heading(part), look)
        total = say("allocation.total_t")
        self.page.merge_range(HEAD_ROW, self._last, HEAD_ROW + 1, self._last, total, look)

    def _lines(self) -> Iterator[list[Cell]]:
        """Number, code and name, the parts of each fertilizer, tonnes of all of them.

        The cells of a unit that nothing is known of are empty: missing is not zero.
        """
        units = sorted(self.units.items())
        codes = [code for code, _ in units]
        values = {
            part: by_unit(self.frame, part, codes, self.document.fertilizers).to_numpy()
            for part in self._parts
        }
        for at, (code, name) in enumerate(units):
            cells = [
                known(cell)
                for parts in zip(*(each[at] for each in values.values()), strict=True)
                for cell in parts
            ]
            yield [at + 1, code, name, *cells, tonnes_known(values["allocated_t"][at])]

    def _total(self) -> list[Cell]:
        fertilizers = self.document.fertilizers
        cells = [self._sum(one, part) for one in fertilizers for part in self._parts]
        whole = tonnes(total_of(self.frame, one).allocated_t for one in fertilizers)
        return [None, None, self.phrases.say("allocation.total"), *cells, whole]

    def _sum(self, fertilizer: str, part: str) -> float | None:
        if part == "need_met_pct":
            return total_of(self.frame, fertilizer).need_met_pct
        return tonnes(self.frame.loc[self.frame["fertilizer"] == fertilizer, part])

    def _looks_of(self, row: Row) -> list[Format]:
        looks = [row.percent if part == "need_met_pct" else row.tonnes for part in self._parts]
        return [row.text] * len(KEYS) + looks * len(self.document.fertilizers) + [row.tonnes]
