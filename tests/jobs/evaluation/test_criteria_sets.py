"""Criteria of a region, and fallback tables: where each is used, and that the result says so."""

import numpy as np
import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.planning.area import land_suitability
from tests.trial import CELLS, NOTHING_IS_FLAT, STEEP_IS_FINE, Trial

HALF = CELLS // 2
LAND = np.s_[:, CELLS // 10 :]


def test_the_cells_of_a_region_follow_its_own_table_and_no_others(trial: Trial):
    trial.add("hills", "01.02", slope=STEEP_IS_FINE)
    trial.evaluated(names=["maize"])
    limited = trial.slope_limits()
    assert not limited[:HALF, HALF:].any()
    assert limited[:HALF, CELLS // 10 : HALF].all()
    assert limited[HALF:, CELLS // 10 :].all()


def test_the_finer_of_two_units_wins(trial: Trial):
    trial.add("province", "01", slope=STEEP_IS_FINE)
    trial.add("regency", "01.02", slope=NOTHING_IS_FLAT)
    trial.evaluated(names=["maize"])
    limited = trial.slope_limits()[LAND]
    assert limited[:HALF, HALF - CELLS // 10 :].all()
    assert not limited[HALF:].any()


def test_a_row_given_as_null_plays_no_part_in_the_region(trial: Trial):
    trial.add("flat", "01.02", slope=None)
    trial.evaluated(names=["maize"])
    assert not trial.slope_limits()[:HALF, HALF:].any()
    assert trial.slope_limits()[HALF:, CELLS // 10 :].all()


def test_the_result_says_which_criteria_were_used_and_where(trial: Trial):
    trial.add("hills", "01.02", slope=STEEP_IS_FINE)
    trial.evaluated(names=["maize"])
    version = trial.store.ledger.version("suitability_maize", trial.layers["suitability_maize"])
    told = [(each["region"], each["criteria_set"], each["edition"]) for each in version.metadata["criteria"]]
    assert told == [(None, "lasem", trial.catalog.crop("maize").edition), ("01.02", "hills", "1")]
    assert len({each["fingerprint"] for each in version.metadata["criteria"]}) == 2
    assert version.inputs["regencies"] == trial.layers["regencies"]
    assert trial.rows("regencies")["regional_criteria"].to_dict() == {
        "01.01": "",
        "01.02": "hills",
        "01.03": "",
        "01.04": "",
    }
    assert trial.rows("provinces")["regional_criteria"].to_dict() == {"01": "hills"}


def test_an_area_lists_the_criteria_with_the_hectares_that_each_holds_for(trial: Trial):
    trial.add("hills", "01.02", slope=STEEP_IS_FINE)
    trial.evaluated(names=["maize"])
    ask = {"store": trial.store, "catalog": trial.catalog, "snapshot": trial.store.ledger.current()}
    answer = land_suitability(**ask, area={"region": "01"}, crop="maize")
    assert [each["criteria_set"] for each in answer["criteria"]] == ["lasem", "hills"]
    assert sum(each["ha"] for each in answer["criteria"]) == pytest.approx(answer["total_ha"], rel=1e-6)
    assert answer["criteria"][1]["ha"] == pytest.approx(answer["total_ha"] / 4, rel=0.01)
    within = land_suitability(**ask, area={"region": "01.02"}, crop="maize")
    assert [each["region"] for each in within["criteria"]] == ["01.02"]
    assert "eh" not in {each["quality"] for each in within["limiting"]}


def test_a_changed_regional_table_makes_the_crop_anew_and_an_unchanged_one_does_not(trial: Trial):
    trial.add("hills", "01.02", slope=STEEP_IS_FINE)
    trial.evaluated(names=["maize"])
    assert trial.evaluated(names=["maize"]).snapshot is None
    trial.add("hills", "01.02", slope=NOTHING_IS_FLAT)
    assert "suitability_maize" in trial.evaluated(names=["maize"]).published


def test_criteria_of_a_unit_that_is_not_published_are_told_and_not_used(trial: Trial):
    trial.add("nowhere", "09.99", slope=STEEP_IS_FINE)
    report = trial.evaluated(names=["maize"])
    (finding,) = [each for each in report.findings if each.check == "unknown_region"]
    assert "'09.99'" in finding.message
    assert trial.slope_limits()[LAND].all()


# ---- fallback tables ----


def test_a_fallback_is_evaluated_only_when_it_is_asked_for(trial: Trial):
    trial.evaluated()
    assert "suitability_cassava" not in trial.layers
    with pytest.raises(InputError, match="soilinfo evaluate --fallback cassava"):
        trial.evaluated(names=["cassava"])
    report = trial.evaluated(fallback=["cassava"])
    assert "suitability_cassava" in report.published
    assert "suitability_maize" not in report.published
    assert "cassava" in set(
        trial.store.vector.read("suitability_by_regencies", trial.layers["suitability_by_regencies"])["crop"]
    )


def test_a_fallback_says_whose_criteria_it_holds_in_both_languages(trial: Trial):
    report = trial.evaluated(fallback=["cassava"])
    (finding,) = [each for each in report.findings if each.check == "fallback_criteria"]
    assert finding.severity == "warn"
    assert "not Indonesian" in finding.message
    assert "bukan kriteria Indonesia" in finding.message
    title = trial.catalog.crop("cassava").title
    assert title["en"].startswith("Cassava (fallback criteria: LUSET")
    assert title["id"].startswith("Singkong/ubi kayu (kriteria pengganti: LUSET")
    version = trial.store.ledger.version("suitability_cassava", trial.layers["suitability_cassava"])
    assert version.metadata["criteria_set"] == "luset"


def test_only_crops_without_a_table_of_the_nation_have_a_fallback(trial: Trial):
    with pytest.raises(UnknownNameError, match="no fallback table for the crop 'maize'"):
        trial.evaluated(fallback=["maize"])
