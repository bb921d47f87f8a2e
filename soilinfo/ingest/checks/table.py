"""Checks of a table, each one small named function that looks and, perhaps, finds.

Its own severity can be changed per table in config (``severity: {check: warn}``); cells that cannot be
read are then published as missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from soilinfo.catalog.models import Table
from soilinfo.findings import Finding, Severity, some
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.unit_evidence import SHOWN
from soilinfo.ingest.place_names import agree
from soilinfo.ingest.sheets import Cells
from soilinfo.ingest.table import Rows


@dataclass(frozen=True)
class TableEvidence:
    """All that a check of a table may look at."""

    table_id: str
    table: Table
    cells: Cells
    rows: Rows
    units: Mapping[str, str]
    """Code -> name of the units of the table's level; empty without one."""

    def at_rows(
        self, check: str, severity: Severity, message: str, rows: list[int], told: list[str] | None = None
    ) -> Finding | None:
        """A finding about rows, '{}' in its message being their numbers or what is ``told`` of them."""
        if not rows:
            return None
        text = message.replace("{}", some(told or [f"row {row}" for row in rows]))
        evidence = {"rows": rows[:SHOWN]} | ({"examples": told[:SHOWN]} if told else {})
        return Finding(check, severity, self.table_id, text, len(rows), evidence)

    def cells_of(self, check: str, message: str) -> Finding | None:
        """A blocking finding about the cells that could not be read for one reason."""
        found = [problem for problem in self.rows.problems if problem.check == check]
        told = [f"'{each.cell}' (row {each.row}, {each.column})" for each in found]
        return self.at_rows(check, "block", message, [each.row for each in found], told)


def missing_columns(seen: TableEvidence) -> Finding | None:
    """Block a table without a column that config names."""
    wanted = [column.source for column in seen.table.columns.values()]
    missing = [heading for heading in wanted if heading not in seen.cells.headings]
    if not missing:
        return None
    there = ", ".join(heading for heading in seen.cells.headings if heading)
    row = seen.table.header_row
    message = f"no column is headed {', '.join(missing)}; there are, in row {row}: {there}"
    return Finding("missing_columns", "block", seen.table_id, message, len(missing), {"columns": missing})


def unknown_columns(seen: TableEvidence) -> Finding | None:
    """Note columns that config does not name and that are left out."""
    wanted = {column.source for column in seen.table.columns.values()}
    unknown = [heading for heading in seen.cells.headings if heading and heading not in wanted]
    if not unknown:
        return None
    message = f"left out columns that config does not name: {some(unknown)}"
    return Finding("unknown_columns", "note", seen.table_id, message, len(unknown), {"columns": unknown})


def blank_rows(seen: TableEvidence) -> Finding | None:
    """Note rows without a single cell filled."""
    return seen.at_rows("blank_rows", "note", "left out blank rows: {}", seen.rows.blank)


def totals_rows(seen: TableEvidence) -> Finding | None:
    """Note rows of totals left out: what they sum would count twice."""
    return seen.at_rows("totals_rows", "note", "left out rows of totals: {}", seen.rows.totals)


def formula_errors(seen: TableEvidence) -> Finding | None:
    """Block cells whose formula gives an error: their values are lost."""
    texts = [problem for problem in seen.rows.problems if problem.check == "formula_errors"]
    cells = [*seen.cells.errors, *(f"row {each.row}, {each.column}" for each in texts)]
    if not cells:
        return None
    message = f"{len(cells)} cell(s) hold an error such as #REF! instead of a value: {some(cells)}"
    return Finding("formula_errors", "block", seen.table_id, message, len(cells), {"cells": cells[:SHOWN]})


def missing_values(seen: TableEvidence) -> Finding | None:
    """Block empty cells of key columns, of the unit's code and of those that config requires."""
    required = {name for name, column in seen.table.columns.items() if column.required}
    required |= {*seen.table.key, *filter(None, [seen.table.unit_code])}
    unreadable = {(problem.row, problem.column) for problem in seen.rows.problems}
    empty = [
        (number, name)
        for name in seen.table.columns
        if name in required and seen.table.columns[name].source in seen.cells.headings
        for number, absent in zip(seen.rows.numbers, seen.rows.frame[name].isna(), strict=True)
        if absent and (number, name) not in unreadable
    ]
    told = [f"row {number}, {name}" for number, name in empty]
    text = "cells that must have a value are empty: {}"
    return seen.at_rows("missing_values", "block", text, [number for number, _ in empty], told)


def turned_into_dates(seen: TableEvidence) -> Finding | None:
    """Block dates where there should be none: a spreadsheet turns 10-20 into the 20th of October."""
    return seen.cells_of("turned_into_dates", "dates where none should be, made by a spreadsheet: {}")


