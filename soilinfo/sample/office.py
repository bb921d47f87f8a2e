"""Tables as an office sends them: a title row, semicolons, decimal commas, '-' where there is no figure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

MISSING = "-"
"""No figure, which is not zero."""


def written(number: float, decimals: int) -> str:
    """A number as Indonesian offices write it: 1.234,5."""
    return f"{number:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def cells(frame: pd.DataFrame, decimals: Mapping[str, int]) -> Iterator[list[str]]:
    """The rows of a frame as an office writes them; ``decimals`` names every column of numbers."""

    def cell(column: str, value: Any) -> str:
        if pd.isna(value):
            return MISSING
        return written(value, decimals[column]) if column in decimals else str(value)

    for row in frame.itertuples(index=False):
        yield [cell(column, value) for column, value in zip(frame.columns, row, strict=True)]


def write_table(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows of cells below one of the title and one of the headings."""
    first = [title, *[""] * (len(headings) - 1)]
    lines = [";".join(row) for row in (first, headings, *rows)]
    path.write_text("\n".join([*lines, ""]), "utf-8-sig")
