"""One place asked about: status, rates with their steps, what the decree prints, and products."""

from datetime import date

import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.subsidy.answer import asked_question, recommend
from tests.country import CELL, NORTH, WEST

TODAY = date(2026, 1, 31)


def answered(nation, area, commodity="rice", *, published=None, **asked):
    question = asked_question(commodity, on=asked.pop("on", TODAY), **asked)
    snapshot = nation.snapshot
    return recommend(nation.store, nation.catalog, snapshot, question, area=area)


def rate(answer, fertilizer, *credits):
    (found,) = [
        row for row in answer["rates"] if row["fertilizer"] == fertilizer and row["credits"] == list(credits)
    ]
    return found


def at(row, col):
    return {
        "geometry": {"type": "Point", "coordinates": [WEST + (col + 0.5) * CELL, NORTH - (row + 0.5) * CELL]}
    }


@pytest.fixture(scope="module")
def sukasari(fertilizer_country):
    return answered(fertilizer_country, {"region": "01.01.01"})


def test_a_unit_is_answered_with_the_status_of_most_of_its_land(sukasari):
    p2o5, k2o = sukasari["status"]
    assert (p2o5["nutrient"], p2o5["class"], k2o["class"]) == ("p2o5", "low", "low")
    shares = {each["class"]: each["pct"] for each in p2o5["shares"]}
    assert shares["low"] > 50
    assert shares["low"] + shares["medium"] == pytest.approx(100, abs=1e-3)
    assert (p2o5["survey_year"], p2o5["layer"]) == ("2020", "p2o5_hcl25")


def test_a_status_rests_on_a_version_of_a_layer_and_on_how_sure_it_is(sukasari, fertilizer_country):
    p2o5, k2o = sukasari["status"]
    assert p2o5["version"] == fertilizer_country.snapshot.layers["p2o5_hcl25"]
    used = {each["layer"]: each["version"] for each in sukasari["used"]}
    assert used.keys() == {"land_cover", "p2o5_hcl25", "p2o5_hcl25_sd", "k2o_hcl25", "paddy_doses"}
    assert used.items() <= fertilizer_country.snapshot.layers.items()
    assert 50 < p2o5["confidence_pct"] <= 100
    assert k2o["confidence_pct"] is None


def test_a_rate_is_told_step_by_step(sukasari):
    steps = rate(sukasari, "sp36", "manure")["steps"]
    assert [(step["kind"], step["kg_ha"]) for step in steps] == [("status", 100), ("credit", -50)]
    assert (steps[0]["nutrient"], steps[0]["status"], steps[1]["material"]) == ("p2o5", "low", "manure")


def test_the_printed_rate_stands_beside_the_computed_one(fertilizer_country):
    answer = answered(fertilizer_country, {"region": "01.02.01"})
    row = rate(answer, "sp36")
    assert (row["kg_ha"], row["legal_kg_ha"], row["computed_kg_ha"], row["differs"]) == (100, 100, 75, True)
    assert answer["legal"]["state"] == "printed"
    assert "75 kg of SP-36" in answer["sentence"]["en"]


def test_a_dash_is_told_with_the_area_below_which_it_is_printed(fertilizer_country):
    answer = answered(fertilizer_country, {"region": "01.04.01"})
    assert (answer["legal"]["state"], answer["legal"]["least_area_ha"]) == ("dash", 250)
    assert rate(answer, "urea")["kg_ha"] == 200
    assert "below 250 ha" in answer["sentence"]["en"]
    assert "di bawah 250 ha" in answer["sentence"]["id"]


def test_a_point_has_the_status_of_its_cell_and_the_printed_rate_of_its_district(fertilizer_country):
    answer = answered(fertilizer_country, at(60, 33))
    assert answer["is_point"]
    assert answer["region"] == {"level": "districts", "code": "01.01.01", "name": "Sukasari"}
    assert answer["status"][0]["class"] == "medium"
    assert (rate(answer, "sp36")["computed_kg_ha"], rate(answer, "sp36")["kg_ha"]) == (75, 100)


@pytest.mark.parametrize(
    ("area", "why", "said"),
    [
        (
            at(2, 40),
            "no_land",
            "at this place in Sukasari (01.01.01): the map shows no land of it",
        ),
        (at(60, 5), "not_known", "it is not known what the land is used for there"),
        (
            {"region": "01.04.02"},
            "no_land",
            "recommended in Bukitindah (01.04.02): the map shows no land",
        ),
    ],
)
def test_nothing_is_recommended_where_the_commodity_has_no_land(fertilizer_country, area, why, said):
    """01.01.01 has a printed rate, which is for its paddy land."""
    answer = answered(fertilizer_country, area)
    assert (answer["landless"], answer["rates"], answer["products"]) == (why, [], [])
    assert said in answer["sentence"]["en"]
    assert answer["sentence"]["id"].startswith("Untuk padi tidak ada anjuran")


def test_a_point_in_no_unit_is_told_to_lie_outside(fertilizer_country):
    answer = answered(fertilizer_country, at(121, 150))
    assert (answer["region"], answer["landless"], answer["rates"]) == (None, "outside", [])
    assert "it lies in no unit of the nation" in answer["sentence"]["en"]


def test_a_polygon_has_no_printed_rate(fertilizer_country):
    box = [WEST + 40 * CELL, NORTH - 80 * CELL, WEST + 50 * CELL, NORTH - 40 * CELL]
    answer = answered(fertilizer_country, {"bbox": box})
    assert (answer["region"], answer["legal"]) == (None, None)
    assert rate(answer, "urea")["kg_ha"] == 200


