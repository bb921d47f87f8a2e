"""Map tiles (OGC API - Tiles): every raster collection, in each of its styles, also under a what-if.

A tile is the map of its square: what :mod:`soilinfo.serve.maps.picture` draws for the same bbox.
"""

from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.grid import Bounds
from soilinfo.serve.asking import asked_from_loop
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.maps.addresses import PLACE, tiles_of
from soilinfo.serve.maps.drawing import asked_params, tile_parameters
from soilinfo.serve.maps.picture import drawn
from soilinfo.serve.maps.tile_matrix_sets import (
    SIDE,
    Limits,
    Tile,
    TileMatrixSet,
    known_set,
)
from soilinfo.serve.state import pinned
from soilinfo.serve.systems import CRS84, System, reprojected

LAST = 18
"""The last tile matrix in which there are tiles: as deep as clients of XYZ tiles go unasked."""


async def tile(request: Request) -> Response:
    """/collections/{collection}/map/tiles/{matrixSet}/{tileMatrix}/{tileRow}/{tileCol}"""
    path, collection = request.path_params, await asked_from_loop(pinned(), request, RASTERS)
    set_ = known_set(path["matrixSet"])
    asked = asked_tile(set_, path["tileMatrix"], path["tileRow"], path["tileCol"])
    params = asked_params(request.query_params, path.get("style"), collection, tile_parameters(collection))
    return await drawn(request, collection, params, frame_of_tile(set_, asked))


def frame_of_tile(set_: TileMatrixSet, tile: Tile) -> Frame:
    """The picture of a tile."""
    return Frame(set_.crs, set_.bounds(tile), SIDE, SIDE)


def asked_tile(set_: TileMatrixSet, matrix: str, row: str, column: str) -> Tile:
    """The tile of three texts: any of the set down to the last tile matrix, as one without data is blank.

    UnknownNameError or a RefusedError (404) for one that is none.
    """
    return set_.tile(matrix, row, column, LAST)


@lru_cache(maxsize=256)
def touched(set_: TileMatrixSet, extent: Bounds) -> tuple[Limits, ...]:
    """The tiles of each tile matrix that ``extent`` (CRS84) touches; the others are blank."""
    bounds = reprojected(extent, CRS84, System(set_.crs))
    return tuple(set_.limits(bounds, matrix) for matrix in range(LAST + 1))


def zooms(set_: TileMatrixSet, collection: Collection) -> tuple[int, int]:
    """(the last tile matrix of which one tile shows all of a collection, the first that loses no cell)."""
    matrices = touched(set_, collection.bounds)
    first = max(matrix for matrix, each in enumerate(matrices) if each.tiles == 1 or matrix == 0)
    cell = collection.grid.cell_side_m / set_.metres
    fitting = (matrix for matrix in range(LAST) if set_.cell_size(matrix) <= cell)
    return first, next(fitting, LAST)


ROUTES = [
    Route(f"{tiles_of('{collection}', style)}/{{matrixSet}}/{PLACE}", tile) for style in (None, "{style}")
]
"""Tiles; what describes them is in :mod:`soilinfo.serve.maps.tilesets`."""
