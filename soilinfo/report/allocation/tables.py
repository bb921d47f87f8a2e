"""The tables of an allocation as sheets: a row for each unit and fertilizer of a level, with every column."""

from soilinfo.catalog.names import table_of
from soilinfo.report.allocation.document import Document
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Sheet, sheet


def level_tables(phrases: Phrases, document: Document) -> list[Sheet]:
    """One table for each level, the coarsest first; the finest one has the whole chain of reasons."""
    return [level_table(phrases, document, level) for level in document.levels]


def level_table(phrases: Phrases, document: Document, level: str, short: str = "") -> Sheet:
    """The table of one level; ``short`` is what a sheet of it is called."""
    name = table_of(f"allocation_{document.plan.id}", level)
    title = f"{document.heading(phrases)}: {phrases.named(phrases.catalog.level(level).title)}"
    return sheet(phrases.columns, name, title, document.id, document.levels[level], short=short)
