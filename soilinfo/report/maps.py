"""The map of one administrative unit as SVG: classes, outline, scale bar, ticks, legend.

Lengths are millimetres of paper. Colours are the style's; land of class N and land without data are hatched
as well, so that the map can be read from a grey print.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.styles import NO_DATA_COLOUR, Style, paint
from soilinfo.grid import Bounds
from soilinfo.report.marks import Frame, arrow, box_at, nice_step, path_of, scale_bar, text_at, ticks
from soilinfo.report.phrases import Phrases

WIDTH, HEIGHT = 88.0, 84.0
"""The whole drawing."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 2.0, 1.0, 18.0
"""Room around the frame: ticks on the left, ticks, scale bar and legend below."""
_PIXELS = 700
"""Cells of the picture are repeated up to about so many pixels, so that the hatching is fine."""
_HATCH = 6
"""Pixels from one line of the hatching to the next."""
_DEGREE_KM = 111.195
"""Kilometres of a degree of latitude on a sphere of the earth's size: exact enough for a scale bar."""
_PATTERNS = (
    "<pattern id='nodata' width='1' height='1' patternUnits='userSpaceOnUse'>"
    f"<rect width='1' height='1' fill='{NO_DATA_COLOUR}'/>"
    "<path d='M0,0.5H1' stroke='white' stroke-width='0.4'/></pattern>"
    "<pattern id='hatch' width='1' height='1' patternUnits='userSpaceOnUse'>"
    "<path d='M0,1L1,0' stroke='white' stroke-width='0.2'/></pattern>"
)
"""Lines over land without data, and in the legend over N, as :func:`_hatched` draws them over the map."""
_MARGIN = 0.03
"""Room between the unit and the frame, as a share of the unit's extent."""


@dataclass(frozen=True)
class Picture:
    """Suitability classes (y, x), 0 where there are no data, and the outer edges of the array."""

    classes: NDArray[np.integer]
    bounds: Bounds


def draw(outline: BaseGeometry, picture: Picture, style: Style, phrases: Phrases, *, geographic: bool) -> str:
    """The map of a unit; ``outline`` and the picture's bounds are in the CRS of the grid."""
    frame = frame_of(outline.bounds, geographic=geographic)
    (west, south, east, north), path = frame.bounds, path_of(outline, frame)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}mm' height='{HEIGHT}mm' "
        f"viewBox='0 0 {WIDTH} {HEIGHT}'>",
        f"<clipPath id='unit'><path d='{path}' clip-rule='evenodd'/></clipPath>",
        _PATTERNS,
        f"<path d='{path}' fill='url(#nodata)' fill-rule='evenodd'/>",
        f"<g clip-path='url(#unit)'>{_image(picture, style, frame)}</g>",
        f"<path d='{path}' fill='none' stroke='#222222' stroke-width='0.25' stroke-linejoin='round'/>",
        box_at(frame.x, frame.y, frame.width, frame.height, "none"),
        *ticks(frame, phrases, nice_step(max(east - west, north - south) / 3)),
        *arrow(phrases, WIDTH - _RIGHT - 3, HEIGHT - 13.5),
        *scale_bar(frame, phrases, _LEFT, HEIGHT - 8.6, 22),
        *_legend(style, phrases),
        "</svg>",
    ]
    return "".join(parts)


def frame_of(bounds: Bounds, *, geographic: bool) -> Frame:
    """The largest frame on the paper that shows ``bounds`` with a margin, undistorted."""
    west, south, east, north = bounds
    pad = _MARGIN * max(east - west, north - south)
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    shrink = cos(radians((south + north) / 2)) if geographic else 1.0
    across, down = (east - west) * shrink, north - south
    room_x, room_y = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    size = min(room_x / across, room_y / down)
    width, height = across * size, down * size
    km = _DEGREE_KM * shrink if geographic else 1e-3
    x, y = _LEFT + (room_x - width) / 2, _TOP + (room_y - height) / 2
    return Frame((west, south, east, north), x, y, width, height, km, geographic)


def png(colours: NDArray[np.uint8]) -> bytes:
    """RGBA, shape (height, width, 4), as a PNG."""
    height, width, _ = colours.shape
    # The transform only tells rasterio that nobody forgot one; a PNG holds none.
    profile = {"driver": "PNG", "dtype": "uint8", "count": 4, "width": width, "height": height, "ZLEVEL": 1}
    with MemoryFile() as memory:
        with memory.open(**profile, transform=Affine(1, 0, 0, 0, -1, height)) as target:
            target.write(np.moveaxis(colours, -1, 0))
        return bytes(memory.read())


def _image(picture: Picture, style: Style, frame: Frame) -> str:
    west, south, east, north = picture.bounds
    left, top, right, bottom = map(float, frame.place(np.array([[west, north], [east, south]])).flat)
    repeat = max(1, _PIXELS // max(picture.classes.shape))
    classes = picture.classes.repeat(repeat, axis=0).repeat(repeat, axis=1)
    encoded = b64encode(png(_hatched(paint(style, classes.astype(np.float64)), classes))).decode()
    return (
        f"<image x='{left:.3f}' y='{top:.3f}' width='{right - left:.3f}' height='{bottom - top:.3f}' "
        f"preserveAspectRatio='none' image-rendering='optimizeSpeed' href='data:image/png;base64,{encoded}'/>"
    )


def _hatched(colours: NDArray[np.uint8], classes: NDArray[np.integer]) -> NDArray[np.uint8]:
    """White diagonals over N, which in grey would be as dark as S1."""
    height, width = classes.shape
    diagonals = (np.arange(height)[:, np.newaxis] + np.arange(width)) % _HATCH == 0
    lines = diagonals & (classes == SuitabilityClass.N)
    return np.where(lines[..., None], np.uint8(255), colours)


def _legend(style: Style, phrases: Phrases) -> Iterator[str]:
    """One swatch a class in their order, then land without data."""
    names = {entry.colour: SuitabilityClass(int(entry.value)).name for entry in style.entries}
    y = HEIGHT - 4.6
    for at, (fill, words) in enumerate([*names.items(), ("url(#nodata)", phrases.say("map.no_data"))]):
        x = _LEFT + at * 13.0
        yield box_at(x, y, 5, 3, fill)
        if words == SuitabilityClass.N.name:
            yield box_at(x, y, 5, 3, "url(#hatch)")
        yield text_at(x + 6, y + 2.4, words, "start")
