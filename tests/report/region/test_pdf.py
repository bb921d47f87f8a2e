"""The regional report and atlas on paper: what compares side by side, the rest apart and with the reason."""

import re
from datetime import date
from itertools import groupby
from operator import itemgetter
from shutil import which
from subprocess import run

import pytest

from soilinfo.errors import UnknownNameError
from soilinfo.report.figures.paper import Drawings
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.atlas import assemble as atlas_of
from soilinfo.report.region.atlas import region_atlas
from soilinfo.report.region.document import Conversion, RegionalReport
from soilinfo.report.region.groups import between, groups
from soilinfo.report.region.members import Receipt, of_member
from soilinfo.report.region.merge import merge
from soilinfo.report.region.pdf import assemble, region_pdf
from soilinfo.report.region.pdf_indicators import indicator_page
from soilinfo.report.region.pdf_overview import overview
from soilinfo.report.region.verdict_words import in_short
from tests.report.facts import CATALOG
from tests.report.region.test_comparability import label, rules
from tests.reports import country_report

needs_pdftotext = pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext is not here")
EN = Phrases(CATALOG, "en")
REPORTS = {
    "XAA": country_report("XAA"),
    "XBB": country_report("XBB", west=122.7, shift=0.2),
    "XCC": country_report("XCC", south=-5.0, depth=(0.0, 5.0), shift=70.0),
    "XEE": country_report("XEE", south=-11.0, provinces=1, indicators=("ph_h2o",)),
}
FORMS = {"form": "soilinfo-country-report/9", "known_form": "soilinfo-country-report/1"}
FAILS = {
    "en": "The file has the form 'soilinfo-country-report/9'; this program reads",
    "id": "Berkas ini berbentuk 'soilinfo-country-report/9'; program ini membaca",
}


def region() -> RegionalReport:
    codes = *REPORTS, "XDD", "XFF"
    members = [{"iso3": each, "title": label(f"Land {each}", each), "subregion": "all"} for each in codes]
    members[-2] |= {"due": "2026-01-01"}
    found = {each: Receipt(report=report, obtained="file") for each, report in REPORTS.items()}
    found["XFF"] = Receipt(failures=(of_member("XFF", "other_form", FORMS),))
    return merge(
        rules(members=tuple(members), asked="2025-07-01"), found, today=date(2026, 3, 1), software="tests"
    )


REGION = region()
BOUNDARY = REPORTS["XAA"].content.header.boundary
SOC, PH = (next(each for each in REGION.indicators if each.id == id) for id in ("soc_stock", "ph_h2o"))


def page_of(indicator):
    pages = assemble(REGION, EN, (), Drawings())["indicators"]["pages"]
    return next(page for page in pages if page["title"] == EN.named(indicator.title))


def sheets_of(reports=REPORTS, drawings=None):
    sheets = atlas_of(REGION, reports.values(), EN, drawings or Drawings())["sheets"]
    return {sheet["title"]: sheet for sheet in sheets}


