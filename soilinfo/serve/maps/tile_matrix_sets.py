"""The squares that tiles are of: registered tile matrix sets (OGC 17-083r4), by arithmetic."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, NamedTuple

from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve.answers import RefusedError

SIDE = 256
"""Pixels along a side of a tile."""
DEEPEST = 24
"""The last tile matrix."""
PIXEL_M = 0.00028
"""Side of a pixel that scale denominators are about (OGC 17-083r4)."""
EDGE = 20037508.342789244
"""Metres from the middle of the square world to its sides."""
DEGREE_M = 111319.49079327358
"""Metres of a degree at the equator, as scale denominators of degrees have it."""
ROUNDING = 1e-9
"""Part of a tile that bounds may lie beyond its edge and still not touch the next one."""
NUMBER = re.compile("0|[1-9][0-9]{0,8}")
"""How a tile matrix, row or column is written: one text for each, and none that takes long to count with."""


class Tile(NamedTuple):
    """Where a tile lies: its tile matrix, its row from the north, its column from the west."""

    matrix: int
    row: int
    column: int


class Limits(NamedTuple):
    """The first and the last row and column of a tile matrix in which there are tiles."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def tiles(self) -> int:
        """How many tiles."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    def holds(self, tile: Tile) -> bool:
        """Whether a tile of this tile matrix is one of them."""
        rows = self.first_row <= tile.row <= self.last_row
        return rows and self.first_column <= tile.column <= self.last_column


@dataclass(frozen=True)
class TileMatrixSet:
    """Tiles of half the side in each further tile matrix; ``corner`` (west, north) is that of the world."""

    id: str
    crs: str
    """As pyproj reads it; easting first."""
    crs_uri: str
    axes: tuple[str, str]
    scale_set: str
    corner: tuple[float, float]
    side: float
    """Side of a tile of the first tile matrix, in units of the reference system."""
    columns: int
    """Tiles across the first tile matrix, which is one tile high."""
    metres: float
    """Metres of a unit of the reference system."""

    @property
    def uri(self) -> str:
        """Its name in OGC's register."""
        return f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{self.id}"

    def size(self, matrix: int) -> tuple[int, int]:
        """Rows and columns of a tile matrix."""
        return 2**matrix, self.columns * 2**matrix

    def cell_size(self, matrix: int) -> float:
        """Side of a pixel, in units of the reference system."""
        return self.side / (SIDE << matrix)

    def scale_denominator(self, matrix: int) -> float:
        """What a metre on the screen is on the ground, at the equator."""
        return self.cell_size(matrix) * self.metres / PIXEL_M

    def bounds(self, tile: Tile) -> Bounds:
        """The square of a tile, easting first."""
        side = self.side / 2**tile.matrix
        west, north = self.corner[0] + tile.column * side, self.corner[1] - tile.row * side
        return west, north - side, west + side, north

    def limits(self, bounds: Bounds, matrix: int) -> Limits:
        """The tiles of a tile matrix that bounds (in this set's reference system) touch."""
        west, south, east, north = bounds
        side, (rows, columns) = self.side / 2**matrix, self.size(matrix)
        touched = (
            self.corner[1] - north,
            self.corner[1] - south,
            west - self.corner[0],
            east - self.corner[0],
        )
        top, bottom, left, right = (distance / side for distance in touched)
        return Limits(
            _clipped(floor(top + ROUNDING), rows),
            _clipped(ceil(bottom - ROUNDING) - 1, rows),
            _clipped(floor(left + ROUNDING), columns),
            _clipped(ceil(right - ROUNDING) - 1, columns),
        )

    def tile(self, matrix: str, row: str, column: str, last: int = DEEPEST) -> Tile:
        """The tile of three texts, down to the tile matrix ``last``.

        UnknownNameError or a RefusedError (404) for one that is none.
        """
        if not NUMBER.fullmatch(matrix) or int(matrix) > last:
            raise UnknownNameError("tile matrix", matrix, range(last + 1))
        for name, text, count in zip(
            ("tileRow", "tileCol"), (row, column), self.size(int(matrix)), strict=True
        ):
            if not NUMBER.fullmatch(text) or int(text) >= count:
                raise RefusedError(404, "NotFound", f"no {name} '{text}'; they are numbered 0 to {count - 1}")
        return Tile(int(matrix), int(row), int(column))

    @property
    def definition(self) -> dict[str, Any]:
        """As JSON (OGC 17-083r4, class "json-tilematrixset"), and in the words of version 1, which GDAL 3.6
        knows alone: identifier, supportedCRS, the corners of the bounding box."""
        west, north = self.corner
        lower, upper = [west, north - self.side], [west + self.columns * self.side, north]
        return {
            "id": self.id,
            "identifier": self.id,
            "supportedCRS": self.crs_uri,
            "boundingBox": {
                "crs": self.crs_uri,
                "lowerLeft": lower,
                "upperRight": upper,
                "lowerCorner": lower,
                "upperCorner": upper,
            },
            "title": self.id,
            "uri": self.uri,
            "crs": self.crs_uri,
            "orderedAxes": list(self.axes),
            "wellKnownScaleSet": self.scale_set,
            "tileMatrices": [self._matrix(matrix) for matrix in range(DEEPEST + 1)],
        }

    def _matrix(self, matrix: int) -> dict[str, Any]:
        rows, columns = self.size(matrix)
        return {
            "id": str(matrix),
            "identifier": str(matrix),
            "topLeftCorner": list(self.corner),
            "scaleDenominator": self.scale_denominator(matrix),
            "cellSize": self.cell_size(matrix),
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": list(self.corner),
            "tileWidth": SIDE,
            "tileHeight": SIDE,
            "matrixWidth": columns,
            "matrixHeight": rows,
        }


def _clipped(number: int, count: int) -> int:
    return min(max(number, 0), count - 1)


WEB_MERCATOR = TileMatrixSet(
    id="WebMercatorQuad",
    crs="EPSG:3857",
    crs_uri="http://www.opengis.net/def/crs/EPSG/0/3857",
    axes=("X", "Y"),
    scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    corner=(-EDGE, EDGE),
    side=2 * EDGE,
    columns=1,
    metres=1.0,
)
WORLD_CRS84 = TileMatrixSet(
    id="WorldCRS84Quad",
    crs="OGC:CRS84",
    crs_uri="http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    axes=("Lon", "Lat"),
    scale_set="http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
    corner=(-180.0, 90.0),
    side=180.0,
    columns=2,
    metres=DEGREE_M,
)
TILE_MATRIX_SETS: Mapping[str, TileMatrixSet] = {each.id: each for each in (WEB_MERCATOR, WORLD_CRS84)}
"""By id, the usual one first."""


def known_set(name: str) -> TileMatrixSet:
    """The tile matrix set of a name; UnknownNameError names those that there are."""
    if name not in TILE_MATRIX_SETS:
        raise UnknownNameError("tile matrix set", name, TILE_MATRIX_SETS)
    return TILE_MATRIX_SETS[name]
