"""Reasons in plain language: the class most land has, what limits it, what management would do."""

import pytest

from soilinfo.report.factsheet.reasons import Reasons
from soilinfo.report.factsheet.sheet import measured_of
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG, classed, measured, suitability, unit


def sentence(actual, potential=None, language="en", **facts):
    writer = Reasons(CATALOG, Phrases(CATALOG, language), measured_of(CATALOG, unit(**facts)))
    return writer.sentence(actual, potential)


MAIZE = suitability("maize", "actual", (10, 62.4, 20, 2.6, 5), "nr")
LIMED = suitability("maize", "potential_medium", (40, 50, 5, 0, 5), "nr")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "62 % of the area is moderately suitable (S2), limited mostly by nutrient retention "
            "(soil pH in water 4.9, below 5.8). With medium management (liming), 40 % would be S1 and "
            "50 % would be S2.",
        ),
        (
            "id",
            "62 % luas wilayah cukup sesuai (S2), terutama dibatasi oleh retensi hara "
            "(pH tanah 4,9, di bawah 5,8). Dengan pengelolaan sedang (pengapuran), 40 % menjadi S1 dan "
            "50 % menjadi S2.",
        ),
    ],
)
def test_the_class_its_limit_and_what_liming_would_do_are_told(language, said):
    assert sentence(MAIZE, LIMED, language) == said


def test_a_class_of_drainage_is_named_where_it_limits():
    wet = suitability("maize", "actual", (0, 0, 90, 5, 5), "oa")
    said = sentence(wet, classes=[classed("drainage", "poor", 9.0), classed("drainage", "well", 1.0)])
    assert "oxygen availability (drainage: poorly drained)" in said


def test_a_value_that_is_usual_and_good_is_not_named_as_a_cause():
    said = sentence(MAIZE, properties=[measured("ph_h2o", 6.5)])
    assert said.endswith("limited mostly by nutrient retention.")


def test_limits_of_the_national_table_are_not_told_where_a_region_has_its_own():
    assert sentence(MAIZE | {"regional_criteria": "maize_hills"}).endswith(
        "limited mostly by nutrient retention."
    )


def test_a_cause_that_is_not_usual_is_told_of_some_places():
    said = sentence(MAIZE, properties=[measured("ph_h2o", 6.5, q05=4.9)])
    assert "nutrient retention (in places soil pH in water 4.9, below 5.8)" in said


def test_a_value_above_the_good_ones_is_told_as_such():
    hot = suitability("maize", "actual", (0, 95, 0, 0, 5), "tc")
    assert "29 °C, above 26" in sentence(hot, properties=[measured("temperature_mean_annual", 29.0)])


def test_a_value_on_the_limit_is_neither_below_nor_above_it():
    wet = suitability("oil_palm", "actual", (0, 95, 0, 0, 5), "wa")
    assert "dry months 2 months, on the limit 2" in sentence(wet, properties=[measured("dry_months", 2.0)])


def test_no_flood_is_no_cause_although_the_table_prints_no_s1():
    flooded = suitability("maize", "actual", (0, 0, 95, 0, 5), "fh")
    assert "flood height" not in sentence(flooded, properties=[measured("flood_height", 0.0)])
    assert "flood height 20 cm)" in sentence(flooded, properties=[measured("flood_height", 20.0)])


def test_what_medium_management_cannot_mend_is_promised_to_nobody():
    cold = suitability("maize", "actual", (0, 0, 0, 95, 5), "tc")
    same = suitability("maize", "potential_medium", (0, 0, 0, 95, 5), "tc")
    assert sentence(cold, same).endswith("Medium management would not change this.")
    steep = suitability("maize", "actual", (0, 0, 0, 95, 5), "eh")
    less = suitability("maize", "potential_medium", (0, 0, 50, 45, 5), "eh")
    assert sentence(steep, less).endswith("Even with medium management no land would be S1 or S2.")


def test_rain_is_no_measure_for_a_crop_that_is_not_irrigated():
    dry = suitability("maize", "actual", (0, 0, 95, 0, 5), "wa")
    better = suitability("maize", "potential_medium", (0, 10, 85, 0, 5), "wa")
    assert "irrigation" not in sentence(dry, better, properties=[measured("rainfall_annual", 350.0)])


def test_land_that_nothing_limits_is_told_without_a_limit():
    best = suitability("maize", "actual", (95, 0, 0, 0, 5), None)
    assert sentence(best) == "95 % of the area is highly suitable (S1), without any limitation."


def test_mostly_good_land_is_limited_elsewhere():
    good = suitability("maize", "actual", (80, 10, 5, 0, 5), "nr")
    assert "highly suitable (S1); elsewhere the main limitation is nutrient retention" in sentence(good)
