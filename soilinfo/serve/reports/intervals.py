"""Values with their intervals on one axis, as percent of its length: what a page draws beside numbers."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Interval(Protocol):
    """A value and what it may be; None where it is not known."""

    @property
    def value(self) -> float | None:
        """The value itself."""

    @property
    def lower(self) -> float | None:
        """The lower end of its interval."""

    @property
    def upper(self) -> float | None:
        """The upper end of its interval."""


class Mark(NamedTuple):
    """Where a value and the ends of its interval lie on an axis, 0 to 100; alike where there is none."""

    low: float
    at: float
    high: float


class Axis(NamedTuple):
    """The ends of an axis."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Place of a value, 0 to 100."""
        return 100 * (value - self.low) / (self.high - self.low)

    def mark(self, shown: Interval) -> Mark | None:
        """Where a value lies; None where there is none."""
        if shown.value is None:
            return None
        low, high = (shown.value if end is None else end for end in (shown.lower, shown.upper))
        return Mark(self.at(low), self.at(shown.value), self.at(high))


def axis_of(shown: Iterable[Interval]) -> Axis | None:
    """An axis from the least to the most of these and a little further; None where nothing is known."""
    known = [end for each in shown for end in (each.value, each.lower, each.upper) if end is not None]
    if not known:
        return None
    low, high = min(known), max(known)
    margin = 0.04 * (high - low) or 0.04 * abs(high) or 1.0
    return Axis(low - margin, high + margin)
