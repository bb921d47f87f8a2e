"""OWSLib, the library that scripts use, reads the catalogue and runs a process."""

from collections.abc import Iterator

import httpx
import pytest
from owslib.ogcapi.processes import Processes
from owslib.ogcapi.records import Records


@pytest.fixture(scope="module")
def catalogue(client: httpx.Client) -> Iterator[Records]:
    return Records(f"{client.base_url}/")


def test_the_catalogue_is_found_and_its_records_are_read(catalogue: Records):
    assert catalogue.records() == ["records"]
    assert "title" in catalogue.collection_queryables("records")["properties"]
    found = catalogue.collection_items("records", q="suitability", limit=5)
    assert found["numberReturned"] == 5
    record = catalogue.collection_item("records", found["features"][0]["id"])
    assert record["properties"]["title"] == found["features"][0]["properties"]["title"]


def test_records_are_narrowed_and_sorted(catalogue: Records):
    found = catalogue.collection_items(
        "records", bbox=[120.1, -7.3, 120.2, -7.2], sortby=("title", "desc"), limit=100
    )
    titles = [each["properties"]["title"].casefold() for each in found["features"]]
    assert titles
    assert titles == sorted(titles, reverse=True)


def test_a_process_is_described_and_run(client: httpx.Client):
    service = Processes(f"{client.base_url}/")
    assert "land-suitability" in {each["id"] for each in service.processes()}
    assert service.process("land-suitability")["outputs"]
    asked = {"inputs": {"region": "01.02", "crop": "maize"}}
    result = service.execute("land-suitability", inputs=asked["inputs"])
    assert result["result"] == client.post("/processes/land-suitability/execution", json=asked).json()
