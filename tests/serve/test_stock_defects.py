"""What stock pygeoapi 0.24 gets wrong, one test for each defect; docs/api.md has the table."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from rasterio.io import MemoryFile

Refused = Callable[..., str]

RASTER, FEATURES = "/collections/ph_h2o", "/collections/regencies"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
SMALL = "120.1,-7.3,120.2,-7.2"


def size(content: bytes) -> tuple[int, int]:
    with MemoryFile(content) as file, file.open() as source:
        return source.width, source.height


# ---- wrong data with status 200 ---------------------------------------------------------


def test_a_bbox_alone_is_honoured_in_every_format(client: httpx.Client):
    whole, part = (
        client.get(f"{RASTER}/coverage", params={"f": "tiff", **box}) for box in ({}, {"bbox": SMALL})
    )
    assert size(part.content) == (48, 48)
    assert size(whole.content) > (48, 48)
    json = client.get(f"{RASTER}/coverage", params={"f": "json", "bbox": SMALL}).json()
    assert json["ranges"]["ph_h2o"]["shape"][-2:] == [48, 48]


@pytest.mark.parametrize("place", ["POINT(500 500)", "POINT(0 0)"])
def test_a_position_outside_is_never_answered_by_the_nearest_cell(client: httpx.Client, place: str):
    answer = client.get(f"{RASTER}/position", params={"coords": place})
    assert answer.status_code in (204, 400, 404)
    assert b"values" not in answer.content


def test_a_position_is_a_point(refused: Refused):
    refused(f"{RASTER}/position?coords=LINESTRING(120.1 -7.2,120.2 -7.3)")


def test_signs_of_comparison_come_through_in_every_document(client: httpx.Client, refused: Refused):
    assert "<5.5" in refused(f"{FEATURES}?f=<5.5")
    for path in ("/", "/collections", "/processes/land-suitability", "/openapi"):
        assert not re.search("&[lg]t;", client.get(path).text)


def test_a_coverage_names_its_parameter_and_tells_its_true_type(client: httpx.Client):
    document = client.get(f"{RASTER}/coverage", params={"f": "json", "bbox": SMALL}).json()
    assert [*document["parameters"]] == ["ph_h2o"]
    assert client.get(f"{RASTER}/schema").json()["properties"]["ph_h2o"]["type"] == "number"


def test_no_collection_vanishes_from_the_list_even_without_a_unit(client: httpx.Client):
    listed = {each["id"] for each in client.get("/collections").json()["collections"]}
    assert {"ph_h2o", "drainage", "suitability", "regencies"} <= listed
    assert client.get("/collections/drainage/schema").json()["properties"]["drainage"]["enum"]


# ---- status 500 on a client's mistake ---------------------------------------------------


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        (f"{RASTER}/coverage?bbox=1,2,3", (400,)),
        (f"{RASTER}/coverage?bbox=a,b,c,d", (400,)),
        (f"{RASTER}/coverage?bbox=1,2,inf,4", (400,)),
        (f"{RASTER}/coverage?bbox=0,50,1,51", (204, 400, 404)),
        (f"{RASTER}/coverage?f=json&bbox={SMALL}&datetime=2020-01-01T00:00:00Z", (200, 204, 400, 404)),
        (f"{RASTER}/coverage?f=zarr", (400,)),
        (f"{FEATURES}/items?bbox=120,-8,0,121,-7,9", (200,)),
        (f"{RASTER}/map/tiles/WebMercatorQuad/99/0/0", (400, 404)),
        (f"{RASTER}/map/tiles/WebMercatorQuad/x/0/0", (400, 404)),
        (f"{RASTER}/map/tiles/WebMercatorQuad/3/-1/0", (400, 404)),
        (f"{RASTER}/map/tiles/WebMercatorQuad", (200,)),
        (f"{RASTER}/map/tiles/WebMercatorQuad?f=tilejson", (200,)),
        ("/collections/records/items?f=csv", (200,)),
        ("/collections/records/items?datetime=nonsense", (400,)),
        (f"{RASTER}/cube?bbox=0,50,1,51", (204, 400, 404)),
    ],
)
def test_a_mistake_of_a_client_is_never_a_fault_of_the_server(
    client: httpx.Client, path: str, statuses: tuple[int, ...]
):
    answer = client.get(path)
    assert answer.status_code in statuses, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", ["null", "[]", "{"])
def test_an_execute_request_without_an_object_is_refused(client: httpx.Client, body: str):
    assert client.post("/processes/land-suitability/execution", content=body).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_features_that_are_only_read_cannot_be_changed(refused: Refused, method: str):
    refused(f"{FEATURES}/items", 405, method=method, json={})
    refused(f"{FEATURES}/items/01.01", 405, method=method, json={})


def test_a_language_that_is_refused_altogether_is_no_fault_of_the_server(client: httpx.Client):
    assert client.get("/", headers={"Accept-Language": "en;q=0"}).status_code == 200


# ---- conformance ------------------------------------------------------------------------


def test_geojson_is_answered_as_geojson(client: httpx.Client):
    answer = client.get(f"{FEATURES}/items", headers={"Accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"


@pytest.mark.parametrize("path", ["/", "/collections", f"{RASTER}/coverage", f"{FEATURES}/items", "/jobs"])
def test_a_parameter_that_nobody_knows_is_refused(refused: Refused, path: str):
    assert "no query parameter" in refused(f"{path}?colour=red")


def test_the_filter_classes_are_declared_so_that_qgis_sends_its_filters(client: httpx.Client):
    declared = client.get("/conformance").json()["conformsTo"]
    for name in ("filter", "features-filter"):
        assert f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}" in declared
    assert not [each for each in declared if "create-replace-delete" in each or "callback" in each]


def test_the_definition_refers_to_no_other_host(client: httpx.Client):
    references = re.findall(r'"\$ref":\s*"([^"]+)"', client.get("/openapi").text)
    assert references
    assert all(reference.startswith("#/") for reference in references)


def test_a_link_to_tiles_says_that_it_is_a_template_and_where_there_are_tiles(client: httpx.Client):
    document = client.get(f"{RASTER}/map/tiles/WebMercatorQuad").json()
    (item, *_) = [each for each in document["links"] if each["rel"] == "item"]
    assert item["templated"] is True
    assert document["tileMatrixSetLimits"]


def test_queries_of_places_tell_their_formats_and_systems(client: httpx.Client):
    for query in client.get(RASTER).json()["data_queries"].values():
        variables = query["link"]["variables"]
        assert variables["output_formats"]
        assert variables["crs_details"]


@pytest.mark.parametrize(
    ("path", "name"), [("/processes/nope", "no-such-process"), ("/jobs/nope", "no-such-job")]
)
def test_an_exception_of_processes_has_the_type_that_the_standard_fixes(
    client: httpx.Client, path: str, name: str
):
    assert client.get(path).json()["type"].endswith(f"/exceptions/ogcapi-processes-1/1.0/{name}")


def test_times_of_records_and_extents_have_their_offset(client: httpx.Client):
    texts = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]+)"', client.get("/collections").text)
    texts += re.findall(
        r'"(\d{4}-\d\d-\d\dT[^"]+)"', client.get("/collections/records/items?limit=1000").text
    )
    assert texts
    assert all(re.search(r"(Z|[+-]\d\d:\d\d)$", text) for text in texts)


def test_records_are_found_by_their_ids(client: httpx.Client):
    page = client.get("/collections/records/items", params={"ids": "ph_h2o"}).json()
    assert [each["id"] for each in page["features"]] == ["ph_h2o"]


def test_jobs_are_listed_and_can_be_dismissed(client: httpx.Client):
    declared = client.get("/conformance").json()["conformsTo"]
    for name in ("job-list", "dismiss"):
        assert f"http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/{name}" in declared
    asked = {"inputs": {"bbox": [120.1, -7.3, 120.3, -7.1], "crop": "maize"}}
    begun = client.post(
        "/processes/land-suitability/execution", json=asked, headers={"Prefer": "respond-async"}
    )
    job = begun.json()["jobID"]
    assert job in [each["jobID"] for each in client.get("/jobs?limit=1000").json()["jobs"]]
    assert client.delete(f"/jobs/{job}").json()["status"] == "dismissed"
    assert client.get(f"/jobs/{job}").json()["status"] == "dismissed"
    assert client.delete("/jobs/nope").status_code == 404


def test_machines_are_told_of_errors_in_json(client: httpx.Client):
    for accept in ("*/*", "application/json", "application/geo+json"):
        answer = client.get(f"{FEATURES}/items?limit=x", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/problem+json"


# ---- cost and safety --------------------------------------------------------------------


def test_an_answer_has_a_tag_and_says_how_long_it_keeps(client: httpx.Client):
    for path in (f"{FEATURES}/items", f"{RASTER}/coverage?bbox={SMALL}", "/collections"):
        headers: Any = client.get(path).headers
        assert headers["etag"]
        assert headers["cache-control"]
        assert client.get(path, headers={"If-None-Match": headers["etag"]}).status_code == 304


def test_nobody_sees_the_inside_of_the_server(client: httpx.Client):
    for path in ("/nowhere", f"{FEATURES}/items?filter=((", "/static/../settings.py"):
        assert "Traceback" not in client.get(path).text
