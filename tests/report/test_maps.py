"""The map of a unit: undistorted, clipped to its outline, with ticks and a scale bar that are true."""

from math import cos, radians
from xml.etree import ElementTree

import numpy as np
import pytest
from shapely import MultiPolygon, box

from soilinfo.catalog.styles import style_of_suitability
from soilinfo.report.maps import HEIGHT, WIDTH, Picture, draw, frame_of
from soilinfo.report.marks import nice_step
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG, CLASSES

BOUNDS = (120.0, -5.2, 120.3, -5.0)
SVG = "{http://www.w3.org/2000/svg}"


OUTLINE = box(*BOUNDS)


def drawn(outline=OUTLINE, language="en", *, geographic=True, bounds=BOUNDS):
    style, phrases = style_of_suitability(CATALOG), Phrases(CATALOG, language)
    text = draw(outline, Picture(CLASSES, bounds), style, phrases, geographic=geographic)
    return ElementTree.fromstring(text)


def words(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


def test_a_degree_of_longitude_is_as_much_shorter_as_on_the_earth():
    frame = frame_of((120.0, 59.9, 120.2, 60.1), geographic=True)
    assert frame.width / frame.height == pytest.approx(cos(radians(60.0)), rel=1e-3)
    assert frame_of((0, 0, 1000, 1000), geographic=False).width == pytest.approx(
        frame_of((0, 0, 1000, 1000), geographic=False).height
    )


@pytest.mark.parametrize("bounds", [(120, -5, 121, -4.99), (120, -6, 120.01, -4), (0.0, 0.0, 1e-3, 1e-3)])
def test_units_of_any_form_stay_on_the_paper(bounds):
    frame = frame_of(bounds, geographic=True)
    assert frame.x >= 0
    assert frame.y >= 0
    assert frame.x + frame.width <= WIDTH
    assert frame.y + frame.height <= HEIGHT


def test_ticks_are_written_as_the_language_writes_them():
    assert "5.1° S" in words(drawn())
    assert "5,1° LS" in words(drawn(language="id"))
    assert "120,1° BT" in words(drawn(language="id"))


def test_ticks_of_a_projected_grid_are_kilometres():
    metres = (400_000.0, 9_400_000.0, 430_000.0, 9_420_000.0)
    shown = words(drawn(box(*metres), geographic=False, bounds=metres))
    assert "410 km" in shown
    assert "9,410 km" in shown


def test_the_scale_bar_is_as_long_as_it_says():
    frame, svg = frame_of(BOUNDS, geographic=True), drawn()
    kilometres = next(float(word.removesuffix(" km")) for word in words(svg) if word.endswith(" km"))
    bar = next(one for one in svg.iter(f"{SVG}rect") if one.get("height") == "1.20")
    assert float(bar.get("width")) == pytest.approx(kilometres * frame.mm_per_km, abs=0.01)


def test_every_class_and_land_without_data_stand_in_the_legend():
    assert words(drawn())[-5:] == ["S1", "S2", "S3", "N", "No data"]


def test_islands_and_holes_are_all_outlined():
    ring = box(0, 0, 4, 4).difference(box(1, 1, 2, 2))
    islands = MultiPolygon([ring, box(5, 5, 6, 6)])
    path = drawn(islands, bounds=(0, 0, 6, 6)).find(f"{SVG}clipPath/{SVG}path").get("d")
    assert path.count("M") == 3


def test_steps_are_round():
    assert [nice_step(value) for value in (0.9, 1.0, 2.4, 3.0, 7.0, 0.034)] == [
        0.5,
        1.0,
        2.0,
        2.5,
        5.0,
        0.025,
    ]


def test_a_picture_of_one_cell_is_drawn():
    style, phrases = style_of_suitability(CATALOG), Phrases(CATALOG, "en")
    one = Picture(np.full((1, 1), 4, np.uint8), BOUNDS)
    assert "<image" in draw(box(*BOUNDS), one, style, phrases, geographic=True)
