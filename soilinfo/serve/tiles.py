"""Map tiles (OGC API - Tiles): every raster collection in WebMercatorQuad, also under a what-if.

A tile is the map of its square: what :mod:`soilinfo.serve.coverages` draws for the same bbox.
"""

from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language
from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, RefusedError, json_answer, negotiated
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import CRS84, Collection, collection_of
from soilinfo.serve.coverages import MAP_FORMATS, RASTERS, drawn
from soilinfo.serve.language import language_of
from soilinfo.serve.providers.maps import MATRIX_SET, MapProvider, tile_parameters
from soilinfo.serve.providers.maps import MEDIA_TYPE as PNG
from soilinfo.serve.providers.raster import Frame
from soilinfo.serve.state import Publication, pinned

TILES_OF_MAP = "map/tiles"
URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
REL = "http://www.opengis.net/def/rel/ogc/1.0"

SIDE = 256
"""Pixels along a side of a tile."""
DEEPEST = 24
"""The last tile matrix."""
EDGE = 20037508.342789244
"""Metres from the middle of the square world to its sides."""
PIXEL_M = 0.00028
"""Side of a pixel that scale denominators are about (OGC 17-083r4)."""


def tile_address(collection: str) -> str:
    """Path of the tiles of a collection, with the places that XYZ clients fill."""
    return f"/collections/{collection}/{TILES_OF_MAP}/{MATRIX_SET}/{{z}}/{{y}}/{{x}}"


async def tile(request: Request) -> Response:
    """/collections/{collection}/map/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"""
    publication, params = pinned(), request.query_params
    collection = _collection(publication, request)
    parameters.check(params, tile_parameters(collection))
    negotiated(request, MAP_FORMATS)
    provider: MapProvider = publication.provider(collection, "map")
    bounds = bounds_of(*_indices(request))
    frame = Frame("EPSG:3857", bounds, SIDE, SIDE)
    content = await to_thread.run_sync(drawn, provider, params, frame)
    return Response(content, media_type=PNG)


def bounds_of(matrix: int, row: int, column: int) -> Bounds:
    """The square of a tile in EPSG:3857; rows are counted from the north."""
    side = 2 * EDGE / 2**matrix
    west, north = -EDGE + column * side, EDGE - row * side
    return west, north - side, west + side, north


def _indices(request: Request) -> tuple[int, int, int]:
    """Level, row and column of the address; 404 for a tile that is none."""
    names = ("tileMatrix", "tileRow", "tileCol")
    texts = [request.path_params[name] for name in names]
    if not texts[0].isdecimal() or int(texts[0][:4]) > DEEPEST:
        raise UnknownNameError("tile matrix", texts[0], range(DEEPEST + 1))
    last = 2 ** int(texts[0]) - 1
    for name, text in zip(names[1:], texts[1:], strict=True):
        if not text.isdecimal() or int(text[:12]) > last:
            raise RefusedError(404, "NotFound", f"no {name} '{text}'; they are numbered 0 to {last}")
    matrix, row, column = map(int, texts)
    return matrix, row, column


def _collection(publication: Publication, request: Request) -> Collection:
    name = request.path_params.get("matrixSet", MATRIX_SET)
    if name != MATRIX_SET:
        raise UnknownNameError("tile matrix set", name, [MATRIX_SET])
    return collection_of(publication.collections, request.path_params["collection"], RASTERS)


# ---- descriptions -----------------------------------------------------------------------


async def tilesets(request: Request) -> Response:
    """/collections/{collection}/map/tiles"""
    publication = _asked(request)
    collection = _collection(publication, request)
    base = f"{publication.base_url}/collections/{collection.id}/{TILES_OF_MAP}"
    title = in_language(collection.title, language_of(request, publication.catalog))
    one = {**_head(title), "links": [_link("self", f"{base}/{MATRIX_SET}", title)]}
    return json_answer({"links": [_link("self", base, title)], "tilesets": [one]})


async def tileset(request: Request) -> Response:
    """/collections/{collection}/map/tiles/{matrixSet}"""
    publication = _asked(request)
    collection = _collection(publication, request)
    base = publication.base_url
    title = in_language(collection.title, language_of(request, publication.catalog))
    here = f"{base}/collections/{collection.id}/{TILES_OF_MAP}/{MATRIX_SET}"
    west, south, east, north = collection.bounds
    places = "{tileMatrix}/{tileRow}/{tileCol}"
    links = [
        _link("self", here, title),
        _link("item", f"{here}/{places}?f=png", title, PNG) | {"templated": True},
        _link(f"{REL}/tiling-scheme", f"{base}/tileMatrixSets/{MATRIX_SET}", MATRIX_SET),
    ]
    box = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84}
    return json_answer({**_head(title), "boundingBox": box, "links": links})


async def matrix_sets(request: Request) -> Response:
    """/tileMatrixSets"""
    here = f"{_asked(request).base_url}/tileMatrixSets/{MATRIX_SET}"
    one = {"id": MATRIX_SET, "title": MATRIX_SET, "uri": URI, "links": [_link("self", here, MATRIX_SET)]}
    return json_answer({"tileMatrixSets": [one]})


async def matrix_set(request: Request) -> Response:
    """/tileMatrixSets/{matrixSet}"""
    _asked(request)
    name = request.path_params["matrixSet"]
    if name != MATRIX_SET:
        raise UnknownNameError("tile matrix set", name, [MATRIX_SET])
    return json_answer(
        {
            "id": MATRIX_SET,
            "title": MATRIX_SET,
            "uri": URI,
            "crs": MERCATOR,
            "orderedAxes": ["X", "Y"],
            "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            "tileMatrices": [_matrix(level) for level in range(DEEPEST + 1)],
        }
    )


def _matrix(level: int) -> dict[str, Any]:
    cell = 2 * EDGE / SIDE / 2**level
    return {
        "id": str(level),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-EDGE, EDGE],
        "tileWidth": SIDE,
        "tileHeight": SIDE,
        "matrixWidth": 2**level,
        "matrixHeight": 2**level,
    }


def _head(title: str) -> dict[str, Any]:
    return {"title": title, "dataType": "map", "crs": MERCATOR, "tileMatrixSetURI": URI}


def _link(rel: str, href: str, title: str, media: str = JSON) -> dict[str, Any]:
    return {"rel": rel, "type": media, "title": title, "href": href}


def _asked(request: Request) -> Publication:
    parameters.check(request.query_params, parameters.DOCUMENT)
    negotiated(request, DOCUMENT_FORMATS)
    return pinned()


ROUTES = [
    Route(f"/collections/{{collection}}/{TILES_OF_MAP}", tilesets),
    Route(f"/collections/{{collection}}/{TILES_OF_MAP}/{{matrixSet}}", tileset),
    Route(
        f"/collections/{{collection}}/{TILES_OF_MAP}/{{matrixSet}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        tile,
    ),
    Route("/tileMatrixSets", matrix_sets),
    Route("/tileMatrixSets/{matrixSet}", matrix_set),
]
"""Tiles and what describes them."""
