"""Indicators of a small country, beside counting its cells."""

from math import fsum

import numpy as np
import pandas as pd
import pytest

from soilinfo.jobs.indicators.health import index_rows
from tests.jobs.indicators.conftest import Carbon

REGENCY = "01.01"


@pytest.fixture(scope="module")
def rows(carbon: Carbon) -> pd.DataFrame:
    return carbon.measurement.level("regencies").rows.set_index(["code", "indicator", "year", "threshold"])


def hectares(carbon: Carbon, which: np.ndarray) -> float:
    return fsum(carbon.weights(REGENCY)[which])


def mean(carbon: Carbon, values: np.ndarray) -> float:
    weights = np.where(np.isnan(values), 0, carbon.weights(REGENCY))
    return fsum((weights * np.nan_to_num(values)).ravel()) / fsum(weights.ravel())


def test_a_mean_and_its_land_are_those_of_the_cells(carbon, rows):
    soc, row = carbon.cells["soc"], rows.loc[REGENCY, "soc", "2020", "soc_low"]
    assert row["value"] == pytest.approx(mean(carbon, soc))
    assert row["valid_ha"] == pytest.approx(hectares(carbon, ~np.isnan(soc)))
    assert row["nodata_ha"] == pytest.approx(hectares(carbon, np.isnan(soc)))
    assert row["total_ha"] == pytest.approx(row["valid_ha"] + row["nodata_ha"])
    assert row["covered_pct"] == pytest.approx(100 * row["valid_ha"] / row["total_ha"], abs=1e-4)


def test_the_interval_takes_errors_of_all_cells_as_one(carbon, rows):
    row = rows.loc[REGENCY, "soc", "2020", "soc_low"]
    half = 1.645 * mean(carbon, carbon.cells["soc_sd"])
    assert (row["lower"], row["upper"]) == pytest.approx((row["value"] - half, row["value"] + half))
    assert row["uncertainty"] == "correlated_sd"


def test_affected_land_has_a_least_and_a_most(carbon, rows):
    soc, sd = carbon.cells["soc"], carbon.cells["soc_sd"]
    row = rows.loc[REGENCY, "soc", "2020", "soc_low"]
    assert row["affected_ha"] == pytest.approx(hectares(carbon, soc <= 2))
    assert row["affected_lower_ha"] == pytest.approx(hectares(carbon, np.round(soc + 1.645 * sd, 6) <= 2))
    assert row["affected_upper_ha"] == pytest.approx(hectares(carbon, np.round(soc - 1.645 * sd, 6) <= 2))
    assert row["affected_pct"] == pytest.approx(100 * row["affected_ha"] / row["valid_ha"], abs=1e-4)


def test_further_thresholds_tell_how_much_hangs_on_the_choice(carbon, rows):
    row = rows.loc[REGENCY, "soc", "2020", "soc_very_low"]
    assert row["affected_ha"] == pytest.approx(hectares(carbon, carbon.cells["soc"] <= 1))
    assert not row["is_first"]
    assert rows.loc[REGENCY, "soc", "2020", "soc_low"]["is_first"]


def test_each_year_of_the_layers_has_rows_of_its_own(carbon, rows):
    before = rows.loc[REGENCY, "soc", "2010", "soc_low"]
    assert before["value"] == pytest.approx(mean(carbon, carbon.cells["soc_2010"]))
    assert before["uncertainty"] == "unknown"
    assert np.isnan(before["lower"])
    assert np.isnan(before["affected_upper_ha"])


def test_a_change_counts_its_edges_and_leaves_out_what_had_no_carbon(carbon, rows):
    before, after = (np.rint(100 * carbon.cells[name]) for name in ("soc_2010", "soc"))
    known = before > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        change = 100 * (after - before) / before
    row = rows.loc[REGENCY, "soc_change", "2020", "soc_change_loss"]
    assert row["value"] == pytest.approx(mean(carbon, np.where(known, change, np.nan)), abs=1e-4)
    assert row["valid_ha"] == pytest.approx(hectares(carbon, known))
    assert row["affected_ha"] == pytest.approx(hectares(carbon, known & (10 * (before - after) >= before)))
    assert row["period"] == "2010/2020"


