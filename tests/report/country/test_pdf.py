"""The country report on paper: what it says in both languages, of countries of every shape."""

import re
from shutil import which
from subprocess import run

import pytest
from shapely import MultiPolygon, box
from shapely.geometry import mapping

from soilinfo.errors import UnknownNameError
from soilinfo.report.country.pdf import assemble, country_pdf
from soilinfo.report.figures.paper import Drawings
from soilinfo.report.phrases import NOTHING, Phrases
from tests.report.facts import CATALOG
from tests.reports import country_report, label

needs_pdftotext = pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext is not here")


def sheet_of(report, language="en"):
    drawings = Drawings()
    return assemble(report, Phrases(CATALOG, language), drawings), drawings.held


def text_of(pdf, tmp_path):
    (tmp_path / "report.pdf").write_bytes(pdf)
    read = run(
        ["pdftotext", "-raw", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
    )
    return " ".join(read.stdout.split())


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_same_file_gives_the_same_bytes(language):
    first = country_pdf(country_report(), Phrases(CATALOG, language))
    assert first.startswith(b"%PDF")
    assert country_pdf(country_report(), Phrases(CATALOG, language)) == first
    assert country_pdf(country_report(shift=1), Phrases(CATALOG, language)) != first


def test_a_language_that_there_is_not_is_refused():
    with pytest.raises(UnknownNameError, match="no language 'xx'"):
        country_pdf(country_report(), Phrases(CATALOG, "xx"))


@needs_pdftotext
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["62.5 t/ha (53.2 to 71.8)", "Known of 95 % of the land", "no layer of it", "0–30 cm"]),
        ("id", ["62,5 t/ha (53,2 sampai 71,8)", "Diketahui untuk 95 % dari lahan", "tidak ada lapisannya"]),
    ],
)
def test_the_pages_say_what_is_known_and_what_is_missing(language, words, tmp_path):
    text = text_of(country_pdf(country_report(), Phrases(CATALOG, language)), tmp_path).replace("\xa0", " ")
    assert [each for each in words if each not in text] == []


@needs_pdftotext
@pytest.mark.parametrize(
    ("state", "mark"), [("draft", "DRAFT"), ("submitted", "DRAFT – NOT APPROVED"), ("approved", "")]
)
def test_every_page_of_a_report_that_is_not_approved_says_so(state, mark, tmp_path):
    report = country_report(state=state)
    assert sheet_of(report)[0]["mark"] == mark
    text = text_of(country_pdf(report, Phrases(CATALOG, "en")), tmp_path)
    pages = text.count("Page ")
    assert "".join(text.split()).count("DRAFT") == (2 * pages if mark else 0), (
        "across the page and at its foot"
    )
    assert text.count("SYNTHETIC") == pages


@needs_pdftotext
def test_boundaries_are_disclaimed_beneath_every_map(tmp_path):
    report = country_report()
    text = text_of(country_pdf(report, Phrases(CATALOG, "en")), tmp_path)
    assert (
        text.count("Boundaries are invented.")
        == len(sheet_of(report)[1])
        == 1 + len(report.content.indicators)
    )


def test_land_of_a_class_is_not_called_affected():
    classes = {"kind": "class_share", "thresholds": ()}
    sheet, _ = sheet_of(country_report(change={"salinity_ec": classes}))
    told = {page["title"]: " ".join(page["headline"]) for page in sheet["indicators"]["pages"]}
    assert "Land of these classes: " in told["Salinity of the soil"]
    assert "Affected" not in told["Salinity of the soil"]
    assert "Affected land: " in told["Soil pH"]
    summary = sheet["summary"]["table"]
    assert "Affected land, or land of the classes (ha)" in summary["columns"]
    assert {row[0]: row[-1] for row in summary["rows"]} == {
        "Soil organic carbon stock": "",
        "Soil pH": "below 5.5",
        "Salinity of the soil": "classes, no damage",
        "Degraded land": "",
    }


def test_a_value_of_the_lesser_part_of_a_unit_is_striped_and_named_with_its_share():
    values = country_report().model_dump()["content"]["indicators"][0]["values"]
    code = next(value["code"] for value in values if value["level"] != "nation")
    thin = [{**value, "covered_pct": 15.0} if value["code"] == code else value for value in values]
    sheet, drawings = sheet_of(country_report(change={"soc_stock": {"values": thin}}))
    first, second, *_ = sheet["indicators"]["pages"]
    assert re.fullmatch(r"[^,]+ \(15 %\)", first["sparse"])
    assert "Less than half of its land has data" in [
        line["label"] for line in first["map"]["legend"]["lines"]
    ]
    assert drawings["map-soc_stock.svg"].count(b"fill='url(#sparse)'") == 1
    assert second["sparse"] == ""
    assert b"fill='url(#sparse)'" not in drawings["map-ph_h2o.svg"]


