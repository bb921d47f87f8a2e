import csv
from collections import Counter

import numpy as np
import pytest

from soilinfo.errors import InputError
from soilinfo.harmonize.texture import (
    AS_IS,
    COMPLETED,
    NORMALISED,
    REFUSED,
    SAND_FROM_MM,
    UNKNOWN,
    Fractions,
    closed,
    usda_class,
    with_sand_from,
)
from tests.country import ROOT
from tests.harmonize.facts import EXAMPLES, needs_examples

# Sand, silt and clay, and the sand that log-linear interpolation makes of it (hand formula, to six decimals).
CONVERTED = [
    ("usda", "isss", (45, 30, 25), 53.539852),
    ("usda", "isss", (5, 35, 60), 14.96316),
    ("isss", "usda", (45, 30, 25), 36.04635),
    ("isss", "usda", (80, 10, 10), 64.0824),
    ("usda", "wrb", (10, 60, 30), 9.373491),
    ("wrb", "usda", (10, 60, 30), 14.019349),
]
COUNTS = {
    "clay": 1540,
    "silt_loam": 840,
    "sandy_loam": 565,
    "sandy_clay_loam": 392,
    "loam": 349,
    "clay_loam": 325,
    "silty_clay_loam": 273,
    "silty_clay": 231,
    "sandy_clay": 210,
    "silt": 186,
    "loamy_sand": 155,
    "sand": 85,
}


def every_integer_texture() -> Fractions:
    sand, silt = np.mgrid[:101, :101].reshape(2, -1)
    inside = sand + silt <= 100
    return Fractions(sand[inside], silt[inside], 100 - sand[inside] - silt[inside])


@pytest.mark.parametrize(("source", "target", "fractions", "sand"), CONVERTED)
def test_limits_of_sand_are_converted_as_by_hand(source, target, fractions, sand):
    found = with_sand_from(Fractions(*fractions), SAND_FROM_MM[source], SAND_FROM_MM[target])
    assert found.sand == pytest.approx(sand, abs=5e-7)
    assert found.clay == fractions[2]
    assert sum(found) == pytest.approx(100, abs=1e-12)


@needs_examples
def test_every_worked_conversion_is_reproduced():
    limits = {**SAND_FROM_MM, "ka5": SAND_FROM_MM["wrb"]}
    lines = (EXAMPLES / "particle_size_log_linear.csv").read_text("utf-8").splitlines()[1:]
    worked = list(csv.DictReader(lines))
    assert len(worked) == 16
    for row in worked:
        given = Fractions(*(float(row[name]) for name in Fractions._fields))
        found = with_sand_from(given, limits[row["source"].lower()], limits[row["target"].lower()])
        assert found == pytest.approx([float(row[f"{name}_t"]) for name in Fractions._fields], abs=1e-6)


def test_the_same_limit_changes_nothing_and_what_is_missing_stays_so():
    same = with_sand_from(Fractions([45, np.nan], [30, 40], [25, np.nan]), 0.05, 0.05)
    np.testing.assert_array_equal(same.sand, [45, np.nan])
    other = with_sand_from(Fractions([45, np.nan], [30, 40], [25, np.nan]), 0.02, 0.05)
    assert np.isnan(other.sand[1])
    assert np.isnan(other.silt[1])


@pytest.mark.parametrize("limit", [0.002, 2, -1, np.nan, 50])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(InputError, match="sand begins between"):
        with_sand_from(Fractions(45, 30, 25), 0.05, limit)


def test_fractions_are_made_to_add_up_and_it_is_said_how():
    cases = {
        (40, 35, 25): (AS_IS, (40, 35, 25)),
        (40, 35, np.nan): (COMPLETED, (40, 35, 25)),
        (np.nan, 35.3, 25.6): (COMPLETED, (39.1, 35.3, 25.6)),
        (40, 36, 26): (NORMALISED, (40 / 1.02, 36 / 1.02, 26 / 1.02)),
        (40, 30, 25): (NORMALISED, (40 / 0.95, 30 / 0.95, 25 / 0.95)),
        (40, 30, 24): (REFUSED, (np.nan,) * 3),
        (-1, 60, 41): (REFUSED, (np.nan,) * 3),
        (70, np.nan, 40): (REFUSED, (np.nan,) * 3),
        (40, np.nan, np.nan): (UNKNOWN, (np.nan,) * 3),
        (np.nan, np.nan, np.nan): (UNKNOWN, (np.nan,) * 3),
    }
    found = closed(*np.transpose(list(cases)))
    assert found.state.tolist() == [state for state, _ in cases.values()]
    expected = np.transpose([fractions for _, fractions in cases.values()])
    np.testing.assert_allclose(found.fractions, expected, rtol=1e-12)


def test_how_far_a_sum_may_be_off_is_asked_for():
    assert closed(40, 30, 29, tolerance=0.5).state == REFUSED
    assert closed(40, 30, 29, tolerance=1).state == NORMALISED


def test_each_class_has_as_many_integer_textures_as_published():
    assert Counter(usda_class(every_integer_texture()).tolist()) == COUNTS


@needs_examples
def test_every_integer_texture_has_its_published_class():
    with (EXAMPLES / "usda_texture_integer_grid.csv").open(encoding="utf-8") as file:
        worked = list(csv.DictReader(file))
    fractions = Fractions(*(np.array([float(row[name]) for row in worked]) for name in Fractions._fields))
    assert usda_class(fractions).tolist() == [row["soil_survey_manual_rule"] for row in worked]


def test_classes_are_those_of_the_class_table():
    table = (ROOT / "config" / "classes" / "texture_usda.yaml").read_text("utf-8")
    assert all(f"id: {name}," in table for name in COUNTS)


def test_a_texture_that_is_not_known_has_no_class():
    assert usda_class(Fractions([np.nan, 40], [30, 40], [np.nan, 20])).tolist() == ["", "loam"]
    assert usda_class(Fractions(np.nan, np.nan, np.nan)) == ""


def test_rounding_moves_no_soil_across_a_limit():
    assert usda_class(Fractions(45.0, 28.0, 26.999999999999996)) == usda_class(Fractions(45, 28, 27))


@pytest.mark.parametrize("wrong", [(50, 30, 25), (-5, 60, 45), (50, 60, -10)])
def test_fractions_that_do_not_add_up_have_no_class_but_an_error(wrong):
    with pytest.raises(InputError, match="add up to 100 %"):
        usda_class(Fractions(*wrong))
