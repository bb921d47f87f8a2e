"""What a recommendation of fertilizer says where something is missing, in plain words."""

from copy import deepcopy
from typing import Any

import pytest

from soilinfo.report.recommendation import sentence
from tests.report.allocation.facts import words

TITLE = {"en": "Rice", "id": "Padi"}
STATUS = {
    "nutrient": "p2o5",
    "class": "low",
    "note": None,
    "class_title": {"en": "Low", "id": "Rendah"},
    "shares": [{"class": "low", "pct": 82.4}],
    "land_ha": 1650.0,
}
UREA = {"fertilizer": "urea", "kg_ha": 200.0, "computed_kg_ha": 200.0, "legal_kg_ha": None, "nutrient": None}
NPK = UREA | {"fertilizer": "npk_15_10_12", "kg_ha": 100.0, "computed_kg_ha": 100.0, "nutrient": "p2o5"}
OPEN = {"credits": [], "differs": False, "title": {"en": "Without", "id": "Tanpa"}}
STRAW = {"credits": ["straw"], "differs": False, "title": {"en": "5 t/ha of straw", "id": "5 t/ha jerami"}}


def answer(**changes: Any) -> dict[str, Any]:
    told = {
        "title": TITLE,
        "edition_title": {"en": "Rice doses", "id": "Dosis padi"},
        "region": {"level": "districts", "code": "73.08.01", "name": "Sukamaju"},
        "is_point": False,
        "status": [STATUS],
        "landless": None,
        "legal": None,
        "credits": [],
        "rates": [UREA | OPEN, NPK | OPEN],
        "nutrients": [],
        "products": [],
        "left_over": [],
        "unserved": [],
        "cost": None,
        "currency": "IDR",
    }
    return deepcopy(told | changes)


def said(language: str = "en", **changes: Any) -> str:
    return sentence(words(language), answer(**changes))


def test_the_rate_stands_with_the_status_behind_it():
    assert said() == (
        "For rice in Sukamaju (73.08.01), 200 kg of urea and 100 kg of NPK 15-10-12 a hectare and season are "
        "recommended (Rice doses). P status is low (on 82 % of 1,650 ha of its land)."
    )


def test_the_same_in_indonesian():
    assert said("id") == (
        "Untuk padi di Sukamaju (73.08.01), dianjurkan 200 kg urea dan 100 kg NPK 15-10-12 per hektare per "
        "musim (Dosis padi). Status P rendah (pada 82 % dari 1.650 ha lahannya)."
    )


def test_a_place_without_a_unit_is_called_what_it_is():
    assert said(region=None).startswith("For rice in this area, ")
    assert said(region=None, is_point=True).startswith("For rice at this place, ")


def test_what_is_not_known_is_said_to_leave_its_fertilizer_without_a_rate():
    unknown = NPK | OPEN | {"kg_ha": None, "computed_kg_ha": None}
    told = said(status=[], rates=[UREA | OPEN, unknown])
    assert told.endswith("P status is not known, so there is no rate of NPK 15-10-12.")
    nothing = said(status=[], rates=[unknown])
    assert nothing.startswith("For rice in Sukamaju (73.08.01), no rate of fertilizer is known (Rice doses).")


@pytest.mark.parametrize(
    ("legal", "rates", "told"),
    [
        ({"state": "dash", "least_area_ha": 250}, {}, "as it does below 250 ha of paddy land"),
        ({"state": "dash", "least_area_ha": None}, {}, "prints a dash for this unit, no rate"),
        ({"state": "not_listed", "least_area_ha": 250}, {}, "has no row of this unit"),
        ({"state": "printed", "least_area_ha": 250}, {}, "prints no rate with that organic matter"),
        ({"state": "printed", "least_area_ha": 250}, {"legal_kg_ha": 200.0}, "prints the same rate"),
        (
            {"state": "printed", "least_area_ha": 250},
            {"legal_kg_ha": 250.0, "differs": True},
            "the status of the soil gives 200 kg of urea",
        ),
        (
            {"state": "printed", "least_area_ha": 250},
            {"legal_kg_ha": 200.0, "computed_kg_ha": None},
            "That is the rate that the decree prints",
        ),
    ],
)
def test_what_the_decree_prints_is_told(legal: dict[str, Any], rates: dict[str, Any], told: str):
    assert told in said(legal=legal, rates=[UREA | OPEN | rates])


def test_where_the_decree_prints_the_rates_of_some_fertilizers_only_they_are_named():
    told = {"legal": {"state": "printed", "least_area_ha": 250}}
    told["rates"] = [UREA | OPEN | {"legal_kg_ha": 200.0}, NPK | OPEN]
    assert (
        "Of that the decree prints 200 kg of urea; the status of the soil gives 200 kg of urea and 100 kg of "
        "NPK 15-10-12."
    ) in said(**told)
    assert "Dari dosis itu, keputusan mencantumkan 200 kg urea; menurut" in said("id", **told)


def test_organic_matter_that_was_not_asked_for_is_told_with_its_rate():
    assert said(rates=[UREA | OPEN, UREA | STRAW | {"kg_ha": 180.0}]).endswith(
        "With 5 t/ha of straw it is 180 kg of urea."
    )
    asked = said(credits=["straw"], rates=[UREA | OPEN, UREA | STRAW | {"kg_ha": 180.0}])
    assert "with 5 t/ha of straw, 180 kg of urea a hectare" in asked
    assert "200" not in asked


def test_products_say_what_they_give_too_much_what_they_cost_and_what_none_of_them_holds():
    products = {
        "nutrients": [{"nutrient": "n", "kg_ha": 92.0}, {"nutrient": "s", "kg_ha": 4.0}],
        "products": [{"fertilizer": "urea", "kg_ha": 200.0}],
        "unserved": [{"nutrient": "s", "kg_ha": 4.0}],
    }
    told = said(**products, cost=360000.0, left_over=[{"nutrient": "n", "kg_ha": 1.25}])
    assert "That is 92 kg of N, which 200 kg of urea give, with 1.2 kg of N more" in told
    assert told.endswith(
        "It costs IDR 360,000 a hectare at ceiling prices. No product at hand holds 4 kg of S."
    )
    assert "with nothing more than is needed. No product" in said(**products)
    assert "none of the products at hand" in said(**products | {"products": []})
