"""The sheet of months in a decree workbook."""

from collections.abc import Iterator

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from soilinfo.report.allocation.document import Document, known, tonnes, tonnes_known
from soilinfo.report.allocation.looks import HEAD_HEIGHT, Looks, Row, write_signatures
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Cell, sheet_name, write_row

KEYS = ("code", "name", "fertilizer")
PAST = 0
"""Column of what is allocated beside the months that are shared out: those before them, of a reallocation."""


def write_months(book: Workbook, looks: Looks, phrases: Phrases, document: Document) -> None:
    """A row for each unit and fertilizer, a column for each month, and their sum, which is what is allocated;
    then the sums of each fertilizer and of all, and room for signatures. Nothing without months.

    What was allocated for the months before those that are shared out stands in a column of its own.
    """
    if document.months.empty:
        return
    wide = _by_month(document)
    page = book.add_worksheet(sheet_name(book, phrases.say("allocation.months")))
    heads = [*map(phrases.columns.heading, KEYS), *(_month(phrases, int(month)) for month in wide.columns)]
    heads.append(phrases.say("allocation.total_t"))
    page.set_row(0, HEAD_HEIGHT)
    write_row(page, 0, heads, [looks.head] * len(heads))
    page.set_column(0, len(heads) - 1, 13)
    page.set_column(1, 1, 28)
    page.set_column(2, 2, 18)
    page.freeze_panes(1, len(KEYS))
    page.repeat_rows(0)
    number = 0
    for number, (line, row) in enumerate(_lines(phrases, document, wide, looks), start=1):
        write_row(page, number, line, _looks_of(row, len(heads)))
    write_signatures(page, looks, phrases, number + 2, len(heads) - 1)


def _by_month(document: Document) -> pd.DataFrame:
    """Tonnes by unit and fertilizer (index: KEYS) and month; PAST for what is allocated beside the months."""
    wide = document.months.pivot(index=list(KEYS), columns="month", values="allocated_t").sort_index()
    allocated = document.levels[document.finest].set_index(list(KEYS))["allocated_t"].reindex(wide.index)
    past = (allocated - wide.sum(axis=1)).round(3)
    if past.any():
        wide.insert(0, PAST, past)
    return wide


def _month(phrases: Phrases, month: int) -> str:
    if month == PAST:
        return phrases.say("allocation.months.past")
    return phrases.say("date.months").split()[month - 1]


def _lines(
    phrases: Phrases, document: Document, wide: pd.DataFrame, looks: Looks
) -> Iterator[tuple[list[Cell], Row]]:
    shares = wide.to_numpy()
    for at, (code, name, fertilizer) in enumerate(wide.index):
        told = [code, name, phrases.called("fertilizer", fertilizer)]
        yield [*told, *map(known, shares[at]), tonnes_known(shares[at])], looks.unit
    total = phrases.say("allocation.total")
    for fertilizer in document.fertilizers:
        own = shares[wide.index.get_level_values("fertilizer") == fertilizer]
        told = [None, total, phrases.called("fertilizer", fertilizer)]
        yield [*told, *map(tonnes, own.T), tonnes(own.ravel())], looks.total
    yield [None, total, None, *map(tonnes, shares.T), tonnes(shares.ravel())], looks.total


def _looks_of(row: Row, count: int) -> list[Format]:
    return [row.text] * len(KEYS) + [row.tonnes] * (count - len(KEYS))
