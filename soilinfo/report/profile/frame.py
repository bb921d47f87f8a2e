"""The frame of a depth plot: where its panels lie, and how depths and values become pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10
from textwrap import wrap

from soilinfo.errors import InputError
from soilinfo.report.profile.drawing import Drawing

NARROWEST, WIDEST = 320, 900
"""Pixels: from a telephone to a page of its own."""
WIDTH = 640
LETTER = 6.4
"""Pixels of an average letter of 12 px."""
TITLE = 15
"""Height of the letters of the title."""
TITLE_LINE = 18
"""Pixels from one line of the title to the next."""
_BOLD = 9.2
"""Pixels of an average letter of the title."""
_DEPTHS, _COLUMN, _GAP, _FIGURES = 46, 40, 26, 98
"""Pixels for the numbers of depths, the column of horizons, between the panels, and for written means."""
_TOP = 72
"""Pixels for a title of one line, what the panels show and the numbers of values."""
_THINNEST = 12.5
"""Pixels of the thinnest interval, so that its number can be read."""
_LOWEST, _HIGHEST = 240, 560


@dataclass(frozen=True)
class Axis:
    """Values from ``low`` to ``high`` with a mark each ``step``."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> Iterator[float]:
        """The marks."""
        for number in range(round(self.low / self.step), round(self.high / self.step) + 1):
            yield _rounded(number * self.step)


@dataclass(frozen=True)
class Frame:
    """Pixels of the drawing: the two panels are ``panel`` wide and begin at ``left`` and ``right``.

    Where horizons have no values, both are one and the same place.
    """

    width: float
    top: float
    height: float
    deepest_cm: float
    values: Axis
    left: float
    right: float
    panel: float

    @property
    def bottom(self) -> float:
        """The lower end of the panels."""
        return self.top + self.height

    @property
    def column(self) -> float:
        """Where the column of horizons begins, left of the first panel."""
        return self.left - _COLUMN

    def y(self, depth_cm: float) -> float:
        """Where a depth lies."""
        return self.top + depth_cm / self.deepest_cm * self.height

    def along(self, value: float) -> float:
        """How far a value lies from the left end of a panel."""
        return (value - self.values.low) / (self.values.high - self.values.low) * self.panel

    def bar(self, value: float) -> tuple[float, float]:
        """Where the bar of a value begins in a panel, and its length: from 0, or the end nearest to 0."""
        zero, end = self.along(min(max(0.0, self.values.low), self.values.high)), self.along(value)
        return min(zero, end), abs(end - zero)


def titled(name: str, width: int) -> list[str]:
    """The title in lines that fit."""
    return wrap(name, int((width - 20) / _BOLD)) or [""]


def frame_of(drawing: Drawing, width: int = WIDTH, title_lines: int = 1) -> Frame:
    """The frame for a drawing; InputError for a width that cannot be read, or a profile without a depth."""
    if not NARROWEST <= width <= WIDEST:
        raise InputError(f"a depth plot is {NARROWEST} to {WIDEST} pixels wide, not {width}")
    deepest = drawing.deepest_cm
    if not deepest > 0:
        raise InputError(f"profile '{drawing.profile}' has no horizon with a depth: nothing to draw")
    left = _DEPTHS + _COLUMN
    panels = 2 if drawing.has_values else 1
    panel = (width - left - _GAP * (panels - 1) - _FIGURES) / panels
    thinnest = min((each.lower_cm - each.upper_cm for each in drawing.shown), default=deepest)
    height = min(max(_THINNEST * deepest / thinnest, _LOWEST), _HIGHEST)
    axis = axis_of(drawing.values, most=max(2, int(panel // 44)))
    top = _TOP + (title_lines - 1) * TITLE_LINE
    return Frame(width, top, height, deepest, axis, left, width - _FIGURES - panel, panel)


def axis_of(values: list[float], most: int) -> Axis:
    """An axis with about ``most`` marks; it begins at 0 where that leaves half of it in use."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if 0 <= low <= high / 2:
        low = 0.0
    size = max(abs(low), abs(high))
    # Values that are all the same differ by rounding, which is no scale.
    step = _step((high - low if high - low > 1e-6 * size else size or 1.0) / most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return Axis(_rounded(first * step), _rounded(max(last, first + 1) * step), step)


def _rounded(value: float) -> float:
    return float(f"{value:.12g}")


def _step(least: float) -> float:
    """The smallest of 1, 2, 2.5 or 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least * (1 - 1e-9))
