"""Paper, and where on it the map lies: upright or across, at a round scale. Lengths are millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from pyproj import CRS, Geod, Transformer

from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.report.marks import Frame

PAPERS = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
"""Longer and shorter side (ISO 216)."""
MARGIN, HEAD, FOOT, GAP = 10.0, 15.0, 7.0, 4.0
"""Around everything; the title above; the page number below; between the map and what explains it."""
PANEL = {"A3": (78.0, 76.0), "A4": (62.0, 58.0)}
"""Width of what explains a map beside it, and height of that below it."""
LEFT, RIGHT, TOP, BOTTOM = 5.0, 0.3, 0.3, 5.0
"""Room around the frame of the map for its coordinates."""
EDGE = 0.02
"""Least room between the land and the frame, as a share of the frame."""
STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
"""Scales of printed maps are these, times a power of ten."""


@dataclass(frozen=True)
class Layout:
    """A sheet: its paper, the map and its scale."""

    paper: str
    upright: bool
    frame: Frame
    """Of the map, within a drawing of ``size``."""
    scale: int
    """Denominator, true in the middle of the sheet."""

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the paper."""
        return _page(self.paper, upright=self.upright)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing, which has the coordinates around the frame in it."""
        return self.frame.width + LEFT + RIGHT, self.frame.height + TOP + BOTTOM


def laid_out(bounds: Bounds, crs: str, paper: str) -> Layout:
    """The sheet on which the land within ``bounds`` is largest; across the paper where both are alike.

    UnknownNameError for a paper that there is not.
    """
    if paper not in PAPERS:
        raise UnknownNameError("paper", paper, PAPERS)
    fitted = (_fitted(bounds, crs, paper, upright=upright) for upright in (False, True))
    return min(fitted, key=lambda each: each.scale)


def _fitted(bounds: Bounds, crs: str, paper: str, *, upright: bool) -> Layout:
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    across, down = metres_per_unit(crs, x, y)
    width, height = _room(paper, upright=upright)
    least = max((east - west) * across / width, (north - south) * down / height) * 1000 / (1 - 2 * EDGE)
    scale = round_scale(max(least, 1.0))
    half_x, half_y = width * scale / 2000 / across, height * scale / 2000 / down
    shown = x - half_x, y - half_y, x + half_x, y + half_y
    geographic = CRS.from_user_input(crs).is_geographic
    return Layout(paper, upright, Frame(shown, LEFT, TOP, width, height, across / 1000, geographic), scale)


def round_scale(least: float) -> int:
    """The first denominator of a printed map's scale that is not below ``least``."""
    return next(scale for scale in _scales(floor(log10(least))) if scale >= least * (1 - 1e-9))


def _scales(power: int) -> Iterator[int]:
    for step in (*STEPS, 10.0):
        yield round(step * 10**power)


def metres_per_unit(crs: str, x: float, y: float) -> tuple[float, float]:
    """Metres on the ellipsoid of one unit of a CRS at a place, to the east and to the north."""
    system = CRS.from_user_input(crs)
    geod = system.get_geod() or Geod(ellps="WGS84")
    half = 5e-5 if system.is_geographic else 50.0
    to_degrees = Transformer.from_crs(crs, system.geodetic_crs, always_xy=True)
    lon, lat = to_degrees.transform(x + half * np.array([-1, 1, 0, 0]), y + half * np.array([0, 0, -1, 1]))
    _, _, metres = geod.inv(lon[::2], lat[::2], lon[1::2], lat[1::2])
    return float(metres[0] / (2 * half)), float(metres[1] / (2 * half))


def _page(paper: str, *, upright: bool) -> tuple[float, float]:
    longer, shorter = PAPERS[paper]
    return (shorter, longer) if upright else (longer, shorter)


def _room(paper: str, *, upright: bool) -> tuple[float, float]:
    """Width and height of the frame of a map."""
    width, height = _page(paper, upright=upright)
    beside, below = PANEL[paper]
    right, down = (0.0, below + GAP) if upright else (beside + GAP, 0.0)
    return (
        width - 2 * MARGIN - right - LEFT - RIGHT,
        height - 2 * MARGIN - HEAD - FOOT - down - TOP - BOTTOM,
    )
