"""Maps of administrative units as SVG: outlines are put on paper once, then filled for each map.

Lengths are millimetres of paper. Land without data is lined, land that is set apart is hatched, so that both
are told in a grey print.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from types import MappingProxyType

import shapely
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.grid import Bounds
from soilinfo.report.atlas.place import Unit
from soilinfo.report.figures.antimeridian import put_together
from soilinfo.report.figures.names import names_on
from soilinfo.report.marks import Frame, arrow, box_at, path_of, scale_bar
from soilinfo.report.phrases import Phrases

LAND_COLOUR = "#e9e4cf"
"""Of land on maps that show no value."""
NO_DATA, APART, CLAIMED, SPARSE = "url(#nodata)", "url(#apart)", "url(#claimed)", "url(#sparse)"
"""Fills of land without data, of land whose value does not stand beside the others, of land that two
countries have in their outlines, and, over its own, of land whose value is of the lesser part of it."""
_PATTERNS = (
    "<pattern id='nodata' width='1' height='1' patternUnits='userSpaceOnUse'>"
    f"<rect width='1' height='1' fill='{NO_DATA_COLOUR}'/>"
    "<path d='M0,0.5H1' stroke='white' stroke-width='0.4'/></pattern>"
    "<pattern id='apart' width='1.4' height='1.4' patternUnits='userSpaceOnUse'>"
    "<rect width='1.4' height='1.4' fill='white'/>"
    "<path d='M0,1.4L1.4,0' stroke='#777777' stroke-width='0.25'/></pattern>"
    "<pattern id='claimed' width='1.2' height='1.2' patternUnits='userSpaceOnUse'>"
    "<path d='M0,0L1.2,1.2M0,1.2L1.2,0' stroke='#a01010' stroke-width='0.3'/></pattern>"
    "<pattern id='sparse' width='1.6' height='1.6' patternUnits='userSpaceOnUse'>"
    "<path d='M0,0L1.6,1.6' stroke='white' stroke-width='0.6'/></pattern>"
)
_BELOW = 9.5
"""Room below the map for scale bar and arrow."""
_NAME = 2.3
_MARGIN = 0.02
_LEAST = 1e-3
"""Degrees that a map shows at least, so that a unit without extent has a map."""
_DEGREE_KM = 111.195
"""Kilometres of a degree of latitude on a sphere of the earth's size: exact enough for a scale bar."""
Line = tuple[float, str]
"""Width in mm and colour."""
FINE, BOLD = (0.12, "#555555"), (0.25, "#111111")


@dataclass(frozen=True)
class Ground:
    """Outlines on paper, and what is drawn over and below every map of them."""

    frame: Frame
    paths: Mapping[str, str]
    """Of the units that are filled, by code."""
    lines: Mapping[str, str]
    """Of what is only drawn over them, by code."""
    above: str
    """Names, scale bar and arrow."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing."""
        return self.frame.width + 2 * self.frame.x, self.frame.height + 2 * self.frame.y + _BELOW

    def filled(self, fills: Mapping[str, str], over: Iterable[str] = ()) -> str:
        """A map: each unit in its fill (a colour, or one of those above), then further drawings."""
        width, height = self.size
        size = f"width='{width:.2f}mm' height='{height:.2f}mm' viewBox='0 0 {width:.2f} {height:.2f}'"
        frame = self.frame
        parts = [
            f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{_PATTERNS}",
            box_at(frame.x, frame.y, frame.width, frame.height, "#f7f8f8"),
            *(drawn(path, fills.get(code, NO_DATA)) for code, path in self.paths.items()),
            *over,
            self.above,
            "</svg>",
        ]
        return "".join(parts)


def ground(
    outlines: Mapping[str, BaseGeometry],
    names: Mapping[str, str],
    room: tuple[float, float],
    phrases: Phrases,
    lines: Mapping[str, BaseGeometry] = MappingProxyType({}),
) -> Ground:
    """Outlines (by code, in degrees) as large as ``room`` has place for; ``names`` are written on them.

    ``lines``: outlines that have codes of their own and are only drawn over the others.
    """
    placed = put_together({**outlines, **lines})
    frame = frame_of(placed.values(), room)
    units = [Unit(name, placed[code]) for code, name in names.items() if code in placed]
    bottom = frame.y + frame.height
    marks = (
        *names_on(units, frame, _NAME),
        *scale_bar(frame, phrases, frame.x + 1, bottom + 4.5, 0.4 * frame.width),
        *arrow(phrases, frame.x + frame.width - 3, bottom + 1),
    )
    paths = {code: path_of(placed[code], frame) for code in outlines}
    return Ground(frame, paths, {code: path_of(placed[code], frame) for code in lines}, "".join(marks))


def drawn(path: str, fill: str, line: Line = FINE) -> str:
    """One outline."""
    width, colour = line
    stroke = f"stroke='{colour}' stroke-width='{width}' stroke-linejoin='round'"
    return f"<path d='{path}' fill='{fill}' fill-rule='evenodd' {stroke}/>"


def aspect_of(outlines: Iterable[BaseGeometry]) -> float:
    """How many times wider than high the land is on paper."""
    west, south, east, north = _bounds(outlines)
    return (east - west) * cos(radians((south + north) / 2)) / (north - south)


def frame_of(outlines: Iterable[BaseGeometry], room: tuple[float, float]) -> Frame:
    """The largest frame within ``room`` that shows the outlines undistorted at their middle latitude."""
    west, south, east, north = _bounds(outlines)
    shrink = cos(radians((south + north) / 2))
    across, down = (east - west) * shrink, north - south
    size = min((room[0] - 0.6) / across, (room[1] - 0.6 - _BELOW) / down)
    bounds = west, south, east, north
    return Frame(bounds, 0.3, 0.3, across * size, down * size, _DEGREE_KM * shrink, geographic=True)


def _bounds(outlines: Iterable[BaseGeometry]) -> Bounds:
    west, south, east, north = map(float, shapely.total_bounds([*outlines]))
    pad = max(_MARGIN * max(east - west, north - south), _LEAST)
    return west - pad, south - pad, east + pad, north + pad
