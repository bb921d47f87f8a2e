"""Soil profiles asked for by id, in areas and within distances: as described, and at common depths."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection

from tests.openapi import openapi_of

Refused = Callable[..., str]

PROFILES = "/collections/profiles"
HARMONIZED = "/collections/harmonized_profiles"
LOCATIONS = f"{PROFILES}/locations"
NEAR = {"coords": "POINT(120.301 -7.2)", "within": "5", "within-units": "km"}


@pytest.fixture
def client(surveyed_client: httpx.Client) -> httpx.Client:
    """``refused`` asks the server with the profiles."""
    return surveyed_client


def asked(client: httpx.Client, path: str, **params: str) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    document = answer.json()
    kind = CoverageCollection if document["type"] == "CoverageCollection" else Coverage
    kind.model_validate_json(answer.text)
    return document


def listed(client: httpx.Client, **params: str) -> list[str]:
    return [feature["id"] for feature in client.get(LOCATIONS, params=params).json()["features"]]


def test_every_profile_is_listed_with_what_it_was_observed_for(client: httpx.Client):
    answer = client.get(LOCATIONS).json()
    assert answer["numberMatched"] == answer["numberReturned"] == 5
    told = {feature["id"]: feature for feature in answer["features"]}
    assert told["survey.P1"]["properties"]["parameter-name"] == ["ph_h2o", "soc", "clay", "texture"]
    assert told["survey.P1"]["geometry"]["coordinates"] == [120.3, -7.2]
    assert told["survey.P3"]["geometry"] is None, "nobody knows where it was"
    assert told["legacy.L2"]["properties"]["share"] == "locations"
    assert told["legacy.L1"]["properties"]["positional_accuracy_m"] == 1000


def test_profiles_are_listed_by_place_time_dataset_and_in_pages(client: httpx.Client):
    assert listed(client, bbox="120.29,-7.21,120.31,-7.19") == ["survey.P1"]
    assert listed(client, datetime="2000-01-01/..") == ["survey.P1", "survey.P2", "survey.P3"]
    assert listed(client, dataset="legacy") == ["legacy.L1", "legacy.L2"]
    page = client.get(LOCATIONS, params={"limit": "3"}).json()
    (following,) = (link["href"] for link in page["links"] if link["rel"] == "next")
    rest = client.get(following).json()["features"]
    assert len(page["features"]) == 3
    assert [each["id"] for each in rest] == ["survey.P2", "survey.P3"]


def test_a_profile_has_a_value_for_each_horizon_at_its_middle_between_its_ends(client: httpx.Client):
    document = asked(client, f"{LOCATIONS}/survey.P1", **{"parameter-name": "ph_h2o,soc", "z": "0/30"})
    assert document["domain"]["domainType"] == "VerticalProfile"
    axes = document["domain"]["axes"]
    assert axes["z"] == {"values": [6, 23], "bounds": [0, 12, 12, 34]}
    assert axes["t"]["values"] == ["2019-06-03T00:00:00Z"]
    assert document["ranges"]["soc"]["values"] == [2.1, 1.2]
    unit = document["parameters"]["soc"]["unit"]["symbol"]["value"]
    assert unit == "%"
    assert "Method" in document["parameters"]["ph_h2o"]["observedProperty"]["description"]["en"]


def test_classes_are_codes_and_what_was_not_observed_is_null(client: httpx.Client):
    document = asked(client, f"{LOCATIONS}/survey.P1", **{"parameter-name": "texture,clay"})
    observed = document["parameters"]["texture"]
    coded = {each.rpartition(".")[2]: code for each, code in observed["categoryEncoding"].items()}
    assert document["ranges"]["texture"]["values"] == [coded["clay_loam"], None, None]
    assert document["ranges"]["clay"]["values"] == [31, 38.5, 44]


def test_horizons_that_overlap_stand_in_coverages_of_their_own_and_without_a_place_there_is_no_point(
    client: httpx.Client,
):
    document = asked(client, f"{LOCATIONS}/survey.P3", **{"parameter-name": "soc"})
    assert [each["domain"]["axes"]["z"]["bounds"] for each in document["coverages"]] == [[0, 20], [15, 40]]
    assert all("x" not in each["domain"]["axes"] for each in document["coverages"])


def test_harmonized_values_are_told_at_common_depths_with_their_deviation(client: httpx.Client):
    document = asked(client, f"{HARMONIZED}/locations/legacy.L1", **{"parameter-name": "ph_h2o,ph_h2o_sd"})
    standard, further = document["coverages"]
    assert standard["domain"]["axes"]["z"]["bounds"] == [0, 5, 5, 15, 15, 30, 30, 60]
    assert standard["ranges"]["ph_h2o"]["values"] == [6.5, 6.6, 6.7, 7.0]
    assert standard["ranges"]["ph_h2o_sd"]["values"] == [0.4] * 4
    assert further["domain"]["axes"]["z"]["bounds"] == [0, 30], "30-100 cm is bedrock, and left out"
    (group,) = document["parameterGroups"]
    assert group["members"] == ["ph_h2o", "ph_h2o_sd"]


def test_the_nearest_profiles_come_first(client: httpx.Client):
    document = asked(client, f"{PROFILES}/radius", **NEAR, **{"parameter-name": "ph_h2o"})
    assert [each["id"] for each in document["coverages"]] == ["survey.P1", "survey.P2"]
    one = asked(client, f"{PROFILES}/radius", **NEAR, limit="1")
    assert one["id"] == "survey.P1"
    beyond = {**NEAR, "coords": "POINT(120.329 -7.2)", "f": "CSV", "parameter-name": "soc"}
    rows = client.get(f"{PROFILES}/radius", params=beyond).text.splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ['"survey.P2"', '"survey.P1"', '"survey.P1"']


def test_the_nearest_profiles_are_told_where_there_are_more_than_one_answer_holds(
    client: httpx.Client, refused: Refused, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("soilinfo.serve.edr.profile_places.MOST_PROFILES", 1)
    assert "these are 2 profiles" in refused(f"{PROFILES}/radius", 413, params=NEAR)
    one = asked(client, f"{PROFILES}/radius", **NEAR, **{"limit": "1", "parameter-name": "ph_h2o"})
    assert one["id"] == "survey.P1"


def test_profiles_of_an_area_are_rows_too(client: httpx.Client):
    outline = "POLYGON((120.2 -7.3,120.5 -7.3,120.5 -7.1,120.2 -7.1,120.2 -7.3))"
    params = {"coords": outline, "f": "CSV", "parameter-name": "ph_h2o,texture"}
    rows = client.get(f"{PROFILES}/area", params=params).text.splitlines()
    assert rows[0] == '"profile_id","x","y","depth_top_cm","depth_bottom_cm","time","ph_h2o","texture"'
    assert rows[1] == '"survey.P1",120.3,-7.2,0,12,"2019-06-03",5.4,"clay_loam"'
    assert len(rows) == 7
    params = {"bbox": "120.2,-7.3,0,120.5,-7.1,20", "f": "GeoJSON", "parameter-name": "ph_h2o"}
    features = client.get(f"{PROFILES}/cube", params=params).json()["features"]
    depths = [each["properties"]["depth_bottom_cm"] for each in features]
    assert depths == [12, 34, 20]


def test_what_is_shared_as_a_place_alone_has_no_values(client: httpx.Client):
    assert client.get(f"{LOCATIONS}/legacy.L2").status_code == 204
    assert client.get(f"{LOCATIONS}/survey.P1", params={"z": "300"}).status_code == 204
    far = {**NEAR, "coords": "POINT(100 0)"}
    assert client.get(f"{PROFILES}/radius", params=far).status_code == 204


@pytest.mark.parametrize(
    ("path", "params", "status", "reason"),
    [
        ("locations/survey.P9", {}, 404, "no profile 'survey.P9'"),
        ("locations/survey.P1", {"parameter-name": "ph"}, 400, "there are: clay, ph_h2o, soc"),
        ("locations/survey.P1", {"z": "deep"}, 400, "must be a depth in cm"),
        ("radius", {"coords": "POINT(120 -7)", "within": "5"}, 400, "km, m, mi"),
        ("radius", {"coords": "POINT(120 -7)", "within": "-1", "within-units": "km"}, 400, "above 0"),
        ("area", {}, 400, "'coords' is needed"),
        ("position", {"coords": "POINT(120 -7)"}, 404, "/collections/profiles/items"),
    ],
)
def test_a_mistake_is_refused(refused: Refused, path: str, params: dict[str, str], status: int, reason: str):
    assert reason in refused(f"{PROFILES}/{path}", status, params=params)


@pytest.mark.parametrize("collection", [PROFILES, HARMONIZED])
def test_the_description_tells_what_can_be_asked(client: httpx.Client, collection: str):
    described = client.get(collection).json()
    assert set(described["data_queries"]) == {"area", "cube", "locations", "radius"}
    assert described["data_queries"]["radius"]["link"]["variables"]["within_units"] == ["km", "m", "mi"]
    assert "ph_h2o" in described["parameter_names"]
    assert described["extent"]["temporal"]["interval"] == [["1984-09-12T00:00:00Z", "2021-02-17T23:59:59Z"]]
    assert described["extent"]["vertical"]["interval"] == [["0", "110"]]
    paths = openapi_of(client)["paths"]
    for query in ("area", "cube", "radius", "locations", "locations/{location}"):
        assert f"{collection}/{query}" in paths
