"""Soil properties are rated by the edition in force, cell by cell, with hectares by unit."""

import numpy as np
import pytest

from soilinfo.grid import Window
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.evaluation.inputs import Input
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.jobs.subsidy.ratings import rate_soils, rated
from tests.jobs.planning.test_zoning import rows, values

EDGES = {
    "soc": (1, 2, 3, 5),
    "p2o5_hcl25": (10, 20, 40, 60),
    "k2o_hcl25": (10, 20, 40, 60),
    "ph_h2o": (4.5, 5.5, 6.5, 7.5, 8.5),
}


def made_by(step, nation, published):
    """What a step makes of these published layers, and what it reports."""
    report = RunReport(nation.store.ledger.start_run("evaluate", "tests", {}))
    return step(nation.store, nation.catalog, published, report, silent), report


@pytest.mark.parametrize("name", EDGES)
def test_every_cell_has_the_class_of_its_value_and_the_sea_has_none(fertilizer_country, name):
    value = values(fertilizer_country, name)
    expected = 1.0 + sum((value > edge).astype(float) for edge in EDGES[name])
    expected[np.isnan(value)] = np.nan
    assert np.array_equal(
        values(fertilizer_country, "soil_ratings", f"{name}_rating"), expected, equal_nan=True
    )


def test_a_value_on_a_printed_limit_belongs_to_the_lower_class(fertilizer_country):
    phosphorus = values(fertilizer_country, "p2o5_hcl25")
    rating = values(fertilizer_country, "soil_ratings", "p2o5_hcl25_rating")
    assert set(rating[phosphorus == 10]) == {1.0}, "very low ends with 10 mg/100 g"


def test_a_class_keeps_its_own_code_whatever_codes_a_country_gives(fertilizer_country):
    prop, used = fertilizer_country.catalog.property("p2o5_hcl25"), "p2o5_hcl25"
    table = fertilizer_country.catalog.class_table("nutrient_status")
    codes = {"low": 7, "medium": 3, "high": 9}
    entries = tuple(each.model_copy(update={"code": codes[each.id]}) for each in table.classes)
    version = Input(used, used, fertilizer_country.snapshot.layers[used], None)
    own = table.model_copy(update={"classes": entries})
    found = rated(fertilizer_country.store, prop, version, (20, 40), own).read(Window(60, 200, 1, 1))
    phosphorus = values(fertilizer_country, used)[60, 200]
    assert (phosphorus, found.item()) == (30, 3)


def test_properties_without_confirmed_limits_have_no_rating(fertilizer_country):
    cube = fertilizer_country.store.cube.open(
        "soil_ratings", fertilizer_country.snapshot.layers["soil_ratings"]
    )
    assert set(cube.variables) == {f"{name}_rating" for name in EDGES}, "nothing of cec"


def test_hectares_of_classes_and_no_data_add_up_to_each_unit(fertilizer_country):
    for level in ("districts", "regencies", "provinces", "nation"):
        table = rows(fertilizer_country, f"soil_ratings_by_{level}")
        sums = table.groupby(["code", "property"]).agg(
            {"area_ha": "sum", "share_pct": "sum", "nodata_ha": "first", "total_ha": "first"}
        )
        assert np.allclose(sums["area_ha"] + sums["nodata_ha"], sums["total_ha"])
        assert np.allclose(sums["share_pct"] + 100 * sums["nodata_ha"] / sums["total_ha"], 100)
    assert set(table["edition"]) == {"ppt1983"}
    assert set(table[table["property"] == "ph_h2o"]["class_id"]) >= {"very_acid", "neutral"}


def test_the_edition_is_told_with_the_result(fertilizer_country):
    version = fertilizer_country.store.ledger.version(
        "soil_ratings", fertilizer_country.snapshot.layers["soil_ratings"]
    )
    assert version.parameters["edition"] == "ppt1983"
    assert set(version.inputs) == set(EDGES)
    assert "PPT 1983" in version.metadata["notes"][0]["id"]


def test_a_rated_property_whose_layer_is_not_published_is_named_and_left_without_data(own_fertilizer_country):
    nation = own_fertilizer_country
    published = {name: one for name, one in nation.snapshot.layers.items() if name != "soc"}
    made, report = made_by(rate_soils, nation, published)
    (finding,) = [one for one in report.findings if one.check == "inputs_lacking"]
    assert finding.message == "left without data, as no layer of them is published: soc"
    cube = nation.store.cube.open("soil_ratings", made["soil_ratings"])
    assert not cube.read("soc_rating").any()
    assert cube.read("ph_h2o_rating").any()


def test_the_same_again_changes_nothing(fertilizer_country):
    again = evaluate(
        fertilizer_country.store,
        fertilizer_country.catalog,
        ["rice_irrigated"],
        actor="tests",
        progress=silent,
    )
    assert (again.published, again.snapshot) == ({}, None)


def test_a_country_without_an_edition_in_force_has_no_ratings(nation):
    assert not [name for name in nation.snapshot.layers if name.startswith("soil_ratings")]
