"""The tables that offices send: written as they would, after the land, and clean but where planted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine

from soilinfo.catalog.models import Table
from soilinfo.findings import Finding
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import Rows, read_rows
from soilinfo.sample import decrees, erdkk, plantings, uptake
from soilinfo.sample.farmland import KINDS, STATUS_EDGES, farmland
from soilinfo.sample.gazetteer import REGENCIES
from tests.sample.nation import Nation

SUMMED = {"blank_rows": ("note", 1), "totals_rows": ("note", 1)}
NOTED = {"planted_areas": SUMMED, "legal_totals": {"totals_rows": ("note", 1)}}
TABLES = (
    "planted_areas",
    "paddy_land",
    "erdkk",
    "farmers",
    "redeemed",
    "priority",
    "paddy_doses",
    "legal_totals",
)


def _read(nation: Nation, name: str, file: str = "") -> tuple[Table, Rows, list[Finding]]:
    table = nation.catalog.table(name)
    cells = read_cells(str(nation.directory / f"{file or name}.csv"), table)
    rows = read_rows(cells, table)
    units = nation.units[table.unit_level]
    names = dict(zip(units.codes, units.names, strict=True))
    return table, rows, judge_table(TableEvidence(name, table, cells, rows, names))


def _frame(nation: Nation, name: str) -> pd.DataFrame:
    return _read(nation, name)[1].frame


@pytest.fixture(scope="module")
def land(nation: Nation) -> pd.DataFrame:
    return farmland(nation.directory, nation.units["districts"])


def test_every_table_of_the_configuration_is_written(nation: Nation) -> None:
    assert set(nation.catalog.tables) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_in_with_nothing_but_its_sums_and_blanks_left_out(nation: Nation, name: str) -> None:
    _, rows, found = _read(nation, name)
    assert {each.check: (each.severity, each.count) for each in found} == NOTED.get(name, {})
    assert len(rows.frame)


def test_of_a_larger_nation_the_sample_s_part_counts(
    nation: Nation, land: pd.DataFrame, tmp_path: Path
) -> None:
    for layer in ("land_cover", *STATUS_EDGES):
        with rasterio.open(nation.path(layer)) as file:
            around = np.pad(file.read(1), ((30, 0), (60, 90)), constant_values=file.nodata)
            size = {"height": around.shape[0], "width": around.shape[1]}
            profile = file.profile | size | {"transform": file.transform @ Affine.translation(-60, -30)}
        with rasterio.open(tmp_path / f"{layer}.tif", "w", **profile) as larger:
            larger.write(around, 1)
    pd.testing.assert_frame_equal(farmland(tmp_path, nation.units["districts"]), land)


def test_offices_count_no_more_farmland_than_there_is(land: pd.DataFrame) -> None:
    planted = plantings.planted(land)
    for kind in KINDS:
        crops = [name for name, each in plantings.PLANTINGS.items() if each.land == kind]
        assert (planted[crops].sum(axis=1) <= land[kind] + 0.5).all(), kind


def test_requests_are_of_less_land_than_is_planted(nation: Nation) -> None:
    planted = _frame(nation, "planted_areas").set_index(["code", "commodity"])["planted_ha"]
    asked = _frame(nation, "erdkk").assign(code=lambda rows: rows["code"].str[:5])
    for office, commodity in plantings.COMMODITIES.items():
        registered = asked[asked["commodity"] == commodity].groupby("code")["area_ha"].sum()
        whole = planted.xs(office, level="commodity").reindex(registered.index)
        assert (registered <= whole.fillna(np.inf) + 0.5).all(), commodity


def test_a_regency_without_figures_for_coffee_has_none_rather_than_zero(nation: Nation) -> None:
    rows = _frame(nation, "planted_areas")
    assert len(rows) == len(REGENCIES) * len(plantings.COMMODITIES)
    without = rows[rows["planted_ha"].isna()]
    assert set(without["commodity"]) == {"kopi"}
    assert set(without["code"].str[:2]) == {plantings.WITHOUT_COFFEE_FIGURES}


def test_a_register_adds_up_to_the_requests_of_its_districts(nation: Nation) -> None:
    plots = _frame(nation, "farmers")
    assert 500 < len(plots) < 5000
    asked = _frame(nation, "erdkk")
    here = asked[asked["code"].str.startswith(erdkk.REGISTERED)].set_index(["code", "commodity"])
    by_unit = plots.groupby(["code", "commodity"]).agg(
        area_ha=("area_ha", "sum"), farmers=("farmer", "nunique")
    )
    np.testing.assert_allclose(here["area_ha"].sort_index(), by_unit["area_ha"].sort_index(), atol=0.006)
    assert here["farmers"].sort_index().tolist() == by_unit["farmers"].sort_index().tolist()


def test_a_few_farmers_have_more_than_two_hectares_in_several_plots(nation: Nation) -> None:
    farms = (
        _frame(nation, "farmers").groupby("farmer").agg(area_ha=("area_ha", "sum"), plots=("plot", "count"))
    )
    large = farms[farms["area_ha"] > 2]
    assert 0.005 < len(large) / len(farms) < 0.2
    assert (large["plots"] > 1).any()


def test_codes_of_another_system_are_caught_by_the_names(nation: Nation) -> None:
    _, rows, found = _read(nation, "erdkk", "erdkk_bps")
    own = _frame(nation, "erdkk")
    assert rows.frame["code"].str.len().eq(own["code"].str.len()).all()
    caught = {each.check: each for each in found}
    assert caught["names_disagree"].severity == "block"
    assert caught["names_disagree"].count > len(own) / 2


def test_the_annex_prints_a_rate_where_there_are_250_ha_of_paddy(nation: Nation, land: pd.DataFrame) -> None:
    annex = _frame(nation, "paddy_doses").set_index("code")
    paddy = land["paddy"].reindex(annex.index)
    assert (annex["urea_kg_ha"].notna() == (paddy >= decrees.LEAST_PADDY_HA)).all()
    assert annex["urea_kg_ha"].isna().any()


def test_five_decreed_rates_are_not_those_of_the_soil(nation: Nation, land: pd.DataFrame) -> None:
    annex = _frame(nation, "paddy_doses").set_index("code").dropna()
    known = land.reindex(annex.index).dropna()
    of_soil = known["p2o5_hcl25"].map(decrees.SP36)
    assert (annex.loc[known.index, "sp36_kg_ha"] != of_soil).sum() <= decrees.FROM_AN_OLDER_SURVEY
    assert (annex["manure_sp36_kg_ha"] >= 0).all()


def test_the_decree_prints_what_the_shipped_plan_divides(nation: Nation) -> None:
    plan = nation.catalog.allocations["subsidy_2026"]
    assert plan.legal_totals
    printed = _frame(nation, plan.legal_totals.table)
    for fertilizer, supply in plan.fertilizers.items():
        assert printed[plan.legal_totals.columns[fertilizer]].sum() == supply.total_t, fertilizer


def test_one_printed_total_is_not_the_sum_of_its_parts(nation: Nation) -> None:
    rows = _frame(nation, "legal_totals").set_index("code")
    off = rows["total_t"] - rows[list(erdkk.FERTILIZERS)].sum(axis=1)
    assert off[off != 0].to_dict() == {decrees.WRONG_TOTAL: decrees.MISPRINT_T}


def test_what_one_district_redeemed_in_a_month_is_not_known(nation: Nation) -> None:
    rows = _frame(nation, "redeemed")
    unknown = rows[rows["urea_t"].isna()]
    assert list(zip(unknown["code"], unknown["month"], strict=True)) == [uptake.NOT_REPORTED]
    asked = _frame(nation, "erdkk").groupby("code")["urea_t"].sum()
    redeemed = rows.groupby("code")["urea_t"].sum()
    assert (redeemed <= 0.5 * asked.reindex(redeemed.index)).all()


def test_paddy_land_of_all_statuses_occurs_and_some_was_never_analysed(land: pd.DataFrame) -> None:
    paddy = land[land["paddy"] >= decrees.LEAST_PADDY_HA]
    assert set(paddy["p2o5_hcl25"].dropna()) == {"low", "medium", "high"}
    assert set(paddy["k2o_hcl25"].dropna()) == {"low", "medium", "high"}
    assert paddy.loc[paddy.index.str.startswith("05"), "k2o_hcl25"].isna().all()
