"""The process harmonize-profile: described, run on a published profile and on one's own, drawn, refusing."""

import json
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

PATH = "/processes/harmonize-profile"
CLAY = [
    {"upper_cm": upper, "lower_cm": lower, "property": "clay", "unit": "%", "value": value}
    for upper, lower, value in ((0, 15, 18.5), (15, 45, 35.0), (45, 80, 32.5))
]


def ask(client: httpx.Client, form: str = "json", **inputs: Any) -> httpx.Response:
    return client.post(f"{PATH}/execution?f={form}", json={"inputs": inputs})


def test_a_profile_of_ones_own_is_told_at_the_depths_asked_for(surveyed_client: httpx.Client):
    asked = {"intervals": [[0, 5], [60, 100]], "properties": ["clay"], "bedrock_cm": 95}
    answer = ask(surveyed_client, horizons=CLAY, **asked).json()
    first, last = answer["harmonized"]
    assert (first["value"], last["value"]) == (pytest.approx(16.259, abs=5e-4), pytest.approx(31.2, abs=5e-4))
    assert (first["covered_pct"], last["covered_cm"]) == (100, 20)
    assert last["sentence"]["id"].startswith("Liat, 60–100 cm: 31,2 %, galat tidak diketahui")
    (drawn,) = answer["drawings"]
    assert [each["value"] for each in drawn["horizons"]] == [18.5, 35.0, 32.5]
    assert drawn["curves"][0][0][0] == 0


def test_a_published_profile_is_told_with_the_versions_that_it_was_read_from(surveyed_client: httpx.Client):
    answer = ask(surveyed_client, profile="survey.P1", intervals=[[0, 30]]).json()
    assert {each["layer"] for each in answer["read"]} == {"profiles", "horizons", "observations"}
    told = {each["property"]: each for each in answer["harmonized"]}
    assert 5.3 < told["ph_h2o"]["value"] < 5.7
    assert told["ph_h2o"]["observations"]


def test_it_is_drawn_in_the_language_of_the_request(surveyed_client: httpx.Client):
    body = {"inputs": {"horizons": CLAY, "properties": ["clay"]}}
    answer = surveyed_client.post(f"{PATH}/execution?f=svg&lang=id", json=body)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    words = [
        each.text for each in ElementTree.fromstring(answer.content).iter() if each.tag.endswith("}text")
    ]
    assert "Liat (%), profil sendiri" in words


def test_it_is_drawn_as_wide_as_the_screen_of_who_asks(surveyed_client: httpx.Client):
    asked = {"horizons": CLAY, "properties": ["clay"]}
    narrow = ElementTree.fromstring(ask(surveyed_client, "svg", plot_width=360, **asked).content)
    assert narrow.get("width") == "360"
    refused = ask(surveyed_client, "svg", plot_width=3, **asked)
    assert refused.status_code == 400
    assert "plot_width" in refused.json()["detail"]


def test_the_description_says_what_a_value_needs_and_its_example_runs(client: httpx.Client):
    told = client.get(f"{PATH}?lang=id").json()
    assert told["title"] == "Profil tanah terharmonisasi"
    assert told["jobControlOptions"] == ["sync-execute"]
    value = told["inputs"]["horizons"]["schema"]["items"]
    assert {"upper_cm", "lower_cm", "unit", "value"} == {*value["required"]}
    answer = client.post(f"{PATH}/execution", json=told["example"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["harmonized"]
    drawn = client.post(f"{PATH}/execution?f=svg", json=told["example"])
    assert drawn.content.startswith(b"<svg")


def without(name: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in CLAY[0].items() if key != name}]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({}, "either 'profile'"),
        ({"profile": "survey.P1", "horizons": CLAY}, "either 'profile'"),
        ({"profile": "survey.P9"}, "no profile 'survey.P9'"),
        ({"profile": "legacy.L2"}, "shows only the place"),
        ({"profile": "survey.P1", "bedrock_cm": 80}, "a published profile has its own"),
        ({"horizons": without("unit")}, "value 1: unit is missing: it is never guessed"),
        ({"horizons": without("upper_cm")}, "value 1: upper_cm is missing"),
        ({"horizons": [CLAY[0] | {"lower_cm": -5}]}, "value 1: lower_cm"),
        ({"horizons": [CLAY[0], CLAY[1] | {"upper_cm": 10}]}, "overlap: 0-15 cm and 10-45 cm"),
        ({"horizons": [CLAY[0] | {"procedure": "thumb"}]}, "no procedure 'thumb'"),
        ({"horizons": CLAY * 400}, "at most 1,000 values"),
        ({"horizons": CLAY, "intervals": [[30, 0]]}, "goes down"),
        ({"horizons": CLAY, "intervals": [[0, "deep"]]}, "input 'intervals.0.1'"),
        ({"horizons": CLAY, "smoothing": -1}, "0 or more"),
        ({"horizons": CLAY, "properties": ["gold"]}, "no property 'gold'"),
        ({"horizons": CLAY, "equations": {"clay": ["alchemy"]}}, "no equation 'alchemy'"),
        ({"horizons": CLAY, "colour": "red"}, "no input 'colour'"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(
    surveyed_client: httpx.Client, inputs: dict[str, Any], reason: str
):
    answer = ask(surveyed_client, **inputs)
    assert answer.status_code == 400, answer.text
    assert reason in answer.json()["detail"]


def test_a_number_that_is_none_is_refused(client: httpx.Client):
    body = json.dumps({"inputs": {"horizons": [CLAY[0] | {"value": float("nan")}]}})
    answer = client.post(f"{PATH}/execution", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_plot_shows_one_property(surveyed_client: httpx.Client):
    answer = ask(surveyed_client, form="svg", profile="survey.P1")
    assert answer.status_code == 400
    assert "choose it with 'properties'" in answer.json()["detail"]


@pytest.mark.parametrize(("language", "title"), [("en", "Harmonized soil profile"), ("id", "Profil tanah")])
def test_the_page_has_rows_to_begin_with(client: httpx.Client, language: str, title: str):
    page = client.get(f"{PATH}?f=html&lang={language}").text
    assert f"<h1>{title}" in page
    assert "15,45,Bt1,clay,%,35.0,1.8" in page
    assert '<option value="clay" selected>' in page