def test_a_stock_is_computed_cell_by_cell_from_content_density_and_stones(carbon, rows):
    stock = 10 * carbon.cells["soc"] * 1.25 * 0.9 * 30 * 0.1
    row = rows.loc[REGENCY, "soc_stock", "2020", ""]
    assert row["value"] == pytest.approx(mean(carbon, stock), rel=1e-6)
    assert {each.partition("@")[0] for each in row["layers"].split(", ")} == {
        "soc",
        "bulk_density",
        "coarse_fragments",
    }
    assert np.isnan(row["affected_ha"])  # there is no threshold


def test_a_share_of_classes_is_of_the_land_with_data(carbon, rows):
    row = rows.loc[REGENCY, "drainage", "undated", ""]
    assert 0 < row["value"] < 100
    assert row["affected_ha"] == pytest.approx(row["value"] / 100 * row["valid_ha"], rel=1e-6)
    assert row["land"] == "unknown"


def test_a_layer_of_another_depth_is_told_and_not_converted(carbon, rows):
    row = rows.xs("cec", level="indicator").iloc[0]
    assert (row["upper_cm"], row["lower_cm"]) == (0, 5)
    (finding,) = [each for each in carbon.measurement.findings if each.check == "other_depth"]
    assert "cec is defined at 0-30 cm and was measured on a layer of 0-5 cm" in finding.message


def test_a_level_that_is_summed_from_another_adds_up(carbon, rows):
    province = carbon.measurement.level("provinces").rows.set_index(["indicator", "year", "threshold"])
    whole, parts = (
        province.loc["soc", "2020", "soc_low"],
        rows.xs(("soc", "2020", "soc_low"), level=[1, 2, 3]),
    )
    assert whole["affected_ha"] == pytest.approx(parts["affected_ha"].sum(), abs=1e-4)
    assert whole["value"] == pytest.approx(np.average(parts["value"], weights=parts["valid_ha"]), rel=1e-9)


def test_an_index_shows_its_parts(carbon, rows):
    level = carbon.measurement.level("regencies")
    parts = level.parts.set_index(["code", "indicator"]).loc[REGENCY]
    soc = rows.loc[REGENCY, "soc", "2020", "soc_low"]["value"]
    assert parts.loc["soc", "score"] == pytest.approx(100 * min(max((soc - 1) / 2, 0), 1))
    whole = (3 * parts.loc["soc", "score"] + parts.loc["ph_h2o", "score"]) / 4
    assert rows.loc[REGENCY, "health", "2020", ""]["value"] == pytest.approx(whole)
    assert parts.loc["soc", "index_score"] == pytest.approx(whole)


def test_what_is_lacking_is_told_in_every_language(carbon):
    missing = carbon.measurement.missing
    assert missing["k_exch"] == {
        "en": "no layer is published of: Exchangeable potassium",
        "id": "tidak ada layer terbit untuk: Kalium dapat ditukar",
    }
    assert "soc" not in missing


def test_measuring_again_gives_the_same_bits(carbon):
    one, other = (carbon.measurement.level("provinces").rows for _ in range(2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_land_of_an_index_is_in_each_unit_that_of_its_scarcest_part(carbon):
    def part(indicator, *valid_ha):
        valid = np.array(valid_ha, float)
        areas = {"total_ha": 10.0, "valid_ha": valid, "nodata_ha": 10 - valid, "covered_pct": 10 * valid}
        told = {"indicator": indicator, "year": "2020", "layers": indicator, "land": "all", "is_first": True}
        return pd.DataFrame(areas | told).assign(value=2.0)

    (index,) = index_rows(carbon.catalog, [part("soc", 9, 1), part("ph_h2o", 4, 8)])
    assert index["valid_ha"].tolist() == [4, 1]
    assert index["nodata_ha"].tolist() == [6, 9]


def test_a_part_of_less_land_is_not_the_scarcest_if_more_of_it_is_known(carbon):
    def part(indicator, total, valid):
        areas = {"total_ha": [total], "valid_ha": [valid], "nodata_ha": [total - valid]}
        told = {"indicator": indicator, "year": "2020", "layers": indicator, "land": "all", "is_first": True}
        return pd.DataFrame(areas | {"covered_pct": [100 * valid / total]} | told).assign(value=2.0)

    (index,) = index_rows(carbon.catalog, [part("soc", 100.0, 90.0), part("ph_h2o", 80.0, 79.0)])
    assert index[["total_ha", "nodata_ha", "covered_pct"]].iloc[0].tolist() == [100, 10, 90]
