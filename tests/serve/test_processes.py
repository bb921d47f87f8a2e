"""Processes: described as they are, run at once, refusing what they cannot use."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]

SUITABILITY = "/processes/land-suitability/execution"
STATISTICS = "/processes/zonal-statistics/execution"
AT_ONCE = (
    *("fact-sheet", "convert-observations", "harmonize-profile", "soc-stock-change"),
    *("compare-countries", "country-report"),
)
TRIANGLE = {"type": "Polygon", "coordinates": [[[120.1, -7.4], [120.4, -7.4], [120.2, -7.1], [120.1, -7.4]]]}


def test_processes_are_listed_with_how_they_may_be_run_and_their_limits(client: httpx.Client):
    listed = client.get("/processes").json()["processes"]
    assert {"land-suitability", "zonal-statistics", "fact-sheet"} <= {process["id"] for process in listed}
    for process in listed:
        at_once = process["id"] in AT_ONCE
        as_job = [] if at_once else ["async-execute", "dismiss"]
        assert process["jobControlOptions"] == ["sync-execute", *as_job]
        described = client.get(f"/processes/{process['id']}").json()
        assert "cells" in described["description"] or "bbox" not in described["inputs"]


def test_a_process_names_its_choices_in_the_readers_language(client: httpx.Client):
    described = client.get("/processes/land-suitability?lang=id").json()
    assert described["title"] == "Kesesuaian lahan suatu wilayah"
    assert "maize" in described["inputs"]["crop"]["schema"]["enum"]
    assert described["inputs"]["scenario"]["schema"]["default"] == "actual"


def test_the_example_in_a_description_runs(client: httpx.Client):
    for process in ("land-suitability", "explain-suitability", "zonal-statistics", "fact-sheet"):
        example = client.get(f"/processes/{process}").json()["example"]
        assert client.post(f"/processes/{process}/execution", json=example).status_code == 200


@pytest.mark.parametrize(
    "area",
    [
        {"bbox": [120.1, -7.4, 120.4, -7.1]},
        {"bbox": {"bbox": [120.1, -7.4, 120.4, -7.1], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        {"region": "01.02"},
        {"region": "nation"},
        {"geometry": TRIANGLE},
        {"geometry": {"type": "Point", "coordinates": [120.2, -7.2]}},
        {"geometry": {"type": "Feature", "properties": {}, "geometry": TRIANGLE}},
        {"geometry": {**TRIANGLE, "crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}}},
        {"geometry": {"value": TRIANGLE, "mediaType": "application/geo+json"}},
        {"bbox": {"value": [120.1, -7.4, 120.4, -7.1]}},
        {"region": {"value": "01.02"}},
    ],
)
def test_the_area_may_be_given_in_each_way(client: httpx.Client, area: dict[str, object]):
    answer = client.post(SUITABILITY, json={"inputs": {**area, "crop": "maize"}})
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert result["total_ha"] > 0
    assert sum(each["ha"] for each in result["classes"]) + result["nodata_ha"] == pytest.approx(
        result["total_ha"]
    )


def test_a_feature_of_the_service_is_an_area_by_reference(client: httpx.Client):
    address = str(client.base_url.join("/collections/regencies/items/01.02"))
    for link in ({"href": address}, {"href": f"{address}?f=json", "type": "application/geo+json"}):
        inputs = {"geometry": link, "crop": "maize"}
        told = client.post(SUITABILITY, json={"inputs": inputs})
        assert told.status_code == 200, told.text
        by_code = client.post(SUITABILITY, json={"inputs": {"region": "01.02", "crop": "maize"}}).json()
        assert told.json()["total_ha"] == pytest.approx(by_code["total_ha"], rel=0.01)


@pytest.mark.parametrize(
    ("href", "said"),
    [
        ("file:///etc/passwd", "nothing is fetched from elsewhere"),
        ("https://elsewhere.example/collections/regencies/items/01.02", "nothing is fetched from elsewhere"),
        ("{here}/collections/regencies/items/01.02?crs=EPSG:3857", "must be a feature of this service"),
        ("{here}.elsewhere.example/collections/regencies/items/01.02", "must be a feature of this service"),
        ("{here}/collections/regencies/items/nope", "has no item 'nope'"),
        ("{here}/collections/nowhere/items/01.02", "no collection 'nowhere'"),
    ],
)
def test_nothing_else_is_read_by_reference(client: httpx.Client, refused: Refused, href: str, said: str):
    link = {"href": href.format(here=str(client.base_url).rstrip("/"))}
    asked = {"inputs": {"geometry": link, "crop": "maize"}}
    assert said in refused(SUITABILITY, method="POST", json=asked)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Type": "application/xml"},
        {"Content-Type": "multipart/form-data"},
    ],
)
def test_a_body_that_is_not_plain_json_is_told_as_such(refused: Refused, headers: dict[str, str]):
    body = b'{"inputs": {"region": "01.02", "crop": "maize"}}'
    assert "must be JSON" in refused(SUITABILITY, 415, "POST", content=body, headers=headers)


def test_statistics_of_a_region_agree_with_its_row_in_the_table(client: httpx.Client):
    result = client.post(STATISTICS, json={"inputs": {"region": "01.02", "layer": "ph_h2o"}}).json()
    row = client.get("/collections/properties_by_regencies/items/01.02.ph_h2o").json()["properties"]
    assert result["mean"] == pytest.approx(row["mean"], abs=1e-3)


def test_a_document_response_names_the_output(client: httpx.Client):
    body = {
        "inputs": {"region": "01.02", "layer": "ph_h2o"},
        "response": "document",
        "outputs": {"result": {}},
    }
    assert client.post(STATISTICS, json=body).json()["result"]["layer"] == "ph_h2o"


def test_an_area_without_land_of_the_nation_is_refused_by_every_process(refused: Refused):
    elsewhere = {"bbox": [0, 0, 1, 1]}
    more: dict[str, dict[str, object]] = {
        "land-suitability": {"crop": "maize"},
        "zonal-statistics": {"layer": "ph_h2o"},
        "what-if": {"crop": "maize"},
        "best-crops": {},
    }
    for process, inputs in more.items():
        asked = {"inputs": elsewhere | inputs}
        said = refused(f"/processes/{process}/execution", method="POST", json=asked)
        assert "no land of the nation lies in the area" in said, process


BOX = {"bbox": [120.1, -7.4, 120.4, -7.1]}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({**BOX, "crop": "baobab"}, "no crop 'baobab'"),
        ({**BOX, "crop": {"value": "maize", "mediaType": 1}}, "mediaType of input 'crop'"),
        ({**BOX}, "input 'crop' is missing"),
        ({**BOX, "crop": "maize", "scenario": "future"}, "potential_high"),
        ({**BOX, "crop": "maize", "colour": "red"}, "no input 'colour'; there are: bbox, crop"),
        ({"crop": "maize"}, "exactly one of bbox, region, geometry; given: none"),
        ({**BOX, "region": "01.02", "crop": "maize"}, "given: bbox, region"),
        ({"region": "99.99", "crop": "maize"}, "no region '99.99'"),
        ({"region": 7, "crop": "maize"}, "as text"),
        ({"bbox": [1, 2, 3], "crop": "maize"}, "four numbers"),
        ({"bbox": "1,2,3,4", "crop": "maize"}, "four numbers"),
        ({"geometry": {"type": "LineString", "coordinates": [[1, 2], [2, 3]]}, "crop": "maize"}, "Polygon"),
        ({"geometry": "here", "crop": "maize"}, "GeoJSON"),
        ({"bbox": {"bbox": [1, 2, 3, 4], "crs": "EPSG:3857"}, "crop": "maize"}, "CRS84"),
        ({"geometry": {**TRIANGLE, "crs": {"properties": {"name": "EPSG:32750"}}}, "crop": "maize"}, "CRS84"),
    ],
)
def test_inputs_that_cannot_be_used_are_refused_naming_what_exists(
    refused: Refused, inputs: object, said: str
):
    assert said in refused(SUITABILITY, method="POST", json={"inputs": inputs})


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"inputs": []}', b"\xff", b'{"inputs": {}, "response": "fax"}']
)
def test_a_body_that_is_no_request_is_refused(refused: Refused, body: bytes):
    refused(STATISTICS, method="POST", content=body)


def test_an_unknown_output_is_refused(refused: Refused):
    inputs = {**BOX, "layer": "ph_h2o"}
    assert "result" in refused(STATISTICS, method="POST", json={"inputs": inputs, "outputs": {"map": {}}})


@pytest.mark.parametrize(
    ("path", "type_"),
    [("/processes/guess", "no-such-process"), ("/jobs/7", "no-such-job"), ("/jobs/7/results", "no-such-job")],
)
def test_what_does_not_exist_has_the_type_of_the_standard(client: httpx.Client, path: str, type_: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["type"] == f"http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/{type_}"


def test_running_an_unknown_process_is_not_found(client: httpx.Client):
    answer = client.post("/processes/guess/execution", json={"inputs": {}})
    assert answer.json()["type"].endswith("no-such-process")


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused_unread(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, announced: bool
):
    monkeypatch.setattr("soilinfo.serve.processes.executions.LARGEST_BODY", 1000)
    content = b" " * 2000 if announced else (b" " * 500 for _ in range(4))
    answer = client.post(STATISTICS, content=content)
    assert answer.status_code == 413
    assert "1,000 bytes" in answer.json()["detail"]


def test_the_language_may_be_given_to_an_execution_too(client: httpx.Client):
    body = {"inputs": {"region": "01.02", "layer": "ph_h2o"}}
    assert client.post(f"{STATISTICS}?lang=id", json=body).status_code == 200


@pytest.mark.parametrize(
    ("process", "inputs"),
    [
        ("land-suitability", {"crop": "maize"}),
        ("explain-suitability", {"crop": "maize"}),
        ("zonal-statistics", {"layer": "ph_h2o"}),
    ],
)
def test_every_member_of_a_result_is_explained(client: httpx.Client, process: str, inputs: dict[str, str]):
    described = client.get(f"/processes/{process}?lang=id").json()
    members = described["outputs"]["result"]["schema"]["properties"]
    area = {"region": described["inputs"]["region"]["schema"]["example"]}
    answer = client.post(f"/processes/{process}/execution", json={"inputs": {**area, **inputs}})
    assert answer.status_code == 200
    assert {*answer.json()} <= {*members}
    assert "(ha)" in members["nodata_ha"]["title"]


def test_an_explanation_without_an_area_is_of_the_nation(client: httpx.Client):
    answer = client.post("/processes/explain-suitability/execution", json={"inputs": {"crop": "maize"}})
    assert answer.json()["area"] == {"region": "nation"}
    assert {*answer.json()["sentence"]} == {"en", "id"}
