"""What units need: eligible area times rate as products, with everything that is missing told."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product_recommendation import NEED, RECOMMENDATION
from soilinfo.errors import InputError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.need import NEED_COLUMNS, need_of
from soilinfo.jobs.subsidy.need_tables import summed
from soilinfo.store.vector import Query
from tests.jobs.conftest import copied
from tests.subsidised import DISTRICTS, MAIZE_HA, PLAN, RICE_HA, tables, write_office_table


def need(nation):
    return need_of(nation.store, nation.catalog, nation.catalog.allocations[PLAN])


@pytest.fixture(scope="module")
def found(fertilizer_country):
    return need(fertilizer_country)


@pytest.fixture(scope="module")
def rows(found):
    return found.rows.set_index(["code", "commodity", "fertilizer"])


def test_the_rate_in_force_becomes_the_products_of_the_plan(rows):
    """200 kg of urea, 100 of SP-36 and 100 of KCl are 92 N, 36 P2O5 and 60 K2O, which 500 kg of NPK need."""
    sukasari = rows.loc[("01.01.01", "rice")]
    assert sukasari.loc["npk_15_10_12", "kg_ha"] == pytest.approx(500)
    assert sukasari.loc["urea", "kg_ha"] == pytest.approx((92 - 75) / 0.46, abs=1e-3)
    assert sukasari.loc["npk_15_10_12", "need_t"] == pytest.approx(4000)
    assert sukasari.loc["urea", "name"] == "Sukasari"
    assert sukasari.loc["urea", "edition"] == "kepmentan01_2006"


def test_the_register_of_farmers_caps_the_area_over_all_plots(rows):
    capped = rows.loc[("01.04.01", "rice", "npk_15_10_12")]
    assert (capped["area_ha"], capped["over_cap_ha"], capped["farmers"]) == (5.0, 1.0, 3)
    assert capped["area_from"] == "registry"
    assert capped["need_t"] == pytest.approx(5 * 250 / 1000)


def test_areas_that_the_register_does_not_know_are_those_of_the_table(rows, found):
    listed = rows.loc[("01.01.02", "rice", "urea")]
    assert (listed["area_ha"], listed["area_from"]) == (RICE_HA["01.01.02"], "table")
    (told,) = [each for each in found.findings if each.check == "area_not_capped"]
    assert "01.01.02" in told.evidence["codes"]


def test_a_commodity_without_rates_has_a_request_and_no_need(rows, found):
    maize = rows.loc[("01.01.01", "maize", "urea")]
    assert np.isnan(maize["need_t"])
    assert (maize["note"], maize["area_ha"], maize["request_t"]) == ("no_rate", MAIZE_HA, 120.0)
    told = [each for each in found.findings if each.evidence.get("reason") == "no_rate"]
    assert ["maize" in each.message for each in told] == [True]


def test_a_product_of_unknown_contents_has_no_need(rows):
    assert set(rows.xs("organic", level="fertilizer").loc[(slice(None), "rice"), "note"]) == {"no_contents"}


def test_what_is_asked_for_stands_beside_the_need(rows):
    assert rows.loc[("01.01.02", "rice", "npk_15_10_12"), "request_t"] == pytest.approx(7000 * 0.15)


def test_it_says_which_versions_it_rests_on(found, fertilizer_country):
    made = {table_of(name, "districts") for name in (RECOMMENDATION, "nutrient_status_paddy")}
    used = {*made, "districts", "erdkk", "farmers"}
    assert found.versions == {name: fertilizer_country.snapshot.layers[name] for name in used}
    assert list(found.rows) == [*NEED_COLUMNS]


def test_a_plan_without_register_and_requests_goes_by_its_table_alone(fertilizer_country):
    plan = fertilizer_country.catalog.allocations[PLAN].model_copy(update={"registry": None, "request": None})
    found = need_of(fertilizer_country.store, fertilizer_country.catalog, plan)
    rows = found.rows.set_index(["code", "commodity", "fertilizer"])
    listed = rows.loc[("01.04.01", "rice", "urea")]
    assert (listed["area_ha"], listed["area_from"]) == (RICE_HA["01.04.01"], "table")
    assert rows["request_t"].isna().all()
    assert "farmers" not in found.versions


def test_requests_of_another_table_that_fit_nothing_are_told_and_those_without_an_area_kept(
    own_fertilizer_country,
):
    nation, config = own_fertilizer_country, own_fertilizer_country.directory / "config"
    rows = tables()["erdkk"]
    asked = [*rows, ("99.99.99", "Entah", "rice", 1.0, 1, 5000.0, 0.0, 0.0)]
    write_office_table(config, "erdkk", asked)
    (config / "tables" / "erdkk.yaml").rename(config / "tables" / "asked.yaml")
    (config.parent / "sources" / "erdkk.csv").rename(config.parent / "sources" / "asked.csv")
    path = config / "tables" / "asked.yaml"
    content = yaml.safe_load(path.read_text("utf-8")) | {"source": "../sources/asked.csv"}
    del content["unit_level"], content["unit_code"], content["unit_name"]
    path.write_text(yaml.safe_dump(content), "utf-8")
    write_office_table(config, "erdkk", [row for row in rows if row[:3:2] != ("01.01.01", "maize")])
    catalog = load(config)
    ingest(nation.store, catalog, ["asked", "erdkk"], actor="tests", progress=silent)
    plan = catalog.allocations[PLAN]
    plan = plan.model_copy(update={"request": plan.request.model_copy(update={"table": "asked"})})
    found = need_of(nation.store, catalog, plan)
    (told,) = [each for each in found.findings if each.check == "rows_of_no_unit"]
    assert (told.layer, len(told.evidence["rows"])) == ("asked", 1)
    maize = found.rows.set_index(["code", "commodity", "fertilizer"]).loc[("01.01.01", "maize", "urea")]
    assert np.isnan(maize["area_ha"])
    assert (maize["request_t"], maize["note"]) == (120.0, "no_rate")


def test_a_nutrient_that_no_product_of_the_plan_holds_is_told_and_left_out(fertilizer_country):
    plan = fertilizer_country.catalog.allocations[PLAN]
    plan = plan.model_copy(update={"fertilizers": {"urea": plan.fertilizers["urea"]}})
    found = need_of(fertilizer_country.store, fertilizer_country.catalog, plan)
    rows = found.rows.set_index(["code", "commodity", "fertilizer"])
    assert rows.loc[("01.01.01", "rice", "urea"), "kg_ha"] == pytest.approx(200)
    told = [each.evidence["nutrients"] for each in found.findings if each.check == "nutrient_not_served"]
    assert told == [["k2o", "p2o5"]]


def test_commodities_and_fertilizers_that_no_rule_subsidises_then_are_not_needed(fertilizer_country):
    plan = fertilizer_country.catalog.allocations[PLAN].model_copy(update={"date": date(2023, 1, 1)})
    found = need_of(fertilizer_country.store, fertilizer_country.catalog, plan)
    rows = found.rows.set_index(["code", "commodity", "fertilizer"])
    assert rows.loc[("01.01.01", "rice", "organic"), "note"] == "not_eligible"
    assert rows.loc[("01.01.01", "rice", "urea"), "need_t"] > 0


# ---- areas that are told of -------------------------------------------------------------

PLOTS = [
    ("F-1", 1, "01.04.01", "rice", None, 1),
    ("F-1", 2, "01.04.01", "rice", 1.5, 1),
    ("F-2", 1, "01.04.01", "rice", 1.0, 2),
    ("F-3", 1, "01.04.01", "rice", 3.0, None),
    ("F-9", 1, "01.01.01", "rice", 0.5, 2),
]
"""Farmer, plot, district, commodity, hectares and crops a year: of F-1 the land of one plot is not known, of
F-3 how often it is planted; F-9 is the only one of thousands of hectares."""
SEASONS = {"source": "Tanam", "type": "number", "unit": "1", "title": {"en": "Crops", "id": "Tanam"}}


@pytest.fixture(scope="module")
def doubtful(fertilizer_country, tmp_path_factory):
    """A copy whose tables have areas that cannot be right, or are not stated."""
    for nation in copied(fertilizer_country, tmp_path_factory.mktemp("doubtful")):
        config = nation.directory / "config"
        named = {code: name for code, (name, *_) in DISTRICTS.items()}
        plots = [(*row[:3], named[row[2]], *row[3:]) for row in PLOTS]
        write_office_table(config, "farmers", plots, seasons=SEASONS)
        planted = [
            (*row[:3], 99_999.0, *row[4:]) if row[:3:2] == ("01.02.02", "rice") else row
            for row in tables()["erdkk"]
        ]
        write_office_table(config, "erdkk", planted)
        catalog = load(config)
        ingest(nation.store, catalog, ["farmers", "erdkk"], actor="tests", progress=silent)
        yield replace(nation, catalog=catalog)


@pytest.fixture(scope="module")
def told(doubtful):
    """Findings by their check; of several the last."""
    return {each.check: each for each in need(doubtful).findings}


def area(nation, code, commodity, **changes):
    plan = nation.catalog.allocations[PLAN].model_copy(update=changes)
    rows = need_of(nation.store, nation.catalog, plan).rows
    return rows.set_index(["code", "commodity", "fertilizer"]).loc[(code, commodity, "urea")]


def test_a_register_that_lacks_farmers_gives_way_to_the_table_and_is_told(doubtful, told):
    found = area(doubtful, "01.01.01", "rice")
    assert (found["area_ha"], found["area_from"]) == (8000.0, "table_capped")
    told = told["register_incomplete"]
    assert told.evidence["codes"] == ["01.01.01", "01.04.01"]
    assert "01.01.01 rice 0.5 of 8,000.0 ha" in told.message
    assert {
        "code": "01.01.01",
        "commodity": "rice",
        "registered_ha": 0.5,
        "listed_ha": 8000.0,
    } in told.evidence["areas"]


def test_a_crop_without_plots_is_capped_as_the_plots_of_its_unit_are(fertilizer_country):
    """Of the six hectares that the register has there, five are eligible."""
    maize = area(fertilizer_country, "01.04.01", "maize")
    assert maize["area_ha"] == pytest.approx(MAIZE_HA * 5 / 6)
    assert maize["area_ha"] + maize["over_cap_ha"] == pytest.approx(MAIZE_HA)


def test_a_farmer_with_a_plot_of_unknown_area_is_told_and_takes_no_area_from_others(doubtful, told):
    found = area(doubtful, "01.04.01", "rice")
    assert (found["area_ha"], found["over_cap_ha"], found["farmers"]) == (3.0, 1.0, 2)
    assert found["planted_ha"] == pytest.approx(1.0 + 3.0 + 1.5 + 5.5 / 3)
    told = told["plots_without_area"]
    assert (told.evidence["farmers"], told.evidence["codes"]) == (1, ["01.04.01"])


def test_what_is_planted_on_plots_is_their_land_in_every_season(doubtful):
    """F-2 plants a hectare twice; how often F-3 plants is not known."""
    plan = doubtful.catalog.allocations[PLAN]
    plan = plan.model_copy(update={"registry": plan.registry.model_copy(update={"seasons": "seasons"})})
    found = need_of(doubtful.store, doubtful.catalog, plan)
    rice = found.rows.set_index(["code", "commodity", "fertilizer"]).loc[("01.04.01", "rice", "urea")]
    assert (rice["area_ha"], rice["over_cap_ha"], rice["farmers"]) == (2.0, 0.0, 1)
    (told,) = [each for each in found.findings if each.check == "plots_without_seasons"]
    assert (told.evidence["plots"], told.evidence["codes"]) == (1, ["01.04.01"])


def test_more_planted_than_the_mapped_land_carries_is_told_and_changes_no_need(doubtful, told):
    found = area(doubtful, "01.02.02", "rice")
    assert found["need_t"] == pytest.approx(found["kg_ha"] * 99.999)
    told = told["area_beyond_land"]
    (place,) = told.evidence["areas"]
    assert (place["code"], place["area_ha"]) == ("01.02.02", 99_999.0)
    assert 0 < place["land_ha"] < 33_333
    assert f"01.02.02 rice 99,999.0 on {place['land_ha']:,.1f} ha" in told.message


def test_what_the_land_carries_three_times_a_year_is_not_told(found):
    assert "area_beyond_land" not in {each.check for each in found.findings}


def test_it_is_told_whether_what_is_asked_for_stands_for_a_need_without_rate(fertilizer_country, found):
    told = {each.check: each for each in found.findings if each.evidence.get("reason") == "no_rate"}
    assert "what is asked for stands for it: maize" in told["need_requested"].message
    assert "need_missing" not in told
    plan = fertilizer_country.catalog.allocations[PLAN].model_copy(update={"without_rate": "leave_out"})
    left_out = need_of(fertilizer_country.store, fertilizer_country.catalog, plan).findings
    assert {each.check for each in left_out if each.evidence.get("reason") == "no_rate"} == {"need_missing"}


# ---- tables -----------------------------------------------------------------------------


def table(nation, level):
    name = table_of(NEED, level)
    return nation.store.vector.read(name, nation.snapshot.layers[name], Query(geometry=False))


def test_every_level_sums_up_the_one_below_exactly(fertilizer_country):
    key = ["plan", "commodity", "fertilizer"]
    sums = {
        level: table(fertilizer_country, level)
        .groupby(key)[["need_t", "area_ha", "request_t"]]
        .sum()
        .round(3)
        for level in ("districts", "regencies", "provinces", "nation")
    }
    assert sums["districts"].to_dict() == sums["regencies"].to_dict()
    assert sums["districts"].to_dict() == sums["provinces"].to_dict() == sums["nation"].to_dict()


def test_a_sum_says_how_much_of_the_area_has_no_need(fertilizer_country):
    rows = table(fertilizer_country, "provinces").set_index(["commodity", "fertilizer"])
    rice, maize = rows.loc[("rice", "urea")], rows.loc[("maize", "urea")]
    within_cap_ha = (7 + 5 / 6) * MAIZE_HA
    assert (rice["unrated_ha"], maize["unrated_ha"]) == (0.0, pytest.approx(within_cap_ha, abs=1e-4))
    assert rice["kg_ha"] == pytest.approx(1000 * rice["need_t"] / rice["area_ha"], abs=1e-3)
    assert rice["area_from"] == "several"
    assert np.isnan(maize["kg_ha"])


def test_a_sum_of_nothing_known_is_not_zero(found):
    rows = found.rows.assign(code="01", unrated_ha=0.0)
    maize = summed(rows).set_index(["commodity", "fertilizer"]).loc[("maize", "urea")]
    assert np.isnan(maize["need_t"])
    assert maize["note"] == "no_rate"


# ---- tables that cannot be used ---------------------------------------------------------


def offered(nation, name, rows):
    """The nation after a table was replaced and ingested."""
    write_office_table(nation.directory / "config", name, rows)
    return ingest(nation.store, nation.catalog, [name], actor="tests", progress=silent)


def edited(name, change):
    return [change(*row) for row in tables()[name]]


def negated(code, name, crop, area, *rest):
    return code, name, crop, -area, *rest


def of_no_commodity(code, name, crop, *rest):
    return code, name, f"{crop} merah", *rest


def test_a_table_with_codes_of_another_system_is_caught_by_names_not_joined(own_fertilizer_country):
    """BPS gives Tegalrejo the code that Kemendagri gives Sukasari: same depth, other digits."""
    codes = sorted({row[0] for row in tables()["erdkk"]})
    shifted = dict(zip(codes, [*codes[1:], codes[0]], strict=True))
    before = need(own_fertilizer_country).rows
    report = offered(
        own_fertilizer_country, "erdkk", edited("erdkk", lambda code, *rest: (shifted[code], *rest))
    )
    assert report.blocked == ["erdkk"]
    told = next(each for each in report.findings if each.check == "names_disagree")
    assert "Sukasari" in told.message
    assert need(own_fertilizer_country).rows.equals(before)


def test_a_negative_area_is_blocked_with_its_rows_when_it_is_offered(own_fertilizer_country):
    report = offered(own_fertilizer_country, "erdkk", edited("erdkk", negated))
    assert report.blocked == ["erdkk"]
    told = next(each for each in report.findings if each.check == "below_least")
    assert "-500 (row " in told.message


def test_a_commodity_that_there_is_not_is_refused_with_the_rows(own_fertilizer_country):
    offered(own_fertilizer_country, "erdkk", edited("erdkk", of_no_commodity))
    with pytest.raises(InputError, match=r"commodities that subsidy.yaml") as refused:
        need(own_fertilizer_country)
    assert "01.01.01" in str(refused.value)


def test_the_same_plot_of_a_plan_twice_is_refused(own_fertilizer_country):
    path = own_fertilizer_country.directory / "config" / "tables" / "erdkk.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["key"] = ["code", "commodity", "farmers"]
    rows = tables()["erdkk"]
    again = (*rows[0][:4], 7, *rows[0][5:])
    write_office_table(own_fertilizer_country.directory / "config", "erdkk", [*rows, again])
    path.write_text(yaml.safe_dump(content), "utf-8")
    catalog = load(own_fertilizer_country.directory / "config")
    ingest(own_fertilizer_country.store, catalog, ["erdkk"], actor="tests", progress=silent)
    with pytest.raises(InputError, match="more than one row of the same code and commodity"):
        need_of(own_fertilizer_country.store, catalog, catalog.allocations[PLAN])


def test_a_table_that_is_not_published_is_named_and_the_other_steps_go_on(fertilizer_country):
    published = {**fertilizer_country.snapshot.layers}
    del published["erdkk"]
    plan = fertilizer_country.catalog.allocations[PLAN]
    with pytest.raises(InputError, match="needs the table 'erdkk', which is not published"):
        need_of(fertilizer_country.store, fertilizer_country.catalog, plan, published)


def test_a_plan_that_cannot_be_worked_out_is_a_finding_of_the_evaluation(own_fertilizer_country):
    offered(own_fertilizer_country, "erdkk", edited("erdkk", of_no_commodity))
    catalog, store = own_fertilizer_country.catalog, own_fertilizer_country.store
    report = evaluate(store, catalog, ["rice_irrigated"], actor="tests", progress=silent)
    assert [each.layer for each in report.findings if each.check == "need_not_made"] == [NEED]


def test_units_without_a_row_are_listed(own_fertilizer_country):
    kept = [row for row in tables()["erdkk"] if row[0] != "01.03.02"]
    path = own_fertilizer_country.directory / "config" / "tables" / "erdkk.yaml"
    write_office_table(own_fertilizer_country.directory / "config", "erdkk", kept)
    assert path.exists()
    ingest(
        own_fertilizer_country.store,
        own_fertilizer_country.catalog,
        ["erdkk"],
        actor="tests",
        progress=silent,
    )
    told = [each for each in need(own_fertilizer_country).findings if each.check == "units_without_rows"]
    assert [each.evidence["codes"] for each in told] == [["01.03.02"]]
