"""Names on maps of units: within those that have room for them, beside those that a name would hide."""

from collections.abc import Iterable, Iterator, Sequence

import shapely
from shapely import box
from shapely.geometry.base import BaseGeometry

from soilinfo.report.atlas.outlines import HALO, fits, inside, on_paper, room_of
from soilinfo.report.atlas.place import Unit
from soilinfo.report.marks import Frame, text_at

type Spot = tuple[float, float]

_HIDDEN = 0.5
"""Share of a unit that its name may lie on; of a smaller unit it stands beside."""
_GAP = 0.5
"""Millimetres between a unit and its name beside it."""


def names_on(units: Sequence[Unit], frame: Frame, size: float) -> Iterator[str]:
    """The names, ``size`` mm high, that find room where they hide no other name and no small unit."""
    shown = [
        (unit, at, _hidden(unit, at, frame, size)) for unit in units if (at := inside(unit.outline, frame))
    ]
    taken: list[BaseGeometry] = [edge for *_, edge in shown if edge]
    for unit, at, edge in sorted(shown, key=lambda each: -each[0].outline.area):
        spots = _beside(edge, unit.name, size) if edge else _within(at, size)
        found = _free(unit.name, spots, frame, taken, size)
        if found:
            taken.append(room_of(unit.name, found, size))
            yield text_at(*found, unit.name, more=HALO, size=size)
            yield text_at(*found, unit.name, more="", size=size)


def _hidden(unit: Unit, at: Spot, frame: Frame, size: float) -> BaseGeometry | None:
    """The box round a unit on paper, where a name upon it would hide too much of it."""
    outline = shapely.make_valid(on_paper(unit.outline, frame))
    covered = shapely.intersection(outline, room_of(unit.name, at, size)).area
    return box(*outline.bounds) if covered > _HIDDEN * outline.area else None


def _within(at: Spot, size: float) -> Iterator[Spot]:
    """In the middle, or a line or two higher or lower."""
    for lines in (0, -1, 1, -2, 2):
        yield at[0], at[1] + 1.3 * lines * size


def _beside(edge: BaseGeometry, name: str, size: float) -> Iterator[Spot]:
    """To the right, to the left, above and below."""
    west, top, east, bottom = edge.bounds
    left, above, right, below = room_of(name, (0.0, 0.0), size).bounds
    across, down = (west + east) / 2, (top + bottom) / 2 - (above + below) / 2
    yield from (((east + _GAP - left), down), ((west - _GAP - right), down))
    yield from ((across, top - _GAP - below), (across, bottom + _GAP - above))


def _free(
    name: str, spots: Iterable[Spot], frame: Frame, taken: Sequence[BaseGeometry], size: float
) -> Spot | None:
    """The first spot where a name hides nothing that is taken."""
    for spot in spots:
        room = room_of(name, spot, size)
        if fits(room, frame) and not any(room.intersects(other) for other in taken):
            return spot
    return None
