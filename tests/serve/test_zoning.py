"""Zoning is served: as a coverage with a legend, a map, a table by unit, and a process that gives reasons."""

from collections.abc import Iterator

import httpx
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.serve.conftest import served
from tests.zoned import write_zoned_country


@pytest.fixture(scope="module")
def zoned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    directory = tmp_path_factory.mktemp("zoned")
    settings = Settings(store=directory / "store", config=write_zoned_country(directory), db=None)
    store, catalog = open_store(settings), load(settings.config)
    ingest(store, catalog, actor="tests", progress=silent)
    evaluate(store, catalog, ["maize"], actor="tests", progress=silent)
    store.close()
    with served(settings) as client:
        yield client


def test_the_zones_are_a_coverage_and_a_map(zoned: httpx.Client):
    described = zoned.get("/collections/zoning?f=json").json()
    assert described["title"] == "Land zoning"
    assert zoned.get("/collections/zoning?f=json&lang=id").json()["title"] == "Arahan fungsi kawasan"
    coverage = zoned.get("/collections/zoning/coverage?bbox=120.1,-7.2,120.2,-7.1&f=tiff")
    assert coverage.headers["content-type"].startswith("image/tiff")
    for variable in ("zone", "score", "override"):
        shown = zoned.get(f"/collections/zoning/map?variable={variable}&width=50&height=50&f=png")
        assert shown.content.startswith(b"\x89PNG"), variable


def test_the_table_has_a_row_for_each_unit_and_zone(zoned: httpx.Client):
    rows = zoned.get("/collections/zoning_by_regencies/items?f=json&limit=100").json()["features"]
    found = {(row["properties"]["code"], row["properties"]["zone"]) for row in rows}
    assert len(found) == len(rows) == 4 * 5


def test_the_process_says_why_in_both_languages(zoned: httpx.Client):
    answer = zoned.post("/processes/land-zoning/execution", json={"inputs": {"region": "01.03"}}).json()
    assert {zone["zone"] for zone in answer["zones"]} >= {"protected", "buffer", "annual_crops"}
    by_score = next(one["reason"] for one in answer["reasons"] if one["override"] is None)
    assert by_score["en"].startswith("slope ")
    assert by_score["id"].startswith("lereng ")
    example = zoned.get("/processes/land-zoning").json()["example"]
    assert zoned.post("/processes/land-zoning/execution", json=example).status_code == 200


def test_an_area_that_is_none_is_refused(zoned: httpx.Client):
    answer = zoned.post("/processes/land-zoning/execution", json={"inputs": {"region": "99"}})
    assert answer.status_code == 400
    assert "no region '99'" in answer.json()["detail"]


def test_every_member_of_the_result_is_explained(zoned: httpx.Client):
    described = zoned.get("/processes/land-zoning").json()
    members = described["outputs"]["result"]["schema"]["properties"]
    answer = zoned.post("/processes/land-zoning/execution", json={"inputs": {"region": "01"}}).json()
    assert set(answer) <= set(members)
