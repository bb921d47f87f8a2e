"""Which collections have vector tiles, where these are found, and in which squares they lie."""

from collections.abc import Mapping
from urllib.parse import urlencode

from soilinfo.serve.answers import JSON, TILEJSON, Formats
from soilinfo.serve.collections import VECTORS, Collection
from soilinfo.serve.features.query import queryables
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.maps.tile_matrix_sets import WEB_MERCATOR, Limits
from soilinfo.serve.systems import CRS84, System, reprojected
from soilinfo.store import vector as stored
from soilinfo.store.tiled.generalise import DEEPEST
from soilinfo.store.tiled.mvt import MEDIA_TYPE

MATRIX_SET = WEB_MERCATOR
XYZ = "{z}/{y}/{x}"
"""The end of the address of a tile, as clients of XYZ tiles fill it."""
TILE_FORMATS: Formats = {"mvt": (MEDIA_TYPE, "application/x-protobuf")}
LIST_FORMATS: Formats = {"json": (JSON,)}
TILESET_FORMATS: Formats = {**LIST_FORMATS, "tilejson": (TILEJSON,)}
FILTERS = ("filter", "filter-lang", "filter-crs")

_LATITUDE = 85.05112877
"""Where the square world ends."""


@kept_with_it(1)
def described(collection: Collection) -> stored.Collection:
    """What the store knows of a collection's version, which never changes."""
    return collection.store.vector.description(collection.id, collection.version)


def is_drawn(collection: Collection) -> bool:
    """True for features of which some have a place."""
    return collection.kind in VECTORS and described(collection).bounds is not None


def attributes(collection: Collection) -> tuple[str, ...]:
    """The columns that tiles have unless others are asked for: not those that hold lists."""
    return tuple(name for name in described(collection).fields if name not in collection.nested)


def conditions(collection: Collection) -> tuple[str, ...]:
    """The columns that a query parameter of their name chooses rows by."""
    return tuple(queryables(collection, described(collection).fields))


def tiles_of(collection: str) -> str:
    """Path of the list of the tile sets of a collection."""
    return f"/collections/{collection}/tiles"


def style_of(collection: str, style: str) -> str:
    """Path of a style of a collection."""
    return f"/collections/{collection}/styles/{style}"


def tile_address(base_url: str, collection: str, place: str, query: Mapping[str, str]) -> str:
    """Address of the tiles of a collection, with the places that clients fill."""
    return f"{base_url}{tiles_of(collection)}/{MATRIX_SET.id}/{place}?{urlencode({'f': 'mvt', **query})}"


@kept_with_it(1)
def limits(collection: Collection) -> tuple[Limits, ...]:
    """In each tile matrix the tiles that the features' bounds touch."""
    west, south, east, north = described(collection).known_bounds(collection.id)
    within = (west, max(south, -_LATITUDE), east, min(north, _LATITUDE))
    bounds = reprojected(within, CRS84, System(MATRIX_SET.crs))
    return tuple(MATRIX_SET.limits(bounds, matrix) for matrix in range(DEEPEST + 1))
