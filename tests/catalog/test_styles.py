"""One style for QGIS, maps, COGs and legends."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.styles import (
    NO_DATA_COLOUR,
    colour_table,
    paint,
    rgb,
    style_of_layer,
    style_of_suitability,
)
from soilinfo.errors import UnknownNameError
from tests.catalog.conftest import replace

# Dichromats as linear RGB matrices at full severity: Machado, Oliveira & Fernandes (2009), table 1.
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
]
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


@pytest.fixture
def catalog(country: Path) -> Catalog:
    return load(country)


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array(rgb(colour)) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* of linear RGB, white point D65."""
    x, y, z = np.cbrt(np.clip(TO_XYZ @ light, 0, None) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def least_difference(colours: Sequence[str], sight: Sequence[Sequence[float]]) -> float:
    seen = [lab(np.clip(np.array(sight) @ linear(colour), 0, 1)) for colour in colours]
    return min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))


@pytest.mark.parametrize(
    "sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["normal", "deuteranope", "protanope"]
)
def test_suitability_classes_are_told_apart_by_every_eye(catalog: Catalog, sight: Sequence[Sequence[float]]):
    assert least_difference(list(catalog.evaluation.class_colours.values()), sight) > 20


@pytest.mark.parametrize("table", ["drainage", "peat_maturity", "fertility", "erosion", "texture_usda"])
@pytest.mark.parametrize(
    "sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["normal", "deuteranope", "protanope"]
)
def test_classes_are_told_apart_by_every_eye(catalog: Catalog, table: str, sight: Sequence[Sequence[float]]):
    colours = [entry.colour for entry in catalog.class_table(table).classes]
    assert least_difference(colours, sight) > (5 if len(colours) > 7 else 8)


def test_a_ramp_has_the_colours_of_its_property_and_numbers_as_each_language_writes_them(catalog: Catalog):
    style = style_of_layer(catalog, "ph_h2o")
    prop = catalog.property("ph_h2o")
    assert prop.ramp is not None
    assert (style.kind, style.unit) == ("ramp", "pH")
    assert [entry.colour for entry in style.entries] == list(prop.ramp.colours)
    assert (style.entries[0].value, style.entries[-1].value) == (prop.ramp.low, prop.ramp.high)
    assert style.title["en"] == "Soil pH in water (2020)"


def test_an_uncertainty_does_not_look_like_the_value(catalog: Catalog, country: Path):
    replace(country, "layers/ph_h2o.yaml", "unit: pH", "unit: pH\nstatistic: sd")
    spread = style_of_layer(load(country), "ph_h2o")
    assert spread.entries[0].value == 0
    assert not {e.colour for e in spread.entries} & {
        e.colour for e in style_of_layer(catalog, "ph_h2o").entries
    }
    assert [entry.label["id"] for entry in spread.entries] == ["0", "0,1", "0,2", "0,3", "0,4", "≥ 0,5"]


def test_a_ramp_says_where_values_go_beyond_its_ends(catalog: Catalog):
    labels = [entry.label["en"] for entry in style_of_layer(catalog, "ph_h2o").entries]
    assert (labels[0], labels[1], labels[-1]) == ("≤ 4", "5", "≥ 9")


@pytest.mark.parametrize(
    "sight", [np.eye(3), DEUTERANOPIA, PROTANOPIA], ids=["normal", "deuteranope", "protanope"]
)
def test_no_class_looks_like_land_without_data(catalog: Catalog, sight: Sequence[Sequence[float]]):
    tables = [catalog.class_table(name).classes for name in catalog.class_tables]
    colours = [each.colour for table in tables for each in table]
    colours += catalog.evaluation.class_colours.values()
    assert min(least_difference([NO_DATA_COLOUR, colour], sight) for colour in colours) > 10


def test_classes_carry_their_stored_codes(catalog: Catalog):
    style = style_of_layer(catalog, "drainage")
    table = catalog.class_table("drainage")
    assert colour_table(style) == {entry.code: rgb(entry.colour) for entry in table.classes}
    suitability = style_of_suitability(catalog)
    assert [entry.value for entry in suitability.entries] == [1, 2, 3, 4]
    assert suitability.entries[0].label["id"] == "S1: sangat sesuai"
    assert suitability.title["id"] == "Kesesuaian lahan"


def test_painting_classes_leaves_unknown_codes_and_no_data_transparent(catalog: Catalog):
    style = style_of_suitability(catalog)
    painted = paint(style, np.array([[1.0, 4.0], [0.0, np.nan], [9.0, 2.5]]))
    assert painted.shape == (3, 2, 4)
    assert tuple(painted[0, 0]) == (*rgb(style.entries[0].colour), 255)
    assert tuple(painted[0, 1]) == (*rgb(style.entries[3].colour), 255)
    assert not painted[1:].any()


def test_painting_a_ramp_interpolates_and_ends_in_its_end_colours(catalog: Catalog):
    style = style_of_layer(catalog, "ph_h2o")
    first, second = style.entries[:2]
    values = [
        first.value,
        (first.value + second.value) / 2,
        first.value - 5,
        style.entries[-1].value + 5,
        np.nan,
    ]
    painted = paint(style, np.array(values))
    between = np.rint((np.array(rgb(first.colour)) + np.array(rgb(second.colour))) / 2)
    assert tuple(painted[0]) == tuple(painted[2]) == (*rgb(first.colour), 255)
    assert np.abs(painted[1, :3] - between).max() <= 1
    assert tuple(painted[3]) == (*rgb(style.entries[-1].colour), 255)
    assert painted[4, 3] == 0


def test_a_layer_that_does_not_exist_is_answered_with_those_that_do(catalog: Catalog):
    with pytest.raises(UnknownNameError, match="no layer 'ph'"):
        style_of_layer(catalog, "ph")
