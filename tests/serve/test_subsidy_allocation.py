"""Allocations are served: a process that saves nothing, an approved one as tables and layers in QGIS."""

import threading
from collections.abc import Iterator
from io import BytesIO
from shutil import copytree
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest
from python_calamine import CalamineWorkbook

from soilinfo.catalog.load import load
from soilinfo.jobs.subsidy.allocate import allocate
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.records import approve, save
from soilinfo.jobs.worker import work_once
from soilinfo.report.workbook import XLSX
from soilinfo.serve.collections import Source
from soilinfo.serve.processes.performing import performer
from soilinfo.serve.processes.subsidy_allocation import CELLS_OF_ROW, SubsidyAllocation
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.serve.conftest import served
from tests.subsidised import PLAN, SUPPLY_T

PROCESS = "/processes/subsidy-allocation"
ASK = f"{PROCESS}/execution"
TABLE = f"allocation_{PLAN}_by_districts"


@pytest.fixture(scope="module")
def own(subsidised: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small nation with an approved allocation, in a store of this module's own."""
    directory = tmp_path_factory.mktemp("allocated")
    copytree(subsidised.config.parent, directory, dirs_exist_ok=True)
    settings = Settings(store=directory / "store", config=directory / "config", db=None)
    store, catalog = open_store(settings), load(settings.config)
    kept = save(store, catalog, allocate(store, catalog, plan_of(catalog, PLAN)), actor="tests")
    store.allocations.submit(kept.id, actor="tests")
    approve(store, catalog, kept.id, actor="tests")
    store.close()
    return settings


@pytest.fixture(scope="module")
def web(own: Settings) -> Iterator[httpx.Client]:
    with served(own) as client:
        yield client


def answered(web: httpx.Client, query: str = "", **inputs: object) -> httpx.Response:
    answer = web.post(f"{ASK}{query}", json={"inputs": {"plan": PLAN, **inputs}})
    assert answer.status_code == 200, answer.text
    return answer


def test_it_is_described_in_the_readers_language_and_its_example_runs(web: httpx.Client):
    described = web.get(f"{PROCESS}?lang=id").json()
    assert described["title"] == "Alokasi pupuk bersubsidi"
    assert described["jobControlOptions"] == ["sync-execute", "async-execute", "dismiss"]
    assert described["inputs"]["plan"]["schema"]["enum"] == [PLAN]
    assert web.post(ASK, json=described["example"]).status_code == 200


def test_the_sums_of_every_level_are_what_was_allocated(web: httpx.Client):
    answer = answered(web).json()
    assert {total["fertilizer"]: total["total_t"] for total in answer["totals"]} == SUPPLY_T
    for total in answer["totals"]:
        for level, rows in answer["levels"].items():
            tonnes = sum(row["allocated_t"] for row in rows if row["fertilizer"] == total["fertilizer"])
            assert tonnes == pytest.approx(total["allocated_t"], abs=1e-6), level


def test_more_or_less_of_everything_and_another_method_are_told_with_the_answer(web: httpx.Client):
    answer = answered(web, method="max_min", total_change_pct=-10).json()
    assert (answer["method"], answer["total_change_pct"]) == ("max_min", -10)
    (npk,) = (total for total in answer["totals"] if total["fertilizer"] == "npk_15_10_12")
    assert npk["allocated_t"] == pytest.approx(0.9 * SUPPLY_T["npk_15_10_12"])


def test_nothing_is_saved(web: httpx.Client, own: Settings):
    before = web.get("/").headers["X-Soilinfo-Snapshot"]
    answered(web, total_change_pct=-50)
    store = open_store(own)
    assert [record.id for record in store.allocations.records()] == [f"{PLAN}-1"]
    store.close()
    assert web.get("/").headers["X-Soilinfo-Snapshot"] == before


def test_the_answer_is_a_csv_or_a_workbook_where_that_is_asked_for(web: httpx.Client):
    table = answered(web, "?f=csv&lang=id")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.startswith('"Kode","Nama","Pupuk","Luas (ha)"')
    book = answered(web, "?f=xlsx")
    assert book.headers["content-type"] == XLSX
    pages = CalamineWorkbook.from_filelike(BytesIO(book.content))
    assert pages.sheet_names[-3:] == ["Districts", "Months", "How it came about"]
    assert pages.get_sheet_by_name("Districts").to_python()[2][0] == "DRAFT"


def test_a_job_gives_the_same_answer_in_the_same_formats_which_are_made_before_anybody_asks(
    web: httpx.Client, own: Settings, monkeypatch: pytest.MonkeyPatch
):
    accepted = web.post(ASK, json={"inputs": {"plan": PLAN}}, headers={"Prefer": "respond-async"})
    assert accepted.status_code == 201
    path = httpx.URL(accepted.headers["location"]).path
    store = open_store(own)
    work_once(store.queue, performer(own, store), threading.Event())
    store.close()
    assert web.get(path).json()["progress"] == 100
    assert web.get(f"{path}/results").json() == answered(web).json()
    forms = [f"?f={form}&lang={language}" for form in ("csv", "xlsx") for language in ("en", "id")]
    expected = [answered(web, form).content for form in forms]
    monkeypatch.delattr(SubsidyAllocation, "document")
    fetched = [web.get(f"{path}/results{form}") for form in forms]
    assert [each.content for each in fetched] == expected
    assert [each.headers["content-language"] for each in fetched] == ["en", "id"] * 2


def test_its_size_is_that_of_its_rows_so_that_a_large_nation_is_worked_out_as_a_job(own: Settings):
    store, catalog = open_store(own), load(own.config)
    source = Source(store, catalog, store.ledger.current())
    asked = SubsidyAllocation({"name": "subsidy-allocation", "data": source}).cells({"plan": PLAN})
    units = store.vector.count("districts", source.snapshot.layers["districts"])
    store.close()
    assert asked == CELLS_OF_ROW * units * len(SUPPLY_T)
    assert CELLS_OF_ROW * 7285 * 4 > catalog.services.limits.process_cells > asked


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({}, f"'plan' is missing; there are: {PLAN}"),
        ({"plan": "subsidy_1999"}, f"no allocation plan 'subsidy_1999'; there are: {PLAN}."),
        ({"plan": PLAN, "method": "fair"}, "no method 'fair'"),
        ({"plan": PLAN, "total_change_pct": "much"}, "must be a number, not 'much'"),
        ({"plan": PLAN, "total_change_pct": -100}, "a change of -100 % leaves nothing to divide"),
        ({"plan": PLAN, "total_change_pct": 1e308}, "is too much; it must be at most 10,000"),
        ({"plan": PLAN, "method": "optimal"}, "needs an objective"),
        ({"plan": PLAN, "level": "districts"}, "no input 'level'"),
    ],
)
def test_what_it_cannot_use_is_named(web: httpx.Client, inputs: dict[str, object], reason: str):
    answer = web.post(ASK, json={"inputs": inputs})
    assert answer.status_code == 400
    assert reason in answer.json()["detail"]


