"""Classes of values for maps: even steps between round numbers, from light to dark."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from math import ceil, floor, log10

from soilinfo.catalog.product import PERCENT
from soilinfo.report.figures.numbers import figure, places
from soilinfo.report.phrases import Phrases

COLOURS = PERCENT.colours
MOST = len(COLOURS)
"""Classes that an eye tells apart."""
LEAST, ALIKE = 1e-15, 1e-9
_FACTORS = (1.0, 2.0, 2.5, 5.0)


@dataclass(frozen=True)
class Steps:
    """Edges of classes, rising; a class holds its lower edge, the last one both. One edge: one value."""

    edges: tuple[float, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """Of each class, from light to dark."""
        classes = max(1, len(self.edges) - 1)
        if classes == 1:
            return (COLOURS[MOST // 2],)
        return tuple(COLOURS[round(at * (MOST - 1) / (classes - 1))] for at in range(classes))

    def colour(self, value: float) -> str:
        """Of the class that a value is in; values beyond the edges are in the outer classes."""
        at = bisect_right(self.edges, value) - 1
        return self.colours[min(max(at, 0), len(self.colours) - 1)]

    def labels(self, phrases: Phrases) -> list[str]:
        """Of each class."""
        if len(self.edges) == 1:
            return [figure(phrases, self.edges[0])]
        edges = [phrases.number(edge, places(self.edges)) for edge in self.edges]
        return [f"{low} – {high}" for low, high in pairwise(edges)]


def steps_of(values: Iterable[float | None]) -> Steps | None:
    """Classes that hold all values which are known; None where none is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = ends(known)
    return Steps((low,) if low == high else rounded(low, high, MOST))


def ends(values: Iterable[float]) -> tuple[float, float]:
    """The smallest and the largest of some values; twice the same where they are alike in nine digits.

    What is nearer to zero than 1e-15 is zero.
    """
    known = [0.0 if abs(value) < LEAST else value for value in values]
    low, high = min(known), max(known)
    return (low, low if high - low <= ALIKE * max(abs(low), abs(high)) else high)


def rounded(low: float, high: float, most: int) -> tuple[float, ...]:
    """Multiples of the smallest round step of which ``most`` steps at the most reach from low to high."""
    for step in _round_steps((high - low) / most):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first <= most:
            return tuple(float(f"{at * step:.12g}") for at in range(first, max(last, first + 1) + 1))
    raise AssertionError("steps grow without end")


def _round_steps(least: float) -> Iterator[float]:
    for power in count(floor(log10(least)) - 1):
        for factor in _FACTORS:
            if factor * 10.0**power >= least:
                yield factor * 10.0**power
