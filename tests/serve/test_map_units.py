"""Land evaluation of a soil map as served: shares as JSON, titles in both languages, a layer in QGIS."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.serve.conftest import served
from tests.soil_map import write_soil_map

SUITABLE = "suitability_of_soil_map"


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over a country with a soil map, evaluated for maize and, as a fallback, cassava."""
    directory: Path = tmp_path_factory.mktemp("mapped")
    settings = Settings(store=directory / "store", config=write_country(directory), db=None)
    write_soil_map(settings.config)
    store, catalog = open_store(settings), load(settings.config)
    ingest(store, catalog, actor="tests", progress=silent)
    evaluate(store, catalog, ["maize"], fallback=["cassava"], actor="tests", progress=silent)
    store.close()
    with served(settings) as client:
        yield client


def test_a_polygon_is_answered_with_the_shares_of_its_components(mapped: httpx.Client):
    query = {"f": "json", "unit_code": "KA-1", "crop": "maize", "scenario": "actual"}
    (feature,) = mapped.get(f"/collections/{SUITABLE}/items", params=query).json()["features"]
    properties = feature["properties"]
    whole = {"1": 0.0, "2": 0.0}
    for one in properties["shares"]:
        whole[one["component"]] += one["pct"]
    assert whole == pytest.approx({"1": 60, "2": 40}, abs=0.01)
    classes = sum(properties[f"{name}_pct"] for name in ("s1", "s2", "s3", "n", "nodata"))
    assert classes == pytest.approx(100, abs=0.001)
    assert feature["geometry"]["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Land suitability by map unit: Soil map 1:50,000"),
        ("id", "Kesesuaian lahan menurut satuan peta: Peta tanah 1:50.000"),
    ],
)
def test_its_title_is_told_in_both_languages(mapped: httpx.Client, language: str, title: str):
    assert mapped.get(f"/collections/{SUITABLE}?f=json&lang={language}").json()["title"] == title


@pytest.mark.parametrize("table", [SUITABLE, f"{SUITABLE}_by_regencies"])
def test_its_rows_are_narrowed_by_crop_and_assessment(mapped: httpx.Client, table: str):
    page = mapped.get(f"/collections/{table}/items?f=html&lang=id&scenario=potential_low").text
    crops = page.partition('<select id="narrow-crop"')[2].partition("</select>")[0]
    assert '<option value="maize">Jagung</option>' in crops
    scenarios = page.partition('<select id="narrow-scenario"')[2].partition("</select>")[0]
    assert '<option value="potential_low" selected>' in scenarios


def test_its_tables_by_unit_are_collections_of_their_own(mapped: httpx.Client):
    for level in ("provinces", "regencies"):
        answer = mapped.get(f"/collections/{SUITABLE}_by_{level}/items?f=json&crop=maize&scenario=actual")
        assert answer.status_code == 200, answer.text
        assert "s1_ha" in answer.json()["features"][0]["properties"]


@pytest.mark.parametrize("name", [SUITABLE, f"{SUITABLE}_by_regencies"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_its_pages_open(mapped: httpx.Client, name: str, language: str):
    for path in (f"/collections/{name}", f"/collections/{name}/items"):
        answer = mapped.get(path, params={"f": "html", "lang": language})
        assert answer.status_code == 200, answer.text


def test_qgis_has_a_layer_of_the_share_of_suitable_land(mapped: httpx.Client):
    project = fromstring(mapped.get("/qgis/testland.qgs").content)
    sources = [layer.findtext("datasource") or "" for layer in project.iter("maplayer")]
    assert any(f"layername={SUITABLE}|" in source for source in sources)


def test_a_published_fallback_names_its_criteria_wherever_it_is_listed(mapped: httpx.Client):
    project = mapped.get("/qgis/testland.qgs?lang=id").text
    assert "kriteria pengganti: LUSET (IRRI/FAO), bukan kriteria Indonesia" in project
    process = mapped.get("/processes/land-suitability?f=json").json()
    crops = process["inputs"]["crop"]["schema"]["enum"]
    assert "cassava" in crops
    assert "tea" not in crops
    body = {"inputs": {"region": "01.01", "crop": "cassava"}}
    answer = mapped.post("/processes/land-suitability/execution", json=body).json()
    assert "fallback_criteria" in {finding["check"] for finding in answer["findings"]}
    assert answer["title"]["en"].startswith("Cassava (fallback criteria: LUSET")
