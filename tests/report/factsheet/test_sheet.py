"""The fact sheet: what it says in both languages, and that it is one page of the same bytes."""

import json
from datetime import timedelta
from shutil import which
from subprocess import run

import pytest
import typst

from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.text import texts
from soilinfo.errors import UnknownNameError
from soilinfo.report.factsheet.facts import Publication, ranked
from soilinfo.report.factsheet.sheet import TEMPLATE, assemble, fact_sheet
from soilinfo.report.factsheet.tables import MOST_CROPS
from soilinfo.report.phrases import NOTHING, Phrases
from tests.report.facts import CATALOG, CREATED, TOTAL_HA, explained, measured, suitability, unit

LANGUAGES = ("en", "id")


def sheet_of(facts, language="en"):
    return assemble(Phrases(CATALOG, language), facts)


def pages(sheet):
    """Pictures of the pages: one page comes as bytes, several as a list."""
    inputs = {"sheet": json.dumps(sheet)}
    drawn = typst.compile(TEMPLATE, sys_inputs=inputs, ignore_system_fonts=True, format="png", ppi=20)
    return [drawn] if isinstance(drawn, bytes) else drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_publication_gives_the_same_bytes(language):
    first = fact_sheet(CATALOG, unit(), language)
    assert first.startswith(b"%PDF")
    assert fact_sheet(CATALOG, unit(), language) == first


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext, which reads the page, is not here")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_text_of_the_sheet(language, tmp_path):
    (tmp_path / "sheet.pdf").write_bytes(fact_sheet(CATALOG, unit(), language))
    read = run(["pdftotext", "-raw", tmp_path / "sheet.pdf", "-"], capture_output=True, text=True, check=True)
    page, sheet = "".join(read.stdout.split()), sheet_of(unit(), language)
    maize = sheet["crops"]["rows"][0]
    told = [sheet["name"], sheet["subtitle"], *sheet["stamp"], sheet["reasons"]["lines"][0]["text"]]
    told += [maize["limit"], *(text for pair in (*maize["actual"], *maize["potential"]) for text in pair)]
    told += [text for row in sheet["properties"]["rows"] for text in row] + [
        text for _, text in sheet["notes"]
    ]
    assert [text for text in told if "".join(text.split()) not in page] == []


def test_another_publication_gives_another_document():
    later = Publication(8, CREATED + timedelta(days=1), {})
    assert fact_sheet(CATALOG, unit(publication=later), "en") != fact_sheet(CATALOG, unit(), "en")


@pytest.mark.parametrize(
    ("language", "written"), [("en", ["7,704", "62"]), ("id", ["7.704", "62"])], ids=["English", "Indonesian"]
)
def test_numbers_are_those_of_the_table_as_the_language_writes_them(language, written):
    maize = sheet_of(unit(), language)["crops"]["rows"][0]
    assert maize["actual"][1] == written
    assert round(TOTAL_HA * 0.624) == 7704


def test_a_little_is_not_written_as_nothing():
    maize = sheet_of(unit())["crops"]["rows"][0]
    assert maize["potential"][3][1] == "<1"


def test_crops_come_in_the_order_of_their_suitable_land():
    assert [row["crop"] for row in sheet_of(unit())["crops"]["rows"]] == ["Maize", "Cocoa", "Rubber"]


