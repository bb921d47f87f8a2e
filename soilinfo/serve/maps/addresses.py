"""Where the pictures of a collection are found: paths below the service's address."""

from soilinfo.serve.maps.tile_matrix_sets import WEB_MERCATOR

PLACE = "{tileMatrix}/{tileRow}/{tileCol}"
"""The end of the address of a tile."""

WMTS = "/wmts"
WMTS_CAPABILITIES = f"{WMTS}/1.0.0/WMTSCapabilities.xml"
CAPABILITIES_SAY = {"service": "WMTS", "request": "GetCapabilities", "version": "1.0.0"}
"""What this address says by itself, and OWSLib adds to it as parameters."""
WMTS_TILE = ("layer", "style", "format", "tilematrixset", "tilematrix", "tilerow", "tilecol")
"""What GetTile of WMTS must name."""


def map_of(collection: str, style: str | None = None) -> str:
    """Path of the map of a collection, in a style when one is named."""
    return f"/collections/{collection}{f'/styles/{style}' if style else ''}/map"


def tiles_of(collection: str, style: str | None = None) -> str:
    """Path of the list of the tile sets of such a map."""
    return f"{map_of(collection, style)}/tiles"


def tile_address(collection: str, style: str | None = None, matrix_set: str = WEB_MERCATOR.id) -> str:
    """Path of the tiles of such a map, with the places that XYZ clients fill."""
    return f"{tiles_of(collection, style)}/{matrix_set}/{{z}}/{{y}}/{{x}}"


def style_of(collection: str, style: str) -> str:
    """Path of such a map as a style of MapLibre."""
    return f"/collections/{collection}/styles/{style}"


def legend_of(collection: str, style: str | None = None) -> str:
    """Path of the legend of a map."""
    return f"/collections/{collection}{f'/styles/{style}' if style else ''}/legend"
