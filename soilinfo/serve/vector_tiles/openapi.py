"""Vector tiles and their styles in the OpenAPI document."""

from soilinfo.serve.answers import JSON, STYLE, STYLE_FORMATS, TILEJSON
from soilinfo.serve.collections import Collection
from soilinfo.serve.documents.openapi_parts import ANY, HERE, Part, get, parameter, parameters
from soilinfo.serve.maps.addresses import PLACE
from soilinfo.serve.maps.tile_matrix_sets import DEEPEST
from soilinfo.serve.parameters import DOCUMENT
from soilinfo.serve.vector_tiles.drawn import (
    FILTERS,
    LIST_FORMATS,
    MATRIX_SET,
    TILE_FORMATS,
    TILESET_FORMATS,
    is_drawn,
    style_of,
    tiles_of,
)
from soilinfo.store.tiled.mvt import MEDIA_TYPE

OF_VECTORS = ".collection.vector"
"""Before the ends that operation ids have by OGC API - Tiles, /req/oas30/operation-id."""
BY_COLUMNS = "; a parameter by the name of each queryable chooses rows, as with the items"


def paths(collection: Collection) -> Part:
    """The addresses of the tiles of a collection of features; none where it has no places.

    The columns that choose rows are described with its items.
    """
    if not is_drawn(collection):
        return {}
    numbers = [parameter("tileMatrix", {"type": "integer", "minimum": 0, "maximum": DEEPEST}, where="path")]
    numbers += [
        parameter(name, {"type": "integer", "minimum": 0}, where="path") for name in ("tileRow", "tileCol")
    ]
    tile = parameters(("properties", *FILTERS, *DOCUMENT), TILE_FORMATS, numbers)
    tiles, listed = tiles_of(ANY), parameters(DOCUMENT, LIST_FORMATS)
    style = [parameter("style", {"type": "string"}, where="path"), *parameters(DOCUMENT, STYLE_FORMATS)]
    drawn = get(f"Vector tile{BY_COLUMNS}", tile, MEDIA_TYPE, id_=f"{OF_VECTORS}.getTile")
    drawn["get"]["responses"]["204"] = {"description": "No feature lies here"}
    return {
        tiles: get("Vector tile sets", listed, JSON, id_=f"{OF_VECTORS}.getTileSetsList"),
        f"{tiles}/{MATRIX_SET.id}": get(
            "Vector tile set",
            parameters(DOCUMENT, TILESET_FORMATS),
            JSON,
            TILEJSON,
            id_=f"{OF_VECTORS}.getTileSet",
        ),
        f"{tiles}/{MATRIX_SET.id}/{PLACE}": drawn,
        f"{HERE}/styles": get("Styles", listed, JSON),
        style_of(ANY, "{style}"): get(f"Style of vector tiles{BY_COLUMNS}", style, STYLE),
    }
