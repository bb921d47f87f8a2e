"""Recommended fertilizer is served: a process with its page, and the tables of rates and need."""

import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import httpx
import pytest
from python_calamine import CalamineWorkbook

from soilinfo.settings import Settings
from tests.serve.conftest import served

PROCESS = "/processes/fertilizer-recommendation"


@pytest.fixture(scope="module")
def web(subsidised: Settings) -> Iterator[httpx.Client]:
    with served(subsidised) as client:
        yield client


def asked(web: httpx.Client, **inputs: object) -> httpx.Response:
    return web.post(f"{PROCESS}/execution", json={"inputs": {"commodity": "rice"} | inputs})


def test_the_process_is_described_in_the_readers_language_with_what_may_be_asked(web: httpx.Client):
    described = web.get(f"{PROCESS}?lang=id").json()
    assert described["title"] == "Pupuk anjuran"
    inputs = described["inputs"]
    assert inputs["commodity"]["schema"]["enum"] == ["rice"], "those with rates"
    assert inputs["credits"]["schema"]["items"]["enum"] == ["straw", "manure"]
    assert "npk_15_10_12" in inputs["products"]["schema"]["items"]["enum"]


def test_every_member_of_an_answer_is_described(web: httpx.Client):
    members = web.get(PROCESS).json()["outputs"]["result"]["schema"]["properties"]
    answer = asked(web, region="01.01.01").json()
    assert answer.keys() == members.keys()


def test_a_district_is_answered_with_rates_and_products(web: httpx.Client):
    answer = asked(web, region="01.01.01", credits=["manure"], products=["urea", "sp36", "kcl"]).json()
    assert {each["fertilizer"]: each["kg_ha"] for each in answer["products"]} == {
        "kcl": pytest.approx(80),
        "sp36": pytest.approx(50),
        "urea": pytest.approx(150),
    }


def test_the_example_runs_and_has_land_that_something_is_recommended_for(web: httpx.Client):
    example = web.get(PROCESS).json()["example"]
    answer = web.post(f"{PROCESS}/execution", json=example)
    assert answer.status_code == 200
    assert answer.json()["landless"] is None
    assert answer.json()["rates"]


def test_the_page_shows_the_example_of_the_description(web: httpx.Client):
    page = unescape(web.get(f"{PROCESS}?lang=en", headers={"Accept": "text/html"}).text)
    (shown,) = re.findall("-d '(.+)'</code>", page)
    assert json.loads(shown) == web.get(PROCESS).json()["example"]


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"commodity": "cocoa"}, "for cocoa no fertilizer is recommended here"),
        ({"commodity": "kelapa"}, "no commodity 'kelapa'"),
        ({"commodity": None}, "it is one of: rice"),
        ({"credits": "straw"}, "input 'credits' must be a list of names"),
        ({"products": ["ureum"]}, "Did you mean 'urea'?"),
        ({"products": []}, "no products are named; leave them out for those subsidised on the day"),
        ({"criterion": "cheap"}, "there are: least_cost, least_excess"),
        ({"date": "31/01/2026"}, "must be a day such as 2026-01-31"),
        ({"straw": True}, "no input 'straw'"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_there_is(
    web: httpx.Client, inputs: dict[str, object], told: str
):
    refused = asked(web, **{"region": "01.01.01"} | inputs)
    assert refused.status_code == 400
    assert told in refused.json()["detail"]


def test_the_page_offers_commodities_and_boxes_to_tick(web: httpx.Client):
    page = web.get(f"{PROCESS}?lang=en", headers={"Accept": "text/html"}).text
    assert '<option value="rice" selected>Rice</option>' in page
    assert '<option value="maize"' not in page, "there are no rates for it"
    assert 'name="credits" value="manure"' in page
    assert 'name="credits" value="none"' not in page
    assert "recommend.js" in page
    assert "explain.js" not in page


def test_the_page_shows_how_a_point_of_this_country_is_written(web: httpx.Client):
    page = web.get(f"{PROCESS}?lang=en", headers={"Accept": "text/html"}).text
    (point,) = re.findall('placeholder="([^"]+)" title', page)
    west, south, east, north = web.get("/processes/zonal-statistics").json()["example"]["inputs"]["bbox"]
    middle = (west + east) / 2, (south + north) / 2
    assert [*map(float, point.split(","))] == pytest.approx(middle, abs=0.005)


def test_the_page_of_a_unit_leads_to_what_is_recommended_there(web: httpx.Client):
    page = web.get("/collections/districts/items/01.01.01", headers={"Accept": "text/html"}).text
    assert "/processes/fertilizer-recommendation?lang=en#region=01.01.01" in page


def test_rates_by_district_are_rows_to_choose_from_with_the_names_of_codes(web: httpx.Client):
    address = "/collections/fertilizer_recommendation_by_districts/items"
    found = web.get(address, params={"code": "01.02.01", "credit": "none", "f": "json"}).json()["features"]
    rows = {each["properties"]["fertilizer"]: each["properties"] for each in found}
    assert (rows["sp36"]["kg_ha"], rows["sp36"]["computed_kg_ha"], rows["sp36"]["differs"]) == (100, 75, True)
    page = web.get(f"{address}?lang=id&credit=none", headers={"Accept": "text/html"}).text
    assert "Tanpa bahan organik" in page
    assert "Dosis keputusan (kg/ha)" in page


def test_the_need_is_a_workbook_too(web: httpx.Client):
    answer = web.get("/collections/fertilizer_need_by_provinces/items?f=xlsx&lang=en&limit=100")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    told = [
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert {"Rice", "NPK 15-10-12", "No recommended rate"} <= set(told)


def test_both_tables_are_titled_in_both_languages(web: httpx.Client):
    for language, rates, need in (
        ("en", "Recommended fertilizer rates by regency", "Fertilizer needed by regency"),
        ("id", "Dosis pupuk anjuran menurut kabupaten", "Kebutuhan pupuk menurut kabupaten"),
    ):
        titles = [
            web.get(f"/collections/{name}_by_regencies?lang={language}").json()["title"]
            for name in ("fertilizer_recommendation", "fertilizer_need")
        ]
        assert titles == [rates, need]
