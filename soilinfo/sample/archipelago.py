"""Where islands lie: one plan of a group of islands, drawn again and again over a nation's box.

Each group lies alone in a field of open sea, mirrored, turned a little and drawn smaller; the field
of the sample nation holds the plan itself, so that the sample is a part of the large nation, cell by
cell. Noise is drawn at true coordinates, so that no two groups have the same coast, hills or soils.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import Bounds
from soilinfo.sample.noise import Array, generator

SAMPLE: Bounds = (96.0, -8.0, 100.0, -5.5)
"""West, south, east, north of the sample nation in degrees."""
NATION: Bounds = (95.0, -11.0, 141.0, 6.0)
"""West, south, east, north of the large nation: at 7.5 arc-seconds 22,080 x 8,160 cells."""

_FIELD = (4.5, 2.83)
"""Width and height of a group's field in degrees."""
_HOME = (95.75, -8.165)
"""West and south of the field around the sample nation."""
_PLAN = (98.0, -6.75)
"""Middle of the plan."""
_ROWS, _COLUMNS = 6, 13
"""Fields from one row south and two columns west of home: all that touch the large nation's box."""
_EMPTY = 0.08
"""Share of the fields without a group."""
_FAR = 1000.0
"""Degrees from the plan of a point in an empty field."""


@dataclass(frozen=True)
class Place:
    """A set of points: every field is an array of one shape, in degrees.

    ``x`` and ``y`` are longitude and latitude, ``u`` and ``v`` the same points on the plan of their
    group, ``rim`` the distance to the edge of their group's field.
    """

    x: Array
    y: Array
    u: Array
    v: Array
    rim: Array

    def at(self, mask: NDArray[np.bool_]) -> Self:
        """The points where ``mask`` is true, as one-dimensional arrays."""
        return type(self)(*(getattr(self, field.name)[mask] for field in fields(self)))

    def inner(self) -> Self:
        """A block without its outermost cells."""
        return type(self)(*(getattr(self, field.name)[1:-1, 1:-1] for field in fields(self)))


@dataclass(frozen=True)
class Extent:
    """How much of the archipelago a nation is: its bounds and the UTM zone of its projected source."""

    bounds: Bounds
    projected: str

    @property
    def groups(self) -> tuple["Group", ...]:
        """The groups that lie in it."""
        return groups() if self.bounds == NATION else groups()[:1]


EXTENTS = {"sample": Extent(SAMPLE, "EPSG:32747"), "nation": Extent(NATION, "EPSG:32750")}
"""The nations that can be built, by name. The zone of the large one is stretched far to both sides, as
offices do that keep one zone for a whole country."""


@dataclass(frozen=True)
class Group:
    """One group of islands: ``row`` and ``column`` of its field, its middle, and how its plan is drawn.

    ``east`` and ``north`` are the plan's degrees in a true degree, negative where it is mirrored;
    ``turn`` is in radians against the clock.
    """

    row: int
    column: int
    x: float
    y: float
    east: float = 1.0
    north: float = 1.0
    turn: float = 0.0

    @property
    def is_home(self) -> bool:
        """True for the group that is the sample nation."""
        return self.row == self.column == 0

    @property
    def bounds(self) -> Bounds:
        """The group's field; the sample nation's own bounds at home."""
        if self.is_home:
            return SAMPLE
        wide, high = _FIELD[0] / 2, _FIELD[1] / 2
        return self.x - wide, self.y - high, self.x + wide, self.y + high


@cache
def groups() -> tuple[Group, ...]:
    """Every group of the large nation, from south-west to north-east; the sample nation's comes first."""
    found = (_group(row, column) for row in range(-1, _ROWS - 1) for column in range(-2, _COLUMNS - 2))
    return tuple(sorted((each for each in found if each), key=lambda each: not each.is_home))


def _group(row: int, column: int) -> Group | None:
    """The group of a field; None where the field is left empty or reaches over the nation's box."""
    x = _HOME[0] + _shift(row) + (column + 0.5) * _FIELD[0]
    y = _HOME[1] + (row + 0.5) * _FIELD[1]
    if row == column == 0:
        return Group(row, column, *_PLAN)
    west, south, east, north = Group(row, column, x, y).bounds
    inside = NATION[0] <= west and NATION[1] <= south and east <= NATION[2] and north <= NATION[3]
    draw = generator(f"group {row} {column}")
    if not inside or draw.random() < _EMPTY:
        return None
    finer_east, finer_north = 1.0 / draw.uniform(0.9, 1.06), 1.0 / draw.uniform(0.9, 1.06)
    mirror_east, mirror_north = draw.choice([-1.0, 1.0], 2)
    turn = np.radians(draw.uniform(-7.0, 7.0))
    return Group(row, column, x, y, finer_east * mirror_east, finer_north * mirror_north, float(turn))


def _shift(row: int) -> float:
    """How far east a row of fields begins, so that groups do not stand in columns; 0 in the home row."""
    return float(generator(f"row {row}").uniform(0.0, _FIELD[0])) if row else 0.0


def place(x: Array, y: Array) -> Place:
    """The points at these longitudes and latitudes, any shape, with their coordinates on the plan."""
    first, (middle_x, middle_y, east, north, turn, empty) = _drawings()
    row = np.clip(np.floor((y - _HOME[1]) / _FIELD[1]).astype(np.intp) + 1, 0, middle_x.shape[0] - 1)
    column = np.floor((x - _HOME[0] - first[row]) / _FIELD[0]).astype(np.intp) + 2
    own = row, np.clip(column, 0, middle_x.shape[1] - 1)
    right, up = x - middle_x[own], y - middle_y[own]
    cosine, sine = np.cos(turn[own]), np.sin(turn[own])
    still = turn[own] == 0.0
    u = np.where(still, x, _PLAN[0] + (right * cosine + up * sine) * east[own])
    v = np.where(still, y, _PLAN[1] + (up * cosine - right * sine) * north[own])
    rim = np.minimum(_FIELD[0] / 2 - np.abs(right), _FIELD[1] / 2 - np.abs(up))
    return Place(x, y, u + empty[own], v, rim)


@cache
def _drawings() -> tuple[Array, list[Array]]:
    """The shift of each row; and middle x and y, east, north, turn of the group of each field (rows,
    columns), and how far an empty field is from the plan."""
    drawn = [np.zeros((_ROWS, _COLUMNS)) for _ in range(6)]
    drawn[5][:] = _FAR
    for group in groups():
        values = (group.x, group.y, group.east, group.north, group.turn, 0.0)
        for table, value in zip(drawn, values, strict=True):
            table[group.row + 1, group.column + 2] = value
    return np.array([_shift(row - 1) for row in range(_ROWS)]), drawn
