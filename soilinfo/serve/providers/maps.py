"""Maps: one band of the cube as a PNG, coloured with the same style as legends, COGs and QGIS."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pygeoapi.provider.base import BaseProvider
from starlette.datastructures import QueryParams

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.styles import Style, paint, style_of_layer, style_of_suitability
from soilinfo.errors import LimitError
from soilinfo.report.maps import png
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.live import live_colours
from soilinfo.serve.parameters import one_of
from soilinfo.serve.providers.bands import Band, bands
from soilinfo.serve.providers.raster import Frame, sample

MEDIA_TYPE = "image/png"
MATRIX_SET = "WebMercatorQuad"
"""The squares that map tiles are of."""
TABLE_TYPES = ("uint8", "int16", "uint16")
"""Packed types with few enough values for a table of all their colours."""


class MapProvider(BaseProvider):  # type: ignore[misc]
    """pygeoapi's view of a raster or suitability collection as a map."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]

    def query(self, frame: Frame, *, crop: str | None, variable: str | None, transparent: bool) -> bytes:
        """A PNG of the frame; cells without data are transparent, or white.

        ``crop`` and ``variable`` (each the first one when None) choose among the maps of a collection.
        LimitError for more pixels than the services allow.
        """
        self._refuse_large(frame)
        band = self._band(crop, variable)
        layer = self.collection.store.cube.open(*band.cube)
        colours = _painted(self.collection, band, sample(layer, band.variable, frame))
        return png(colours if transparent else _on_white(colours))

    def query_live(self, frame: Frame, params: QueryParams, *, transparent: bool) -> bytes:
        """As :meth:`query`, of land suitability under the what-if of the query parameters."""
        self._refuse_large(frame)
        colours = live_colours(self.collection, params, frame)
        return png(colours if transparent else _on_white(colours))

    def _refuse_large(self, frame: Frame) -> None:
        limit = self.collection.catalog.services.limits.map_pixels
        if frame.width * frame.height > limit:
            raise LimitError(
                f"a map of {frame.width} x {frame.height} pixels is larger than the {limit} allowed"
            )

    def _band(self, crop: str | None, variable: str | None) -> Band:
        name, drawn = drawn_by(self.collection)
        chosen = one_of(name, variable or drawn[0], drawn)
        return bands(self.collection, (chosen,), (crop,) if crop else ())[0]


def drawn_by(collection: Collection) -> tuple[str, tuple[str, ...]]:
    """The query parameter that chooses what a map shows, and its values, the first of them the default."""
    if collection.product:
        return "variable", tuple(each.name for each in collection.product.variables)
    return ("variable", (collection.id,)) if collection.layer else ("scenario", SCENARIOS)


def map_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that a map of a collection knows."""
    several = collection.kind == "suitability"
    if collection.product:
        return parameters.PRODUCT_MAP_OF_CROPS if several else parameters.PRODUCT_MAP
    return parameters.SUITABILITY_MAP if several else parameters.MAP


def tile_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that tiles of a collection know: without those that their address says."""
    return tuple(name for name in map_parameters(collection) if name not in parameters.WINDOW)


def style_of(collection: Collection, variable: str) -> Style:
    """How a variable of a raster or suitability collection is drawn."""
    if collection.product:
        return collection.product.variable(variable).style
    if collection.layer:
        return style_of_layer(collection.catalog, collection.id)
    return style_of_suitability(collection.catalog)


def _painted(collection: Collection, band: Band, packed: NDArray[np.integer]) -> NDArray[np.uint8]:
    layer = collection.store.cube.open(*band.cube)
    if layer.variable(band.variable).dtype not in TABLE_TYPES:
        return paint(style_of(collection, band.variable), layer.decode(band.variable, packed))
    colours = _colour_table(collection, band.cube, band.variable)
    lowest = int(np.iinfo(packed.dtype).min)
    return colours[packed.astype(np.int64) - lowest].view(np.uint8).reshape(*packed.shape, 4)


@lru_cache(maxsize=128)
def _colour_table(collection: Collection, cube: tuple[str, str], variable: str) -> NDArray[np.uint32]:
    """The RGBA colour, its four bytes as one number, of every packed value from the type's lowest on."""
    layer = collection.store.cube.open(*cube)
    limits = np.iinfo(layer.variable(variable).dtype)
    values = np.arange(int(limits.min), int(limits.max) + 1).astype(limits.dtype)
    colours = paint(style_of(collection, variable), layer.decode(variable, values))
    return np.ascontiguousarray(colours).view(np.uint32)[:, 0]


def _on_white(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(colours[..., 3:] == 0, np.uint8(255), colours)
