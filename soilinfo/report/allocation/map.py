"""The map of a sheet: units in the colour of the share of their need that is met, as SVG."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely import box, get_coordinates, total_bounds
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.product import PERCENT
from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.report.maps import WIDTH, frame_of
from soilinfo.report.marks import Frame, box_at, path_of, text_at
from soilinfo.report.phrases import Phrases

EDGES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Percent of the need; the colours between them are those of shares everywhere."""
COLOURS = PERCENT.colours[1:]
NO_NEED_COLOUR = "#ffffff"
LETTER, LINE = 1.2, 2.5
"""Room that a letter of a name takes, and a line, in mm."""
LEGEND_STEPS, LEGEND_LINE = (17.0, 30.0), 4.0


def draw_met(
    outlines: Mapping[str, BaseGeometry],
    met: Mapping[str, float | None],
    names: Mapping[str, str],
    phrases: Phrases,
    *,
    geographic: bool,
) -> str:
    """Units (by code, in the CRS of the grid) coloured by percent, with their names and a legend below.

    ``met`` is None of a unit that needs nothing; of a unit that it does not have nothing is known.
    """
    west, south, east, north = total_bounds([*outlines.values()])
    frame = frame_of((west, south, east, north), geographic=geographic)
    bottom = frame.y + frame.height + 2
    height = bottom + 2 * LEGEND_LINE
    size = f"width='{WIDTH}mm' height='{height}mm' viewBox='0 0 {WIDTH} {height}'"
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' {size}>",
        *(
            _unit(outline, colour(met[code]) if code in met else NO_DATA_COLOUR, frame)
            for code, outline in outlines.items()
        ),
        *_names([(names.get(code, code), outline) for code, outline in outlines.items()], frame),
        *_legend(phrases, bottom),
        "</svg>",
    ]
    return "".join(parts)


def colour(met: float | None, edges: Sequence[float] = EDGES) -> str:
    """The colour of a percentage; what is above 100 has that of the last step, nothing needed the white."""
    if met is None:
        return NO_NEED_COLOUR
    step = sum(met > edge for edge in edges[1:-1])
    return COLOURS[step]


def _unit(outline: BaseGeometry, fill: str, frame: Frame) -> str:
    path = path_of(outline, frame)
    return f"<path d='{path}' fill='{fill}' fill-rule='evenodd' stroke='#444444' stroke-width='0.2'/>"


def _names(units: Iterable[tuple[str, BaseGeometry]], frame: Frame) -> Iterator[str]:
    """Names on a light halo, so that they are read on any colour, as far as there is room for them."""
    taken: list[BaseGeometry] = []
    for name, outline in units:
        (x, y), *_ = frame.place(_inside(outline))
        half = len(name) * LETTER / 2
        room = box(x - half, y - LINE, x + half, y)
        if not any(room.intersects(other) for other in taken):
            taken.append(room)
            yield text_at(x, y, name, more="stroke='white' stroke-width='0.7' stroke-linejoin='round'")
            yield text_at(x, y, name)


def _inside(outline: BaseGeometry) -> NDArray[np.float64]:
    return np.asarray(get_coordinates(outline.representative_point()))


def _legend(phrases: Phrases, y: float) -> Iterator[str]:
    """One swatch a step; on a second line, of units that need nothing and of those not known."""
    steps = [f"{low:g}–{high:g} %" for low, high in pairwise(EDGES)]
    others = [phrases.say("allocation.map.none"), phrases.called("bound", "unknown")]
    lines = zip(COLOURS, steps, strict=True), zip((NO_NEED_COLOUR, NO_DATA_COLOUR), others, strict=True)
    for line, (swatches, step) in enumerate(zip(lines, LEGEND_STEPS, strict=True)):
        for at, (fill, label) in enumerate(swatches):
            x, top = at * step, y + line * LEGEND_LINE
            yield box_at(x, top, 3, 3, fill)
            yield text_at(x + 3.4, top + 2.4, label, "start")
