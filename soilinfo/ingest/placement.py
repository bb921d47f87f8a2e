"""Where a source lies on the national grid: windows that cover each other, shared cells, blocks of work."""

import math
from collections.abc import Iterator

from rasterio.crs import CRS
from rasterio.warp import transform_bounds

from soilinfo import grid as grids
from soilinfo.errors import SourceError
from soilinfo.grid import SHARD, Grid, Window
from soilinfo.ingest.source import GDAL_ERRORS, Source

SOURCE_CELLS = SHARD**2
"""Most source cells held at once: bounds the memory of a read whatever the raster's size."""
SAME_PLACE = 0.01
"""Largest distance, in cells, at which two grids share their cells: what rounded coordinates explain."""


def offset_on(source: Source, grid: Grid) -> tuple[int, int] | None:
    """(row, column) of the grid at which the source's first cell lies, when both share their cells.

    None where they do not: another CRS, another cell size, rows from south to north, or cells that
    lie between those of the grid.
    """
    transform, size = source.transform, grid.resolution
    row, col = (grid.north - transform.f) / size, (transform.c - grid.west) / size
    last_row, last_col = row - source.height * transform.e / size, col + source.width * transform.a / size
    first = round(row), round(col)
    shared = (*first, first[0] + source.height, first[1] + source.width)
    distances = (abs(a - b) for a, b in zip((row, col, last_row, last_col), shared, strict=True))
    if max(distances) > SAME_PLACE or CRS.from_wkt(source.crs) != CRS.from_user_input(grid.crs):
        return None
    return first


def overlap(window: Window, other: Window) -> Window | None:
    """What two windows of one grid have in common; None when they do not touch."""
    row, col = max(window.row, other.row), max(window.col, other.col)
    height = min(window.row + window.height, other.row + other.height) - row
    width = min(window.col + window.width, other.col + other.width) - col
    return Window(row, col, height, width) if height > 0 and width > 0 else None


def cell_ratios(source: Source, grid: Grid) -> tuple[float, float]:
    """How many source cells lie along the (x, y) sides of one grid cell, in the middle of what both cover."""
    width, height = abs(source.transform.a), abs(source.transform.e)
    whole = Window(0, 0, source.height, source.width)
    seen = next(iter(source_windows(source, grid, grid.window)), whole)
    x, y = source.transform @ (seen.col + seen.width / 2, seen.row + seen.height / 2)
    cell = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    west, south, east, north = _bounds_in(source, source.crs, grid.crs, cell)
    if not (west < east and south < north):  # as the x, y and z of a geocentric one
        raise SourceError(
            f"{source.path}: its coordinate reference system shows no area of the national grid"
        )
    return grid.resolution / (east - west), grid.resolution / (north - south)


def _bounds_in(source: Source, here: str, there: str, bounds: grids.Bounds) -> grids.Bounds:
    """Bounds in another CRS; SourceError where the source's CRS and the grid's do not meet."""
    try:
        converted: grids.Bounds = transform_bounds(here, there, *bounds, densify_pts=21)
    except GDAL_ERRORS as error:
        raise SourceError(
            f"{source.path}: its coordinate reference system does not lead to that of the national grid"
        ) from error
    if not all(map(math.isfinite, converted)):
        raise SourceError(f"{source.path}: its projection cannot show the national grid (at {bounds})")
    return converted


def source_windows(source: Source, grid: Grid, window: Window, margin: int = 0) -> list[Window]:
    """The windows of the source that cover a window of the grid, widened by ``margin`` cells; none when they
    do not touch, two where the grid's lies across the ends of the source's longitudes (180 degrees).

    Raises SourceError when the source's projection cannot show the grid.
    """
    west, south, east, north = _bounds_in(source, grid.crs, source.crs, grid.bounds_of(window))
    # West of 180 degrees longitudes go up to 180 and east of it on from -180: bounds across are turned round.
    sides = [(west, east)] if west <= east else [(west, east + 360), (west - 360, east)]
    seen = (_touched(source, (left, south, right, north), margin) for left, right in sides)
    return [each for each in seen if each is not None]


def _touched(source: Source, bounds: grids.Bounds, margin: int) -> Window | None:
    west, south, east, north = bounds
    inverse = ~source.transform
    cols, rows = zip(*(inverse @ corner for corner in ((west, north), (east, south))), strict=True)
    first_col, last_col = math.floor(min(cols)) - margin, math.ceil(max(cols)) + margin
    first_row, last_row = math.floor(min(rows)) - margin, math.ceil(max(rows)) + margin
    needed = Window(first_row, first_col, last_row - first_row, last_col - first_col)
    return overlap(needed, Window(0, 0, source.height, source.width))


def blocks_of(window: Window, height: int, width: int) -> Iterator[Window]:
    """What a window has of the blocks of that size, counted from row 0 and column 0: each cell once."""
    for row in range(window.row // height * height, window.row + window.height, height):
        for col in range(window.col // width * width, window.col + window.width, width):
            part = overlap(Window(row, col, height, width), window)
            assert part is not None, "the range begins and ends with blocks that touch the window"
            yield part


def reading_blocks(source: Source, window: Window) -> Iterator[Window]:
    """Parts of a window of the source, of about SOURCE_CELLS cells, that cut through few stored blocks."""
    rows, cols = source.block
    width = min(source.width, cols * math.ceil(SHARD / cols))
    height = max(1, SOURCE_CELLS // width)
    return blocks_of(window, max(1, height // rows) * rows if rows <= height else height, width)
