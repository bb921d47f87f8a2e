"""The region on the node of its host: who reported, what compares, and what is said on any other node."""

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.reporting import APART, APPROVED, BESIDE, MISSING, OWN
from tests.reports import country_report
from tests.serve.reports.test_country_reports import run


def kinds(indicator: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(each["a"], each["b"]): each["kind"] for each in indicator["verdicts"]}


def test_the_board_tells_who_reported_what_fails_and_who_is_late(host: httpx.Client):
    members = {each["iso3"]: each for each in host.get("/region").json()["members"]}
    standings = {code: each["standing"] for code, each in members.items()}
    assert standings == {OWN: "approved", BESIDE: "approved", APART: "submitted", MISSING: "failed"}
    assert members[OWN]["report"]["id"] == APPROVED
    assert members[MISSING]["late_days"] == 3
    page = host.get("/region?f=html&lang=id").text
    assert "terlambat 3 hari" in page
    (failure,) = members[MISSING]["failures"]
    assert failure["check"] == "no_file"
    assert f"{failure['evidence']['file']} tidak dapat dibaca: {failure['evidence']['error']}" in page


def test_the_regional_report_tells_of_each_pair_whether_it_compares_and_why_not(host: httpx.Client):
    report = host.get("/region/report").json()
    Draft202012Validator(host.get("/schemas/regional-report").json()).validate(report)
    of_ph = next(each for each in report["indicators"] if each["id"] == "ph_h2o")
    assert kinds(of_ph) == {
        (OWN, BESIDE): "comparable",
        (OWN, APART): "not",
        (BESIDE, APART): "not",
    }
    page = host.get("/region/report?f=html&lang=en").text
    for reason in next(each for each in of_ph["verdicts"] if each["kind"] == "not")["reasons"]:
        assert reason["text"]["en"] in page


@pytest.mark.parametrize(
    ("path", "begins"),
    [("/region/report?f=xlsx", b"PK"), ("/region/report?f=pdf", b"%PDF"), ("/region/atlas?lang=id", b"%PDF")],
)
def test_the_region_is_told_as_files_too(host: httpx.Client, path: str, begins: bytes):
    answer = host.get(path)
    assert answer.content.startswith(begins)
    assert host.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/region", "/region/report", "/region/atlas", "/region?f=html"])
def test_a_node_that_hosts_no_region_says_so(client: httpx.Client, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "region.yaml" in answer.text


def test_members_are_compared_and_only_those_asked_for(host: httpx.Client):
    answer = run(host, "compare-countries", indicator="ph_h2o", countries=[OWN, APART]).json()
    (indicator,) = answer["indicators"]
    assert kinds(indicator) == {(OWN, APART): "not"}
    assert {each["iso3"] for each in answer["members"]} == {OWN, APART}


def test_reports_sent_along_are_compared_on_any_node(client: httpx.Client):
    reports = country_report(BESIDE), country_report(APART, west=130.0)
    sent = [each.model_dump(mode="json") for each in reports]
    answer = run(client, "compare-countries", reports=sent).json()
    assert {*kinds(answer["indicators"][0]).values()} == {"comparable"}


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"countries": [OWN]}, "2 to 20"),
        ({"countries": [OWN, OWN]}, "names a country twice"),
        ({"countries": [OWN, "XZZ"]}, f"there are: {OWN}, {BESIDE}, {APART}, {MISSING}"),
        ({"indicator": "gold"}, "no indicator that any of these countries reports 'gold'"),
        ({"reports": [{}, {}]}, "reports[0]: the file is no country report"),
        ({"reports": ["https://example.org/report.json"] * 2}, "must be a list of country reports"),
        ({"reports": {"href": "https://example.org/report.json"}}, "nothing is fetched from elsewhere"),
        ({"countries": [OWN, BESIDE], "reports": []}, "give either"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(
    host: httpx.Client, inputs: dict[str, Any], told: str
):
    answer = run(host, "compare-countries", **inputs)
    assert answer.status_code == 400
    assert told in answer.json()["detail"]


def test_an_indicator_of_an_area_states_interval_coverage_and_what_it_rests_on(client: httpx.Client):
    answer = run(client, "indicator", indicator="ph_h2o", region="01.01").json()
    value = answer["values"][0]
    assert value["layers"][0]["layer"] == "ph_h2o"
    assert value["covered_pct"] == pytest.approx(
        100 * (1 - value["nodata_ha"] / value["total_ha"]), abs=0.001
    )
    assert 4 < value["value"] < 8
    unknown = run(client, "indicator", indicator="gold", region="01.01")
    assert (unknown.status_code, "ph_h2o" in unknown.json()["detail"]) == (400, True)


def test_an_indicator_of_the_region_is_drawn_by_its_style_and_tiles_with_the_disclaimer(host: httpx.Client):
    listed = [each["id"] for each in host.get("/collections/regional_indicators/styles").json()["styles"]]
    assert sorted(listed) == sorted(set(listed))
    style = host.get("/collections/regional_indicators/styles/ph_h2o?f=mbs&lang=id").json()
    (source,) = style["sources"].values()
    assert source["attribution"].endswith("tests. untuk uji")
    assert "Negara XAC: tidak dapat dibandingkan" in style["layers"][-1]["id"]
    assert source["bounds"][2] > 140, "the region reaches beyond the nation"
    tile = source["tiles"][0].replace("{z}/{y}/{x}", "0/0/0")
    assert host.get(tile).content


def test_the_viewer_lays_an_indicator_of_the_region_on_the_map_with_its_legend(host: httpx.Client):
    page = host.get("/map?over=regional_indicators.ph_h2o&lang=en").text
    data = json.loads(page.partition('id="map-data">')[2].partition("</script>")[0])
    drawn = [each for each in data["style"]["layers"] if each["id"].startswith("regional_indicators.ph_h2o.")]
    assert all(each["filter"] and each["paint"]["fill-color"] in page for each in drawn)
    assert "Country XAC: not comparable" in page
    assert data["bounds"][2] > 140
    refused = host.get("/map?over=regional_indicators.none")
    assert refused.status_code == 404
    assert "regional_indicators.ph_h2o" in refused.text


def test_qgis_has_a_layer_of_each_indicator_of_the_region(host: httpx.Client):
    styles = host.get("/collections/regional_indicators/styles").json()["styles"]
    content = host.get("/qgis/regional_indicators.qlr?lang=en").text
    assert all(f"regional_indicators.{each['id']}" in content for each in styles)
    assert "Country XAC: not comparable" in content
