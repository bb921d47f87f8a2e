"""The picture of a map: the colours of its style, hatching that is read in grey, nothing beyond the land."""

import numpy as np
import pytest
import typst
from shapely import box

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.styles import NO_DATA_COLOUR, paint, rgb, style_of_layer, style_of_suitability
from soilinfo.report.atlas.picture import LINE, NO_DATA, OUTSIDE, Cells, Stencil, picture
from tests.report.atlas.pictures import read
from tests.report.facts import CATALOG

BOUNDS = (120.0, -5.2, 120.4, -5.0)
ALL = Stencil([box(*BOUNDS)])


def drawn(values, style, *, land=ALL, repeat=1):
    return read(picture(Cells(np.asarray(values, dtype=float), BOUNDS), style, land, repeat))


def test_classes_have_the_colours_of_their_style():
    style = style_of_suitability(CATALOG)
    values = [[SuitabilityClass.S1, SuitabilityClass.S2, SuitabilityClass.S3]]
    places, table = drawn([*values, *values], style)
    assert table[places[1]].tolist() == paint(style, np.array(values[0], dtype=float))[:, :3].tolist()


def test_numbers_have_the_colours_of_their_ramp_as_near_as_the_eye_can_tell():
    style = style_of_layer(CATALOG, "ph_h2o")
    low, high = style.entries[0].value, style.entries[-1].value
    values = np.linspace(low - 1, high + 1, 97).reshape(1, -1)
    places, table = drawn(values, style)
    apart = table[places[0]].astype(int) - paint(style, values[0])[:, :3].astype(int)
    assert np.abs(apart).max() <= 2


def test_land_without_data_is_hatched_grey_and_what_is_beyond_the_land_is_nothing():
    west = Stencil([box(120.0, -5.2, 120.2, -5.0)])
    places, table = drawn(np.full((2, 4), np.nan), style_of_suitability(CATALOG), land=west, repeat=10)
    assert set(np.unique(places[:, :20])) == {LINE, NO_DATA}
    assert (places[:, 20:] == OUTSIDE).all()
    assert tuple(table[NO_DATA]) == rgb(NO_DATA_COLOUR)


def test_only_land_that_is_not_suitable_is_hatched_beside():
    values = [[SuitabilityClass.S1, SuitabilityClass.N]]
    places, _ = drawn(values, style_of_suitability(CATALOG), repeat=30)
    assert (places[:, :30] != LINE).all()
    assert 0.1 < (places[:, 30:] == LINE).mean() < 0.2


def test_a_class_that_the_style_does_not_know_is_no_data():
    places, _ = drawn([[99.0]], style_of_suitability(CATALOG), repeat=5)
    assert set(np.unique(places)) <= {LINE, NO_DATA}


@pytest.mark.parametrize("shape", [(1, 1), (3, 5)])
def test_documents_take_the_picture_in_as_it_is(shape, tmp_path):
    style = style_of_layer(CATALOG, "ph_h2o")
    made = picture(Cells(np.full(shape, 5.0), BOUNDS), style, ALL, 1)
    (tmp_path / "cells.pdf").write_bytes(made)
    (tmp_path / "page.typ").write_text('#image("cells.pdf", width: 4cm)')
    document = typst.compile(tmp_path / "page.typ", ignore_system_fonts=True)
    assert f"/Width {shape[1]}".encode() in document
    assert b"/Indexed" in document
