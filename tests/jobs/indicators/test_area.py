"""Indicators of any area."""

import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.indicators.area import indicator_of_area
from tests.jobs.indicators.conftest import Carbon


def asked(carbon: Carbon, indicator: str, **area: object) -> dict:
    return indicator_of_area(
        carbon.store, carbon.catalog, carbon.snapshot, area=area or {"region": "01.01"}, indicator=indicator
    )


def test_a_region_is_told_as_its_table_tells_it(carbon):
    answer = asked(carbon, "soc")
    rows = carbon.measurement.level("regencies").rows
    row = rows[(rows["code"] == "01.01") & (rows["threshold"] == "soc_low") & (rows["year"] == "2020")].iloc[
        0
    ]
    newest = answer["values"][0]
    assert [value["year"] for value in answer["values"]] == ["2020", "2010"]
    assert newest["value"] == pytest.approx(row["value"], rel=1e-6)
    assert newest["thresholds"][0]["affected_ha"] == pytest.approx(row["affected_ha"], rel=1e-6)
    assert newest["thresholds"][0]["counts"]
    assert [each["layer"] for each in newest["layers"]] == ["soc", "soc_sd"]
    assert newest["layers"][0]["version"] == carbon.snapshot.layers["soc"]


def test_a_box_and_an_index_are_answered_too(carbon):
    west, south, east, north = 120.02, -7.05, 120.04, -7.02
    answer = asked(carbon, "health", bbox=[west, south, east, north])
    assert 0 <= answer["values"][0]["value"] <= 100
    assert answer["values"][0]["total_ha"] == pytest.approx(730, rel=0.05)


def test_the_parts_of_an_index_are_told_with_their_scores_and_make_it(carbon):
    answer = asked(carbon, "health")
    parts = answer["parts"]
    assert [each["part"] for each in parts] == [
        each.indicator for each in carbon.catalog.indicator("health").parts
    ]
    whole = sum(each["score"] * each["weight"] for each in parts) / sum(each["weight"] for each in parts)
    assert answer["values"][0]["value"] == pytest.approx(whole, rel=1e-5)
    assert asked(carbon, "soc")["parts"] == []


def test_what_cannot_be_told_says_what_is_lacking(carbon):
    with pytest.raises(InputError, match="'k_exch' is not told: no layer is published of: Exchangeable pot"):
        asked(carbon, "k_exch")
    with pytest.raises(UnknownNameError, match="no indicator 'fertility'"):
        asked(carbon, "fertility")


def test_land_without_data_is_said_to_be_so(carbon):
    answer = asked(carbon, "soc", bbox=[120.0, -7.05, 120.004, -7.02])
    assert answer["values"][0]["value"] is None
    assert answer["values"][0]["covered_pct"] == 0
    assert "no data here" in answer["values"][0]["note"]
