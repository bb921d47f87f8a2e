"""The map of a sheet: every unit is on it, whatever its outline."""

from shapely import Polygon, box

from soilinfo.report.allocation.map import draw_met
from tests.report.allocation.facts import words

CROSSED = Polygon([(0, 0), (4, 4), (4, 0), (0, 4), (1, -1), (3, 5)])
"""It crosses itself, as outlines of some offices do."""


def test_an_outline_that_crosses_itself_is_drawn_within_the_frame_as_others_are():
    outlines = {"a": CROSSED, "b": box(3, 1, 8, 9)}
    drawn = draw_met(outlines, {"a": 50.0, "b": 70.0}, {}, words(), geographic=False)
    assert drawn.count("<path") >= 2
