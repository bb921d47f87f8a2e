"""What describes map tiles: tile matrix sets, lists of tile sets, their metadata, TileJSON 3.0."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, REL, TILEJSON, Formats, json_answer, negotiated
from soilinfo.serve.asking import VERSION, asked_collection
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.addresses import PLACE, legend_of, tile_address, tiles_of
from soilinfo.serve.maps.drawing import Drawing, asked_params, choices, drawing
from soilinfo.serve.maps.image import ENCODINGS
from soilinfo.serve.maps.tile_matrix_sets import TILE_MATRIX_SETS, WEB_MERCATOR, TileMatrixSet, known_set
from soilinfo.serve.maps.tiles import LAST, zooms
from soilinfo.serve.state import pinned
from soilinfo.serve.systems import CRS84

IN_MERCATOR: Formats = {**DOCUMENT_FORMATS, "tilejson": (TILEJSON,)}

Part = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The map whose tiles a request asks about, in a language; ``style`` when its address names it."""

    base: str
    shown: Drawing
    style: str | None
    query: str
    """The query parameters that its tiles need, from their & on."""
    language: str

    @property
    def collection(self) -> Collection:
        """What is drawn."""
        return self.shown.collection

    @property
    def title(self) -> str:
        """The title of the map."""
        return self.shown.title(self.language)

    @property
    def tiles(self) -> str:
        """Address of the list of its tile sets."""
        return f"{self.base}{tiles_of(self.collection.id, self.style)}"

    @property
    def here(self) -> str:
        """The query parameters, from their ? on, of a document about these tiles."""
        return f"?{self.query[1:]}" if self.query else ""


def tilesets(request: Request) -> Response:
    """/collections/{collection}/map/tiles"""
    asked = asked_tiles(request)
    negotiated(request, DOCUMENT_FORMATS)
    listed = [_tileset(asked, set_) for set_ in TILE_MATRIX_SETS.values()]
    return json_answer(
        {"links": [_link("self", f"{asked.tiles}{asked.here}", asked.title)], "tilesets": listed}
    )


def tileset(request: Request) -> Response:
    """/collections/{collection}/map/tiles/{matrixSet}"""
    set_, asked = known_set(request.path_params["matrixSet"]), asked_tiles(request)
    if negotiated(request, formats_of(set_)) == "tilejson":
        return json_answer(tilejson(asked, set_), TILEJSON)
    return json_answer(_tileset(asked, set_) | _details(asked, set_))


def formats_of(set_: TileMatrixSet) -> Formats:
    """TileJSON cannot name a reference system: its tiles are of Web Mercator (TileJSON 3.0.0, 3.15)."""
    return IN_MERCATOR if set_ is WEB_MERCATOR else DOCUMENT_FORMATS


def asked_tiles(request: Request) -> Asked:
    """The map whose tiles a request asks about; the errors of what it asks wrongly."""
    publication, style = pinned(), request.path_params.get("style")
    collection = asked_collection(publication, request, RASTERS)
    known = choices(collection)
    params = asked_params(request.query_params, style, collection, (*known, *parameters.DOCUMENT))
    wanted = {name: request.query_params.get(name) for name in (*known, VERSION)}
    query = urlencode({name: text for name, text in wanted.items() if text is not None})
    language = language_of(request, publication.catalog)
    shown = drawing(collection, params)
    return Asked(publication.base_url, shown, style, f"&{query}" if query else "", language)


def _tileset(asked: Asked, set_: TileMatrixSet) -> Part:
    """The metadata that a list of tile sets has of each."""
    here = f"{asked.tiles}/{set_.id}"
    definition = f"{asked.base}/tileMatrixSets/{set_.id}"
    return {
        "title": asked.title,
        "dataType": "map",
        "crs": set_.crs_uri,
        "tileMatrixSetURI": set_.uri,
        "links": [
            _link("self", f"{here}{asked.here}", asked.title),
            *_alternates(asked, set_),
            _link(f"{REL}/tiling-scheme", definition, set_.id),
            *_items(asked, set_),
            *_legends(asked),
        ],
    }


def _alternates(asked: Asked, set_: TileMatrixSet) -> list[Part]:
    """The link to the same as TileJSON, where there is one."""
    address = f"{asked.tiles}/{set_.id}?f=tilejson{asked.query}"
    link = _link("alternate", address, f"{asked.title}: TileJSON", TILEJSON)
    return [link] if "tilejson" in formats_of(set_) else []


