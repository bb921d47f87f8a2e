"""Country reports as they are served: which, in which forms, by whom they are found; drafts are not."""

import io
import zipfile
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from soilinfo.report.country.canonical import canonical, parse
from soilinfo.report.country.pdf_land import land_of, values_map
from soilinfo.report.figures.paper import Drawings
from soilinfo.report.phrases import Phrases
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.report.facts import CATALOG
from tests.reporting import APPROVED, DRAFT, SUBMITTED, keep
from tests.reports import country_report
from tests.serve.conftest import served
from tests.serve.test_publication import until


def run(client: httpx.Client, process: str, form: str = "json", **inputs: Any) -> httpx.Response:
    return client.post(f"/processes/{process}/execution?f={form}", json={"inputs": inputs})


def test_what_was_submitted_or_approved_is_listed_newest_first(host: httpx.Client):
    listed = host.get("/reports").json()["reports"]
    assert [(each["id"], each["state"], each["by"]) for each in listed] == [
        (SUBMITTED, "submitted", "office"),
        (APPROVED, "approved", "minister"),
    ]
    assert listed[0]["links"][0]["type"] == "application/json"


def test_a_report_is_served_as_the_bytes_that_its_digest_is_about(host: httpx.Client):
    answer = host.get(f"/reports/{APPROVED}")
    report = parse(answer.content)
    assert answer.content == canonical(report)
    assert (report.id, report.state, len(report.sign_off)) == (APPROVED, "approved", 3)
    assert (
        host.get(f"/reports/{APPROVED}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    )
    assert host.head(f"/reports/{APPROVED}").status_code == 200
    Draft202012Validator(host.get("/schemas/country-report").json()).validate(answer.json())


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_report_is_a_file_in_every_form_and_language(host: httpx.Client, form: str):
    english, indonesian = (host.get(f"/reports/{APPROVED}?f={form}&lang={code}") for code in ("en", "id"))
    assert english.headers["content-language"] == "en"
    assert indonesian.content != english.content
    assert indonesian.content.startswith(b"%PDF" if form == "pdf" else b"PK")
    assert f"{APPROVED}.id." in indonesian.headers["content-disposition"]


def test_who_takes_no_form_of_a_report_is_told_which_there_are(host: httpx.Client):
    answer = host.get(f"/reports/{APPROVED}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/pdf" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", [f"/reports/{APPROVED}?f=pdf", "/region/report?f=xlsx", "/region/atlas?f=pdf"]
)
def test_a_file_in_a_language_that_there_is_not_is_refused_with_those_there_are(
    host: httpx.Client, path: str
):
    answer = host.get(f"{path}&lang=xx")
    assert answer.status_code == 400
    assert "no lang 'xx'; there are: en, id" in answer.json()["detail"]
    assert host.get(path, headers={"Accept-Language": "xx"}).status_code == 200


@pytest.mark.parametrize("name", [DRAFT, "XZZ-2000-2001-1"])
def test_drafts_are_not_served_and_what_is_not_there_is_answered_with_what_is(host: httpx.Client, name: str):
    for answer in (host.get(f"/reports/{name}"), run(host, "country-report", report=name)):
        assert answer.status_code in (404, 400)
        assert f"there are: {APPROVED}, {SUBMITTED}" in answer.json()["detail"]


def test_the_process_answers_with_the_newest_approved_report_as_data_and_as_a_file(host: httpx.Client):
    assert run(host, "country-report").json()["id"] == APPROVED
    assert run(host, "country-report", report=SUBMITTED).json()["state"] == "submitted"
    tables = run(host, "country-report", "zip").content
    assert zipfile.ZipFile(io.BytesIO(tables)).testzip() is None


def test_a_machine_finds_the_reports_and_the_region_on_the_landing_page(host: httpx.Client):
    paths = {httpx.URL(link["href"]).path for link in host.get("/?lang=id").json()["links"]}
    assert {"/reports", "/region"} <= paths


def test_the_page_tells_of_each_unit_how_much_land_is_affected_at_least_and_at_most(host: httpx.Client):
    document = host.get(f"/reports/{APPROVED}").json()
    values = [value for each in document["content"]["indicators"] for value in each["values"]]
    page = host.get(f"/reports/{APPROVED}?f=html&lang=en").text
    told = [each for each in values if each["affected_lower_ha"] is not None]
    assert told
    for each in told:
        assert f"{each['affected_lower_ha']:,.0f} to {each['affected_upper_ha']:,.0f} ha" in page


def test_a_region_finds_a_report_by_its_record(host: httpx.Client):
    found = host.get("/collections/records/items?type=country-report").json()["features"]
    assert [each["id"] for each in found] == [f"report:{APPROVED}", f"report:{SUBMITTED}"]
    links = found[0]["links"]
    file = next(link for link in links if link["rel"] == "enclosure")
    assert file["type"] == "application/json"
    assert parse(host.get(file["href"]).content).id == APPROVED
    assert {link["type"] for link in links if link["rel"] == "alternate"} >= {"application/pdf"}
    assert found[0]["time"]["interval"][0].startswith("2016")


@pytest.mark.parametrize(("language", "interval"), [("en", "53.2 to 71.8"), ("id", "53,2 sampai 71,8")])
def test_the_page_of_a_report_tells_values_what_is_missing_and_how_to_check_it(
    host: httpx.Client, language: str, interval: str
):
    page = host.get(f"/reports/{APPROVED}?f=html&lang={language}").text
    assert interval in page
    assert "Province 3 of XAA" in page
    assert {"en": "no layer of it", "id": "tidak ada lapisannya"}[language] in page
    assert f"soilinfo report verify {APPROVED}.json" in page


def test_a_nation_without_reports_says_how_one_is_made(client: httpx.Client):
    assert client.get("/reports").json()["reports"] == []
    assert "soilinfo report draft" in client.get("/reports?f=html").text
    assert "/reports" not in client.get("/?f=html").text
    refused = run(client, "country-report")
    assert refused.status_code == 400
    assert "is approved yet: name one by 'report'; submitted: none" in refused.json()["detail"]


def test_a_report_that_is_approved_shows_without_a_restart(copy: Settings):
    with served(copy) as client:
        before = client.get("/reports")
        store = open_store(copy)
        keep(store, country_report(), "approved")
        store.close()
        known = {"If-None-Match": before.headers["etag"]}
        until(lambda: client.get("/reports", headers=known).status_code == 200)
        after = client.get("/reports")
        assert [each["state"] for each in after.json()["reports"]] == ["approved"]


def test_the_map_of_an_indicator_has_the_classes_and_colours_that_paper_has(host: httpx.Client):
    report = parse(host.get(f"/reports/{APPROVED}").content)
    indicator, words = report.content.indicators[0], Phrases(CATALOG, "en")
    sheet = values_map(land_of(report.content, words), indicator, words, Drawings())
    page = host.get(f"/reports/{APPROVED}?f=html&lang=en").text.partition('<figure class="shaded">')[2]
    classes = [line for line in sheet["legend"]["lines"] if line["fill"].startswith("#")]
    assert classes
    assert all(f'fill="{line["fill"]}"/></svg> {line["label"]}' in page for line in classes)