def test_plots_tell_their_unit_and_what_their_lines_are():
    sheet, _ = sheet_of(country_report(), "id")
    assert sheet["indicators"]["pages"][0]["measure"] == "t/ha; garis adalah selang 90 %"
    values = country_report().model_dump()["content"]["indicators"][1]["values"]
    sure = [{**value, "lower": None, "upper": None} for value in values]
    unsure, _ = sheet_of(country_report(change={"ph_h2o": {"values": sure}}))
    assert unsure["indicators"]["pages"][1]["measure"] == "Soil pH"


@needs_pdftotext
def test_the_cover_has_the_whole_digest(tmp_path):
    report = country_report()
    pages = text_of(country_pdf(report, Phrases(CATALOG, "en")), tmp_path)
    assert pages.count(report.content_sha256) == 2


def test_the_legend_of_what_has_no_unit_has_its_name():
    sheet, _ = sheet_of(country_report())
    titles = [page["map"]["legend"]["title"] for page in sheet["indicators"]["pages"]]
    assert titles == ["t/ha", "Soil pH", "dS/m", "%"]


def test_what_is_longer_than_a_page_is_not_cut_off(tmp_path):
    many = {"definition": {"en": "much to say " * 1500 + "THE END", "id": "x"}}
    report = country_report(change={"ph_h2o": many})
    assert "THE END" in text_of(country_pdf(report, Phrases(CATALOG, "en")), tmp_path)


def test_without_any_value_maps_are_without_data_and_nothing_is_zero():
    sheet, drawings = sheet_of(country_report(coverage=None, experts=0))
    page = sheet["indicators"]["pages"][0]
    assert page["plots"] == []
    assert page["headline"] == ["No value is known of the nation."]
    assert sheet["summary"]["table"]["rows"][0][1] == NOTHING
    assert b"fill='url(#nodata)'" in drawings["map-soc_stock.svg"]
    assert country_pdf(country_report(coverage=None, experts=0), Phrases(CATALOG, "id"))


def test_a_country_of_one_province_has_a_map_and_38_provinces_fill_two_columns():
    one, _ = sheet_of(country_report(provinces=1))
    many, _ = sheet_of(country_report(provinces=38, west=95.0))
    assert len(one["indicators"]["pages"][0]["plots"]) == 1
    assert [len(plot["rows"]) for plot in many["indicators"]["pages"][0]["plots"]] == [19, 19]


def test_a_country_on_both_sides_of_the_antimeridian_is_drawn_whole():
    report = country_report(provinces=2)
    halves = MultiPolygon([box(178, -18, 180, -17), box(-180, -18, -179, -17)]), box(176, -18, 178, -17)
    units = [
        unit.model_copy(update={"geometry": mapping(shape)})
        for unit, shape in zip(report.content.units[1:], halves, strict=True)
    ]
    content = report.content.model_copy(update={"units": (report.content.units[0], *units)})
    _, drawings = sheet_of(report.model_copy(update={"content": content}))
    rings = [path.count("M") for path in re.findall(r"d='([^']+)' fill='#", drawings["land.svg"].decode())]
    assert rings[:2] == [1, 1], "each province is one ring"


def test_a_report_without_outlines_has_its_numbers_without_maps():
    report = country_report()
    units = tuple(unit.model_copy(update={"geometry": None}) for unit in report.content.units)
    content = report.content.model_copy(update={"units": units})
    sheet, drawings = sheet_of(report.model_copy(update={"content": content}))
    assert drawings == {}
    assert len(sheet["indicators"]["pages"][0]["plots"][0]["rows"]) == 3


@needs_pdftotext
def test_texts_of_people_are_no_markup(tmp_path):
    name = "#strong[Land] $x$ <b>& ''Co''"
    report = country_report(header={"country": label(name, name)})
    assert name in text_of(country_pdf(report, Phrases(CATALOG, "en")), tmp_path)


def test_thresholds_tell_how_much_hangs_on_them():
    sheet, _ = sheet_of(country_report())
    table = sheet["indicators"]["pages"][1]["thresholds"]
    assert table["columns"][2] == "Land beyond it (ha)"
    first, other = table["rows"]
    assert "(counts)" in first[0]
    assert first[3] == "40 %"
    assert other[3] == "10 %"
