"""Values with their intervals on one axis, as pages draw them: places are shares of the axis, 0 to 1."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from soilinfo.report.figures.numbers import places, significant
from soilinfo.report.figures.steps import ends, rounded
from soilinfo.report.phrases import NOTHING, Phrases

TICKS = 5
Plot = dict[str, Any]
"""``ticks``, ``rows`` and ``lines``, as ``figures.typ`` draws them."""


@dataclass(frozen=True)
class Spot:
    """One row: a value, as far as it is known, and between what it lies."""

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    apart: str = ""
    """Why it does not stand beside the others; it then is drawn grey and without its place on the axis."""
    converted: bool = False
    """Whether it was made one that stands beside the others; it then is drawn as a ring."""


def interval_plot(phrases: Phrases, spots: Sequence[Spot], lines: Mapping[str, float]) -> Plot | None:
    """Spots on an axis that holds them all, and lines across it by what they tell; None without any value."""
    beside = [spot for spot in spots if not spot.apart]
    told = [each for spot in beside for each in (spot.value, spot.lower, spot.upper) if each is not None]
    if not any(spot.value is not None for spot in beside):
        return None
    edges = _axis([*told, *lines.values()])
    at = _placed(edges[0], edges[-1])
    decimals = significant(spot.value for spot in beside)
    return {
        "ticks": [{"at": at(edge), "label": phrases.number(edge, places(edges))} for edge in edges],
        "lines": [{"at": at(value), "label": label} for label, value in lines.items()],
        "rows": [_row(phrases, spot, at, decimals) for spot in spots],
    }


def _axis(values: Sequence[float]) -> tuple[float, ...]:
    low, high = ends(values)
    if low == high == 0:
        return rounded(0.0, 1.0, TICKS)
    half = abs(low) / 10 if low == high else 0.0
    return rounded(low - half, high + half, TICKS)


def _placed(low: float, high: float) -> Callable[[float | None], float | None]:
    return lambda value: None if value is None else round((value - low) / (high - low), 5)


def _row(phrases: Phrases, spot: Spot, at: Callable[[float | None], float | None], decimals: int) -> Plot:
    shown = not spot.apart
    return {
        "name": spot.name,
        "at": at(spot.value) if shown else None,
        "low": at(spot.lower) if shown else None,
        "high": at(spot.upper) if shown else None,
        "text": NOTHING if spot.value is None else phrases.number(spot.value, decimals),
        "apart": spot.apart,
        "converted": spot.converted,
    }
