"""The survey of a raster source: what its cells inside the national grid hold, for the checks to judge."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from soilinfo.grid import Grid, Window
from soilinfo.ingest import kernel
from soilinfo.ingest.placement import reading_blocks, source_windows
from soilinfo.ingest.source import Reader, holds, valid_range, value_type

SENTINELS = (
    *(-999.0, -9999.0, -99999.0, -999999.0),
    *(-32767.0, -32768.0, 32767.0, 65535.0),
    *(-2147483647.0, -2147483648.0, 2147483647.0, 4294967295.0),
    *(1e20, 9.969209968386869e36),  # CF convention, netCDF library
    *(-float(np.finfo("f4").max), float(np.finfo("f4").max), -float(np.finfo("f8").max)),  # ESRI, GDAL
)
"""Numbers by which files mean no data, whether they declare them or not."""
_ORDERED = np.array(sorted(SENTINELS))
TABULATED = ("int8", "uint8", "int16", "uint16")
"""Types of so few values that all of them are judged beforehand."""
EXAMPLES = 3
"""Places kept of values outside the valid range."""

Example = Mapping[str, float | str]


@dataclass(frozen=True)
class Survey:
    """What the cells of a source inside the grid hold, in the property's unit; ``a + b`` is that of both.

    ``valid`` cells have a value, possible or not; ``low``, ``high`` and ``total`` (the sum) are of
    those that are finite. ``nan`` counts NaN where another nodata is declared; ``declared_nodata``
    the file's declared value. ``examples`` has up to three {x, y, value, lon, lat} of values outside
    the valid range. ``codes`` counts source codes of class layers; ``sentinels`` counts, by their
    value in the file, SENTINELS that neither file nor config declares.
    """

    cells: int = 0
    valid: int = 0
    nan: int = 0
    declared_nodata: int = 0
    out_of_range: int = 0
    low: float = math.inf
    high: float = -math.inf
    total: float = 0.0
    examples: list[Example] = field(default_factory=list)
    codes: Mapping[float, int] = field(default_factory=dict)
    sentinels: Mapping[float, int] = field(default_factory=dict)

    def __add__(self, other: "Survey") -> "Survey":
        return Survey(
            cells=self.cells + other.cells,
            valid=self.valid + other.valid,
            nan=self.nan + other.nan,
            declared_nodata=self.declared_nodata + other.declared_nodata,
            out_of_range=self.out_of_range + other.out_of_range,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            total=self.total + other.total,
            examples=[*self.examples, *other.examples][:EXAMPLES],
            codes=Counter(self.codes) + Counter(other.codes),
            sentinels=Counter(self.sentinels) + Counter(other.sentinels),
        )


def survey_parts(reader: Reader, grid: Grid) -> list[Window]:
    """Windows of the source that hold every cell inside the grid once; none where it lies elsewhere.

    Judging source cells, not resampled ones, makes counts and places those of the file.
    """
    inside = source_windows(reader.source, grid, grid.window)
    return [part for window in inside for part in reading_blocks(reader.source, window)]


def read(reader: Reader, window: Window) -> tuple[NDArray[Any], Survey]:
    """Values of a window of the source, and its survey.

    Numbers are in the property's unit, of the type ``value_type``, NaN for no data; classes are
    uint8 codes, 0 for no data. What cannot be (outside the valid range, a code without a class) is
    no data too: a layer that is published despite such cells must not blend them into their neighbours.
    """
    cells, masked = reader.raw(window)
    values = np.empty(cells.shape, value_type(reader.property))
    if reader.property.kind == "class":
        return values, _classes(reader, cells, masked, values)
    return values, _numbers(reader, window, cells, masked, values)


def _numbers(
    reader: Reader, window: Window, cells: NDArray[Any], masked: NDArray[np.bool_], out: NDArray[Any]
) -> Survey:
    if cells.dtype in TABULATED:
        return _tabulated(reader, window, cells, masked, out)
    low, high = valid_range(reader.property)
    found, places = np.zeros(len(_ORDERED), np.int64), np.zeros((EXAMPLES, 2), np.int64)
    declared = math.nan if reader.source.nodata is None else reader.source.nodata
    valid, nan, empty, outside, least, most, total = kernel.numbers(
        cells,
        masked,
        reader.linear,
        (float(low), float(high)),
        float(_as_held(cells, np.array(declared))),
        _as_held(cells, _ORDERED),
        out,
        found,
        places,
    )
    return Survey(
        cells=cells.size,
        valid=valid,
        nan=nan,
        declared_nodata=empty,
        out_of_range=outside,
        low=least,
        high=most,
        total=total,
        examples=[_example(reader, window, cells, *place) for place in places[:outside].tolist()],
        sentinels={float(_ORDERED[place]): int(found[place]) for place in np.flatnonzero(found)},
    )


def _tabulated(
    reader: Reader, window: Window, cells: NDArray[Any], masked: NDArray[np.bool_], out: NDArray[Any]
) -> Survey:
    """As :func:`_numbers` for a type of few values: each of them is judged once, not each cell."""
    limits = np.iinfo(cells.dtype)
    stored = np.arange(limits.min, int(limits.max) + 1, dtype=np.float64)
    scale, offset, factor, shift = reader.linear
    values = (stored * scale + offset) * factor + shift
    low, high = valid_range(reader.property)
    possible = (low <= values) & (values <= high)
    table = np.where(possible, values, np.nan).astype(out.dtype)
    counts = np.zeros(len(stored), np.int64)
    declared = math.nan if reader.source.nodata is None else float(reader.source.nodata)
    empty = kernel.tabulated(cells, masked, int(limits.min), table, declared, out, counts)
    held, outside = np.flatnonzero(counts), int(counts[~possible].sum())
    sentinels = held[np.isin(stored[held], _ORDERED)]
    return Survey(
        cells=cells.size,
        valid=int(counts.sum()),
        declared_nodata=empty,
        out_of_range=outside,
        low=float(values[held].min(initial=math.inf)),
        high=float(values[held].max(initial=-math.inf)),
        total=float(counts[held] @ values[held]),
        examples=_first_outside(reader, window, cells, masked, possible) if outside else [],
        sentinels={float(stored[place]): int(counts[place]) for place in sentinels},
    )


def _first_outside(
    reader: Reader,
    window: Window,
    cells: NDArray[Any],
    masked: NDArray[np.bool_],
    possible: NDArray[np.bool_],
) -> list[Example]:
    """The first cells, row by row, whose value cannot be; ``possible`` by stored value from the least on."""
    odd = ~possible[cells.astype(np.int64) - np.iinfo(cells.dtype).min] & ~masked
    return [_example(reader, window, cells, row, col) for row, col in np.argwhere(odd)[:EXAMPLES].tolist()]


def _as_held(cells: NDArray[Any], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers as the type of the cells holds them: its own nearest ones, where these are floats."""
    if cells.dtype != np.float32:
        return numbers
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32).astype(np.float64)


