"""The sheet of months in a decree workbook."""

from xlsxwriter import Workbook

from soilinfo.catalog.columns import Columns
from soilinfo.report.allocation.document import Document, known, tonnes
from soilinfo.report.allocation.looks import Looks
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import sheet_name, write_row

KEYS = ("code", "name", "fertilizer")


def write_months(book: Workbook, looks: Looks, phrases: Phrases, document: Document) -> None:
    """A row for each unit and fertilizer, a column for each month, and their sum; nothing without months."""
    if document.months.empty:
        return
    wide = document.months.pivot(index=list(KEYS), columns="month", values="allocated_t").sort_index()
    columns, names = Columns(phrases.catalog, phrases.language), phrases.say("date.months").split()
    page = book.add_worksheet(sheet_name(book, phrases.say("allocation.months")))
    heads = [*map(columns.heading, KEYS), *(names[int(month) - 1] for month in wide.columns)]
    heads.append(phrases.say("allocation.total_t"))
    write_row(page, 0, heads, [looks.head] * len(heads))
    page.set_column(0, len(heads) - 1, 13)
    page.set_column(1, 1, 28)
    page.freeze_panes(1, len(KEYS))
    page.repeat_rows(0)
    style = [looks.unit.text] * len(KEYS) + [looks.unit.tonnes] * (len(heads) - len(KEYS))
    shares = wide.to_numpy()
    for at, (code, name, fertilizer) in enumerate(wide.index):
        told = [code, name, columns.value("fertilizer", fertilizer)]
        write_row(page, at + 1, [*told, *map(known, shares[at]), tonnes(shares[at])], style)
