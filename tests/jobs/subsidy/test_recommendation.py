"""Recommended rates by unit: what the soil gives, what the decree prints, and which of them is in force."""

import pytest

from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import RECOMMENDATION
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.recommendation import NO_CREDIT
from soilinfo.store.vector import Query
from tests.subsidised import LEGAL_DOSES

FERTILIZERS = ("urea", "sp36", "kcl")
CREDITS = (NO_CREDIT, "straw", "manure")


@pytest.fixture(scope="module")
def rows(fertilizer_country):
    return table(fertilizer_country, "districts")


def table(nation, level):
    name = table_of(RECOMMENDATION, level)
    frame = nation.store.vector.read(name, nation.snapshot.layers[name], Query(geometry=False))
    return frame.set_index(["code", "credit", "fertilizer"])


@pytest.mark.parametrize("code", ["01.01.01", "01.01.02", "01.02.02", "01.03.01"])
def test_the_status_of_a_district_gives_the_rates_that_the_annex_prints_for_it(rows, code):
    computed = [
        rows.loc[(code, credit, name), "computed_kg_ha"] for credit in CREDITS for name in FERTILIZERS
    ]
    assert tuple(computed) == LEGAL_DOSES[code]
    assert not rows.loc[code, "differs"].any()


def test_a_printed_rate_is_in_force_where_the_computed_one_differs(rows):
    differing = rows.loc[("01.02.01", NO_CREDIT, "sp36")]
    assert (differing["computed_kg_ha"], differing["legal_kg_ha"], differing["kg_ha"]) == (75, 100, 100)
    assert differing["differs"]
    assert (differing["nutrient"], differing["status"]) == ("p2o5", "medium")
    assert list(rows.index[rows["differs"]]) == [
        ("01.02.01", "manure", "sp36"),
        ("01.02.01", NO_CREDIT, "sp36"),
        ("01.02.01", "straw", "sp36"),
    ]


def test_a_printed_rate_is_in_force_though_the_status_is_not_known(rows):
    unknown = rows.loc[("01.03.02", NO_CREDIT, "kcl")]
    assert (unknown["legal_kg_ha"], unknown["kg_ha"]) == (50, 50)
    assert unknown[["computed_kg_ha", "status"]].isna().all()


def test_a_dash_leaves_the_computed_rate_in_force(rows):
    dashed = rows.loc["01.04.01"]
    assert set(dashed["legal_rate"]) == {"dash"}
    assert dashed["legal_kg_ha"].isna().all()
    assert dashed.loc[NO_CREDIT, "kg_ha"].to_dict() == {"kcl": 50, "sp36": 50, "urea": 200}


def test_a_unit_without_land_of_the_commodity_has_no_rate(rows):
    assert "01.04.02" not in rows.index.get_level_values("code")


def test_a_coarser_unit_has_the_rate_of_its_own_status_and_no_printed_one(fertilizer_country):
    regency = table(fertilizer_country, "regencies").loc[("01.01", NO_CREDIT)]
    assert regency["kg_ha"].to_dict() == {"kcl": 50, "sp36": 100, "urea": 200}
    assert regency["status"].to_dict()["kcl"] == "medium"
    assert regency["legal_rate"].isna().all()


def test_columns_have_the_same_types_on_every_level(fertilizer_country):
    layers, vector = fertilizer_country.snapshot.layers, fertilizer_country.store.vector
    names = [table_of(RECOMMENDATION, level) for level in ("districts", "nation")]
    districts, nation = (vector.fields(name, layers[name]) for name in names)
    assert districts == nation
    assert (districts["legal_kg_ha"], districts["differs"]) == ("number", "boolean")


def test_a_second_evaluation_makes_no_rate_anew(fertilizer_country):
    again = evaluate(
        fertilizer_country.store,
        fertilizer_country.catalog,
        ["rice_irrigated"],
        actor="tests",
        progress=silent,
    )
    assert again.published == {}
