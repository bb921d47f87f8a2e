"""Reasons in plain language: the class most land has, what limits that class, what management would do."""

import pytest

from soilinfo.report.factsheet.facts import chosen_crops
from soilinfo.report.factsheet.reasons import reason
from soilinfo.report.phrases import Phrases
from tests.report.facts import CATALOG, LIMED, PH, explained, limit, suitability

RAIN = {
    "characteristic": "rainfall_annual",
    "title": {"en": "Annual rainfall", "id": "Curah hujan tahunan"},
    "value": 2310.0,
    "unit": "mm/yr",
    "better": "S2",
    "band": [1200, 1600],
    "region": None,
}
DRAINAGE = {
    "characteristic": "drainage",
    "title": {"en": "Drainage", "id": "Drainase tanah"},
    "value": {"id": "poor", "title": {"en": "Poorly drained", "id": "Terhambat"}},
    "unit": None,
    "better": "S2",
    "band": [{"id": "somewhat_poor", "title": {"en": "Somewhat poorly drained", "id": "Agak terhambat"}}],
    "region": None,
}


def said(answer, language="en"):
    return reason(Phrases(CATALOG, language), answer)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "62 % of the area is moderately suitable (S2), limited mostly by nutrient retention: soil pH in "
            "water is 4.9 on 62 % of it (S1: 5.8 to 7.8). With medium management, 40 % would be S1 and 50 % "
            "would be S2, as that overcomes nutrient retention.",
        ),
        (
            "id",
            "62 % luas wilayah cukup sesuai (S2), terutama dibatasi oleh retensi hara: pH tanah 4,9 pada 62 "
            "% darinya (S1: 5,8 sampai 7,8). Dengan pengelolaan sedang, 40 % menjadi S1 dan 50 % menjadi S2, "
            "karena retensi hara teratasi.",
        ),
    ],
)
def test_the_class_its_limit_and_what_management_releases_are_told(language, text):
    assert said(LIMED, language) == text


def test_the_quality_named_is_that_of_the_class_named_not_of_the_area():
    more = {"S2": [limit("nr", 40.0, PH)], "N": [limit("wa", 46.0, RAIN)]}
    text = said(explained("maize", (0, 45, 5, 46), more))
    assert "not suitable (N), limited mostly by water availability: annual rainfall is 2,310 mm/year" in text
    assert "pH" not in text


def test_a_class_of_drainage_is_named_where_it_limits():
    wet = explained("maize", (0, 0, 90, 5), {"S3": [limit("oa", 90.0, DRAINAGE | {"pct": 100.0})]})
    assert "oxygen availability: drainage is poorly drained (S2: somewhat poorly drained)" in said(wet)


def test_a_characteristic_is_named_once_and_not_for_a_sliver_of_land():
    twice = limit("wa", 90.0, RAIN | {"ha": 80.0}, RAIN | {"ha": 9.0, "region": "01.02"}, PH | {"pct": 0.1})
    text = said(explained("maize", (0, 0, 90, 5), {"S3": [twice]}))
    assert text.count("rainfall") == 1
    assert "pH" not in text


def test_what_medium_management_cannot_mend_is_promised_to_nobody():
    limits = {"N": [limit("wa", 95.0, RAIN)]}
    assert said(explained("maize", (0, 0, 0, 95), limits)).endswith(
        "Medium management would not change this."
    )
    less = explained("maize", (0, 0, 0, 95), limits, (0, 0, 50, 45))
    assert said(less).endswith("Even with medium management no land would be S1 or S2.")


def test_land_that_nothing_limits_is_told_without_a_limit():
    best = explained("maize", (95, 0, 0, 0), {})
    assert said(best) == "95 % of the area is highly suitable (S1), without any limitation."


def test_mostly_good_land_is_limited_elsewhere():
    good = explained("maize", (80, 10, 5, 0), {"S2": [limit("nr", 10.0, PH)]})
    assert "highly suitable (S1); elsewhere the main limitation is nutrient retention: soil pH" in said(good)


def test_months_are_counted_in_words():
    dry = {
        "characteristic": "dry_months",
        "title": {"en": "Dry months (<100 mm)", "id": "Bulan kering"},
        "value": 1.0,
        "unit": "months",
    }
    text = said(explained("maize", (0, 0, 95, 0), {"S3": [limit("wa", 95.0, PH | dry)]}))
    assert "the number of dry months is 1 on 95 % of it" in text


def test_reasons_are_told_of_what_suits_best_and_of_what_is_planted_widest():
    names = ["avocado", "oil_palm", "coconut", "clove", "cocoa", "coffee_robusta", "maize"]
    crops = [(suitability(name, "actual", (0, 50, 0, 0, 50), "wa"), None) for name in names]
    assert chosen_crops(crops, ["maize", "baobab", "avocado"]) == [
        *("avocado", "oil_palm", "coconut", "maize"),
        *("clove", "cocoa"),
    ]
