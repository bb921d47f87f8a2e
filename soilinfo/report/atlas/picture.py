"""The picture of a map: cells in the colours of its style, as a PDF of one image that others take in.

typst makes three bytes of every pixel of a PNG and holds all of them until the document is done. A picture
that is a PDF itself it takes in as it is: one byte a pixel, which names a colour of a table of 256
(ISO 32000-1, 8.6.6.3), so that an atlas of a hundred sheets needs little memory and little room.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.styles import NO_DATA_COLOUR, Style, paint, rgb
from soilinfo.grid import Bounds

OUTSIDE, LINE, NO_DATA, FIRST = 0, 1, 2, 3
"""Places in the table of colours: nothing, the white of hatching, land without data, the style's first."""
STEPS = 250
"""Colours of a ramp: its neighbours are closer than an eye can tell."""
HATCH = 7
"""Pixels from one line of the hatching to the next."""
HATCHED = "N"
"""The class that is hatched: in grey it would be as dark as S1."""


@dataclass(frozen=True)
class Cells:
    """Values (y, x), NaN where there are none, and the outer edges of the array in the CRS of the grid."""

    values: NDArray[np.floating]
    bounds: Bounds


@dataclass
class Stencil:
    """Cuts pictures along the outlines of the land, and remembers the last cut: most sheets are cut alike."""

    outlines: Sequence[BaseGeometry]
    _cuts: dict[tuple[Bounds, tuple[int, int]], NDArray[np.bool_]] = field(default_factory=dict)

    def inside(self, bounds: Bounds, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Which pixels of a picture of ``shape`` over ``bounds`` lie on the land."""
        if (bounds, shape) not in self._cuts:
            drawn = rasterize(self.outlines, shape, transform=transform_of(bounds, shape), dtype="uint8")
            self._cuts = {(bounds, shape): drawn == 1}
        return self._cuts[bounds, shape]


def transform_of(bounds: Bounds, shape: tuple[int, int]) -> Affine:
    """From pixels to coordinates."""
    (west, south, east, north), (height, width) = bounds, shape
    return Affine((east - west) / width, 0, west, 0, -(north - south) / height, north)


def picture(cells: Cells, style: Style, stencil: Stencil, repeat: int) -> bytes:
    """The land in its colours, each cell ``repeat`` pixels wide; transparent beyond the land.

    Land without data is grey with level lines, land of class N has slanting ones.
    """
    places = _places(style, cells.values).repeat(repeat, axis=0).repeat(repeat, axis=1)
    height, width = places.shape
    rows, cols = np.arange(height)[:, None], np.arange(width)
    places[(places == NO_DATA) & (rows % HATCH < 2)] = LINE
    places[np.isin(places, _hatched(style)) & ((rows + cols) % HATCH == 0)] = LINE
    places[~stencil.inside(cells.bounds, (height, width))] = OUTSIDE
    return image_pdf(places, _table(style))


def _places(style: Style, values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The place of each value's colour in the table."""
    anchors = np.array([entry.value for entry in style.entries])
    if style.kind == "ramp":
        share = np.clip((values - anchors[0]) / (anchors[-1] - anchors[0]), 0, 1)
        return np.where(np.isnan(share), NO_DATA, FIRST + np.nan_to_num(share) * STEPS + 0.5).astype(np.uint8)
    order = np.argsort(anchors)
    at = order[np.clip(np.searchsorted(anchors[order], values), 0, len(anchors) - 1)]
    return np.where(anchors[at] == values, FIRST + at, NO_DATA).astype(np.uint8)


def _hatched(style: Style) -> list[int]:
    return [FIRST + at for at, entry in enumerate(style.entries) if entry.id == HATCHED]


def _table(style: Style) -> NDArray[np.uint8]:
    """Red, green and blue of every place, shape (n, 3)."""
    anchors = np.array([entry.value for entry in style.entries])
    steps = np.linspace(anchors[0], anchors[-1], STEPS + 1) if style.kind == "ramp" else anchors
    fixed = np.array([rgb("#ffffff"), rgb("#ffffff"), rgb(NO_DATA_COLOUR)], dtype=np.uint8)
    return np.concatenate([fixed, paint(style, steps)[:, :3]])


# ---- PDF --------------------------------------------------------------------------------


def image_pdf(places: NDArray[np.uint8], table: NDArray[np.uint8]) -> bytes:
    """A page of one image, its pixels (y, x) places in a table of colours (n, 3); place 0 is transparent."""
    height, width = places.shape
    pixels = zlib.compress(_differences(places).tobytes(), 6)
    colours = f"[/Indexed/DeviceRGB {len(table) - 1}<{table.tobytes().hex()}>]"
    # Each row is told by how it differs from the one above it (predictor 12): most do not.
    filtered = f"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns {width}>>/Length {len(pixels)}"
    draw = f"q {width} 0 0 {height} 0 0 cm /I Do Q".encode()
    page = f"/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>"
    image = f"/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace{colours}/Mask[0 0]"
    return _document(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            f"<</Type/Page/Parent 2 0 R{page}>>".encode(),
            _stream(f"/Length {len(draw)}", draw),
            _stream(f"/Type/XObject{image}{filtered}", pixels),
        ]
    )


def _differences(places: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows less the rows above them (modulo 256), each after the number 2 of this filter of PNG."""
    above = np.vstack([np.zeros((1, places.shape[1]), np.uint8), places[:-1]])
    return np.hstack([np.full((len(places), 1), 2, np.uint8), places - above])


def _stream(described: str, content: bytes) -> bytes:
    return f"<<{described}>>\nstream\n".encode() + content + b"\nendstream"


def _document(objects: Sequence[bytes]) -> bytes:
    written, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(written))
        written += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    lines = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(objects) + 1
    return (
        written
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{lines}"
            f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
        ).encode()
    )
