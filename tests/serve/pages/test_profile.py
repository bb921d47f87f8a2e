"""The page of a soil profile, and its depth plots."""

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import httpx
import pytest

Refused = Callable[..., str]
PAGE = "/collections/profiles/items"


@pytest.fixture
def client(surveyed_client: httpx.Client) -> httpx.Client:
    """``refused`` asks the server with the profiles."""
    return surveyed_client


def page(client: httpx.Client, id: str, language: str = "en") -> str:
    answer = client.get(f"{PAGE}/{id}", params={"f": "html", "lang": language})
    assert answer.status_code == 200, answer.text
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    return answer.text


def test_a_person_sees_the_horizons_and_how_each_value_was_come_by(client: httpx.Client):
    text = page(client, "legacy.L1")
    assert "6.63" in text
    assert "0.40" in text
    assert "Converted from Soil pH in calcium chloride by" in text
    assert 'href="#equation-ph_cacl2_davies_1971"' in text
    assert 'id="equation-ph_cacl2_davies_1971"' in text
    assert 'href="#legacy.L1.1"' in text, "leads to the horizon that a value rests on"
    assert 'id="legacy.L1.1"' in text
    assert "Bedrock" in text
    assert "the middle of a cell of 1,000 m" in text


def test_the_trace_goes_down_to_the_specimen(client: httpx.Client):
    text = page(client, "survey.P1")
    assert "Central laboratory" in text
    assert "pHH2O_ratio1-5" in text
    assert "/collections/observations/items/survey.P1.1.ph_h2o" in text


def test_what_is_shared_as_a_place_alone_says_so(client: httpx.Client):
    assert "lets the public see where it is, and no values" in page(client, "legacy.L2")
    assert "hanya membuka letaknya" in page(client, "legacy.L2", "id")
    assert "/locations/legacy.L2" not in page(client, "legacy.L2"), "its horizons are no file to be read"
    assert "/locations/survey.P1?f=CSV" in page(client, "survey.P1")


def test_a_profile_that_nobody_knows_the_place_of_has_a_page(client: httpx.Client):
    assert "not known" in page(client, "survey.P3")


def test_a_depth_plot_is_a_picture_in_the_language_asked_for(client: httpx.Client):
    answer = client.get("/profiles/legacy.L1/plot.svg", params={"property": "ph_h2o", "lang": "id"})
    assert answer.headers["content-type"] == "image/svg+xml"
    told = "".join(ElementTree.fromstring(answer.text).itertext())
    assert "Kedalaman" in told
    assert "legacy.L1" in told


def test_a_depth_plot_says_whose_data_it_shows_as_the_process_does(client: httpx.Client):
    pictured = client.get("/profiles/legacy.L1/plot.svg", params={"property": "ph_h2o"})
    asked = {"inputs": {"profile": "legacy.L1", "properties": ["ph_h2o"]}}
    answer = client.post("/processes/harmonize-profile/execution", json=asked).json()
    assert answer["source"]
    assert answer["source"] in "".join(ElementTree.fromstring(pictured.text).itertext())


@pytest.mark.parametrize(
    ("id", "params", "status", "reason"),
    [
        ("legacy.L1", {"property": "colour"}, 400, "no property 'colour'"),
        ("legacy.L2", {"property": "ph_h2o"}, 404, "legacy.L2"),
        ("legacy.L1", {"property": "ph_h2o", "width": "9"}, 400, "from 320"),
    ],
)
def test_a_plot_that_cannot_be_drawn_is_refused(
    refused: Refused, id: str, params: dict[str, str], status: int, reason: str
):
    assert reason in refused(f"/profiles/{id}/plot.svg", status, params=params)


def test_the_panel_of_a_place_names_the_nearest_profiles(client: httpx.Client):
    near = client.get("/panels/point", params={"at": "120.31,-7.2", "lang": "id"}).json()["profiles"]
    assert [each["id"] for each in near] == ["survey.P1", "survey.P2", "legacy.L1"]
    assert near[0]["distance"] == "berjarak 1,1 km"
    assert client.get(near[0]["href"], params={"f": "html"}).status_code == 200


def test_profiles_are_a_layer_of_the_map_with_their_legend(client: httpx.Client):
    text = client.get("/map", params={"over": "profiles"}).text
    data = text.partition('id="map-data">')[2].partition("</script>")[0]
    layers = {layer["id"]: layer for layer in json.loads(data)["style"]["layers"]}
    assert layers["profiles"]["type"] == "circle"
    assert "place only" in text


def test_the_landing_page_shows_where_profiles_are(client: httpx.Client):
    text = client.get("/", params={"f": "html"}).text
    (path,) = re.findall(r'src="(/profiles/\w+\.svg)"', text)
    picture = ElementTree.fromstring(client.get(path).text)
    assert len(list(picture)) == 4, "one dot for each profile whose place is known"
    assert client.get("/profiles/unknown.svg").status_code == 404