def text_of(pdf, tmp_path):
    (tmp_path / "board.pdf").write_bytes(pdf)
    read = run(["pdftotext", "-raw", tmp_path / "board.pdf", "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def test_only_countries_whose_every_pair_compares_are_in_a_group():
    assert groups(SOC) == [("XAA", "XBB"), ("XCC",)]
    assert groups(PH) == [("XAA", "XBB", "XEE"), ("XCC",)]


def test_a_country_that_does_not_compare_has_no_place_on_the_axis_but_its_reason():
    (plot,) = page_of(SOC)["plots"]
    *beside, apart = plot["rows"]
    assert [row["name"] for row in beside] == ["Land XAA", "Land XBB"]
    assert (apart["name"], apart["at"]) == ("Land XCC", None)
    assert apart["apart"] == "not comparable: depth"
    assert float(plot["ticks"][-1]["label"]) < 100, "its value does not stretch the axis of the others"


def test_the_matrix_has_the_verdict_of_each_pair():
    matrix = page_of(SOC)["matrix"]
    assert matrix["codes"] == [*REPORTS]
    assert matrix["rows"][0]["signs"] == ["self", "full", "empty", "absent"]
    assert matrix["key"][-1] == ["absent", "not reported"]
    assert "absent" not in dict(page_of(PH)["matrix"]["key"])
    signs = [row["signs"] for row in matrix["rows"]]
    assert [list(column) for column in zip(*signs, strict=True)] == signs, "it is the same both ways"


def test_a_pair_of_which_one_does_not_report_counts_as_none():
    untold = {(each.a, each.b) for each in SOC.verdicts if not each.is_told}
    assert untold == {("XAA", "XEE"), ("XBB", "XEE"), ("XCC", "XEE")}
    assert SOC.pairs == {"comparable": 1, "not": 2}


@needs_pdftotext
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_pages_say_who_is_missing_fails_and_is_late(language, tmp_path):
    phrases = Phrases(CATALOG, language)
    pdf = region_pdf(REGION, phrases, REPORTS.values())
    assert region_pdf(REGION, phrases, REPORTS.values()) == pdf
    text = text_of(pdf, tmp_path)
    names = {each.iso3: phrases.named(each.title) for each in REGION.members}
    for key, code in (("missing", "XDD"), ("failed", "XFF"), ("late", "XDD")):
        assert phrases.say(f"board.paper.{key}", countries=names[code]) in text
    assert "".join(FAILS[language].split()) in "".join(text.split())


@needs_pdftotext
def test_every_sheet_of_the_atlas_names_who_is_left_out_the_claims_and_the_disclaimer(tmp_path):
    pdf = region_atlas(REGION, REPORTS.values(), EN)
    assert region_atlas(REGION, REPORTS.values(), EN) == pdf
    text, sheets = text_of(pdf, tmp_path), 1 + len(REGION.indicators) + 1
    assert text.count(EN.named(REGION.header.boundaries.disclaimer)) == sheets
    assert text.count("XAA / XBB: ") == sheets
    assert text.count("No report, so nothing is drawn of: Land XDD and Land XFF") == sheets
    assert "Land XCC: not comparable: depth" in text
    assert "Land XEE: not reported" in text


def test_the_sheets_of_a_theme_follow_each_other_and_open_with_its_name():
    sheets = [*sheets_of().values()]
    *told, threats = [(sheet["theme"], sheet["opens"]) for sheet in sheets]
    themes = [theme for theme, opens in told if opens]
    assert [theme for theme, _ in groupby(told, key=itemgetter(0))] == themes
    assert len({*themes}) == len(themes) > 1
    assert {sheet["title"] for sheet in sheets[:-1]} == {EN.named(each.title) for each in REGION.indicators}
    assert threats == (EN.say("reports.threats"), True)


def test_the_sheet_of_threats_draws_what_the_experts_of_each_country_rank_first():
    drawings = Drawings()
    sheet = sheets_of(drawings=drawings)[EN.say("board.threats")]
    assert dict(sheet["apart"]["lines"]) == dict.fromkeys(map("Land {}".format, REPORTS), "Soil erosion")
    (erosion,) = sheet["legend"]["lines"][:1]
    assert erosion["label"] == "Soil erosion"
    drawn = drawings.held["sheet-threats.svg"].decode()
    assert set(re.findall(r"fill='(#\w{6})' fill-rule", drawn)) == {erosion["fill"]}
    assert sheet["values"][0][0] == "Soil erosion"


def test_countries_that_rank_two_threats_first_or_none_are_said_so():
    threats = [each.model_copy(update={"rank": 1.5}) for each in REPORTS["XAA"].content.threats[:2]]
    silent = [each.model_copy(update={"rank": None}) for each in REPORTS["XBB"].content.threats]
    changed = {
        iso3: REPORTS[iso3].model_copy(
            update={"content": REPORTS[iso3].content.model_copy(update={"threats": tuple(ranked)})}
        )
        for iso3, ranked in (("XAA", threats), ("XBB", silent))
    }
    drawings = Drawings()
    sheet = sheets_of(REPORTS | changed, drawings)[EN.say("board.threats")]
    told, fills = dict(sheet["apart"]["lines"]), [line["fill"] for line in sheet["legend"]["lines"]]
    assert told["Land XAA"] == EN.listed([EN.named(each.title) for each in threats])
    assert told["Land XBB"] == "no expert ranked threats"
    assert fills[1:3] == ["apart", "nodata"]
    drawn = drawings.held["sheet-threats.svg"].decode()
    assert "fill='url(#apart)'" in drawn
    assert "fill='url(#nodata)'" in drawn


def test_a_value_in_the_margin_of_the_atlas_has_its_interval_and_of_how_much_land_it_is():
    sheet = sheets_of()[EN.named(SOC.title)]
    name, told = sheet["values"][0]
    assert name == "Land XAA"
    assert told == "62.5 t/ha (53.2 to 71.8) · Known of 95 % of the land · 0–30 cm · 2020"


def test_land_of_classes_is_not_headed_affected():
    classes = REGION.indicators[0].model_copy(update={"kind": "class_share"})
    columns = indicator_page(REGION, classes, EN)["columns"]
    assert "Land of these classes (ha)" in columns
    assert "Affected land (ha)" not in columns
    assert "Affected land (ha)" in page_of(SOC)["columns"]


def test_threats_of_which_nobody_told_anything_have_no_empty_table():
    silent = [each.model_copy(update={"rank_countries": (), "area_countries": ()}) for each in REGION.threats]
    threats = assemble(REGION.model_copy(update={"threats": tuple(silent)}), EN, (), Drawings())["threats"]
    assert {(part["none"], len(part["rows"])) for part in threats["parts"]} == {
        ("Nobody stated anything about threats.", 0)
    }
    assert all(part["rows"] for part in assemble(REGION, EN, (), Drawings())["threats"]["parts"])


def test_all_that_compares_has_one_scheme_of_classes_and_the_rest_is_hatched():
    drawings = Drawings()
    sheet = sheets_of(drawings=drawings)[EN.named(SOC.title)]
    held = drawings.held["sheet-soc_stock.svg"].decode()
    assert held.count("fill='url(#apart)'") == 3, "the provinces of XCC"
    assert held.count("fill='url(#nodata)'") == 1, "XEE, which does not report it"
    legend = {line["fill"] for line in sheet["legend"]["lines"]}
    drawn = set(re.findall(r"fill='(#\w{6})' fill-rule", held))
    assert drawn <= legend


@needs_pdftotext
@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_the_atlas_has_the_size_of_the_paper(paper, tmp_path):
    (tmp_path / "atlas.pdf").write_bytes(region_atlas(REGION, REPORTS.values(), EN, paper))
    told = run(["pdfinfo", tmp_path / "atlas.pdf"], capture_output=True, text=True, check=True).stdout
    assert f"({paper})" in told


def test_paper_that_there_is_not_is_refused_by_name():
    with pytest.raises(UnknownNameError, match=r"no paper 'A5'; there are: A3, A4"):
        region_atlas(REGION, REPORTS.values(), EN, "A5")


def test_a_region_of_which_nobody_has_reported_has_its_board_and_says_so(tmp_path):
    none = merge(
        rules(members=({"iso3": "XAA", "title": label("A", "A"), "subregion": "all"},)),
        {},
        today=date(2026, 3, 1),
        software="tests",
    )
    assert assemble(none, EN, (), Drawings())["indicators"]["none"] == EN.say("board.indicators.none")
    assert region_pdf(none, EN).startswith(b"%PDF")
    assert region_atlas(none, (), EN).startswith(b"%PDF")


CONVERTED = Conversion(
    iso3="XCC", equation="ph_cacl2_miller", formula="", source="", valid=None, range="not stated",
    error=0.2, value=5.9, lower=5.4, upper=6.4, unit="pH",
)  # fmt: skip


def with_conversion(of):
    """The verdicts on pH, those of ``of`` being conversions of XCC's value."""
    changed = {"kind": "with_conversion", "conversion": CONVERTED, "reasons": ()}
    told = [each.model_copy(update=changed) if (each.a, each.b) in of else each for each in PH.verdicts]
    return PH.model_copy(update={"verdicts": tuple(told)})


def test_a_value_that_a_conversion_brings_near_is_told_with_its_error():
    verdict = between(with_conversion({("XAA", "XCC")}), "XCC", ("XAA",))
    expected = "XCC converted by ph_cacl2_miller: 5.90 (5.40 to 6.40), error of the equation 0.200"
    assert in_short(EN, verdict) == expected


def test_a_converted_value_is_drawn_as_a_ring_with_its_wider_interval_and_its_equation():
    beside_all = with_conversion({("XAA", "XCC"), ("XBB", "XCC"), ("XCC", "XEE")})
    plot = indicator_page(REGION, beside_all, EN)["plots"][0]
    row = next(row for row in plot["rows"] if row["name"] == "Land XCC")
    assert (row["converted"], row["text"], row["apart"]) == (True, "5.90", "")
    assert row["low"] < row["at"] < row["high"]
    assert ["ph_cacl2_miller" in words for words in plot["converted"]] == [True]
    assert [each["name"] for each in plot["rows"] if not each["converted"]] == [
        "Land XAA",
        "Land XBB",
        "Land XEE",
    ]


def test_a_value_that_converts_for_some_of_a_group_only_has_no_place_on_its_axis():
    plot = indicator_page(REGION, with_conversion({("XAA", "XCC")}), EN)["plots"][0]
    row = next(row for row in plot["rows"] if row["name"] == "Land XCC")
    assert (row["at"], row["converted"], plot["converted"]) == (None, False, [])


def test_the_first_page_counts_which_pairs_compare_of_those_that_report():
    told = overview(REGION, EN)
    rows = {row[0]: row[1:] for row in told["rows"]}
    assert rows[EN.named(SOC.title)] == ["3", "1", "0", "2"], "XEE does not tell it, and is in no pair"
    assert rows[EN.named(PH.title)] == ["4", "3", "0", "3"]
    assert told["sentence"].endswith("4 of 4.")


def test_a_country_without_an_indicator_is_named_once_and_in_no_pair():
    page = page_of(SOC)
    assert [country for country, _ in page["absent"]] == ["Land XEE"]
    assert page["pairs"]
    assert not any("Land XEE" in pair for pair, *_ in page["pairs"])


def test_the_report_has_a_map_of_its_countries_with_whose_outlines_they_are():
    drawings = Drawings()
    sheet = assemble(REGION, EN, REPORTS.values(), drawings)
    assert drawings.held[sheet["map"]["file"]].startswith(b"<svg")
    assert [country for country, _ in sheet["sources"]["lines"]] == [f"Land {each}" for each in REPORTS]
    assert all(
        words.startswith(f"{BOUNDARY.source} ({BOUNDARY.licence}). ")
        for _, words in sheet["sources"]["lines"]
    )
    assert assemble(REGION, EN, (), Drawings())["map"] is None
