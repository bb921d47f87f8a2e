"""Values of one profile in a file (CSV or XLSX): a row for each, its columns those of an inline value."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from soilinfo.catalog.tables import Sheet
from soilinfo.errors import InputError
from soilinfo.ingest.profiles.numbers import Number, read_number
from soilinfo.ingest.sheets import read_cells
from soilinfo.jobs.harmonization.inline import Value

NUMBERS = ("upper_cm", "lower_cm", "value", "sd")
YES = ("yes", "true", "1", "ya", "y")


def values_in(file: Path) -> list[dict[str, Any]]:
    """The rows of a file as :func:`soilinfo.jobs.harmonization.inline.profile_of` takes them.

    '<0.1' is a value beyond its limit of detection. SourceError where the file cannot be read, InputError
    for a column that is not known, and for a number that is none.
    """
    cells = read_cells(str(file), Sheet(source=str(file)))
    known = [*Value.model_fields]
    if unknown := [each for each in cells.headings if each and each not in known]:
        raise InputError(f"{file}: no column '{unknown[0]}'; there are: {', '.join(known)}")
    filled = ((row, number) for number, row in enumerate(cells.rows, start=cells.first_row) if any(row))
    return [dict(_row(file, number, zip(cells.headings, row, strict=True))) for row, number in filled]


def _row(file: Path, number: int, cells: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """What a row says; what is empty is not said."""
    for name, cell in cells:
        text = str(cell).strip()
        if not name or not text:
            continue
        if name in NUMBERS:
            found = read_number(text)
            yield name, _finite(file, number, name, text, found)
            if found.qualifier:
                yield "qualifier", found.qualifier
        else:
            yield name, text.lower() in YES if name == "is_organic" else text


def _finite(file: Path, number: int, name: str, text: str, found: Number) -> float:
    if found.fault or not isfinite(found.value) or (found.qualifier and name != "value"):
        raise InputError(f"{file}: row {number}: {name} '{text}' is no number")
    return found.value
