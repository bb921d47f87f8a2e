"""The process best-crops: described, run as its example says, refusing what is no crop and no weight."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]
ASK = "/processes/best-crops/execution"
THREE = ["maize", "cocoa", "rice_irrigated"]


def test_it_is_described_in_the_readers_language_and_its_example_runs(client: httpx.Client):
    described = client.get("/processes/best-crops?lang=id").json()
    assert described["title"] == "Komoditas terbaik suatu area"
    assert "cocoa" in described["inputs"]["crops"]["schema"]["items"]["enum"]
    answer = client.post(ASK, json=described["example"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["ranking"][0]["rank"] == 1


def test_a_region_agrees_with_its_rows_in_the_table(client: httpx.Client):
    inputs = {"region": "01.02", "crops": THREE}
    for row in client.post(ASK, json={"inputs": inputs}).json()["ranking"]:
        item = client.get(f"/collections/direction_by_regencies/items/01.02.{row['crop']}").json()
        told = item["properties"]
        assert row["suitable_ha"] == pytest.approx(told["suitable_ha"], abs=1e-3)
        assert row["rank"] == told["rank"]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"crops": "maize"}, "must be a list of crops"),
        ({"crops": ["durain"]}, "Did you mean 'durian'"),
        ({"weights": ["maize"]}, "must be an object"),
        ({"weights": {"maize": "much"}}, "must be a number above 0"),
        ({"weights": {"maize": True}}, "must be a number above 0"),
        ({"crops": ["maize", "maize"]}, "each crop once"),
        ({"wieghts": {}}, "no input 'wieghts'"),
    ],
)
def test_what_it_cannot_use_is_named(refused: Refused, inputs: dict[str, object], reason: str):
    asked = {"inputs": {"region": "01.02", **inputs}}
    assert reason in refused(ASK, method="POST", json=asked)


def test_the_map_of_the_best_crop_has_a_colour_and_a_name_for_each_crop(client: httpx.Client):
    page = client.get("/collections/direction?f=html&lang=id").text
    assert "Arahan komoditas" in page
    assert "Kakao" in page
    assert "Komoditas dibandingkan menurut" in page
    picture = client.get("/collections/direction/map?f=png&width=100&height=100")
    assert picture.headers["content-type"] == "image/png"
