"""The survey of a raster source: what its cells inside the national grid hold, for the checks to judge."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo import grid as grids
from soilinfo.grid import Grid
from soilinfo.ingest.raster import SOURCE_CELLS, source_window, strips
from soilinfo.ingest.source import Reader, holds, valid_range


@dataclass
class Survey:
    """What the cells of a source inside the grid hold, in the property's unit.

    ``examples`` has up to three {x, y, value} of values outside the valid range; ``codes``
    counts source codes of class layers; ``nan`` counts NaN where another nodata is declared;
    ``declared_nodata`` counts the file's declared value; ``low`` and ``high`` are of finite values.
    """

    cells: int = 0
    valid: int = 0
    nan: int = 0
    declared_nodata: int = 0
    out_of_range: int = 0
    low: float = math.inf
    high: float = -math.inf
    examples: list[dict[str, float | str]] = field(default_factory=list)
    codes: dict[float, int] = field(default_factory=dict)


def survey(reader: Reader, grid: Grid) -> Survey:
    """Read every source cell inside the grid once and say what they hold.

    Judging source cells, not resampled ones, makes counts and places those of the file.
    """
    seen = Survey()
    inside = source_window(reader.source, grid, grid.window)
    if inside is None:
        return seen
    for strip in strips(inside, SOURCE_CELLS):
        cells, masked = reader.raw(strip)
        values = reader.translate(cells, masked)
        seen.cells += values.size
        seen.declared_nodata += int(holds(cells, reader.source.nodata).sum())
        if reader.source.is_float:
            seen.nan += int(np.isnan(cells).sum())
        if reader.property.kind == "class":
            _survey_classes(seen, cells[(values != 0)], int((values != 0).sum()))
        else:
            _survey_numbers(seen, values, strip, reader)
    return seen


def _survey_classes(seen: Survey, cells: NDArray[Any], valid: int) -> None:
    seen.valid += valid
    for code, count in zip(*np.unique(cells, return_counts=True), strict=True):
        code = int(code) if float(code).is_integer() else float(code)
        seen.codes[code] = seen.codes.get(code, 0) + int(count)


def _survey_numbers(seen: Survey, values: NDArray[np.float64], strip: grids.Window, reader: Reader) -> None:
    finite = values[np.isfinite(values)]
    seen.valid += int((~np.isnan(values)).sum())
    seen.low = min(seen.low, float(finite.min(initial=math.inf)))
    seen.high = max(seen.high, float(finite.max(initial=-math.inf)))
    low, high = valid_range(reader.property)
    bad = np.argwhere((values < low) | (values > high))
    seen.out_of_range += len(bad)
    for row, col in bad[: 3 - len(seen.examples)]:
        x, y = reader.source.transform @ (strip.col + col + 0.5, strip.row + row + 0.5)
        value = float(values[row, col])
        shown = value if math.isfinite(value) else str(value)  # JSON has no infinity
        seen.examples.append({"x": round(x, 6), "y": round(y, 6), "value": shown})
