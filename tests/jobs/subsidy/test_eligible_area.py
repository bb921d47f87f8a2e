"""The area that a need goes by: of the register, of the table where that has more; what is told of both."""

from dataclasses import replace

import numpy as np
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.jobs.subsidy.need import need_of
from tests.jobs.conftest import copied
from tests.jobs.subsidy.conftest import need
from tests.subsidised import DISTRICTS, MAIZE_HA, PLAN, RICE_HA, tables, write_office_table


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
    assert (place["code"], place["planted_ha"]) == ("01.02.02", 99_999.0)
    assert 0 < place["land_ha"] < 33_333
    assert f"01.02.02 rice 99,999.0 on {place['land_ha']:,.1f} ha" in told.message


def test_what_the_land_carries_three_times_a_year_is_not_told(found):
    assert "area_beyond_land" not in {each.check for each in found.findings}


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
