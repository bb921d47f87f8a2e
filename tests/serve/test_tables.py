"""A table as served: rows with the shapes of their units, columns with titles and units in both languages."""

import csv
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.serve.conftest import served

TABLE = {
    "title": {"en": "Planted area", "id": "Luas tanam"},
    "description": {"en": "What farmers say they planted", "id": "Pengakuan petani"},
    "source": "../sources/planted.csv",
    "columns": {
        "code": {"source": "Kode", "type": "code", "title": {"en": "Code", "id": "Kode"}},
        "commodity": {"source": "Tanaman", "title": {"en": "Commodity", "id": "Komoditas"}},
        "planted_ha": {
            "source": "Luas",
            "type": "number",
            "unit": "ha",
            "title": {"en": "Area planted", "id": "Luas ditanam"},
        },
        "sown": {"source": "Tanam", "type": "date", "title": {"en": "Sown", "id": "Ditanam"}},
    },
    "time_column": "sown",
    "key": ["code", "commodity"],
    "unit_level": "regencies",
    "unit_code": "code",
    "licence": "CC0-1.0",
    "attribution": "tests",
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over a country of which only its regions and a table are published."""
    directory: Path = tmp_path_factory.mktemp("planted")
    settings = Settings(store=directory / "store", config=write_country(directory, cells=24), db=None)
    (settings.config / "tables").mkdir()
    (settings.config / "tables" / "planted.yaml").write_text(yaml.safe_dump(TABLE))
    rows = "Kode,Tanaman,Luas,Tanam\n01.01,padi,5.5,2024-01-15\n01.01,jagung,2,2024-03-01\n"
    rows += "01.02,padi,,2024-07-01\n01.03,=1+1,-3,\n"
    (directory / "sources" / "planted.csv").write_text(rows)
    store = open_store(settings)
    names = ["provinces", "regencies", "planted", "ph_h2o"]
    ingest(store, load(settings.config), names, actor="tests", progress=silent)
    store.close()
    with served(settings) as client:
        yield client


@pytest.mark.parametrize(
    ("language", "title", "description"),
    [
        ("en", "Planted area", "What farmers say they planted"),
        ("id", "Luas tanam", "Pengakuan petani"),
    ],
)
def test_the_collection_tells_its_title_in_both_languages(
    planted: httpx.Client, language: str, title: str, description: str
):
    said = planted.get("/collections/planted", params={"f": "json", "lang": language}).json()
    assert said["title"] == title
    assert description in said["description"]


def test_rows_are_features_with_the_shapes_of_their_units(planted: httpx.Client):
    found = planted.get("/collections/planted/items?f=json&code=01.01").json()["features"]
    rows = {one["id"]: one["properties"]["planted_ha"] for one in found}
    assert rows == {"01.01.jagung": 2.0, "01.01.padi": 5.5}
    assert {one["geometry"]["type"] for one in found} <= {"Polygon", "MultiPolygon"}
    one = planted.get("/collections/planted/items/01.02.padi?f=json").json()
    assert one["properties"]["planted_ha"] is None, "missing is not zero"


@pytest.mark.parametrize(("language", "title"), [("en", "Area planted"), ("id", "Luas ditanam")])
def test_the_schema_tells_titles_and_units_of_the_columns(planted: httpx.Client, language: str, title: str):
    schema = planted.get("/collections/planted/schema", params={"f": "json", "lang": language}).json()
    column = schema["properties"]["planted_ha"]
    assert (column["title"], column["x-ogc-unit"], column["type"]) == (title, "har", "number"), "in UCUM"
    assert "x-ogc-unit" not in schema["properties"]["commodity"]


@pytest.mark.parametrize(
    ("time", "found"),
    [
        ("2024-03-01", ["01.01.jagung", "01.03.=1+1"]),
        ("2024-03-01T12:00:00Z/2024-12-31T00:00:00Z", ["01.01.jagung", "01.02.padi", "01.03.=1+1"]),
        ("../2024-02-01", ["01.01.padi", "01.03.=1+1"]),
        ("2025-01-01/..", ["01.03.=1+1"]),
    ],
)
def test_rows_are_of_their_day_and_those_without_one_of_any(
    planted: httpx.Client, time: str, found: list[str]
):
    page = planted.get("/collections/planted/items", params={"f": "json", "datetime": time}).json()
    assert [one["id"] for one in page["features"]] == found
    schema = planted.get("/collections/planted/queryables?f=json").json()["properties"]
    assert (schema["sown"]["format"], schema["sown"]["x-ogc-role"]) == ("date", "primary-instant")


def test_rows_are_told_as_csv(planted: httpx.Client):
    answer = planted.get("/collections/planted/items?f=csv&limit=100")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(answer.text.strip().splitlines())
    assert {"code", "commodity", "planted_ha"} <= set(header)
    assert len(rows) == 4


def test_a_text_of_a_csv_never_becomes_a_formula_and_a_number_stays_one(planted: httpx.Client):
    answer = planted.get("/collections/planted/items?f=csv&properties=commodity,planted_ha&code=01.03")
    assert answer.text.splitlines()[1] == '"\'=1+1",-3.0'


def test_a_page_of_rows_names_the_columns(planted: httpx.Client):
    page = planted.get("/collections/planted/items?f=html&lang=id").text
    assert "Luas ditanam" in page
    assert "jagung" in page
