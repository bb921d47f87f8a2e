"""Workbooks and CSV: headings and units in the reader's language, true numbers, texts that stay texts."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from soilinfo.catalog.columns import Columns
from soilinfo.errors import LimitError
from soilinfo.report import workbook as module
from soilinfo.report.workbook import ReadMe, csv_text, sheet, workbook
from tests.report.facts import CATALOG

CREATED = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
KEYS = ("table", "version", "column", "meaning", "unit", "about")
WORDS = {name: name for name in KEYS} | {"name": "Read me"}
README = ReadMe([("Service", "Publication 7")], WORDS)
TABLE = "suitability_by_regencies"
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")')


def table(language="en", **columns):
    frame = pd.DataFrame({"id": ["01.02.maize.actual"], "code": ["01.02"], "name": ["Bone"]} | columns)
    return sheet(Columns(CATALOG, language), TABLE, "Suitability", "abc123", frame)


def cells(content, page="suitability"):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(page).to_python()


ROW = {"crop": ["maize"], "s1_ha": [12.34567], "s1_pct": [float("nan")]}


@pytest.mark.parametrize(
    ("language", "headings", "crop"),
    [
        ("en", ["Code", "Name", "Crop", "S1 (ha)", "S1 (%)", "Row ID"], "Maize"),
        ("id", ["Kode", "Nama", "Tanaman", "S1 (ha)", "S1 (%)", "ID baris"], "Jagung"),
    ],
)
def test_headings_units_and_names_are_in_the_language_and_numbers_stay_numbers(language, headings, crop):
    rows = cells(workbook(README, [table(language, **ROW)], CREATED))
    assert rows[0] == headings
    assert rows[1] == ["", "", "", "ha", "%", ""]
    assert rows[2] == ["01.02", "Bone", crop, 12.34567, "", "01.02.maize.actual"], "missing is not zero"


def test_sheets_have_the_names_of_the_language_whole_words_and_none_twice():
    long = table(**ROW)
    tables = [
        replace(long, short=short) for short in ("Lahan yang sesuai untuk beberapa", "Zonasi", "zonasi", "")
    ]
    names = CalamineWorkbook.from_filelike(BytesIO(workbook(README, tables, CREATED))).sheet_names
    assert names == ["Read me", "Lahan yang sesuai untuk", "Zonasi", "zonasi 2", "suitability"]


def test_the_same_tables_give_the_same_bytes():
    assert workbook(README, [table(**ROW)], CREATED) == workbook(README, [table(**ROW)], CREATED)


@pytest.mark.parametrize("text", EVIL)
def test_a_text_never_becomes_a_formula_or_a_link(text):
    content = workbook(README, [table(**ROW | {"name": [text]})], CREATED)
    with ZipFile(BytesIO(content)) as parts:
        pages = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in page or b"<hyperlink" in page for page in pages)
    assert cells(content)[2][1] == text


@pytest.mark.parametrize("text", EVIL)
def test_a_text_of_a_csv_is_not_taken_for_a_formula(text):
    lines = list(csv.reader(csv_text(table(**ROW | {"name": [text]})).splitlines()))
    assert lines[2][1] == f"'{text}"


def test_a_csv_has_the_form_of_the_sheet():
    lines = list(csv.reader(csv_text(table(**ROW)).splitlines()))
    assert lines[0] == ["Code", "Name", "Crop", "S1 (ha)", "S1 (%)", "Row ID"]
    assert lines[2] == ["01.02", "Bone", "Maize", "12.34567", "", "01.02.maize.actual"]


def test_a_negative_number_of_a_csv_stays_a_number():
    lines = list(csv.reader(csv_text(table(**ROW | {"s1_ha": [-1.5]})).splitlines()))
    assert lines[2][3] == "-1.5"


def test_the_first_sheet_tells_publication_versions_and_the_meaning_of_every_column():
    rows = cells(workbook(README, [table(**ROW, expected_s1_ha=[2.5])], CREATED), "Read me")
    told = [tuple(row) for row in rows]
    assert ("Service", "Publication 7", "", "", "") in told
    assert (TABLE, "Suitability", "abc123", "", "") in told
    assert (TABLE, "s1_ha", "S1 (ha)", "ha", "") in told
    (explained,) = (row for row in told if row[1] == "expected_s1_ha")
    assert "never outside the range" in explained[-1]


def test_headings_and_the_unit_of_a_row_stay_in_sight():
    with ZipFile(BytesIO(workbook(README, [table(**ROW)], CREATED))) as parts:
        page = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 'xSplit="2" ySplit="2" topLeftCell="C3"' in page
    assert 'state="frozen"' in page


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 0)
    with pytest.raises(
        LimitError, match="has 1 rows, more than the 0 that a sheet holds; write the tables as CSV"
    ):
        workbook(README, [table(**ROW)], CREATED)


def test_a_table_without_rows_has_its_headings():
    empty = sheet(
        Columns(CATALOG, "en"), TABLE, "Suitability", "abc123", pd.DataFrame({"code": [], "name": []})
    )
    assert cells(workbook(README, [empty], CREATED))[0] == ["Code", "Name"]
