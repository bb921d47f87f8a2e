"""The process overlay: a file of polygons in base64 or GeoJSON as it is, answered as a table or a file."""

import base64
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyogrio
import pytest
import shapely
from shapely import Point, box

from soilinfo.jobs.worker import work_once
from soilinfo.serve.processes.performing import performer
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.offered import blocks, zipped
from tests.serve.conftest import served

EXECUTION = "/processes/overlay/execution"
SQUARE = box(120.2, -7.2, 120.3, -7.1)


def collection(*shapes: shapely.Geometry) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"name": "A"}, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape in shapes
    ]
    return {"type": "FeatureCollection", "features": features}


def in_base64(content: bytes) -> dict[str, str]:
    return {
        "value": base64.b64encode(content).decode(),
        "mediaType": "application/zip",
        "encoding": "base64",
    }


def execute(client: httpx.Client, form: str = "json", **inputs: Any) -> httpx.Response:
    return client.post(f"{EXECUTION}?f={form}", json={"inputs": inputs})


def test_geojson_as_it_is_is_answered_at_once(client: httpx.Client):
    answer = execute(client, polygons=collection(SQUARE, SQUARE), crops=["maize"], about=["suitability"])
    assert answer.status_code == 200
    table = answer.json()
    first, second = (feature["properties"] for feature in table["table"]["features"])
    assert first["name"] == "A"
    assert first["maize_s1_pct"] + first["maize_nodata_pct"] <= 100.001
    assert second["duplicate_of"] == 1
    described = {column["name"]: column for column in table["columns"]}
    assert described["maize_s1_pct"]["title"]["id"].startswith("Jagung: S1")
    assert [each["layer"] for each in table["read"]] == ["suitability_maize"]


@pytest.mark.parametrize("form", ["gpkg", "csv", "xlsx", "geojson"])
def test_a_zipped_shapefile_comes_back_as_a_file(client: httpx.Client, tmp_path: Path, form: str):
    polygons = in_base64(zipped(blocks(4), tmp_path).read_bytes())
    answer = execute(client, form, polygons=polygons, crops=["maize"], properties=["slope"])
    assert answer.status_code == 200
    assert f'filename="overlay.{form}"' in answer.headers["content-disposition"]
    path = tmp_path / f"table.{form}"
    path.write_bytes(answer.content)
    if form != "xlsx":
        assert len(pyogrio.read_dataframe(path, layer="overlay" if form == "gpkg" else None)) == 4


def test_the_example_of_its_description_can_be_run(client: httpx.Client):
    example = client.get("/processes/overlay?f=json").json()["example"]
    assert client.post(EXECUTION, json=example).status_code == 200


