"""The sheet of a unit: tables, words and map on A4 pages of the same bytes, marked until approval."""

import json

import pytest
import typst
from shapely import box

from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.findings import Finding
from soilinfo.report.allocation.map import COLOURS, NO_NEED_COLOUR, colour
from soilinfo.report.allocation.sheet import TEMPLATE, assemble, unit_sheet
from tests.report.allocation.facts import CATALOG, DISTRICTS, document, unit, words


def pages(sheet):
    """Pictures of the pages: one page comes as bytes, several as a list."""
    inputs = {"sheet": json.dumps(sheet)}
    drawn = typst.compile(TEMPLATE, sys_inputs=inputs, ignore_system_fonts=True, format="png", ppi=20)
    return [drawn] if isinstance(drawn, bytes) else drawn


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_same_allocation_gives_the_same_bytes(language: str):
    first = unit_sheet(words(language), unit())
    assert first.startswith(b"%PDF")
    assert unit_sheet(words(language), unit()) == first


def test_the_parts_of_a_unit_add_up_to_its_total():
    sheet = assemble(words(), unit())
    urea, _ = sheet["tables"]
    assert urea["columns"] == [
        *("Name", "Area (ha)", "Need (t)", "Request (t)", "Allocated (t)", "Need met (%)", "Sacks"),
        "Settled by",
    ]
    assert urea["rows"][0] == [
        "Atas",
        "1,650",
        "412.5",
        "400",
        "400.00",
        "97.0",
        "8,000",
        "most that it may have",
    ]
    assert urea["total"] == ["Total", "3,650", "912.5", "1,000", "750.05", "82.2", "15,001", ""]
    assert sheet["totals"]["rows"][0] == ["Urea", *urea["total"][1:-1]]


def test_how_it_came_about_is_told_beside_the_country():
    urea, npk = assemble(words(), unit())["words"]["lines"]
    assert urea["text"] == (
        "750.05 t for a need of 912.5 t: 82.2 % of it is met, 82.5 % in the whole country. Held at what they "
        "asked for or may have at most (1): Atas. The rest (1) share in proportion to need."
    )
    assert npk["text"].endswith("It is shared in proportion to need.")


def test_a_draft_is_marked_across_its_pages_and_invented_data_always_are():
    marked = assemble(words("id"), unit(document=document(state="draft")))
    assert marked["watermark"] == "DRAF\nDATA SINTETIS"
    assert assemble(words("id"), unit())["watermark"] == "DATA SINTETIS"


def test_many_parts_and_reasons_go_on_on_further_pages():
    sheet = assemble(words(), unit(reasons=["Atas gets what it gets because it asked for it. " * 4] * 80))
    assert len(pages(assemble(words(), unit()))) == 1
    assert len(pages(sheet)) > 1


def test_the_map_has_a_colour_for_the_share_that_is_met_and_one_for_no_need():
    svg = assemble(words(), unit())["map"]["svg"]
    assert svg.count("<path") == 3
    assert colour(97.0) == colour(130.0) == COLOURS[-1]
    assert colour(0.0) == COLOURS[0]
    assert colour(None) not in COLOURS


def test_a_unit_that_nothing_is_known_of_is_drawn_by_its_name_and_not_as_one_without_need():
    svg = assemble(words(), unit())["map"]["svg"]
    assert svg.count(f"fill='{NO_DATA_COLOUR}' fill-rule") == 1
    assert NO_DATA_COLOUR not in {*COLOURS, NO_NEED_COLOUR}
    assert ">Tengah<" in svg
    assert ">no need<" in svg
    assert ">nothing known<" in svg


def test_a_unit_that_nothing_is_known_of_has_a_line_of_dashes():
    urea, npk = assemble(words(), unit())["tables"]
    for table in (urea, npk):
        assert table["rows"][-1] == ["Tengah", *["–"] * 6, "nothing known"]


def test_the_sheet_of_a_unit_that_nothing_is_known_of_says_why():
    reason = "Tengah gets no urea: the table Requests has no row of it."
    parts = {"01.01.03": "Tengah"}
    sheet = assemble(words(), unit(rows=DISTRICTS.iloc[:0], parts=parts, outlines={}, reasons=[reason]))
    assert sheet["words"]["lines"] == []
    assert sheet["reasons"]["lines"] == [reason]
    assert pages(sheet)


def test_every_version_that_it_rests_on_is_named_by_kind_down_to_the_soil():
    notes = dict(assemble(words(), unit())["notes"])
    assert notes["Layers"] == "p2o5_hcl25 def456"
    assert notes["Made of"] == "fertilizer_need_by_districts abc123"


def about(check, **evidence):
    told = {"fertilizer": "urea", **evidence}
    return Finding(check, "warn", "allocation_plan_2027", "", len(told.get("codes", [])), told)


def test_findings_are_those_of_its_own_units_and_those_of_the_whole_plan_in_one_line():
    found = [
        about("without_need", codes=["01.01.03", "01.02.02", "01.02.09"]),
        about("without_request", codes=["01.02.02"]),
        about("left_over", left_t=12.5),
        about("weight_zero", codes=["01.02.01"]),
    ]
    notes = assemble(words(), unit(document=document(findings=found)))["notes"]
    (told,) = (text for label, text in notes if label == "Warning")
    assert told.endswith("which get none of it (3): Tengah (01.01.03) and 2 more.")
    assert dict(notes)["Of the whole plan"] == (
        "12.5 t of Urea are handed to nobody: every unit has its request or cap."
    )


def test_the_nation_is_called_as_the_language_calls_it_and_has_no_code():
    level = CATALOG.level("nation")
    sheet = assemble(words("id"), unit(level=level, code="nation", parent=""))
    assert sheet["name"] == CATALOG.country.title["id"]
    assert sheet["subtitle"] == level.singular["id"]


def test_names_are_written_as_far_as_there_is_room():
    crowded = {code: box(120 + at / 100, -5.2, 120.01 + at / 100, -5.0) for at, code in enumerate("abcdef")}
    parts = dict.fromkeys(crowded, "Tanjung Makmur")
    svg = assemble(words(), unit(outlines=crowded, parts=parts))["map"]["svg"]
    assert svg.count("<path") == 6
    assert 0 < svg.count(">Tanjung Makmur<") / 2 < 6


def test_a_unit_of_the_finest_level_has_no_map():
    assert assemble(words(), unit(outlines={}))["map"]["svg"] == ""
