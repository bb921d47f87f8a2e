"""The national grid: cell index <-> coordinates, true cell areas, shard-aligned windows.

Rows run from north to south (y descending), columns from west to east. Every raster of a
national store lies on one grid, so a cell is named by its (row, column) alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil, floor

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import GeometryError

CHUNK = 512
"""Cells along the side of a stored chunk."""
SHARD = 2048
"""Cells along the side of a stored shard: the unit one writer owns."""

METRES_PER_DEGREE = 111_320.0
"""Of longitude at the equator: elsewhere, and of latitude, it is longer by a part in 300 at most."""

PAPER_DETAIL_M = 0.0005
"""Side of a cell on paper: a map of scale 1:n resolves n / 2000 m, half a millimetre (Tobler 1987)."""
USUAL_SCALES = tuple(
    step * power for power in (100, 1_000, 10_000, 100_000, 1_000_000) for step in (10, 25, 50)
)
"""Denominators of the scales at which maps are printed: 1,000, 2,500, 5,000 ..."""

Bounds = tuple[float, float, float, float]
"""(west, south, east, north) in the unit of the grid's CRS."""


@dataclass(frozen=True)
class Window:
    """A rectangle of cells: rows ``row .. row + height``, columns ``col .. col + width``."""

    row: int
    col: int
    height: int
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in cells."""
        return self.height, self.width

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices into an array of the whole grid."""
        return slice(self.row, self.row + self.height), slice(self.col, self.col + self.width)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.height * self.width


