"""Maps: one band of the cube as a PNG, coloured with the same style as legends, COGs and QGIS."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pygeoapi.provider.base import BaseProvider
from rasterio.io import MemoryFile

from soilinfo.catalog.models import SCENARIOS, Scenario
from soilinfo.catalog.styles import Style, paint, style_of_layer, style_of_suitability
from soilinfo.errors import LimitError
from soilinfo.serve.collections import Collection
from soilinfo.serve.parameters import one_of
from soilinfo.serve.providers.bands import Band, bands
from soilinfo.serve.providers.raster import Frame, sample

MEDIA_TYPE = "image/png"
DEFAULT_SCENARIO: Scenario = "actual"

TABLE_TYPES = ("uint8", "int16", "uint16")
"""Packed types with few enough values for a table of all their colours."""


class MapProvider(BaseProvider):  # type: ignore[misc]
    """pygeoapi's view of a raster or suitability collection as a map."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]

    def query(self, frame: Frame, *, crop: str | None, scenario: str, transparent: bool) -> bytes:
        """A PNG of the frame; cells without data are transparent, or white.

        ``crop`` (the first one when None) and ``scenario`` choose among suitability maps.
        LimitError for more pixels than the services allow.
        """
        limit = self.collection.catalog.services.limits.map_pixels
        if frame.width * frame.height > limit:
            raise LimitError(
                f"a map of {frame.width} x {frame.height} pixels is larger than the {limit} allowed"
            )
        band = self._band(crop, scenario)
        layer = self.collection.store.cube.open(*band.cube)
        colours = _painted(self.collection, band, sample(layer, band.variable, frame))
        return png(colours if transparent else _on_white(colours))

    def _band(self, crop: str | None, scenario: str) -> Band:
        if self.collection.kind == "raster":
            return bands(self.collection)[0]
        one_of("scenario", scenario, SCENARIOS)
        return bands(self.collection, (scenario,), (crop,) if crop else ())[0]


def png(colours: NDArray[np.uint8]) -> bytes:
    """RGBA, shape (height, width, 4), as a PNG."""
    height, width, _ = colours.shape
    # The transform only tells rasterio that nobody forgot one; a PNG holds none.
    profile = {"driver": "PNG", "dtype": "uint8", "count": 4, "width": width, "height": height, "ZLEVEL": 1}
    with MemoryFile() as memory:
        with memory.open(**profile, transform=Affine(1, 0, 0, 0, -1, height)) as target:
            target.write(np.moveaxis(colours, -1, 0))
        return bytes(memory.read())


def style_of(collection: Collection) -> Style:
    """How a raster or suitability collection is drawn."""
    if collection.kind == "raster":
        return style_of_layer(collection.catalog, collection.id)
    return style_of_suitability(collection.catalog)


def _painted(collection: Collection, band: Band, packed: NDArray[np.integer]) -> NDArray[np.uint8]:
    layer = collection.store.cube.open(*band.cube)
    if layer.variable(band.variable).dtype not in TABLE_TYPES:
        return paint(style_of(collection), layer.decode(band.variable, packed))
    colours = _colour_table(collection, band.cube, band.variable)
    lowest = int(np.iinfo(packed.dtype).min)
    return colours[packed.astype(np.int64) - lowest].view(np.uint8).reshape(*packed.shape, 4)


@lru_cache(maxsize=128)
def _colour_table(collection: Collection, cube: tuple[str, str], variable: str) -> NDArray[np.uint32]:
    """The RGBA colour, its four bytes as one number, of every packed value from the type's lowest on."""
    layer = collection.store.cube.open(*cube)
    limits = np.iinfo(layer.variable(variable).dtype)
    values = np.arange(int(limits.min), int(limits.max) + 1).astype(limits.dtype)
    colours = paint(style_of(collection), layer.decode(variable, values))
    return np.ascontiguousarray(colours).view(np.uint32)[:, 0]


def _on_white(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.where(colours[..., 3:] == 0, np.uint8(255), colours)