def _declared(reader: Reader, cells: NDArray[Any]) -> int:
    value = reader.source.nodata
    return 0 if value is None else int(np.count_nonzero(holds(cells, value)))


def _example(reader: Reader, window: Window, cells: NDArray[Any], row: int, col: int) -> Example:
    scale, offset, factor, shift = reader.linear
    value = (float(cells[row, col]) * scale + offset) * factor + shift
    x, y = reader.source.transform @ (window.col + col + 0.5, window.row + row + 0.5)
    shown = value if math.isfinite(value) else str(value)  # JSON has no infinity
    place = {"x": round(float(x), 6), "y": round(float(y), 6), "value": shown}
    lon, lat = _to_degrees(reader.source.crs).transform(x, y)
    known = math.isfinite(lon) and math.isfinite(lat)
    return {**place, "lon": round(lon, 6), "lat": round(lat, 6)} if known else place


@cache
def _to_degrees(crs: str) -> Transformer:
    return Transformer.from_crs(CRS.from_wkt(crs), "EPSG:4326", always_xy=True)


def _classes(reader: Reader, cells: NDArray[Any], masked: NDArray[np.bool_], out: NDArray[Any]) -> Survey:
    known = reader.class_codes
    codes, class_codes = np.array(list(known), np.float64), np.array(list(known.values()), np.uint8)
    found = np.zeros(len(known), np.int64)
    valid, nan = kernel.classes(cells, masked, codes, class_codes, out, found)
    counts = {_code(code): int(count) for code, count in zip(known, found, strict=True) if count}
    unknown: dict[float, int] = {}
    if valid > found.sum():
        strange = out == kernel.UNKNOWN_CODE
        codes_of_them, counts_of_them = np.unique(cells[strange], return_counts=True)
        unknown = dict(zip(map(_code, codes_of_them), map(int, counts_of_them), strict=True))
        out[strange] = 0
    return Survey(
        cells=cells.size,
        valid=valid,
        nan=nan,
        declared_nodata=_declared(reader, cells),
        codes={**counts, **unknown},
        sentinels={float(code): count for code, count in unknown.items() if code in SENTINELS},
    )


def _code(code: float) -> float:
    return int(code) if float(code).is_integer() else float(code)
