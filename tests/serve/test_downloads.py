"""Documents as served: the fact sheet of a unit at its own address, and as the result of a process."""

from collections.abc import Callable
from io import BytesIO

import httpx
import pytest
from python_calamine import CalamineWorkbook

from soilinfo.catalog.load import load
from soilinfo.jobs.planning.factsheet import fact_sheet
from soilinfo.report.workbook import XLSX
from soilinfo.settings import Settings
from soilinfo.store.home import Store

Refused = Callable[..., str]


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_fact_sheet_is_the_same_page_as_the_command_line_writes(
    client: httpx.Client, nation: Settings, nation_store: Store, language: str
):
    answer = client.get(f"/factsheets/01.02.pdf?lang={language}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-language"] == language
    assert f"01.02.{language}.pdf" in answer.headers["content-disposition"]
    snapshot = nation_store.ledger.current()
    assert answer.content == fact_sheet(nation_store, load(nation.config), snapshot, "01.02", language)


def test_a_fact_sheet_speaks_the_language_of_the_reader(client: httpx.Client):
    answer = client.get("/factsheets/01.02.pdf", headers={"Accept-Language": "id"})
    assert answer.headers["content-language"] == "id"


def test_every_level_has_fact_sheets(client: httpx.Client):
    assert client.get("/factsheets/01.pdf").content.startswith(b"%PDF")


def test_the_fact_sheet_of_an_unknown_unit_is_not_found_and_the_nearest_code_is_named(refused: Refused):
    assert "Did you mean '01.0" in refused("/factsheets/01.09.pdf", status=404)


def test_an_unknown_parameter_of_a_fact_sheet_is_refused(refused: Refused):
    assert "no query parameter 'crop'" in refused("/factsheets/01.02.pdf?crop=maize")


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Main limiting factor"), ("id", "Faktor pembatas utama")]
)
def test_rows_are_a_workbook_too_in_the_language_asked_for(client: httpx.Client, language: str, heading: str):
    query = {"f": "xlsx", "crop": "maize", "scenario": "actual", "limit": 100, "lang": language}
    answer = client.get("/collections/suitability_by_regencies/items", params=query)
    assert answer.headers["content-type"] == XLSX
    assert "suitability_by_regencies.xlsx" in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(1).to_python()
    assert heading in rows[0]
    assert len(rows) == 2 + 4, "headings, units, four regencies"


def test_a_workbook_is_asked_for_by_its_media_type_and_linked(client: httpx.Client):
    path = "/collections/regencies/items"
    assert client.get(path, headers={"Accept": XLSX}).headers["content-type"] == XLSX
    assert XLSX in [link["type"] for link in client.get(f"{path}?f=json").json()["links"]]


def test_the_chosen_columns_are_those_of_the_workbook(client: httpx.Client):
    answer = client.get("/collections/regencies/items?f=xlsx&properties=code,name")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(1).to_python()
    assert rows[0] == ["Code", "Name"]


def test_the_process_answers_with_a_link_to_the_sheet(client: httpx.Client):
    inputs = {"region": "01.02", "language": "id"}
    answer = client.post("/processes/fact-sheet/execution", json={"inputs": inputs}).json()
    assert (answer["type"], answer["hreflang"]) == ("application/pdf", "id")
    assert "Kabupaten 01.02" in answer["title"]
    assert client.get(answer["href"]).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"language": "en"}, "input 'region' is missing"),
        ({"region": "01.09"}, "Did you mean '01.0"),
        ({"region": "01.02", "language": "fr"}, "no language 'fr'; there are: en, id"),
        ({"region": "01.02", "bbox": [1, 2, 3, 4]}, "no input 'bbox'; there are: language, region"),
    ],
)
def test_a_sheet_that_cannot_be_made_is_refused_by_the_process(
    refused: Refused, inputs: dict[str, object], said: str
):
    assert said in refused("/processes/fact-sheet/execution", method="POST", json={"inputs": inputs})


def test_the_page_of_a_unit_leads_to_its_sheet_and_that_of_a_table_to_its_workbook(client: httpx.Client):
    page = client.get("/collections/regencies/items/01.02?f=html&lang=id").text
    assert "/factsheets/01.02.pdf?lang=id" in page
    rows = client.get("/collections/regencies/items?f=html&lang=id").text
    assert "f=xlsx" in rows
    assert "lang=id" in rows


def test_the_crops_of_a_fact_sheet_can_be_chosen_and_are_checked(client: httpx.Client):
    one, other = (client.get(f"/factsheets/01.02.pdf?lang=en&crops={crop}") for crop in ("maize", "cocoa"))
    assert one.status_code == other.status_code == 200
    assert one.content != other.content
    unknown = client.get("/factsheets/01.02.pdf?crops=baobab")
    assert unknown.status_code == 400
    assert "baobab" in unknown.json()["detail"]