def test_a_format_that_is_none_is_refused_with_those_that_are(web: httpx.Client):
    answer = web.post(f"{ASK}?f=pdf", json={"inputs": {"plan": PLAN}})
    assert answer.status_code == 400
    assert "csv, xlsx" in answer.json()["detail"]


def test_an_approved_allocation_is_a_table_with_headings_units_and_words(web: httpx.Client):
    rows = web.get(f"/collections/{TABLE}/items?f=json&fertilizer=urea&limit=100").json()["features"]
    assert {row["properties"]["bound"] for row in rows} == {"cap"}
    page = web.get(f"/collections/{TABLE}/items?f=html&lang=id").text
    for told in ("Alokasi (t)", "Kebutuhan terpenuhi (%)", "NPK 15-10-12", "batas atas", "Biaya (IDR)"):
        assert told in page
    schema = web.get(f"/collections/{TABLE}/schema?f=json&lang=id").json()["properties"]
    assert (schema["cost_idr"]["title"], schema["bound"]["title"]) == ("Biaya", "Ditentukan oleh")
    assert "Bobot adalah pilihan konfigurasi ini" in web.get(f"/collections/{TABLE}?f=html&lang=id").text


def test_the_needs_and_rates_that_it_was_made_by_are_tables_that_name_their_units(web: httpx.Client):
    for part, title in {"needs": "underlying needs", "rates": "underlying rates"}.items():
        table = f"allocation_{PLAN}_{part}_by_districts"
        assert web.get(f"/collections/{table}?f=json").json()["title"].endswith(f"{title} by district")
        rows = web.get(f"/collections/{table}/items?f=json&commodity=rice&sortby=-kg_ha&limit=3").json()
        doses = [row["properties"]["kg_ha"] for row in rows["features"]]
        assert doses == sorted(doses, reverse=True)
        assert all(row["properties"]["name"] for row in rows["features"])
        page = web.get(f"/collections/{table}/items?f=html&lang=id").text
        assert "Komoditas" in page
        assert "Padi" in page


def layer(project: Element, source: str) -> Element:
    (found,) = (each for each in project.iter("maplayer") if source in (each.findtext("datasource") or ""))
    return found


def test_qgis_colours_units_by_the_need_that_is_met_and_by_the_need_of_a_hectare(web: httpx.Client):
    # The project has the units that plans are made for; of any others there is a file of its own.
    districts = fromstring(web.get(f"/qgis/{TABLE}.qlr").content)
    met = layer(districts, f"layername={TABLE}|option:PAGE_SIZE=20|subset=fertilizer = 'urea'")
    assert met.find("renderer-v2").get("attr") == 'coalesce("need_met_pct", -1)'
    labels = [each.get("label") for each in met.iter("range")]
    assert labels == ["0–20 %", "20–40 %", "40–60 %", "60–80 %", "80–100 %", "> 100 %", "no need"]
    districts = fromstring(web.get("/qgis/fertilizer_need_by_districts.qlr").content)
    need = layer(
        districts,
        "layername=fertilizer_need_by_districts|option:PAGE_SIZE=20|subset=plan = 'subsidy_2026' AND "
        "commodity = 'rice' AND fertilizer = 'urea'",
    )
    assert need.findtext("layername") == "Fertilizer needed by district: Rice, Urea, Rate in force (kg/ha)"
    assert [each.get("label") for each in need.iter("range")][-2:] == ["> 400 kg/ha", "no rate is known"]


def test_the_page_of_the_process_offers_the_plan_its_method_and_a_workbook(web: httpx.Client):
    page = web.get(f"{PROCESS}?f=html").text
    assert '<option value="" selected>as the plan says</option>' in page
    assert 'name="total_change_pct" type="number"' in page
    assert "allocation.js" in page


def test_the_catalogue_has_a_record_of_an_approved_allocation_that_leads_to_its_tables(web: httpx.Client):
    found = web.get("/collections/records/items", params={"type": "report", "limit": 100}).json()["features"]
    (record,) = [each for each in found if "allocation" in each["properties"]]
    assert record["properties"]["allocation"]["inputs"]
    tables = [link["href"] for link in record["links"] if link["rel"] == "item"]
    assert tables
    for table in tables:
        assert web.get(table).json()["numberMatched"] > 0