def test_the_map_shows_the_first_crop():
    assert sheet_of(unit())["map"]["title"].endswith("Maize")
    assert "<svg" in sheet_of(unit())["map"]["svg"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_without_data_says_so_and_gives_no_class(language):
    words = texts(language)
    rows = [suitability("maize", name, (0, 0, 0, 0, 100), None) for name in ("actual", "potential_medium")]
    none = {"maize": explained("maize", (0, 0, 0, 0), {})}
    sheet = sheet_of(unit(suitability=rows, properties=[], classes=[], explained=none), language)
    assert sheet["reasons"]["lines"][0]["text"] == words["factsheet.reason.none"]
    assert sheet["crops"]["rows"][0]["nodata"] == "100"
    assert sheet["crops"]["rows"][0]["limit"] == NOTHING
    assert len(pages(sheet)) == 1


def test_a_unit_without_area_has_dashes_and_not_zeros():
    rows = [
        suitability("maize", name, (0, 0, 0, 0, 0), None) | dict.fromkeys(("s1_pct", "nodata_pct"))
        for name in ("actual", "potential_medium")
    ]
    row = sheet_of(unit(suitability=rows))["crops"]["rows"][0]
    assert (row["actual"][0][1], row["nodata"]) == (NOTHING, NOTHING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_any_evaluation_the_sheet_tells_what_is_missing(language):
    words = texts(language)
    sheet = sheet_of(unit(suitability=[], picture=None), language)
    assert sheet["reasons"]["note"] == words["factsheet.no_evaluation"]
    assert sheet["map"]["note"] == words["factsheet.no_map"]
    assert len(pages(sheet)) == 1


def test_names_however_long_and_crops_however_many_stay_on_one_page():
    crops = [
        suitability(crop, scenario, (10, 20, 30, 35, 5), "fh")
        for crop in CATALOG.crops
        for scenario in ("actual", "potential_medium")
    ]
    properties = [
        {"layer": layer, "mean": 1.0, "median": 1.0, "q05": 1.0, "q95": 1.0} for layer in CATALOG.layers
    ]
    name = "Kabupaten Kepulauan Pangkajene dan Labuhan Batu Utara Selatan " * 6
    sheet = sheet_of(unit(name=name, suitability=crops, properties=properties), "id")
    assert len(sheet["crops"]["rows"]) == len(CATALOG.crops) <= MOST_CROPS
    assert len(pages(sheet)) == 1


def test_a_name_is_never_read_as_markup():
    sheet = sheet_of(unit(name='#panic("no") *bold* $x$ <a>&amp;'))
    assert len(pages(sheet)) == 1


def test_synthetic_data_are_marked_across_the_page():
    assert sheet_of(unit(), "id")["watermark"] == "DATA SINTETIS"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_tells_criteria_what_was_not_considered_versions_licence_and_citation(language):
    words = texts(language)
    notes = dict(sheet_of(unit(), language)["notes"])
    assert notes[words["factsheet.criteria"]] == "lasem, of 2025"
    assert notes[words["column.boundary_rule"]] == words["value.boundary_rule.as_printed"]
    unused = notes[words["factsheet.unused"]]
    assert all(CATALOG.property(name).title[language] in unused for name in ("slope", "ph_h2o"))
    assert "abc123" in notes[words["factsheet.versions"]]
    assert CATALOG.services.licence in notes[words["page.licence"]]
    assert "2026" in notes[words["factsheet.cite"]]
    assert "01.03" in notes[words["factsheet.cite"]]


def test_criteria_of_a_region_are_named_where_they_were_used():
    rows = [suitability("maize", "actual", (0, 95, 0, 0, 5), "nr", regional_criteria="maize_hills")]
    notes = dict(sheet_of(unit(suitability=rows))["notes"])
    assert notes[texts("en")["column.regional_criteria"]] == "Maize: maize_hills"
    assert texts("en")["column.regional_criteria"] not in dict(sheet_of(unit())["notes"])


def test_a_crop_of_which_there_is_only_a_fallback_table_is_told_as_such():
    rows = [suitability("cassava", "actual", (0, 95, 0, 0, 5), "nr")]
    assert "fallback" in sheet_of(unit(suitability=rows))["crops"]["rows"][0]["crop"]


def test_the_two_languages_have_the_same_parts():
    english, indonesian = (sheet_of(unit(), language) for language in LANGUAGES)
    assert english.keys() == indonesian.keys()
    for part in ("facts", "notes"):
        assert len(english[part]) == len(indonesian[part])
        assert [label for label, _ in english[part]] != [label for label, _ in indonesian[part]]


def test_a_language_that_the_service_does_not_have_is_refused_naming_those_it_has():
    with pytest.raises(UnknownNameError, match="no language 'fr'; there are: en, id"):
        fact_sheet(CATALOG, unit(), "fr")


def test_a_crop_without_a_potential_row_is_ranked_by_the_land_as_it_is():
    rows = [suitability("maize", "actual", (1, 1, 0, 0, 98), "nr")]
    assert ranked(rows) == [(rows[0], None)]
    shown = sheet_of(unit(suitability=rows))["crops"]["rows"][0]["potential"]
    assert shown == [[NOTHING, NOTHING]] * len(SuitabilityClass)


def test_a_layer_with_a_title_of_its_own_is_called_by_it():
    sheet = sheet_of(unit(properties=[measured("slope_share_3_8", 12.0)]), "en")
    assert sheet["properties"]["rows"][0][0] == "Share of land of 3–8 % slope (%)"
