"""Which cells of a grid a polygon covers, and how much of each: exactextract's coverage as spans.

A span is a run of cells of one row with one coverage: the inside of a polygon becomes a few long
spans per row, its boundary spans of one cell. Zones that overlap simply have spans over the same
cells, so no cell is ever counted for the wrong one.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import GeometryError
from soilinfo.grid import CHUNK, SHARD, Bounds, Grid, Window


class Spans(NamedTuple):
    """Runs of cells: ``length`` cells of grid row ``row`` from ``column`` on lie in ``zone``."""

    row: NDArray[np.integer]
    column: NDArray[np.integer]
    length: NDArray[np.integer]
    zone: NDArray[np.integer]


LONGEST = 16
"""Cells of a span on a projected grid: so few that their mean area is that of the middle one to 1e-6."""
_PIECES = 4096
"""Pieces into which the outline of what lies off the grid is cut, about."""
_NOTHING = Spans(*np.empty((4, 0), np.int64)), np.empty(0)


def cover(shapes: Sequence[BaseGeometry], grid: Grid) -> tuple[Spans, NDArray[np.float64]]:
    """Spans of all shapes, ordered by block, and the hectares of one cell of each that lie in its zone.

    No span leaves its block (:func:`block_of`). ``shapes`` are valid polygons in the grid's CRS;
    GeometryError gives the reason if one is not.
    """
    parts = [_NOTHING]
    for zone, shape in enumerate(shapes):
        _check(shape)
        parts.extend(_spans_in(tile, zone, shape, grid) for tile in _tiles(shape, grid))
    spans = Spans(*(np.concatenate(values) for values in zip(*(part[0] for part in parts), strict=True)))
    span_ha = np.concatenate([part[1] for part in parts])
    order = np.lexsort((spans.column, spans.row, block_of(spans)))
    return Spans(*(values[order].astype(np.int32) for values in spans)), span_ha[order]


def block_of(spans: Spans) -> NDArray[np.int64]:
    """Number of the block of each span: a row of chunks of one shard, counted along the rows of the grid."""
    return (spans.row // CHUNK).astype(np.int64) << 32 | spans.column // SHARD


def area_outside(shape: BaseGeometry, grid: Grid) -> float:
    """Hectares on the ellipsoid of a polygon that lie off the grid.

    Raises GeometryError when it reaches beyond the earth, or what the grid's CRS shows of it.
    """
    frame = shapely.box(*grid.bounds)
    if shape.is_empty or shapely.contains_properly(frame, shape):
        return 0.0
    outside = shapely.difference(shape, frame)
    if outside.is_empty:
        return 0.0
    # An edge is straight in the plane of the grid, not on the equal-area one: short pieces make them
    # the same, as many for a village as for a continent.
    pieces = shapely.segmentize(outside, outside.length / _PIECES)
    return float(shapely.transform(pieces, _interleaved(grid)).area) / 1e4


def _interleaved(grid: Grid) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    return lambda points: np.column_stack(grid.equal_area(points[:, 0], points[:, 1]))


def _check(shape: BaseGeometry) -> None:
    if not shape.is_valid:
        raise GeometryError(f"a zone is not a valid polygon: {shapely.is_valid_reason(shape)}")
    if not shape.is_empty and shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise GeometryError(f"a zone must be a polygon, not a {shape.geom_type}")


def _tiles(shape: BaseGeometry, grid: Grid) -> Iterator[Window]:
    """The cells around a shape, shard by shard, so that a nation takes no more memory than an island."""
    window = None if shape.is_empty else grid.window_of(shape.bounds)
    if window is not None:
        for top, bottom in _cut(window.row, window.row + window.height):
            for left, right in _cut(window.col, window.col + window.width):
                yield Window(top, left, bottom - top, right - left)


def _cut(first: int, last: int) -> Iterator[tuple[int, int]]:
    """``first .. last`` cut where shards begin."""
    return pairwise([first, *range((first // SHARD + 1) * SHARD, last, SHARD), last])


def _spans_in(tile: Window, zone: int, shape: BaseGeometry, grid: Grid) -> tuple[Spans, NDArray[np.float64]]:
    inside = _clipped(shape, grid.bounds_of(tile))
    if inside.is_empty:
        return _NOTHING
    cells, fractions = _coverage(inside, grid, tile)
    rows, columns = np.divmod(cells, tile.width)
    begins = _begins(rows, columns, fractions, tile.width if grid.is_geographic else LONGEST)
    lengths = np.diff(np.append(begins, len(cells)))
    zones = np.full(len(begins), zone)
    spans = Spans(rows[begins] + tile.row, columns[begins] + tile.col, lengths, zones)
    return spans, fractions[begins] * grid.cell_areas(spans.row, spans.column + (lengths - 1) / 2)


def _begins(
    rows: NDArray[np.int64], columns: NDArray[np.int64], fractions: NDArray[np.float64], longest: int
) -> NDArray[np.int64]:
    """Where a span of at most ``longest`` cells begins among cells in the order in which they were found."""
    alike = (np.diff(rows) == 0) & (np.diff(columns) == 1) & (np.diff(fractions) == 0)
    goes_on = alike & (columns[1:] % longest != 0)
    return np.flatnonzero(~np.insert(goes_on, 0, False))


def _clipped(shape: BaseGeometry, bounds: Bounds) -> BaseGeometry:
    """The polygon cut to a tile: exactextract 0.3 can run out of memory on what pokes past its raster."""
    frame = shapely.box(*bounds)
    if shapely.contains_properly(frame, shape):
        return shape
    return _polygons(shapely.intersection(shape, frame))


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """Only the polygons of a shape: cutting can leave points and lines where it touches the frame."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return shapely.multipolygons(parts) if parts else Polygon()


def _coverage(
    shape: BaseGeometry, grid: Grid, window: Window
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Cells of the window (row-major) that a polygon covers, and the fractions."""
    west, south, east, north = grid.bounds_of(window)
    blank = np.broadcast_to(np.uint8(0), window.shape)
    raster = NumPyRasterSource(blank, west, south, east, north)
    found = exact_extract(raster, _OneShape(shape), ["cell_id", "coverage"])[0]["properties"]
    return found["cell_id"].astype(np.int64), found["coverage"].astype(np.float64)


class _OneShape(FeatureSource):  # type: ignore[misc]
    """One polygon as exactextract reads features, handed over as WKB."""

    def __init__(self, shape: BaseGeometry) -> None:
        super().__init__()
        self.shape = shape

    def count(self) -> int:
        return 1

    def __iter__(self) -> Iterator[Feature]:
        yield _Shape(self.shape)

    def srs_wkt(self) -> None:
        return None


class _Shape(Feature):  # type: ignore[misc]
    def __init__(self, shape: BaseGeometry) -> None:
        super().__init__()
        self.shape = shape

    def geometry(self) -> bytes:
        return shapely.to_wkb(self.shape)

    def fields(self) -> list[str]:
        return []
