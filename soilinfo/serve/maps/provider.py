"""Maps: one band of the cube as a picture, coloured with the same style as legends, COGs and QGIS."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pygeoapi.provider.base import BaseProvider
from starlette.datastructures import QueryParams

from soilinfo.catalog.styles import Style, paint
from soilinfo.compiled import compiled
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Band
from soilinfo.serve.coverages.raster import Frame, Placing, axes_stay_apart, place, sample
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.maps.drawing import Drawing, drawing, style_of
from soilinfo.serve.maps.image import MOST_IN_PALETTE, Colours, Image, Numbers, numbered, occurring
from soilinfo.serve.maps.live import asks_what_if, live_image
from soilinfo.store.cube import CubeLayer

TABLE_TYPES = ("uint8", "int16", "uint16")
"""Packed types with few enough values for a table of all their colours."""
STEPS = 256
"""Colours of a ramp in a picture that would have more than a palette holds, and be four times as large."""
ROUNDING = 1e-9
"""Part of a step that what it begins with may lie before it."""
SMALL = 256 * 256
"""Most pixels of a picture that is drawn in less than a millisecond."""


class MapProvider(BaseProvider):  # type: ignore[misc]
    """pygeoapi's view of a raster or suitability collection as a map."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]

    def query(self, frame: Frame, params: QueryParams) -> Image:
        """The picture of a frame: of what is published, or under the what-if that the parameters describe.

        ``crop`` and ``variable`` or ``scenario`` (each the first one when not given) choose among the maps
        of a collection; cells without data are background. InputError for those that do not exist.
        """
        if asks_what_if(params):
            return live_image(self.collection, params, frame)
        return _image(drawing(self.collection, params), frame)

    def at_hand(self, frame: Frame, params: QueryParams) -> Image | None:
        """The same picture if it is small and its cells are decoded already; nothing is waited for."""
        if asks_what_if(params) or frame.width * frame.height > SMALL:
            return None
        band = drawing(self.collection, params).band
        layer = self.collection.store.cube.opened(*band.cube)
        if layer is None or not _has_table(layer, band) or not axes_stay_apart(frame, layer.grid):
            return None
        placing = place(layer, frame)
        if placing is None:
            return _blank(self.collection, band, frame)
        cells = layer.kept(band.variable, placing.window, placing.overview)
        return None if cells is None else _coloured(self.collection, band, placing, cells)


def _image(shown: Drawing, frame: Frame) -> Image:
    collection, band = shown.collection, shown.band
    layer = collection.store.cube.open(*band.cube)
    if not _has_table(layer, band):
        values = layer.decode(band.variable, sample(layer, band.variable, frame))
        return Image.of(paint(shown.colours, values))
    placing = place(layer, frame)
    if placing is None:
        return _blank(collection, band, frame)
    cells = layer.read(band.variable, placing.window, placing.overview)
    return _coloured(collection, band, placing, cells)


def _has_table(layer: CubeLayer, band: Band) -> bool:
    return layer.variable(band.variable).dtype in TABLE_TYPES


def _blank(collection: Collection, band: Band, frame: Frame) -> Image:
    colours, _ = _colour_table(collection, band.cube, band.variable)
    return Image(np.zeros((frame.height, frame.width), np.uint16), colours)


def _coloured(collection: Collection, band: Band, placing: Placing, cells: NDArray[np.integer]) -> Image:
    asked = collection, band.cube, band.variable
    rows, cols = (
        np.broadcast_to(index - first, placing.inside.shape)
        for index, first in ((placing.row, placing.window.row), (placing.col, placing.window.col))
    )
    look_up = partial(_looked_up, cells, rows, cols, placing.inside, int(np.iinfo(cells.dtype).min))
    colours, table = _colour_table(*asked)
    numbers = look_up(table)
    if len(colours) > MOST_IN_PALETTE and occurring(numbers, len(colours)).sum() > MOST_IN_PALETTE:
        colours, table = _stepped_table(*asked)
        numbers = look_up(table)
    return Image(numbers, colours)


@compiled
def _looked_up(
    cells: NDArray[np.integer],
    rows: NDArray[np.int64],
    cols: NDArray[np.int64],
    inside: NDArray[np.bool_],
    lowest: int,
    table: Numbers,
) -> Numbers:
    """The number of its colour for each pixel (height, width): of the cell that it shows, by the table of
    all packed values from the ``lowest`` on."""
    found = np.zeros(inside.shape, np.uint16)
    for y in range(inside.shape[0]):
        for x in range(inside.shape[1]):
            if inside[y, x]:
                found[y, x] = table[np.int64(cells[rows[y, x], cols[y, x]]) - lowest]
    return found


@kept_with_it(16)
def _colour_table(collection: Collection, cube: tuple[str, str], variable: str) -> tuple[Colours, Numbers]:
    """The colours of a variable, and the number of that of every packed value from the type's lowest on."""
    return _painted(style_of(collection, variable), _every_value(collection, cube, variable))


@kept_with_it(16)
def _stepped_table(collection: Collection, cube: tuple[str, str], variable: str) -> tuple[Colours, Numbers]:
    """The same in fewer colours: a ramp's in STEPS, those of classes as they are."""
    style, values = style_of(collection, variable), _every_value(collection, cube, variable)
    return _painted(style, _stepped(style, values) if style.kind == "ramp" else values)


def _every_value(collection: Collection, cube: tuple[str, str], variable: str) -> NDArray[np.float64]:
    """What every packed value stands for, from the type's lowest on."""
    layer = collection.store.cube.open(*cube)
    limits = np.iinfo(layer.variable(variable).dtype)
    packed = np.arange(int(limits.min), int(limits.max) + 1).astype(limits.dtype)
    return layer.decode(variable, packed)


def _painted(style: Style, values: NDArray[np.float64]) -> tuple[Colours, Numbers]:
    return numbered(np.ascontiguousarray(paint(style, values)).view(np.uint32)[:, 0])


def _stepped(style: Style, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values as the least of their step, of STEPS even ones from the first to the last of a ramp."""
    low, high = style.entries[0].value, style.entries[-1].value
    step = (high - low) / (STEPS - 1)
    return low + np.floor((values - low) / step + ROUNDING) * step
