"""What a request for vector tiles names: a collection with places, a tile, a version."""

from starlette.requests import Request

from soilinfo.errors import UnknownNameError
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.collections import VECTORS, Collection
from soilinfo.serve.maps.tile_matrix_sets import Tile, TileMatrixSet
from soilinfo.serve.state import Publication
from soilinfo.serve.vector_tiles.drawn import MATRIX_SET, is_drawn, limits
from soilinfo.store.tiled.generalise import DEEPEST


def asked_drawn(publication: Publication, request: Request) -> Collection:
    """The collection of features with places that the address names.

    RefusedError (404) for one without any; otherwise as :func:`soilinfo.serve.asking.asked_collection`.
    """
    collection = asked_collection(publication, request, VECTORS)
    if not is_drawn(collection):
        name = collection.id
        raise RefusedError(
            404, "NotFound", f"'{name}' has no places, and so no tiles: see /collections/{name}/items"
        )
    return collection


def asked_version(request: Request) -> dict[str, str]:
    """The version asked for, to be asked for again by links."""
    version = request.query_params.get(VERSION)
    return {VERSION: version} if version else {}


def asked_set(request: Request) -> TileMatrixSet:
    """The tile matrix set that the address names; UnknownNameError for any but MATRIX_SET."""
    name = request.path_params["matrixSet"]
    if name != MATRIX_SET.id:
        raise UnknownNameError("tile matrix set", name, [MATRIX_SET.id])
    return MATRIX_SET


def asked_tile(request: Request, collection: Collection) -> Tile:
    """The tile that the address names; RefusedError (404) outside of the limits of the tile set."""
    path = request.path_params
    tile = asked_set(request).tile(path["tileMatrix"], path["tileRow"], path["tileCol"])
    if tile.matrix > DEEPEST:
        raise RefusedError(
            404,
            "TileOutOfRange",
            f"no tile matrix {tile.matrix} here; enlarge the tiles of the last, {DEEPEST}",
        )
    within = limits(collection)[tile.matrix]
    if not within.holds(tile):
        rows, columns = (within.first_row, within.last_row), (within.first_column, within.last_column)
        raise RefusedError(
            404,
            "TileOutOfRange",
            f"'{collection.id}' has no tile {tile.row}/{tile.column} in tile matrix {tile.matrix}: its rows "
            "there are {}-{} and its columns {}-{}".format(*rows, *columns),
        )
    return tile