@pytest.mark.parametrize(
    ("inputs", "status", "said"),
    [
        ({}, 400, "input 'polygons' is missing"),
        ({"polygons": 5}, 400, "must be a file in base64, or a GeoJSON FeatureCollection"),
        ({"polygons": "not base64!"}, 400, "not a file in base64"),
        ({"polygons": in_base64(b"PK\x03\x04 broken")}, 400, "the zip file cannot be unpacked"),
        ({"polygons": in_base64(b"hello")}, 400, "a zipped shapefile, a GeoPackage or GeoJSON"),
        ({"polygons": collection(Point(120, -7))}, 400, "it holds: Point"),
        ({"polygons": {"type": "FeatureCollection", "features": []}}, 400, ""),
        ({"polygons": collection(SQUARE), "crops": ["durian"]}, 400, "no evaluated crop 'durian'"),
        ({"polygons": collection(SQUARE), "about": "soil"}, 400, "input 'about' must be a list"),
        ({"polygons": collection(SQUARE), "layer": 7}, 400, "input 'layer' must be text"),
        ({"polygons": collection(SQUARE), "colour": "red"}, 400, "no input 'colour'"),
        ({"polygons": {"href": "https://example.org/a.zip"}}, 400, "nothing is fetched from elsewhere"),
        ({"polygons": collection(*[SQUARE] * 20_001)}, 400, "20,001 features; at most 20,000"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(
    refused: Callable[..., str], inputs: dict[str, Any], status: int, said: str
):
    assert said in refused(EXECUTION, status, "POST", json={"inputs": inputs})


def test_numbers_that_are_none_are_no_json(refused: Callable[..., str]):
    body = json.dumps({"inputs": {"polygons": collection(SQUARE)}}).replace("120.2", "NaN")
    refused(EXECUTION, 400, "POST", content=body, headers={"Content-Type": "application/json"})


def test_a_body_of_more_than_ten_megabytes_is_refused(refused: Callable[..., str]):
    body = json.dumps({"inputs": {"polygons": "A" * 10_000_001}})
    said = refused(EXECUTION, 413, "POST", content=body, headers={"Content-Type": "application/json"})
    assert "at most 10,000,000 bytes" in said


def test_many_polygons_become_a_job_with_files_in_every_language(copy: Settings, tmp_path: Path):
    polygons = in_base64(zipped(blocks(900), tmp_path).read_bytes())
    with served(copy) as client:
        accepted = execute(client, polygons=polygons, about=["regions"])
        assert accepted.status_code == 201
        _work(copy)
        job = accepted.headers["location"]
        assert client.get(job).json()["status"] == "successful"
        table = client.get(f"{job}/results?f=json").json()
        assert table["polygons"] == 900
        assert client.get(f"{job}/results?f=csv").text.count("\n") == 901
        assert client.get(f"{job}/results?f=xlsx&lang=id").headers["content-language"] == "id"


def _work(settings: Settings) -> None:
    store = open_store(settings)
    try:
        assert work_once(store.queue, performer(settings, store), threading.Event())
    finally:
        store.close()


@pytest.mark.parametrize(("language", "said"), [("en", "File of polygons"), ("id", "Berkas poligon")])
def test_the_page_has_a_file_chooser_in_both_languages(client: httpx.Client, language: str, said: str):
    page = client.get(f"/processes/overlay?f=html&lang={language}")
    assert page.status_code == 200
    assert said in page.text
    assert 'type="file"' in page.text
    assert "{" not in page.text.partition('id="about-file">')[2].partition("</p>")[0]


def test_the_script_for_qgis_knows_the_address_that_it_came_from(client: httpx.Client):
    script = client.get("/qgis/soilinfo_overlay.py")
    assert f'SERVER = "{client.base_url}'.rstrip("/") in script.text
    assert 'filename="soilinfo_overlay.py"' in script.headers["content-disposition"]
    compile(script.text, "soilinfo_overlay.py", "exec")


def test_the_script_is_among_the_addresses_of_the_api(client: httpx.Client):
    described = client.get("/openapi?f=json").json()["paths"]["/qgis/soilinfo_overlay.py"]["get"]
    given = client.get("/qgis/soilinfo_overlay.py").headers["content-type"].partition(";")[0]
    assert given in described["responses"]["200"]["content"]


def test_nutrient_status_is_told_as_shares_of_the_whole_polygon(subsidised_client: httpx.Client):
    answer = execute(subsidised_client, polygons=collection(SQUARE), about=["nutrients"])
    assert answer.status_code == 200
    (row,) = (feature["properties"] for feature in answer.json()["table"]["features"])
    statuses = [name.removesuffix("_status") for name in row if name.endswith("_status")]
    assert statuses
    for nutrient in statuses:
        shares = {name: pct for name, pct in row.items() if name.startswith(f"{nutrient}_status_")}
        assert sum(shares.values()) == pytest.approx(100, abs=0.01)
        largest = max((name for name in shares if "nodata" not in name), key=lambda name: shares[name])
        assert row[f"{nutrient}_status"] == largest.removeprefix(f"{nutrient}_status_").removesuffix("_pct")