def codes_as_numbers(seen: TableEvidence) -> Finding | None:
    """Block codes that are numbers: leading and trailing zeros are lost, 73.10 is 73.1."""
    text = "codes that a spreadsheet made numbers, so that their zeros are lost: {}; write them as text"
    return seen.cells_of("codes_as_numbers", text)


def ambiguous_numbers(seen: TableEvidence) -> Finding | None:
    """Block '1.234' where config does not tell whether it is 1234 or 1 and 234 thousandths."""
    text = "numbers with a mark that may part decimals or thousands: {}; state 'decimal' for the table"
    return seen.cells_of("ambiguous_numbers", text)


def unreadable_cells(seen: TableEvidence) -> Finding | None:
    """Block cells that are not of their column's type."""
    return seen.cells_of("unreadable_cells", "cells that are not what config says of their column: {}")


def below_least(seen: TableEvidence) -> Finding | None:
    """Block numbers below the `least` of their column, such as a negative area."""
    low = [
        (number, f"{value:g} (row {number}, {name}; least {column.least:g})")
        for name, column in seen.table.columns.items()
        if column.least is not None
        for number, value in zip(seen.rows.numbers, seen.rows.frame[name], strict=True)
        if pd.notna(value) and value < column.least
    ]
    text = "numbers below the least that config states: {}"
    return seen.at_rows("below_least", "block", text, [row for row, _ in low], [each for _, each in low])


def duplicate_keys(seen: TableEvidence) -> Finding | None:
    """Block rows with the key of an earlier row: nobody knows which of them counts."""
    key = seen.rows.frame[list(seen.table.key)]
    twice = (key.duplicated() & key.notna().all(axis=1)).tolist()
    numbers = [number for number, again in zip(seen.rows.numbers, twice, strict=True) if again]
    keys = [", ".join(map(str, row)) for row in key[twice].itertuples(index=False)]
    told = [f"{text} (row {number})" for text, number in zip(keys, numbers, strict=True)]
    text = f"rows with the same {' and '.join(seen.table.key)} as an earlier one: {{}}"
    return seen.at_rows("duplicate_keys", "block", text, numbers, told)


def unknown_units(seen: TableEvidence) -> Finding | None:
    """Block rows about units that the level does not have."""
    lost = [(row, code) for row, code, _ in _named(seen) if code not in seen.units]
    told = [f"{code} (row {row})" for row, code in lost]
    text = f"codes that '{seen.table.unit_level}' does not have: {{}}"
    return seen.at_rows("unknown_units", "block", text, [row for row, _ in lost], told)


def names_disagree(seen: TableEvidence) -> Finding | None:
    """Block rows that name another place than their code: the codes are another system's, or misplaced."""
    wrong = [
        (row, f"{code} '{name}' (row {row}; that code is '{seen.units[code]}')")
        for row, code, name in _named(seen)
        if name is not None and code in seen.units and not agree(name, seen.units[code])
    ]
    text = f"names that are not those of their codes in '{seen.table.unit_level}': {{}}"
    rows, told = [row for row, _ in wrong], [each for _, each in wrong]
    return seen.at_rows("names_disagree", "block", text, rows, told)


def no_rows(seen: TableEvidence) -> Finding | None:
    """Block a table without a row."""
    if len(seen.rows.frame):
        return None
    return Finding("no_rows", "block", seen.table_id, f"{seen.table.source} has no row of data")


def _named(seen: TableEvidence) -> list[tuple[int, str, str | None]]:
    """(row number, code, name or None) of the rows about a unit."""
    code, name, frame = seen.table.unit_code, seen.table.unit_name, seen.rows.frame
    if code is None:
        return []
    names = frame[name] if name else [None] * len(frame)
    rows = zip(seen.rows.numbers, frame[code], names, strict=True)
    return [(row, one, text if isinstance(text, str) else None) for row, one, text in rows if pd.notna(one)]


TABLE_CHECKS: tuple[Callable[[TableEvidence], Finding | None], ...] = (
    missing_columns,
    unknown_columns,
    blank_rows,
    totals_rows,
    formula_errors,
    missing_values,
    turned_into_dates,
    codes_as_numbers,
    ambiguous_numbers,
    unreadable_cells,
    below_least,
    duplicate_keys,
    unknown_units,
    names_disagree,
    no_rows,
)


def judge_table(seen: TableEvidence) -> list[Finding]:
    """The findings of every check of a table, with the severities its config asks for."""
    found = [finding for check in TABLE_CHECKS if (finding := check(seen)) is not None]
    return with_severity(found, seen.table.severity)
