"""What every sheet of an atlas has below and above its cells: land around, outlines, names, coordinates."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from shapely import box
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds
from soilinfo.report.atlas.paper import Layout
from soilinfo.report.atlas.place import Place, Unit
from soilinfo.report.marks import Frame, box_at, multiples, nice_step, path_of, text_at, ticks
from soilinfo.report.phrases import Phrases

LETTER = 0.5
"""Width of a letter as a share of its height, on average."""
NAME, AROUND, COORDINATE = 3.0, 2.6, 2.6
"""Height in mm of the names of parts and of neighbours, and of coordinates."""
HALO = "stroke='white' stroke-opacity='0.85' stroke-width='0.8' stroke-linejoin='round'"
BEYOND, LAND, OWN = "#f7f8f8", "#e6e6e2", "#fbf6e3"
"""Colours of what no unit covers, sea or another nation; of neighbours; and of the land without cells."""
LINES = (0.35, "#111111"), (0.2, "#333333"), (0.1, "#555555")
"""Width in mm and colour of the outlines of the land, of its parts and of the finer ones."""
INSET = 48.0, 27.0
"""Most width and height in mm of the small map of the nation."""
_LINES_ACROSS = 4
"""Of the grid of coordinates, about, along the longer side."""


def below(place: Place, layout: Layout) -> str:
    """What lies around: neighbours, and what no unit covers."""
    around = [unit.outline for unit in place.around]
    frame = layout.frame
    return _drawing(
        layout,
        box_at(frame.x, frame.y, frame.width, frame.height, BEYOND),
        _clipped(frame, _filled(around, frame, LAND, "#b4b4ae", 0.15)),
    )


def land(place: Place, layout: Layout) -> str:
    """The land itself, for a map without cells."""
    return _drawing(layout, _clipped(layout.frame, _filled(place.outlines, layout.frame, OWN, "none", 0)))


def above(place: Place, layout: Layout, phrases: Phrases) -> str:
    """Coordinates, outlines and names."""
    frame = layout.frame
    west, south, east, north = frame.bounds
    step = nice_step(max(east - west, north - south) / _LINES_ACROSS)
    drawn = place.outlines, [unit.outline for unit in place.parts], place.finer
    outlines = (_outlined(units, frame, *line) for units, line in zip(drawn, LINES, strict=True))
    return _drawing(
        layout,
        *_grid(frame, step),
        _clipped(
            frame,
            *reversed([*outlines]),
            *_names(place, frame),
        ),
        box_at(frame.x, frame.y, frame.width, frame.height, "none"),
        *ticks(frame, phrases, step, COORDINATE),
    )


def borders(place: Place) -> list[dict[str, object]]:
    """The lines of the legend: whose outlines are drawn, how wide (mm) and in which colour."""
    return [
        {"label": label, "width": width, "colour": colour}
        for label, (width, colour) in zip(place.levels, LINES, strict=True)
        if label
    ]


def inset(place: Place, shown: Bounds, *, aspect: float) -> str:
    """The nation with the place in it and a box round what the sheet shows; '' of an atlas of the nation.

    ``aspect``: how much longer a unit of y is on the ground than a unit of x.
    """
    if not place.nation:
        return ""
    west, south, east, north = shapely.total_bounds([box(*shown), *place.nation])
    width, height = (east - west) / aspect, north - south
    size = min(INSET[0] / width, INSET[1] / height)
    frame = Frame((west, south, east, north), 1, 1, width * size, height * size, 1, geographic=False)
    (left, top), (right, bottom) = frame.place(np.array([[shown[0], shown[3]], [shown[2], shown[1]]]))
    across, down = frame.width + 2, frame.height + 2
    marked = f"<rect x='{left:.2f}' y='{top:.2f}' width='{right - left:.2f}' height='{bottom - top:.2f}' "
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{across:.2f}mm' height='{down:.2f}mm' "
        f"viewBox='0 0 {across:.2f} {down:.2f}'>{_filled(place.nation, frame, '#dcdcd6', '#9a9a94', 0.1)}"
        f"{_filled(place.outlines, frame, '#3c4a44', 'none', 0)}"
        f"{marked} fill='none' stroke='#b03020' stroke-width='0.4'/></svg>"
    )


def _drawing(layout: Layout, *parts: str) -> str:
    width, height = layout.size
    size = f"width='{width:.2f}mm' height='{height:.2f}mm' viewBox='0 0 {width:.2f} {height:.2f}'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{''.join(parts)}</svg>"


def _clipped(frame: Frame, *parts: str) -> str:
    edge = box_at(frame.x, frame.y, frame.width, frame.height, "black")
    return f"<clipPath id='frame'>{edge}</clipPath><g clip-path='url(#frame)'>{''.join(parts)}</g>"


def _filled(outlines: Iterable[BaseGeometry], frame: Frame, fill: str, stroke: str, width: float) -> str:
    path = "".join(path_of(outline, frame) for outline in outlines)
    return f"<path d='{path}' fill='{fill}' stroke='{stroke}' stroke-width='{width}'/>"


def _outlined(outlines: Iterable[BaseGeometry], frame: Frame, width: float, stroke: str) -> str:
    path = "".join(path_of(outline, frame) for outline in outlines)
    return f"<path d='{path}' fill='none' stroke='{stroke}' stroke-width='{width}' stroke-linejoin='round'/>"


def _grid(frame: Frame, step: float) -> Iterator[str]:
    west, south, east, north = frame.bounds
    ends = [((x, south), (x, north)) for x in multiples(west, east, step)]
    ends += [((west, y), (east, y)) for y in multiples(south, north, step)]
    for pair in ends:
        (x1, y1), (x2, y2) = frame.place(np.array(pair))
        path = f"M{x1:.2f},{y1:.2f}L{x2:.2f},{y2:.2f}"
        yield f"<path d='{path}' stroke='#4a6a80' stroke-opacity='0.55' stroke-width='0.1'/>"


# ---- names ------------------------------------------------------------------------------


def _names(place: Place, frame: Frame) -> Iterator[str]:
    """Names on a light halo, the larger units first, as far as there is room for them.

    Those of neighbours keep off the land itself.
    """
    taken: list[BaseGeometry] = []
    yield from spread(place.parts, frame, taken, NAME, "")
    taken.extend(on_paper(outline, frame) for outline in place.outlines)
    yield from spread(place.around, frame, taken, AROUND, "fill-opacity='0.6'")


def spread(
    units: Sequence[Unit], frame: Frame, taken: list[BaseGeometry], size: float, more: str
) -> Iterator[str]:
    """The names that fit where nothing is ``taken``, which they then take."""
    for unit in sorted(units, key=lambda each: -each.outline.area):
        at = inside(unit.outline, frame)
        if at is None:
            continue
        room = room_of(unit.name, at, size)
        if fits(room, frame) and not any(room.intersects(other) for other in taken):
            taken.append(room)
            yield text_at(*at, unit.name, more=HALO, size=size)
            yield text_at(*at, unit.name, more=more, size=size)


def room_of(name: str, at: tuple[float, float], size: float) -> BaseGeometry:
    """What a name takes of the paper, ``at`` the middle of its foot."""
    half = len(name) * size * LETTER / 2
    return box(at[0] - half, at[1] - size, at[0] + half, at[1] + 0.3 * size)


def on_paper(outline: BaseGeometry, frame: Frame) -> BaseGeometry:
    """An outline in millimetres of paper."""
    placed: BaseGeometry = shapely.transform(outline, frame.place)
    return placed


def inside(outline: BaseGeometry, frame: Frame) -> tuple[float, float] | None:
    """A place well within what the frame shows of a unit; None where it shows nothing."""
    seen = shapely.intersection(outline, box(*frame.bounds))
    if seen.is_empty or not seen.area:
        return None
    largest = max(shapely.get_parts(seen), key=lambda part: part.area)
    (x, y), *_ = frame.place(shapely.get_coordinates(largest.representative_point()))
    return float(x), float(y)


def fits(room: BaseGeometry, frame: Frame) -> bool:
    """Whether a name lies wholly within the frame."""
    paper = box(frame.x + 1, frame.y + 1, frame.x + frame.width - 1, frame.y + frame.height - 1)
    return bool(room.within(paper))
