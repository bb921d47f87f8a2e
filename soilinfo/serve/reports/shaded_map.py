"""A map of units shaded by a value, as shapes that a page draws: no tiles, no script."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.serve.pages.outline import outline

SHADES = ("#f3ead0", "#dcc58b", "#bf9a51", "#93692f", "#5c3f1b")
"""Of five classes alike in width, the least first; told apart in grey, too."""
NO_DATA = "none"


class Place(NamedTuple):
    """A unit to draw: what it is called with its value, where it is, and what it is shaded by."""

    title: str
    geometry: Mapping[str, Any]
    value: float | None


class Shape(NamedTuple):
    """A unit as it is drawn; ``shade``: a colour, or ``none`` where no value is known."""

    title: str
    path: str
    shade: str


class ShadedMap(NamedTuple):
    """What is drawn in the view box; ``classes``: colour, and the ends of each class."""

    box: str
    shapes: list[Shape]
    classes: list[tuple[str, float, float]]
    lacks: bool
    """Whether any unit has no value."""


def shaded_map(places: Sequence[Place]) -> ShadedMap | None:
    """The map of these units; None where none of them has an outline."""
    drawn = [(place, found) for place in places if (found := outline(place.geometry))]
    if not drawn:
        return None
    classes = classes_of([place.value for place, _ in drawn if place.value is not None])
    shapes = [Shape(place.title, found.path, _shade(place.value, classes)) for place, found in drawn]
    lacks = any(shape.shade == NO_DATA for shape in shapes)
    return ShadedMap(_around([found.box for _, found in drawn]), shapes, classes, lacks)


def classes_of(values: Sequence[float]) -> list[tuple[str, float, float]]:
    """Colour and ends of each class, the least first; one class where all values are alike."""
    if not values:
        return []
    low, high = min(values), max(values)
    if low == high:
        return [(SHADES[2], low, high)]
    step = (high - low) / len(SHADES)
    return [(shade, low + step * at, low + step * (at + 1)) for at, shade in enumerate(SHADES)]


def _shade(value: float | None, classes: Sequence[tuple[str, float, float]]) -> str:
    """The colour of a value, that of the class that it begins where two meet."""
    if value is None:
        return NO_DATA
    return next((shade for shade, low, _ in reversed(classes) if value >= low), classes[0][0])


def _around(boxes: Sequence[str]) -> str:
    """The view box that holds these."""
    parts = [tuple(map(float, box.split())) for box in boxes]
    left, top = min(each[0] for each in parts), min(each[1] for each in parts)
    right, bottom = max(each[0] + each[2] for each in parts), max(each[1] + each[3] for each in parts)
    return f"{left:.5f} {top:.5f} {right - left:.5f} {bottom - top:.5f}"
