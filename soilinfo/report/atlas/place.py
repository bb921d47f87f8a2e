"""What an atlas is about: a nation or one of its units, its parts, and the land around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shapely import total_bounds
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds


@dataclass(frozen=True)
class Unit:
    """A unit that is named on the map; its outline is in the CRS of the grid."""

    name: str
    outline: BaseGeometry


@dataclass(frozen=True)
class Place:
    """The land that the sheets show; every outline is in the CRS of the grid."""

    name: str
    about: Sequence[str]
    """What else tells which unit it is: its level, its code, its nation."""
    outlines: Sequence[BaseGeometry]
    """Of the land itself: of a nation those of its largest units."""
    parts: Sequence[Unit] = ()
    """Units of the level below, which are named."""
    finer: Sequence[BaseGeometry] = ()
    """Outlines of the level below these."""
    around: Sequence[Unit] = ()
    """Its neighbours."""
    levels: tuple[str, str, str] = ("", "", "")
    """What the units of ``outlines``, ``parts`` and ``finer`` are called; '' of those that have no line."""
    nation: Sequence[BaseGeometry] = field(default=())
    """The whole nation, to show where in it the place lies; nothing of an atlas of the nation."""

    @property
    def bounds(self) -> Bounds:
        """(west, south, east, north)."""
        west, south, east, north = map(float, total_bounds([*self.outlines]))
        return west, south, east, north
