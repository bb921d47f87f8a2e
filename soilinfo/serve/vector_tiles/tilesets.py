"""What describes vector tiles: lists of tile sets, their metadata (OGC 17-083r4), TileJSON 3.0."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.text import in_language, texts
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, REL, STYLE, TILEJSON, Formats, json_answer, negotiated
from soilinfo.serve.asking import VERSION
from soilinfo.serve.collections import Collection
from soilinfo.serve.features import schemas
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.addresses import PLACE
from soilinfo.serve.state import Publication, pinned
from soilinfo.serve.systems import CRS84
from soilinfo.serve.vector_tiles.asked import asked_drawn, asked_set, asked_version
from soilinfo.serve.vector_tiles.drawn import (
    LIST_FORMATS,
    MATRIX_SET,
    TILESET_FORMATS,
    XYZ,
    attributes,
    described,
    limits,
    style_of,
    tile_address,
    tiles_of,
)
from soilinfo.serve.vector_tiles.looks import looks, title_of
from soilinfo.store.tiled.generalise import DEEPEST
from soilinfo.store.tiled.mvt import MEDIA_TYPE

Part = dict[str, Any]


@dataclass(frozen=True)
class _TileSet:
    """The vector tiles of a collection, described in one language."""

    publication: Publication
    collection: Collection
    language: str
    asked: dict[str, str]
    """The query parameters that links carry on: the version asked for."""

    @property
    def title(self) -> str:
        return in_language(self.collection.title, self.language)

    @property
    def head(self) -> Part:
        """What a list says of a tile set, and its metadata too."""
        known = {"crs": MATRIX_SET.crs_uri, "tileMatrixSetURI": MATRIX_SET.uri}
        scheme = f"{self.publication.base_url}/tileMatrixSets/{MATRIX_SET.id}"
        links = [*self.own_links(), _link(f"{REL}/tiling-scheme", scheme, MATRIX_SET.id)]
        return {"title": self.title, "dataType": "vector", **known, "links": links}

    def address(self, path: str, **query: str) -> str:
        """An address below the service's own."""
        asked = {**query, **self.asked}
        return f"{self.publication.base_url}{path}{'?' if asked else ''}{urlencode(asked)}"

    def own_links(self) -> Iterator[Part]:
        """The tile set itself, and its tiles."""
        here = f"{tiles_of(self.collection.id)}/{MATRIX_SET.id}"
        yield _link("self", self.address(here, f="json"), self.title)
        yield _link("alternate", self.address(here, f="tilejson"), f"{self.title} (TileJSON)", TILEJSON)
        tiles = tile_address(self.publication.base_url, self.collection.id, PLACE, self.asked)
        yield _link("item", tiles, self.title, MEDIA_TYPE) | {"templated": True}

    def further_links(self) -> Iterator[Part]:
        """What the tiles are of, and how they can be drawn."""
        yield _link(f"{REL}/geodata", self.address(f"/collections/{self.collection.id}"), self.title)
        for look in looks(self.publication, self.collection):
            address = self.address(style_of(self.collection.id, look.id), f="mbs")
            yield _link("stylesheet", address, title_of(self.collection, look, self.language), STYLE)

    @property
    def properties(self) -> Part:
        """JSON Schema of the attributes."""
        known = schemas.properties(self.collection, self.language)
        return {name: known[name] for name in attributes(self.collection)}

    def metadata(self) -> Part:
        """As JSON (OGC 17-083r4, class "json-tilesetmetadata")."""
        west, south, east, north = described(self.collection).known_bounds(self.collection.id)
        layer = {
            "id": self.collection.id,
            "title": self.title,
            "description": in_language(self.collection.description, self.language),
            "dataType": "vector",
            "geometryDimension": self.dimension,
            "minTileMatrix": "0",
            "maxTileMatrix": str(DEEPEST),
            "propertiesSchema": {"type": "object", "properties": self.properties},
        }
        return {
            **self.head,
            "description": self.note,
            "attribution": self.collection.attributed(self.language),
            "tileMatrixSetLimits": list(_limits(self.collection)),
            "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri},
            "layers": [layer],
            "links": [*self.head["links"], *self.further_links()],
        }

    @property
    def note(self) -> str:
        """How what is drawn differs from the features themselves."""
        return texts(self.language, self.publication.catalog.directory)["serve.vector_tiles.note"].format(
            collection=self.collection.id
        )

    @property
    def dimension(self) -> int:
        """0 of points, 2 of areas."""
        return (
            0
            if schemas.properties(self.collection, self.language)["geometry"]["format"].endswith("point")
            else 2
        )

    def tilejson(self) -> Part:
        """TileJSON 3.0; its tiles are of this version, so that a map never mixes two."""
        west, south, east, north = described(self.collection).known_bounds(self.collection.id)
        base, version = self.publication.base_url, {VERSION: self.collection.version}
        fields = {name: each["title"] for name, each in self.properties.items()}
        layer = {"id": self.collection.id, "description": self.title, "fields": fields}
        return {
            "tilejson": "3.0.0",
            "name": self.title,
            "description": in_language(self.collection.description, self.language),
            "attribution": self.collection.attributed(self.language),
            "scheme": "xyz",
            "tiles": [tile_address(base, self.collection.id, XYZ, version)],
            "minzoom": 0,
            "maxzoom": DEEPEST,
            "bounds": [west, south, east, north],
            "vector_layers": [layer | {"minzoom": 0, "maxzoom": DEEPEST}],
        }


def tilesets(request: Request) -> Response:
    """/collections/{collection}/tiles"""
    asked = _asked(request, LIST_FORMATS)
    here = asked.address(tiles_of(asked.collection.id))
    return json_answer({"links": [_link("self", here, asked.title)], "tilesets": [asked.head]})


def tileset(request: Request) -> Response:
    """/collections/{collection}/tiles/WebMercatorQuad"""
    asked_set(request)
    asked = _asked(request, TILESET_FORMATS)
    if negotiated(request, TILESET_FORMATS) == "tilejson":
        return json_answer(asked.tilejson(), TILEJSON)
    return json_answer(asked.metadata())


def _asked(request: Request, formats: Formats) -> _TileSet:
    publication = pinned()
    parameters.check(request.query_params, parameters.DOCUMENT)
    negotiated(request, formats)
    language = language_of(request, publication.catalog)
    return _TileSet(publication, asked_drawn(publication, request), language, asked_version(request))


def _limits(collection: Collection) -> Iterator[Part]:
    for matrix, each in enumerate(limits(collection)):
        yield {
            "tileMatrix": str(matrix),
            "minTileRow": each.first_row,
            "maxTileRow": each.last_row,
            "minTileCol": each.first_column,
            "maxTileCol": each.last_column,
        }


def _link(rel: str, href: str, title: str, media: str = JSON) -> Part:
    return {"rel": rel, "type": media, "title": title, "href": href}


ROUTES = [
    Route(tiles_of("{collection}"), tilesets),
    Route(f"{tiles_of('{collection}')}/{{matrixSet}}", tileset),
]
