"""The process soc-stock-change: described, its example run, published profiles compared, refusing."""

from typing import Any

import httpx
import pytest

PATH = "/processes/soc-stock-change"


def ask(client: httpx.Client, **inputs: Any) -> httpx.Response:
    return client.post(f"{PATH}/execution", json={"inputs": inputs})


def even(soc: float, *layers: tuple[float, float, float]) -> list[dict[str, Any]]:
    """Layers (upper, lower, density) of one carbon content without stones."""
    units = {"soc": "%", "bulk_density": "g/cm3", "coarse_fragments": "% vol"}
    return [
        {"upper_cm": upper, "lower_cm": lower, "property": name, "unit": unit, "value": value}
        for upper, lower, density in layers
        for (name, unit), value in zip(units.items(), (soc, density, 0), strict=True)
    ]


def test_the_description_says_what_is_told_and_its_example_was_only_compacted(client: httpx.Client):
    described = client.get(f"{PATH}?lang=id").json()
    assert described["title"] == "Perubahan cadangan karbon organik tanah"
    members = described["outputs"]["result"]["schema"]["properties"]
    assert members["equal_mass"] | {"title": ""} == {"type": "object", "nullable": True, "title": ""}
    answer = client.post(f"{PATH}/execution", json=described["example"])
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told.keys() == members.keys()
    assert told["fixed_depth"]["change_t_ha"] > 5
    assert told["equal_mass"]["change_t_ha"] == pytest.approx(0, abs=1e-9)
    assert told["equal_mass"]["is_sure"] is False
    assert set(told["sentence"]) == {"en", "id"}


def test_soils_of_ones_own_are_compared_to_a_depth_of_choice(client: httpx.Client):
    first, second = even(2, (0, 60, 1.0)), even(2, (0, 40, 1.5))
    answer = ask(client, first_horizons=first, second_horizons=second, depth_cm=40).json()
    assert answer["fixed_depth"]["change_t_ha"] == pytest.approx(40)
    assert answer["equal_mass"]["change_t_ha"] == pytest.approx(0, abs=1e-9)
    assert [each["code"] for each in answer["warnings"]] == ["no_dates"]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({}, "give either 'first'"),
        (
            {"first": "survey.P1", "second": "survey.P2"},
            "first sampling: profile 'survey.P1' has no coarse_fragments",
        ),
        ({"first": "survey.none", "second": "survey.P1"}, "no profile 'survey.none'"),
        ({"first": "legacy.L2", "second": "survey.P1"}, "shows only the place"),
        ({"first": "survey.P1", "second_horizons": [], "second": "survey.P1"}, "give either 'second'"),
        ({"first": "survey.P1", "second": "survey.P1", "depth_cm": 0}, "input 'depth_cm'"),
        ({"first": "survey.P1", "second": "survey.P1", "colour": 1}, "input 'colour'"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(
    surveyed_client: httpx.Client, inputs: dict[str, Any], reason: str
):
    answer = ask(surveyed_client, **inputs)
    assert answer.status_code == 400, answer.text
    assert reason in answer.json()["detail"]


@pytest.mark.parametrize(
    ("language", "title"), [("en", "First sampling"), ("id", "Pengambilan contoh pertama")]
)
def test_the_page_begins_with_a_soil_that_was_compacted(client: httpx.Client, language: str, title: str):
    page = client.get(f"{PATH}?f=html&lang={language}").text
    assert f"<legend>{title}</legend>" in page
    assert "0,24,bulk_density,g/cm3,1.25,0.05" in page
    assert 'value="2010-08-01"' in page
