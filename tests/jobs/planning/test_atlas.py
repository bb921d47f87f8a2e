"""Atlases from a store: which maps, of which land, with which cells."""

from dataclasses import replace
from io import BytesIO
from shutil import which
from subprocess import run

import numpy as np
import pytest
import rasterio

from soilinfo.catalog.names import NATION
from soilinfo.catalog.styles import paint, style_of_suitability
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.planning.atlas import atlas, maps_of
from soilinfo.report.atlas.paper import laid_out

needs_poppler = pytest.mark.skipif(
    which("pdftoppm") is None, reason="pdftoppm, which draws pages, is not here"
)


def made(nation, code=NATION, language="en", snapshot=None, **more):
    return atlas(nation.store, nation.catalog, snapshot or nation.snapshot, code, language, **more)


def listed(nation, *themes):
    return [each.id for each in maps_of(nation.store, nation.catalog, nation.snapshot, "en", themes)]


def words(pdf):
    read = run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode().split("\f")[:-1]


def pixels(pdf, page, dots):
    """Red, green and blue (y, x, 3) of a page."""
    asked = ["pdftoppm", "-r", str(dots), "-f", str(page), "-l", str(page), "-png", "-"]
    drawn = run(asked, input=pdf, capture_output=True, check=True).stdout
    with rasterio.open(BytesIO(drawn)) as picture:
        return np.moveaxis(picture.read(), 0, -1)[..., :3]


def test_there_is_a_sheet_for_each_published_map_in_the_order_of_the_themes(nation):
    every = listed(nation)
    assert {"ph_h2o", "slope", "suitability_maize", "direction"} <= set(every)
    assert every.index("ph_h2o") < every.index("slope") < every.index("rainfall_annual")
    assert every.index("rainfall_annual") < every.index("suitability_maize") < every.index("direction")
    assert not {"regencies", "provinces", "findings"} & set(every)


def test_themes_narrow_it_in_their_own_order_and_unknown_ones_are_refused(nation):
    assert listed(nation, "suitability", "terrain") == [
        each for each in listed(nation) if each == "slope" or each.startswith("suitability_")
    ]
    with pytest.raises(UnknownNameError, match="no theme 'roads'; there are: choice, climate, soil"):
        listed(nation, "roads")


@needs_poppler
@pytest.mark.parametrize(("code", "named"), [(NATION, "Testland"), ("01", "01"), ("01.02", "01.02")])
def test_every_unit_has_an_atlas_that_names_it_on_each_page(nation, code, named):
    pages = words(made(nation, code, themes=["terrain"]))
    assert len(pages) == 3
    assert named in pages[0]
    assert "Slope" in pages[2]


@needs_poppler
def test_the_pages_show_the_classes_in_the_colours_of_their_style(nation):
    code, dots = "01.02", 100
    pdf = made(nation, code, themes=["suitability"], paper="A4")
    page = 3 + listed(nation, "suitability").index("suitability_maize")
    shown = pixels(pdf, page, dots)
    layer = nation.store.cube.open("suitability_maize", nation.snapshot.layers["suitability_maize"])
    outline = nation.store.vector.read("regencies", nation.snapshot.layers["regencies"]).set_index("code")
    bounds = tuple(outline.geometry[code].bounds)
    frame = laid_out(bounds, nation.catalog.grid.crs, "A4").frame
    window = layer.grid.window_of(bounds)
    classes = layer.read("actual", window)
    west, south, east, north = layer.grid.bounds_of(window)
    corners = np.array([[west, north], [east, south]])
    (left, top), (right, bottom) = frame.place(corners)
    height, width = classes.shape
    told = paint(style_of_suitability(nation.catalog), classes.astype(float))[..., :3]
    rows, cols = np.mgrid[10 : height - 10 : 7, 10 : width - 10 : 7].reshape(2, -1)
    origin = np.array([10.0, 10.0 + 15.0])
    x = (origin[0] + left + (cols + 0.5) / width * (right - left)) * dots / 25.4
    y = (origin[1] + top + (rows + 0.5) / height * (bottom - top)) * dots / 25.4
    found = shown[y.astype(int), x.astype(int)].astype(int)
    same = np.abs(found - told[rows, cols]).max(axis=-1) <= 3
    free = np.isin(classes[rows, cols], [1, 2, 3])
    assert free.sum() > 50
    assert same[free].mean() > 0.8, "names, lines and outlines cover the rest"


def test_it_tells_how_far_it_is_before_each_sheet_and_ends_when_nobody_wants_it_any_more(nation):
    told = []
    made(nation, "01.02", themes=["soil"], advance=told.append)
    sheets = len(listed(nation, "soil"))
    assert told == [done / sheets for done in range(sheets)]

    def dismissed(_share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(nation, "01.02", themes=["soil"], advance=dismissed)


def test_a_theme_whose_maps_are_not_published_is_none(nation):
    without = {name: version for name, version in nation.snapshot.layers.items() if name != "slope"}
    with pytest.raises(UnknownNameError, match="no theme 'terrain'"):
        made(nation, themes=["terrain"], snapshot=replace(nation.snapshot, layers=without))


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"code": "01.09"}, UnknownNameError, "no region '01.09'"),
        ({"paper": "A9"}, UnknownNameError, "no paper 'A9'; there are: A3, A4"),
        ({"language": "fr"}, UnknownNameError, "no language 'fr'"),
    ],
)
def test_what_does_not_exist_is_refused_naming_what_does(nation, asked, error, message):
    with pytest.raises(error, match=message):
        made(nation, **asked)


def test_before_anything_is_published_there_is_no_atlas(nation):
    with pytest.raises(InputError, match="no map is published; run `soilinfo ingest` first"):
        made(nation, snapshot=replace(nation.snapshot, layers={}))
