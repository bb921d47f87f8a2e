"""Maps, their tiles, styles and legends in the OpenAPI document."""

from collections.abc import Iterable

from soilinfo.serve.answers import STYLE, STYLE_FORMATS
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import CROP
from soilinfo.serve.documents.openapi_parts import ANY, Part, get, parameter, parameters
from soilinfo.serve.maps.addresses import (
    CAPABILITIES_SAY,
    PLACE,
    WMTS,
    WMTS_CAPABILITIES,
    WMTS_TILE,
    legend_of,
    map_of,
    style_of,
    tiles_of,
)
from soilinfo.serve.maps.drawing import choices, drawn_by, map_parameters, tile_parameters
from soilinfo.serve.maps.image import ENCODINGS
from soilinfo.serve.maps.tile_matrix_sets import TILE_MATRIX_SETS

PICTURES = tuple(encoding.media_type for encoding in ENCODINGS.values())
XML = "application/xml"
SYSTEM: Part = {"type": "string", "default": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
"""Any plane system by its URI, its CURIE or its code of EPSG."""
OWN: dict[str, Part] = {
    "crs": SYSTEM,
    "bbox-crs": SYSTEM,
    "subset-crs": SYSTEM,
    "center-crs": SYSTEM,
    "center": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "scale-denominator": {"type": "number", "minimum": 1},
    "bgcolor": {"type": "string", "default": "0xFFFFFF"},
    "void-color": {"type": "string", "default": "0xFFFFFF"},
    "void-transparent": {"type": "boolean"},
}
"""Schemas of the query parameters that only maps have, or that are wider for maps."""


def paths(collection: Collection) -> Part:
    """The addresses of the pictures of a coverage."""
    return _of_style(collection, None) | _of_style(collection, "{style}") | _style(collection)


def _style(collection: Collection) -> Part:
    """The styles as MapLibre reads them."""
    name, _ = drawn_by(collection)
    chosen = [parameter("style", {"type": "string"}, where="path"), *_chosen(collection, without=name)]
    asked = parameters(_names(choices(collection), name, "{style}"), STYLE_FORMATS, chosen)
    return {style_of(ANY, "{style}"): get("Style of map tiles", [*asked, *_spoken()], STYLE)}


def _of_style(collection: Collection, style: str | None) -> Part:
    """Those of the default style, or of a style that the address names."""
    name, _ = drawn_by(collection)
    named = [parameter("style", {"type": "string"}, where="path")] if style else []
    chosen = [*named, *_chosen(collection, without=name if style else "")]
    around = parameters(_names(map_parameters(collection), name, style), ENCODINGS, [*_own(OWN), *chosen])
    described = parameters(_names(choices(collection), name, style), ("json", "png", "svg"), chosen)
    return {
        map_of(ANY, style): get("Map", around, *PICTURES),
        legend_of(ANY, style): get(
            "Legend", [*described, *_spoken()], "application/json", "image/png", "image/svg+xml"
        ),
        **_tiles(collection, style, chosen),
    }


def _tiles(collection: Collection, style: str | None, chosen: list[Part]) -> Part:
    """The tiles of a map and their descriptions."""
    tiles, (name, _) = tiles_of(ANY, style), drawn_by(collection)
    asked = _names(choices(collection), name, style)
    set_ = parameter("matrixSet", {"type": "string", "enum": [*TILE_MATRIX_SETS]}, where="path")
    numbers = [
        parameter(each, {"type": "integer", "minimum": 0}, where="path")
        for each in ("tileMatrix", "tileRow", "tileCol")
    ]
    background = [parameter("bgcolor", OWN["bgcolor"])]
    tile = _names(tile_parameters(collection), name, style)
    listed = [*parameters(asked, ("json", "html"), chosen), *_spoken()]
    one = [*parameters(asked, ("json", "html", "tilejson"), [*chosen, set_]), *_spoken()]
    tile_asked = parameters(tile, ENCODINGS, [*background, *chosen, set_, *numbers])
    # How operation ids end is fixed by OGC API - Tiles, /req/oas30/operation-id.
    id_ = f".collection{'.style' if style else ''}.map"
    json, tilejson, html = "application/json", "application/vnd.mapbox.tile+json", "text/html"
    return {
        tiles: get("Tile sets", listed, json, html, id_=f"{id_}.getTileSetsList"),
        f"{tiles}/{{matrixSet}}": get("Tile set", one, json, tilejson, html, id_=f"{id_}.getTileSet"),
        f"{tiles}/{{matrixSet}}/{PLACE}": get("Tile", tile_asked, *PICTURES, id_=f"{id_}.getTile"),
    }


def _names(names: Iterable[str], drawn_by: str, style: str | None) -> list[str]:
    """Without what the address says."""
    return [name for name in names if not (style and name == drawn_by)]


def _chosen(collection: Collection, without: str) -> list[Part]:
    """The parameters that choose among maps, with the values that they can have."""
    name, drawn = drawn_by(collection)
    values = {CROP: [*collection.versions], name: [*drawn]}
    known = (each for each in choices(collection) if each in values and each != without)
    return [parameter(each, {"type": "string", "enum": values[each]}) for each in known]


def _own(schemas: dict[str, Part]) -> list[Part]:
    return [parameter(name, schema) for name, schema in schemas.items()]


def _spoken() -> list[Part]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in ("lang", "version")]


def wmts_paths() -> Part:
    """The addresses of WMTS 1.0.0, which tells refusals in its own way, in XML; its capabilities say more."""
    named = {"service": ["WMTS"], "request": ["GetCapabilities", "GetTile", "GetLegendGraphic"]}
    asked = [parameter(name, {"type": "string", "enum": known}) for name, known in named.items()]
    asked = [each | {"required": True} for each in asked]
    asked += [parameter(name, {"type": "string"}) for name in ("version", "acceptversions", *WMTS_TILE)]
    kvp = get("WMTS by names", asked, XML, *PICTURES)
    report = {"description": "An exception report of OWS Common", "content": {XML: {}}}
    kvp["get"]["responses"] |= {"400": report, "501": report}
    said = [parameter(name, {"type": "string", "enum": [value]}) for name, value in CAPABILITIES_SAY.items()]
    spoken = {"$ref": "#/components/parameters/lang"}
    return {WMTS: kvp, WMTS_CAPABILITIES: get("Capabilities of WMTS", [*said, spoken], XML)}
