"""The processes what-if and compare-scenarios: described, run, refusing what they cannot use."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.serve.maps.pictures import picture

Refused = Callable[..., str]
WHAT_IF = "/processes/what-if/execution"
COMPARE = "/processes/compare-scenarios/execution"
WHOLE = {"region": "01", "crop": "maize"}


def run(client: httpx.Client, path: str, **inputs: object) -> dict[str, Any]:
    answer = client.post(path, json={"inputs": inputs})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    "asked",
    [
        {"what_if": "liming"},
        {"adjustments": "ph_h2o:raise_to:6"},
        {"adjustments": [{"property": "ph_h2o", "raise_to": 6}]},
    ],
)
def test_a_what_if_may_be_named_written_or_given_as_objects(client: httpx.Client, asked: dict[str, Any]):
    result = run(client, WHAT_IF, **WHOLE, **asked)
    assert result["adjust"] == "ph_h2o:raise_to:6"
    assert result["improved_ha"] > 0
    assert result["by_quality"][0]["quality"] == "nr"
    assert result["adjustments"][0]["raise_to"] == 6


def test_what_is_not_asked_is_what_the_suitability_process_answers(client: httpx.Client):
    same = run(client, WHAT_IF, **WHOLE, scenario="potential_low", compare="actual")
    for scenario, member in (("actual", "before_ha"), ("potential_low", "ha")):
        known = run(client, "/processes/land-suitability/execution", **WHOLE, scenario=scenario)
        assert [row[member] for row in same["classes"]] == pytest.approx(
            [row["ha"] for row in known["classes"]]
        )


def test_every_unit_gains_what_its_own_answer_says_and_the_map_of_it_is_linked(client: httpx.Client):
    compared = run(client, COMPARE, crop="maize", what_if="liming")
    assert compared["level"] == "regencies"
    assert len(compared["units"]) == 4
    whole = run(client, WHAT_IF, **WHOLE, what_if="liming")
    assert compared["total"]["improved_ha"] == pytest.approx(whole["improved_ha"], abs=0.1)
    assert picture(client.get("/" + compared["map"])).any()
    tile = compared["tiles"].replace("{z}", "9").replace("{y}", "266").replace("{x}", "427")
    assert picture(client.get("/" + tile)).shape == (256, 256, 4)


def test_edited_rows_go_along_with_the_address_of_the_map(client: httpx.Client):
    slope = {
        "quality": "eh",
        "kind": "numeric",
        "unit": "%",
        "bands": {"S1": [[None, 90]], "N": [[90, None]]},
        "worst_class": "N",
    }
    compared = run(client, COMPARE, crop="maize", criteria={"slope": slope}, irrigated=True)
    assert compared["edited_rows"] == ["slope"]
    assert picture(client.get("/" + compared["map"])).any()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"crop": "baobab"}, "no crop 'baobab'"),
        ({}, "input 'crop' is missing"),
        ({"crop": "maize", "what_if": "marling"}, "no what-if 'marling'; there are: drainage"),
        ({"crop": "maize", "what_if": "liming", "irrigated": True}, "not both"),
        ({"crop": "maize", "adjustments": "ph_h2o:raise_to:20"}, "outside the valid range"),
        ({"crop": "maize", "adjustments": [{"property": "ph"}]}, "exactly one of"),
        ({"crop": "maize", "adjustments": 6}, "adjustments: they are text such as"),
        ({"crop": "maize", "criteria": []}, "criteria: "),
        ({"crop": "maize", "irrigated": 0}, "irrigated: "),
        ({"crop": "maize", "scenario": "future"}, "potential_low"),
        ({"crop": "maize", "compare": "future"}, "no scenario or what-if 'future'"),
        ({"crop": "maize", "colour": "red"}, "no input 'colour'"),
        ({"crop": ["maize"]}, "no crop"),
    ],
)
def test_inputs_that_cannot_be_used_are_refused(refused: Refused, inputs: dict[str, Any], said: str):
    assert said in refused(WHAT_IF, method="POST", json={"inputs": {"region": "01", **inputs}})
    assert said in refused(COMPARE, method="POST", json={"inputs": inputs})


@pytest.mark.parametrize(
    "inputs",
    [
        {"adjustments": 100_000 * [{"property": "x"}]},
        {"adjustments": ",".join(100_000 * ["x:add:1"])},
        {"criteria": {f"c{at}": {} for at in range(100_000)}},
    ],
)
def test_a_question_without_end_is_not_gone_through(refused: Refused, inputs: dict[str, Any]):
    asked = {"inputs": {"region": "01.02", "crop": "maize", **inputs}}
    assert "at most 100,000 characters" in refused("/processes/what-if/execution", method="POST", json=asked)


def test_a_comparison_is_of_the_whole_country(refused: Refused):
    inputs = {"crop": "maize", "region": "01"}
    assert "no input 'region'" in refused(COMPARE, method="POST", json={"inputs": inputs})
    said = refused(COMPARE, method="POST", json={"inputs": {"crop": "maize", "level": "villages"}})
    assert "no published level 'villages'; there are: nation, provinces, regencies" in said
    for level in ({}, 1, ""):
        assert "level" in refused(COMPARE, method="POST", json={"inputs": {"crop": "maize", "level": level}})


@pytest.mark.parametrize("process", ["what-if", "compare-scenarios"])
def test_a_process_is_described_with_an_example_that_runs(client: httpx.Client, process: str):
    described = client.get(f"/processes/{process}?lang=id").json()
    members = described["outputs"]["result"]["schema"]["properties"]
    answer = client.post(f"/processes/{process}/execution", json=described["example"])
    assert answer.status_code == 200, answer.text
    assert {*answer.json()} <= {*members}
    page = client.get(f"/processes/{process}?f=html&lang=id")
    assert page.status_code == 200
    assert "Pengapuran sampai pH 6,0" in page.text