def _items(asked: Asked, set_: TileMatrixSet) -> list[Part]:
    """Links to the tiles in each format, with places for their numbers."""
    return [
        _link(
            "item",
            f"{asked.tiles}/{set_.id}/{PLACE}?f={name}{asked.query}",
            f"{asked.title}: {name.upper()}",
            encoding.media_type,
        )
        | {"templated": True}
        for name, encoding in ENCODINGS.items()
    ]


def _legends(asked: Asked) -> list[Part]:
    legend = f"{asked.base}{legend_of(asked.collection.id, asked.style)}"
    media = {"png": "image/png", "json": JSON}
    return [
        _link(f"{REL}/legend", f"{legend}?f={format_}{asked.query}", asked.title, type_)
        for format_, type_ in media.items()
    ]


def _details(asked: Asked, set_: TileMatrixSet) -> Part:
    """The metadata that only a tile set itself has."""
    collection = asked.collection
    west, south, east, north = collection.bounds
    geodata = _link(f"{REL}/geodata", f"{asked.base}/collections/{collection.id}", asked.title)
    return {
        "description": in_language(collection.description, asked.language),
        "attribution": collection.attribution,
        "license": collection.licence,
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri},
        "centerPoint": {
            "coordinates": [(west + east) / 2, (south + north) / 2],
            "crs": CRS84.uri,
            "tileMatrix": str(zooms(set_, collection)[0]),
        },
        "style": {"id": asked.shown.style, "title": asked.title, "links": _legends(asked)},
        "layers": [{"id": collection.id, "title": asked.title, "dataType": "map", "links": [geodata]}],
        "tileMatrixSetLimits": [_limits(set_, matrix) for matrix in range(LAST + 1)],
    }


def _limits(set_: TileMatrixSet, matrix: int) -> Part:
    """Whole tile matrices: GDAL 3.6 misplaces tiles where there are others (it forgets the first column)."""
    rows, columns = set_.size(matrix)
    last = {"maxTileRow": rows - 1, "maxTileCol": columns - 1}
    return {"tileMatrix": str(matrix), "minTileRow": 0, "minTileCol": 0, **last}


def tilejson(asked: Asked, set_: TileMatrixSet) -> Part:
    """TileJSON 3.0 of the tiles: zoom levels are those between one tile and one pixel for a cell."""
    collection = asked.collection
    west, south, east, north = collection.bounds
    first, last = zooms(set_, collection)
    legend = f"{asked.base}{legend_of(collection.id, asked.style)}?f=png{asked.query}&lang={asked.language}"
    address = tile_address(collection.id, asked.style, set_.id)
    return {
        "tilejson": "3.0.0",
        "name": asked.title,
        "description": in_language(collection.description, asked.language),
        "attribution": f"{collection.attribution} ({collection.licence})",
        "scheme": "xyz",
        "tiles": [f"{asked.base}{address}?f=png{asked.query}"],
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, first],
        "minzoom": first,
        "maxzoom": last,
        "legend": f'<img src="{legend}" alt="{asked.title}">',
    }


def _link(rel: str, href: str, title: str, media: str = JSON) -> Part:
    return {"rel": rel, "type": media, "title": title, "href": href}


# ---- tile matrix sets -------------------------------------------------------------------


async def matrix_sets(request: Request) -> Response:
    """/tileMatrixSets"""
    base = f"{_base(request)}/tileMatrixSets"
    listed = [
        {
            "id": each.id,
            "title": each.id,
            "uri": each.uri,
            "crs": each.crs_uri,
            "links": [_link("self", f"{base}/{each.id}", each.id)],
        }
        for each in TILE_MATRIX_SETS.values()
    ]
    return json_answer({"tileMatrixSets": listed})


async def matrix_set(request: Request) -> Response:
    """/tileMatrixSets/{matrixSet}"""
    _base(request)
    return json_answer(known_set(request.path_params["matrixSet"]).definition)


def _base(request: Request) -> str:
    parameters.check(request.query_params, parameters.SERVICE)
    negotiated(request, DOCUMENT_FORMATS)
    return pinned().base_url


ROUTES = [
    Route("/tileMatrixSets", matrix_sets),
    Route("/tileMatrixSets/{matrixSet}", matrix_set),
    *(Route(tiles_of("{collection}", style), tilesets) for style in (None, "{style}")),
    *(Route(f"{tiles_of('{collection}', style)}/{{matrixSet}}", tileset) for style in (None, "{style}")),
]
