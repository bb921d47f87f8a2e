"""The map of one administrative unit as SVG: classes, outline, scale bar, ticks, legend.

Lengths are millimetres of paper. Colours are the style's; land of class N and land without data are hatched
as well, so that the map can be read from a grey print.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, cos, floor, log10, radians

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.styles import NO_DATA_COLOUR, Style, paint
from soilinfo.grid import Bounds
from soilinfo.report.phrases import Phrases

WIDTH, HEIGHT = 88.0, 84.0
"""The whole drawing."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 2.0, 1.0, 18.0
"""Room around the frame: ticks on the left, ticks, scale bar and legend below."""
_FONT = "font-family='Libertinus Serif' font-size='2.5' fill='#222222'"
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


@dataclass(frozen=True)
class Frame:
    """Where the map lies on the paper: ``x``, ``y``, ``width``, ``height`` in mm show ``bounds``."""

    bounds: Bounds
    x: float
    y: float
    width: float
    height: float
    km_per_unit: float
    """Kilometres of one unit of the CRS in x."""
    geographic: bool

    def place(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 2) of the CRS in mm of the drawing."""
        west, south, east, north = self.bounds
        x = self.x + (points[:, 0] - west) / (east - west) * self.width
        y = self.y + (north - points[:, 1]) / (north - south) * self.height
        return np.column_stack([x, y])

    @property
    def mm_per_km(self) -> float:
        """Millimetres of paper for a kilometre."""
        return self.width / ((self.bounds[2] - self.bounds[0]) * self.km_per_unit)


def draw(outline: BaseGeometry, picture: Picture, style: Style, phrases: Phrases, *, geographic: bool) -> str:
    """The map of a unit; ``outline`` and the picture's bounds are in the CRS of the grid."""
    frame = frame_of(outline.bounds, geographic=geographic)
    path = path_of(outline, frame)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}mm' height='{HEIGHT}mm' "
        f"viewBox='0 0 {WIDTH} {HEIGHT}'>",
        f"<clipPath id='unit'><path d='{path}' clip-rule='evenodd'/></clipPath>",
        _PATTERNS,
        f"<path d='{path}' fill='url(#nodata)' fill-rule='evenodd'/>",
        f"<g clip-path='url(#unit)'>{_image(picture, style, frame)}</g>",
        f"<path d='{path}' fill='none' stroke='#222222' stroke-width='0.25' stroke-linejoin='round'/>",
        box_at(frame.x, frame.y, frame.width, frame.height, "none"),
        *_ticks(frame, phrases),
        *_arrow(phrases),
        *_scale_bar(frame, phrases),
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


def path_of(shape: BaseGeometry, frame: Frame) -> str:
    """Every ring as one path, without vertices that paper cannot show."""
    west, _, east, _ = frame.bounds
    simple = shapely.simplify(shape, (east - west) / frame.width * 0.05)
    rings = shapely.get_rings(shapely.get_parts(simple))
    return "".join(_ring(frame.place(shapely.get_coordinates(ring))) for ring in rings)


def _ring(points: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in points[:-1]) + "Z"


def text_at(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    """Words at a place of the drawing."""
    return f"<text x='{x:.2f}' y='{y:.2f}' text-anchor='{anchor}' {_FONT} {more}>{escape(words)}</text>"


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"<path d='M{x1:.2f},{y1:.2f}L{x2:.2f},{y2:.2f}' stroke='#333333' stroke-width='0.2'/>"


def box_at(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A framed rectangle of the drawing."""
    size = f"x='{x:.2f}' y='{y:.2f}' width='{width:.2f}' height='{height:.2f}'"
    return f"<rect {size} fill='{fill}' stroke='#444444' stroke-width='0.15'/>"


# ---- what stands around the map ---------------------------------------------------------


def _ticks(frame: Frame, phrases: Phrases) -> Iterator[str]:
    west, south, east, north = frame.bounds
    bottom = frame.y + frame.height
    step = nice_step(max(east - west, north - south) / 3)
    for value in _multiples(west, east, step):
        x = frame.place(np.array([[value, south]]))[0, 0]
        yield _line(x, bottom, x, bottom + 1)
        yield text_at(x, bottom + 3.4, _coordinate(value, step, frame, phrases, ("east", "west")))
    for value in _multiples(south, north, step):
        y = frame.place(np.array([[west, value]]))[0, 1]
        yield _line(frame.x - 1, y, frame.x, y)
        words = _coordinate(value, step, frame, phrases, ("north", "south"))
        at = f"transform='rotate(-90 {frame.x - 1.8:.2f} {y:.2f})'"
        yield text_at(frame.x - 1.8, y, words, "middle", at)


def _coordinate(value: float, step: float, frame: Frame, phrases: Phrases, sides: tuple[str, str]) -> str:
    """'120.25° E', or kilometres of a projected grid."""
    if not frame.geographic:
        return f"{phrases.number(value / 1000, max(0, -floor(log10(step / 1000) + 1e-9)))} km"
    side = phrases.say(f"factsheet.{sides[value < 0]}")
    return f"{phrases.number(abs(value), max(0, _decimals(step)))}° {side}"


def _decimals(step: float) -> int:
    return next(places for places in range(7) if abs(round(step, places) - step) < 1e-9)


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    """Multiples of a step between two ends, away from the very corners."""
    room = 0.04 * (high - low)
    for number in range(ceil((low + room) / step), floor((high - room) / step) + 1):
        yield round(number * step, 9)


def nice_step(largest: float) -> float:
    """The largest of 1, 2, 2.5 or 5 times a power of ten that is not above ``largest``."""
    power = 10.0 ** floor(log10(largest))
    return max(
        round(factor * power, 12) for factor in (1, 2, 2.5, 5) if factor * power <= largest * (1 + 1e-9)
    )


def _arrow(phrases: Phrases) -> Iterator[str]:
    """The arrow points to the north of the grid; it stands below the map, where it hides nothing."""
    x, y = WIDTH - _RIGHT - 3, HEIGHT - 13.5
    yield f"<path d='M{x:.2f},{y:.2f}l1.5,5l-1.5,-1.2l-1.5,1.2Z' fill='#222222'/>"
    yield text_at(x, y + 7.6, phrases.say("factsheet.arrow"))


def _scale_bar(frame: Frame, phrases: Phrases) -> Iterator[str]:
    km = nice_step(22 / frame.mm_per_km)
    length, y = km * frame.mm_per_km, HEIGHT - 8.6
    yield box_at(_LEFT, y, length, 1.2, "white")
    yield box_at(_LEFT, y, length / 2, 1.2, "#222222")
    yield text_at(_LEFT, y - 0.7, "0", "start")
    yield text_at(_LEFT + length, y - 0.7, f"{phrases.value(km, 3)} km")


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
