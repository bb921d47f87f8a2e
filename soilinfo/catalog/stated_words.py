"""The words of the workbook that asks for statements: what its hidden sheet keeps, each with its id.

A workbook is read by its own words, so that one that was handed out stays readable whatever config calls
things since.
"""

from collections.abc import Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.statements import SCALES, SHEETS, Labels, scale
from soilinfo.catalog.text import label

SHEET_TITLES, HEADINGS, THREATS = "sheet", "column", "threat"
"""Lists that no column or question is called like."""


def word_lists(catalog: Catalog) -> Mapping[str, Labels]:
    """What everything in the workbook is called by id: a list for each column, and each question."""
    directory = catalog.directory
    columns = dict.fromkeys(column for columns in SHEETS.values() for column in columns)
    return {
        SHEET_TITLES: {sheet: label(f"statements.sheet.{sheet}", directory) for sheet in SHEETS},
        HEADINGS: {column: label(f"statements.column.{column}", directory) for column in columns},
        THREATS: {id: threat.title for id, threat in catalog.threats.items()},
        **{column: scale(column, directory) for column in SCALES},
        **{choices_of(id): item.choices for id, item in catalog.inventory.items() if item.choices},
    }


def choices_of(question: str) -> str:
    """The list of what is chosen from in answer to a question."""
    return f"question.{question}"
