"""A map of units in the classes that paper has, as shapes that a page draws: no tiles, no script."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.report.figures.steps import Steps, steps_of
from soilinfo.report.phrases import Phrases
from soilinfo.serve.pages.outline import outline

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
    """What is drawn in the view box; ``classes``: colour and label of each, the least first."""

    box: str
    shapes: list[Shape]
    classes: list[tuple[str, str]]
    lacks: bool
    """Whether any unit has no value."""


def shaded_map(places: Sequence[Place], phrases: Phrases) -> ShadedMap | None:
    """The map of these units; None where none of them has an outline."""
    drawn = [(place, found) for place in places if (found := outline(place.geometry))]
    if not drawn:
        return None
    steps = steps_of(place.value for place, _ in drawn)
    shapes = [Shape(place.title, found.path, _shade(place.value, steps)) for place, found in drawn]
    lacks = any(shape.shade == NO_DATA for shape in shapes)
    classes = list(zip(steps.colours, steps.labels(phrases), strict=True)) if steps else []
    return ShadedMap(_around([found.box for _, found in drawn]), shapes, classes, lacks)


def _shade(value: float | None, steps: Steps | None) -> str:
    return NO_DATA if value is None or steps is None else steps.colour(value)


def _around(boxes: Sequence[str]) -> str:
    """The view box that holds these."""
    parts = [tuple(map(float, box.split())) for box in boxes]
    left, top = min(each[0] for each in parts), min(each[1] for each in parts)
    right, bottom = max(each[0] + each[2] for each in parts), max(each[1] + each[3] for each in parts)
    return f"{left:.5f} {top:.5f} {right - left:.5f} {bottom - top:.5f}"