def test_what_is_not_known_has_no_rate_and_the_others_do(fertilizer_country):
    box = [WEST + 65 * CELL, NORTH - 190 * CELL, WEST + 110 * CELL, NORTH - 170 * CELL]
    answer = answered(fertilizer_country, {"bbox": box})
    assert (rate(answer, "kcl")["kg_ha"], rate(answer, "sp36")["kg_ha"]) == (None, 75)
    assert answer["products"] == []
    assert "K status is not known, so there is no rate of KCl" in answer["sentence"]["en"]


def test_a_printed_rate_holds_where_the_status_is_not_known(fertilizer_country):
    answer = answered(fertilizer_country, at(180, 90))
    assert answer["region"]["code"] == "01.03.02"
    assert (rate(answer, "kcl")["computed_kg_ha"], rate(answer, "kcl")["kg_ha"]) == (None, 50)


def test_nutrients_are_converted_to_what_is_subsidised_on_the_day(sukasari):
    assert {each["fertilizer"]: each["kg_ha"] for each in sukasari["products"]} == {
        "npk_15_10_12": pytest.approx(500),
        "urea": pytest.approx(36.957),
    }
    assert sukasari["left_over"] == [{"nutrient": "p2o5", "kg_ha": 14.0}]
    assert sukasari["cost"] == pytest.approx(500 * 1840 + 36.957 * 1800, abs=1)
    assert (sukasari["currency"], sukasari["rule"]) == ("IDR", "Perpres 6/2025, Permentan 15/2025")
    assert sukasari["unstated"] == ["npk_cocoa", "organic"]


def test_prices_are_those_of_the_day(fertilizer_country):
    before = answered(fertilizer_country, {"region": "01.01.01"}, on=date(2025, 6, 1))
    assert {each["fertilizer"]: each["price"] for each in before["products"]} == {
        "npk_15_10_12": 2300,
        "urea": 2250,
    }


def test_products_are_chosen_and_without_all_prices_there_is_no_cost(fertilizer_country):
    asked = {"products": ["urea", "sp36", "kcl"], "credits": ["straw"]}
    answer = answered(fertilizer_country, {"region": "01.01.01"}, **asked)
    assert {each["fertilizer"]: each["kg_ha"] for each in answer["products"]} == {
        "kcl": pytest.approx(50),
        "sp36": pytest.approx(100),
        "urea": pytest.approx(180),
    }
    assert (answer["cost"], answer["rule"]) == (None, None)
    with pytest.raises(InputError, match="price of every product"):
        answered(fertilizer_country, {"region": "01.01.01"}, criterion="least_cost", **asked)


def test_nutrients_that_no_product_holds_are_told(fertilizer_country):
    answer = answered(fertilizer_country, {"region": "01.01.01"}, products=["urea"])
    assert answer["unserved"] == [{"nutrient": "p2o5", "kg_ha": 36.0}, {"nutrient": "k2o", "kg_ha": 60.0}]
    assert "No product at hand holds 36 kg of P2O5 and 60 kg of K2O." in answer["sentence"]["en"]


def test_the_sentence_says_what_why_and_as_what_in_both_languages(sukasari):
    english, indonesian = sukasari["sentence"]["en"], sukasari["sentence"]["id"]
    assert english.startswith(
        "For rice in Sukasari (01.01.01), 200 kg of urea, 100 kg of SP-36 and 100 kg of KCl a hectare"
    )
    assert "P status is low" in english
    assert "500 kg of NPK 15-10-12" in english
    assert indonesian.startswith("Untuk padi di Sukasari (01.01.01), dianjurkan 200 kg urea")


def test_a_commodity_without_rates_is_answered_with_those_that_have_some(fertilizer_country):
    told = r"for cocoa no fertilizer is recommended here: .* none is guessed; there are rates for: rice$"
    with pytest.raises(InputError, match=told):
        answered(fertilizer_country, {"region": "01.01"}, "cocoa")
    with pytest.raises(UnknownNameError, match=r"no commodity 'ric'.*Did you mean 'rice'"):
        answered(fertilizer_country, {"region": "01.01"}, "ric")


def test_no_products_at_all_are_not_those_that_are_subsidised(fertilizer_country):
    with pytest.raises(InputError, match="no products are named; leave them out for those subsidised"):
        answered(fertilizer_country, {"region": "01.01.01"}, products=[])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"products": ["ureum"]}, "Did you mean 'urea'"),
        ({"criterion": "cheapest"}, "there are: least_cost, least_excess"),
        ({"credits": ["compost"]}, "there are: manure, straw"),
    ],
)
def test_names_that_there_are_not_are_refused_with_those_that_there_are(fertilizer_country, asked, message):
    with pytest.raises(UnknownNameError, match=message):
        answered(fertilizer_country, {"region": "01.01.01"}, **asked)


def test_a_day_before_the_first_rule_is_refused(fertilizer_country):
    with pytest.raises(InputError, match="no rule of eligibility is in force on 2020-01-01"):
        answered(fertilizer_country, {"region": "01.01.01"}, on=date(2020, 1, 1))


def test_a_nation_without_a_subsidy_says_so(nation):
    with pytest.raises(InputError, match=r"no subsidy\.yaml"):
        answered(nation, {"region": "01"})
