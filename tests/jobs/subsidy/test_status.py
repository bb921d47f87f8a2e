"""Nutrient status is of the commodity's own land, by the limits of one method, with its probability."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluation.zones import zones_of
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.answer import asked_question, recommend
from soilinfo.jobs.subsidy.need import need_of
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.recommendation import recommend_nation
from soilinfo.jobs.subsidy.status import nutrient_statuses, rows_of
from soilinfo.jobs.subsidy.survey import survey_of
from tests.jobs.planning.test_zoning import rows, values
from tests.jobs.subsidy.test_ratings import made_by
from tests.subsidised import DISTRICTS, PLAN
from tests.zoned import write_layer

STATUS = "nutrient_status_paddy"
CLASSES = ["low", "medium", "high"]
EDGES = {"p2o5": (20, 40), "k2o": (10, 20)}


@pytest.fixture(scope="module")
def districts(fertilizer_country):
    return rows(fertilizer_country, f"{STATUS}_by_districts").set_index(["code", "nutrient"])


def without(nation, *names):
    return {name: one for name, one in nation.snapshot.layers.items() if name not in names}


@pytest.mark.parametrize("nutrient", EDGES)
def test_paddy_land_has_the_status_of_its_own_value_and_other_land_has_none(fertilizer_country, nutrient):
    value = values(fertilizer_country, f"{nutrient}_hcl25")
    expected = 1.0 + sum((value > edge).astype(float) for edge in EDGES[nutrient])
    paddy = fertilizer_country.catalog.class_table("land_cover").code_of["paddy"]
    expected[np.isnan(value) | (values(fertilizer_country, "land_cover") != paddy)] = np.nan
    assert np.array_equal(values(fertilizer_country, STATUS, f"{nutrient}_status"), expected, equal_nan=True)


def test_each_district_has_the_status_of_most_of_its_paddy_land(districts):
    found = districts["status"].dropna().to_dict()
    assert found == {
        (code, nutrient): CLASSES[sum(value > edge for edge in EDGES[nutrient])]
        for code, (_, share, *measured) in DISTRICTS.items()
        for nutrient, value in zip(EDGES, measured, strict=True)
        if share > 0 and value is not None
    }


def test_the_shares_tell_what_the_majority_hides(districts):
    row = districts.loc[("01.01.01", "p2o5")]
    assert row["status"] == "low"
    assert list(row[["low_pct", "medium_pct", "high_pct", "nodata_pct"]]) == pytest.approx(
        [200 / 3, 100 / 3, 0, 0], abs=0.01
    )
    assert row["survey_year"] == "2020"
    assert row["property"] == row["layer"] == "p2o5_hcl25"


def test_land_that_was_not_analysed_is_no_data_and_land_that_is_not_there_is_nothing(districts):
    unknown = districts.loc[("01.03.02", "k2o")]
    assert (unknown["nodata_pct"], unknown["low_pct"]) == (100, 0)
    assert unknown["land_ha"] == districts.loc[("01.03.02", "p2o5"), "land_ha"] > 0
    none = districts.loc[("01.04.02", "p2o5")]
    assert none["land_ha"] == 0
    assert np.isnan(none["low_pct"])


def test_units_of_every_level_add_up(fertilizer_country, districts):
    regencies = rows(fertilizer_country, f"{STATUS}_by_regencies").set_index(["code", "nutrient"])
    parts = districts["land_ha"].groupby([districts["parent_code"], "nutrient"]).sum()
    for key in regencies.index:
        assert regencies.loc[key, "land_ha"] == pytest.approx(parts[key], abs=1e-3)
    for level in ("provinces", "nation"):
        (whole,) = rows(fertilizer_country, f"{STATUS}_by_{level}").query("nutrient == 'k2o'")["land_ha"]
        assert whole == pytest.approx(regencies.xs("k2o", level="nutrient")["land_ha"].sum(), abs=1e-3)


def test_land_cover_that_is_not_known_is_told_beside_the_land(fertilizer_country):
    (nation,) = rows(fertilizer_country, f"{STATUS}_by_nation").query("nutrient == 'p2o5'").to_dict("records")
    cover = rows(fertilizer_country, "classes_by_nation").query("layer == 'land_cover'")
    assert nation["unknown_land_ha"] == pytest.approx(cover["nodata_ha"].iloc[0], abs=1e-3)
    paddy = cover.set_index("class_id").loc["paddy", "area_ha"]
    assert nation["land_ha"] == pytest.approx(paddy, abs=1e-3)


def test_where_the_standard_deviation_is_known_each_class_has_its_probability(fertilizer_country):
    phosphorus = values(fertilizer_country, "p2o5_hcl25")
    status = values(fertilizer_country, STATUS, "p2o5_status")
    likely = {name: values(fertilizer_country, STATUS, f"p2o5_p_{name}") for name in CLASSES}
    at_30 = (phosphorus == 30) & ~np.isnan(status)  # sd 4.5: both limits are 2.22 of them away
    for name, expected in zip(CLASSES, (1.3, 97.4, 1.3), strict=True):
        assert set(np.round(likely[name][at_30] - expected)) == {0.0}, name
    assert np.nansum([*likely.values()], axis=0)[~np.isnan(status)] == pytest.approx(100)
    confidence = values(fertilizer_country, STATUS, "p2o5_confidence")
    assert np.array_equal(confidence[at_30], likely["medium"][at_30])


def test_units_have_expected_shares_only_where_uncertainty_is_known(districts):
    expected = districts.xs("p2o5", level="nutrient")[[f"expected_{name}_pct" for name in CLASSES]]
    assert expected.loc["01.02.01"].sum() == pytest.approx(100)
    assert expected.loc["01.02.01", "expected_medium_pct"] == pytest.approx(97.4, abs=0.6)
    assert districts.xs("k2o", level="nutrient")["confidence_pct"].isna().all()


def test_a_mixture_of_land_is_no_doubt_about_the_status_of_a_unit(districts):
    """Two thirds of the paddy of 01.01.01 have 10 mg, more than six deviations below the limit of 20."""
    row = districts.loc[("01.01.01", "p2o5")]
    assert row["expected_low_pct"] == pytest.approx(200 / 3, abs=1)
    assert list(row[[f"status_{name}_pct" for name in CLASSES]]) == [100, 0, 0]


def test_a_unit_of_one_kind_of_land_is_as_sure_of_its_status_as_its_cells(districts):
    row = districts.loc[("01.04.01", "p2o5")]
    high = 100 * NormalDist(50, 7.5).cdf(40)
    assert list(row[[f"status_{name}_pct" for name in CLASSES]]) == pytest.approx(
        [0, high, 100 - high], abs=0.5
    )


def test_without_a_standard_deviation_and_without_land_no_status_has_a_probability(districts):
    columns = [f"status_{name}_pct" for name in CLASSES]
    assert districts.xs("k2o", level="nutrient")[columns].isna().all(axis=None)
    assert districts.loc[("01.04.02", "p2o5"), columns].isna().all()


def test_a_unit_without_a_status_says_why(districts):
    notes = districts["note"].dropna().to_dict()
    assert notes == {
        ("01.03.02", "k2o"): "no_data",
        **dict.fromkeys([("01.04.02", "p2o5"), ("01.04.02", "k2o")], "no_land"),
    }


def test_a_unit_with_less_land_than_a_status_is_told_for_has_none(fertilizer_country):
    nation, published = fertilizer_country, fertilizer_country.snapshot.layers
    survey, _ = survey_of(nation.store, nation.catalog, published, nation.catalog.nutrient_statuses["paddy"])
    zones = zones_of(nation.store, nation.catalog, published, "districts")
    cube = nation.store.cube.open(STATUS, published[STATUS])
    found = rows_of(survey, cube, zones, least_area_ha=100.0).query("nutrient == 'p2o5'")
    found.index = zones.units["code"].iloc[found.index]
    little = found.loc["01.04.01"]
    assert 10 < little["land_ha"] < 100
    assert (little["status"], little["note"]) == (None, "little_land")
    assert np.isnan(little["status_high_pct"])
    assert little["high_pct"] == 100, "its cells keep theirs"
    assert found.loc["01.03.01", "status"] == "high"
    assert found.loc["01.04.02", "note"] == "no_land"


def test_what_goes_by_the_status_of_too_little_land_is_told_to_lack_it(own_fertilizer_country):
    nation = own_fertilizer_country
    paddy = nation.catalog.nutrient_statuses["paddy"].model_copy(update={"least_area_ha": 100.0})
    nation.catalog = nation.catalog.model_copy(update={"nutrient_statuses": {"paddy": paddy}})
    published = dict(nation.snapshot.layers)
    for step in (nutrient_statuses, recommend_nation):
        published |= made_by(step, nation, published)[0]
    assert published[STATUS] == nation.snapshot.layers[STATUS], "the cells keep theirs"
    needs = need_of(nation.store, nation.catalog, plan_of(nation.catalog, PLAN), published).rows
    rice = needs.query("code == '01.04.01' and commodity == 'rice'").set_index("fertilizer")
    assert rice.loc["npk_15_10_12", "note"] == "no_status"
    assert rice["need_t"].isna().all()
    snapshot = replace(nation.snapshot, layers=published)
    asked = asked_question("rice")
    answer = recommend(nation.store, nation.catalog, snapshot, asked, area={"region": "01.04.01"})
    assert {(each["class"], each["note"]) for each in answer["status"]} == {(None, "little_land")}
    assert "is not told of so little land" in answer["sentence"]["en"]
    assert "so there is no rate of SP-36" in answer["sentence"]["en"]
    assert "untuk lahan sesedikit ini" in answer["sentence"]["id"]


def test_the_result_names_its_limits_its_survey_and_what_it_was_made_from(fertilizer_country):
    version = fertilizer_country.store.ledger.version(STATUS, fertilizer_country.snapshot.layers[STATUS])
    assert set(version.inputs) == {"land_cover", "p2o5_hcl25", "p2o5_hcl25_sd", "k2o_hcl25"}
    note = version.metadata["notes"][0]["en"]
    assert "limits 20 / 40 mg/100 g" in note
    assert "surveyed: 2020" in note


def test_another_method_is_named_and_never_converted(own_fertilizer_country):
    nation = own_fertilizer_country
    config = nation.directory / "config"
    write_layer(config, "p2o5_bray1", np.full((240, 240), 12, "float32"), unit="ppm", depth=[0, 30])
    nation.catalog = load(config)
    ingest(nation.store, nation.catalog, ["p2o5_bray1"], actor="tests", progress=silent)
    made, report = made_by(nutrient_statuses, nation, without(nation, "p2o5_hcl25"))
    (finding,) = [one for one in report.findings if one.check == "inputs_lacking"]
    assert finding.message == (
        "no status of p2o5: there is no published layer of p2o5_hcl25 (extraction with HCl 25 %, as P2O5); "
        "there is p2o5_bray1 (extraction after Bray and Kurtz no. 1, as P2O5 (GLOSOLAN-SOP-09)), which is "
        "another method: its values are never converted, and need limits of their own in nutrient_status/"
    )
    cube = nation.store.cube.open(STATUS, made[STATUS])
    assert not cube.read("p2o5_status").any()
    assert cube.read("k2o_status").any()
    table = nation.store.vector.read(f"{STATUS}_by_districts", made[f"{STATUS}_by_districts"])
    assert set(table["nutrient"]) == {"k2o"}


def test_without_the_layer_of_its_land_there_is_no_status(own_fertilizer_country):
    nation = own_fertilizer_country
    made, report = made_by(nutrient_statuses, nation, without(nation, "land_cover"))
    assert made == {}
    (finding,) = [one for one in report.findings if one.check == "inputs_lacking"]
    assert finding.message == (
        "not made: its land (paddy) is told by the layer 'land_cover', which is not published"
    )


def test_a_country_without_layers_of_phosphorus_and_potassium_is_told_what_is_missing(nation):
    told = [one for one in nation.evaluated.findings if one.layer == STATUS]
    assert {one.evidence["lacking"][0] for one in told} == {"p2o5_hcl25", "k2o_hcl25", "land_cover"}
    assert not [name for name in nation.snapshot.layers if name.startswith(STATUS)]
