"""Legends as people read them: of rasters, and of the map units of soil maps."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from soilinfo.catalog.text import in_language

MOST_TICKS = 7


class LegendLine(NamedTuple):
    """One line of a legend: a value (or class code), its text, its colour as #rrggbb."""

    value: float
    label: str
    colour: str


class UnitLine(NamedTuple):
    """One map unit in the legend of a soil map; ``soils`` None where there is no soil."""

    code: str
    name: str | None
    soils: str | None
    colour: str

    @property
    def label(self) -> str:
        """Code with its soils, or with its name where there are none."""
        return f"{self.code}: {self.soils or self.name or ''}".rstrip(": ")


def unit_lines(
    recorded: Iterable[UnitLine], non_soil: Mapping[str, Mapping[str, str]], language: str
) -> list[UnitLine]:
    """The legend of a published soil map, units without soil (titles by code) named in the language."""
    return [
        line._replace(name=in_language(non_soil[line.code], language)) if line.code in non_soil else line
        for line in recorded
    ]


class Legend(NamedTuple):
    """How a raster is coloured: a 'ramp' runs evenly between its lines, 'classes' are one line each."""

    kind: Literal["ramp", "classes"]
    unit: str
    lines: tuple[LegendLine, ...]

    @property
    def ticks(self) -> tuple[LegendLine, ...]:
        """The lines of a ramp to write below it: at equal steps from end to end, not more than seven."""
        last = len(self.lines) - 1
        step = next(step for step in range(1, last + 1) if last % step == 0 and last // step < MOST_TICKS)
        return self.lines[::step]