@dataclass(frozen=True)
class Grid:
    """A north-up grid of ``height`` x ``width`` cells of side ``resolution`` in the unit of ``crs``.

    ``west`` and ``north`` are the outer edges of the first cell. ``crs`` is anything that
    pyproj reads, normally "EPSG:4326".
    """

    crs: str
    resolution: float
    west: float
    north: float
    width: int
    height: int

    @classmethod
    def covering(
        cls, crs: str, resolution: float, bounds: Bounds, origin: tuple[float, float] = (0.0, 0.0)
    ) -> "Grid":
        """The smallest grid of whole multiples of ``resolution`` from ``origin`` that covers ``bounds``.

        Alignment to multiples keeps four 7.5" cells exactly inside each 30" cell of the
        regional products, whatever the bounds.
        """
        if not (bounds[0] < bounds[2] and bounds[1] < bounds[3]):
            raise GeometryError(f"bounds {bounds} are empty: they must be west, south, east, north")
        west, south, east, north = (edge - origin[at % 2] for at, edge in enumerate(bounds))
        first_col, last_col = floor(west / resolution + 1e-9), ceil(east / resolution - 1e-9)
        first_row, last_row = floor(-north / resolution + 1e-9), ceil(-south / resolution - 1e-9)
        return cls(
            crs,
            resolution,
            origin[0] + first_col * resolution,
            origin[1] - first_row * resolution,
            last_col - first_col,
            last_row - first_row,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) in cells."""
        return self.height, self.width

    @property
    def bounds(self) -> Bounds:
        """Outer edges as (west, south, east, north)."""
        return (
            self.west,
            self.north - self.height * self.resolution,
            self.west + self.width * self.resolution,
            self.north,
        )

    @property
    def window(self) -> Window:
        """The window of the whole grid."""
        return Window(0, 0, self.height, self.width)

    @cached_property
    def is_geographic(self) -> bool:
        """True when the CRS counts in degrees."""
        return CRS.from_user_input(self.crs).is_geographic

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients (a, b, c, d, e, f) as rasterio orders them."""
        return self.resolution, 0.0, self.west, 0.0, -self.resolution, self.north

    def transform_of(self, window: Window) -> tuple[float, float, float, float, float, float]:
        """Affine coefficients of one window, as rasterio orders them."""
        size = self.resolution
        return size, 0.0, self.west + window.col * size, 0.0, -size, self.north - window.row * size

    def bounds_of(self, window: Window) -> Bounds:
        """Outer edges of one window as (west, south, east, north)."""
        size = self.resolution
        west, north = self.west + window.col * size, self.north - window.row * size
        return west, north - window.height * size, west + window.width * size, north

    @property
    def x(self) -> NDArray[np.float64]:
        """Cell-centre x coordinates, shape (width,)."""
        return self.west + (np.arange(self.width, dtype=np.float64) + 0.5) * self.resolution

    @property
    def y(self) -> NDArray[np.float64]:
        """Cell-centre y coordinates, descending, shape (height,)."""
        return self.north - (np.arange(self.height, dtype=np.float64) + 0.5) * self.resolution

    def window_of(self, bounds: Bounds) -> Window | None:
        """The window of cells that touch ``bounds``, cut to the grid; None when they lie outside."""
        west, south, east, north = bounds
        size = self.resolution
        first_col = max(0, floor((west - self.west) / size + 1e-9))
        last_col = min(self.width, ceil((east - self.west) / size - 1e-9))
        first_row = max(0, floor((self.north - north) / size + 1e-9))
        last_row = min(self.height, ceil((self.north - south) / size - 1e-9))
        if first_col >= last_col or first_row >= last_row:
            return None
        return Window(first_row, first_col, last_row - first_row, last_col - first_col)

    def shards(self) -> Iterator[Window]:
        """Windows that tile the grid, each one whole shard (cut at the east and south edges)."""
        for row in range(0, self.height, SHARD):
            for col in range(0, self.width, SHARD):
                yield Window(row, col, min(SHARD, self.height - row), min(SHARD, self.width - col))

    def row_areas(self) -> NDArray[np.float64]:
        """Area of one cell of each row of a geographic grid in hectares, shape (height,): the exact
        area of the spheroidal quadrangle."""
        assert self.is_geographic, "only on a geographic grid have all cells of a row one area"
        edges = self.north - np.arange(self.height + 1, dtype=np.float64) * self.resolution
        x, y = self.equal_area(np.full(len(edges), self.resolution), edges)
        return np.asarray(x[0] * (y[:-1] - y[1:]) / 1e4)

    def cell_areas(self, rows: NDArray[np.integer], cols: NDArray[np.number]) -> NDArray[np.float64]:
        """True area on the ellipsoid, in hectares, of the cells at ``rows`` and ``cols``, in any CRS.

        ``cols`` may lie between cells: the middle of a run of cells has the mean area of the run.
        A cell of a projected grid is measured between its corners: PROJ's own areal scale is not
        that of the ellipsoid for Web Mercator.
        """
        if self.is_geographic:
            return np.asarray(self.row_areas()[rows])
        x, y = self.equal_area(
            self.west + (cols + np.array([[0], [1], [1], [0]])) * self.resolution,
            self.north - (rows + np.array([[1], [1], [0], [0]])) * self.resolution,
        )
        doubled = (x[2] - x[0]) * (y[3] - y[1]) - (x[3] - x[1]) * (y[2] - y[0])
        return np.asarray(np.abs(doubled) / 2e4)

    @cached_property
    def cell_side_m(self) -> float:
        """Side in metres of a square as large as the cell in the middle of the grid."""
        hectares = self.cell_areas(np.array([self.height // 2]), np.array([self.width // 2]))
        return float(np.sqrt(hectares[0] * 1e4))

    def equal_area(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Points of the grid's CRS on a plane, in metres, on which areas are those on the ellipsoid.

        Lambert's cylindrical equal-area projection (Snyder 1987, eq. 3-12, 10-14 and 10-15).
        Raises GeometryError where the grid's CRS shows no place on the earth.
        """
        longitude, latitude = (x, y) if self.is_geographic else self._degrees(x, y)
        if not (np.isfinite(longitude).all() and (np.abs(latitude) <= 90 + 1e-9).all()):
            raise GeometryError(f"coordinates beyond the part of the earth that {self.crs} shows")
        major, minor = _axes(self.crs)
        eccentricity = np.sqrt(1 - (minor / major) ** 2)
        sine = np.sin(np.radians(latitude))
        stretched = np.arctanh(eccentricity * sine) / eccentricity if eccentricity else sine
        zone = sine / (1 - (eccentricity * sine) ** 2) + stretched
        return minor * np.radians(longitude), minor / 2 * zone

    def placed(self, shapes: Sequence[BaseGeometry] | NDArray[np.object_]) -> NDArray[np.object_]:
        """Shapes in degrees (EPSG:4326) in the CRS of the grid.

        Their edges are straight in longitude and latitude (RFC 7946, 3.1.1), so on a grid of another CRS
        every edge is first cut into pieces no longer than a cell.
        """
        if self.crs in ("EPSG:4326", "OGC:CRS84"):
            return np.asarray(shapes, dtype=object)
        step = self.resolution if self.is_geographic else self.cell_side_m / METRES_PER_DEGREE
        move = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True).transform
        cut = shapely.segmentize(np.asarray(shapes, dtype=object), step)
        return np.asarray(shapely.transform(cut, lambda xy: np.column_stack(move(*xy.T))))

    def place(self, row: int, col: int) -> list[float]:
        """Longitude and latitude (EPSG:4326) of the middle of a cell, to 6 decimals."""
        to_degrees = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        x, y = self.west + (col + 0.5) * self.resolution, self.north - (row + 0.5) * self.resolution
        return [round(float(degrees), 6) for degrees in to_degrees.transform(x, y)]

    def _degrees(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitude east of the grid's middle (so that no shape is torn at 180 degrees) and latitude."""
        west, south, east, north = self.bounds
        to_degrees = _to_degrees(self.crs)
        middle, _ = to_degrees.transform((west + east) / 2, (south + north) / 2)
        longitude, latitude = to_degrees.transform(x, y)
        with np.errstate(invalid="ignore"):  # inf, where there is no such place, becomes NaN
            return np.mod(longitude - middle + 180, 360) - 180, latitude


def smallest_scale(grid: Grid) -> int:
    """Denominator of the usual map scale from which on (1:n and smaller) a grid is fine enough.

    A cell then takes at most half a millimetre on paper: a cartographic rule of thumb after Tobler (1987,
    Measuring spatial resolution), by which a map of scale 1:n resolves n / 2000 m.
    """
    exact = grid.cell_side_m / PAPER_DETAIL_M
    # A projection such as UTM stretches the ground a little: its cells of 25 m are still fit for 1:50,000.
    return next((scale for scale in USUAL_SCALES if scale >= 0.99 * exact), USUAL_SCALES[-1])


@cache
def _axes(crs: str) -> tuple[float, float]:
    """Half axes in metres of the ellipsoid of a CRS."""
    ellipsoid = CRS.from_user_input(crs).ellipsoid
    assert ellipsoid is not None, "a geographic or projected CRS has an ellipsoid"
    return ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre


@cache
def _to_degrees(crs: str) -> Transformer:
    return Transformer.from_crs(crs, CRS.from_user_input(crs).geodetic_crs, always_xy=True)
