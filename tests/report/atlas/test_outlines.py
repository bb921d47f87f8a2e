"""What lies below and above the cells: names that do not collide, coordinates, where the land lies."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from shapely import box

from soilinfo.report.atlas.outlines import above, below, borders, inset, land
from soilinfo.report.atlas.paper import laid_out
from soilinfo.report.atlas.place import Place, Unit
from soilinfo.report.phrases import Phrases
from tests.report.atlas.places import NEIGHBOUR, PROVINCE
from tests.report.facts import CATALOG

SVG = "{http://www.w3.org/2000/svg}"
LAYOUT = laid_out(PROVINCE.bounds, "EPSG:4326", "A4")


def words(language="en", place=PROVINCE):
    drawn = ElementTree.fromstring(above(place, LAYOUT, Phrases(CATALOG, language)))
    return [text.text for text in drawn.iter(f"{SVG}text")]


def test_units_are_named_and_where_names_would_collide_the_smaller_one_goes():
    assert {"Barat & Laut", "Timur", "Jauh"} <= set(words())
    assert "A small one that has no room" not in words()
    alone = replace(PROVINCE, parts=PROVINCE.parts[2:])
    assert "A small one that has no room" in words(place=alone)


def test_the_name_of_a_neighbour_that_has_room_only_across_the_border_is_left_out():
    corner = box(120.4, -5.2, 120.405, -5.0)
    assert "Far" not in words(place=replace(PROVINCE, around=[Unit("Far", corner)]))
    assert "Far" in words(place=replace(PROVINCE, around=[Unit("Far", NEIGHBOUR)]))


def test_the_equator_is_on_no_side():
    equator = Place("Kapuas", (), [box(109.0, -1.0, 111.0, 1.0)])
    drawn = above(equator, laid_out(equator.bounds, "EPSG:4326", "A4"), Phrases(CATALOG, "id"))
    shown = [text.text for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]
    assert "0°" in shown
    assert not [each for each in shown if each.startswith(("0° L", "0,0° L"))]


@pytest.mark.parametrize(("language", "latitude"), [("en", "5.1° S"), ("id", "5,1° LS")])
def test_coordinates_are_written_as_the_language_writes_them(language, latitude):
    assert latitude in words(language)


def test_coordinates_of_a_projected_grid_are_kilometres():
    metres = Place("Bhutan", (), [box(250_000, 3_000_000, 310_000, 3_040_000)])
    drawn = above(metres, laid_out(metres.bounds, "EPSG:5266", "A3"), Phrases(CATALOG, "en"))
    shown = [text.text for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]
    assert "280 km" in shown
    assert "3,020 km" in shown


def test_the_small_map_has_the_land_in_the_nation_and_a_box_round_what_the_sheet_shows():
    drawn = ElementTree.fromstring(inset(PROVINCE, LAYOUT.frame.bounds, aspect=1.0))
    nation, own = drawn.findall(f"{SVG}path")
    assert len(nation.get("d").split("M")) > len(own.get("d").split("M"))
    marked = drawn.find(f"{SVG}rect")
    x, y, width, height = (float(marked.get(name)) for name in ("x", "y", "width", "height"))
    _, _, across, down = map(float, drawn.get("viewBox").split())
    assert 0 <= x < x + width <= across
    assert 0 <= y < y + height <= down


def test_an_atlas_of_the_nation_has_no_small_map():
    assert inset(replace(PROVINCE, nation=()), LAYOUT.frame.bounds, aspect=1.0) == ""


@pytest.mark.parametrize("drawing", [below, land])
def test_every_drawing_is_as_large_as_the_map(drawing):
    drawn = ElementTree.fromstring(drawing(PROVINCE, LAYOUT))
    width, height = LAYOUT.size
    assert drawn.get("viewBox") == f"0 0 {width:.2f} {height:.2f}"


def test_the_legend_tells_the_outlines_apart_that_are_drawn():
    told = borders(replace(PROVINCE, levels=("Province", "", "District")))
    assert [line["label"] for line in told] == ["Province", "District"]
    drawn = ElementTree.fromstring(above(PROVINCE, LAYOUT, Phrases(CATALOG, "en")))
    strokes = {(path.get("stroke"), path.get("stroke-width")) for path in drawn.iter(f"{SVG}path")}
    assert {(line["colour"], str(line["width"])) for line in told} <= strokes
