"""What maps on paper are drawn with, as SVG: the frame, outlines, texts, coordinates, scale bar and arrow.

Lengths are millimetres of paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds
from soilinfo.report.phrases import Phrases

LETTERS = 2.5
"""Height of letters in mm where nothing else is said."""


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


def path_of(shape: BaseGeometry, frame: Frame) -> str:
    """Every ring as one path, without vertices that paper cannot show."""
    west, _, east, _ = frame.bounds
    simple = shapely.simplify(shape, (east - west) / frame.width * 0.05)
    rings = shapely.get_rings(shapely.get_parts(simple))
    return "".join(_ring(frame.place(shapely.get_coordinates(ring))) for ring in rings)


def _ring(points: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.2f},{y:.2f}" for x, y in points[:-1]) + "Z"


def text_at(
    x: float, y: float, words: str, anchor: str = "middle", more: str = "", size: float = LETTERS
) -> str:
    """Words at a place of the drawing."""
    font = f"font-family='Libertinus Serif' font-size='{size:g}' fill='#222222'"
    return f"<text x='{x:.2f}' y='{y:.2f}' text-anchor='{anchor}' {font} {more}>{escape(words)}</text>"


def line_at(x1: float, y1: float, x2: float, y2: float) -> str:
    """A thin line of the drawing."""
    return f"<path d='M{x1:.2f},{y1:.2f}L{x2:.2f},{y2:.2f}' stroke='#333333' stroke-width='0.2'/>"


def box_at(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A framed rectangle of the drawing."""
    size = f"x='{x:.2f}' y='{y:.2f}' width='{width:.2f}' height='{height:.2f}'"
    return f"<rect {size} fill='{fill}' stroke='#444444' stroke-width='0.15'/>"


def _coordinate(value: float, step: float, frame: Frame, phrases: Phrases, sides: tuple[str, str]) -> str:
    """'120.25° E', or kilometres of a projected grid; the equator and the prime meridian are on no side."""
    if not frame.geographic:
        return f"{phrases.number(value / 1000, max(0, -floor(log10(step / 1000) + 1e-9)))} km"
    if value == 0:
        return "0°"
    side = phrases.say(f"factsheet.{sides[value < 0]}")
    return f"{phrases.number(abs(value), max(0, _decimals(step)))}° {side}"


def _decimals(step: float) -> int:
    return next(places for places in range(7) if abs(round(step, places) - step) < 1e-9)


def multiples(low: float, high: float, step: float) -> Iterator[float]:
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


def ticks(frame: Frame, phrases: Phrases, step: float, size: float = LETTERS) -> Iterator[str]:
    """Coordinates at multiples of ``step``, below the frame and on its left."""
    west, south, east, north = frame.bounds
    bottom = frame.y + frame.height
    for value in multiples(west, east, step):
        x = frame.place(np.array([[value, south]]))[0, 0]
        words = _coordinate(value, step, frame, phrases, ("east", "west"))
        yield line_at(x, bottom, x, bottom + 1)
        yield text_at(x, bottom + 1.4 + 0.8 * size, words, size=size)
    for value in multiples(south, north, step):
        y = frame.place(np.array([[west, value]]))[0, 1]
        words = _coordinate(value, step, frame, phrases, ("north", "south"))
        at = f"transform='rotate(-90 {frame.x - 1.8:.2f} {y:.2f})'"
        yield line_at(frame.x - 1, y, frame.x, y)
        yield text_at(frame.x - 1.8, y, words, "middle", at, size)


def arrow(phrases: Phrases, x: float, y: float) -> Iterator[str]:
    """An arrow with its tip at a place, which points to the north of the grid."""
    yield f"<path d='M{x:.2f},{y:.2f}l1.5,5l-1.5,-1.2l-1.5,1.2Z' fill='#222222'/>"
    yield text_at(x, y + 7.6, phrases.say("factsheet.arrow"))


def scale_bar(frame: Frame, phrases: Phrases, x: float, y: float, room: float) -> Iterator[str]:
    """A bar of a round number of kilometres that is no longer than ``room``, its numbers above it."""
    km = nice_step(room / frame.mm_per_km)
    length = km * frame.mm_per_km
    yield box_at(x, y, length, 1.2, "white")
    yield box_at(x, y, length / 2, 1.2, "#222222")
    yield text_at(x, y - 0.7, "0", "start")
    yield text_at(x + length, y - 0.7, f"{phrases.value(km, 3)} km")
