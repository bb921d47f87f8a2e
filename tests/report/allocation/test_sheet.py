"""The sheet of a unit: tables, words and map on A4 pages of the same bytes, marked until approval."""

import json

import pytest
import typst

from soilinfo.report.allocation.map import COLOURS, colour
from soilinfo.report.allocation.sheet import TEMPLATE, assemble, unit_sheet
from tests.report.allocation.facts import document, unit, words


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
    assert svg.count("<path") == 2
    assert colour(97.0) == colour(130.0) == COLOURS[-1]
    assert colour(0.0) == COLOURS[0]
    assert colour(None) not in COLOURS


def test_a_unit_of_the_finest_level_has_no_map():
    assert assemble(words(), unit(outlines={}))["map"]["svg"] == ""
