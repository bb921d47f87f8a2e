"""The decree workbook: numbers, exact sums, a mark until approval, both languages, the same bytes."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from soilinfo.report.allocation.decree import decree
from soilinfo.report.allocation.level_sheet import FIRST_ROW
from soilinfo.report.allocation.tables import level_tables
from soilinfo.report.workbook import csv_text
from tests.report.allocation.facts import CATALOG, DISTRICTS, MONTHS, document, sums, words

DECREE = decree(words(), document())


def cells(page, content=DECREE):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(page).to_python()


def parts(content):
    with ZipFile(BytesIO(content)) as book:
        return [
            book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")
        ]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Read me", "Provinces", "Regencies and cities", "Districts", "Months", "How it came about"]),
        ("id", ["Baca dulu", "Provinsi", "Kabupaten dan kota", "Kecamatan", "Bulanan", "Asal-usul angka"]),
    ],
)
def test_there_is_a_sheet_for_each_level_in_the_language_of_the_reader(language: str, names: list[str]):
    assert CalamineWorkbook.from_filelike(BytesIO(decree(words(language), document()))).sheet_names == names


def test_a_unit_has_need_tonnes_and_coverage_of_each_fertilizer_and_the_sum_of_its_tonnes():
    first = cells("Districts")[FIRST_ROW]
    assert first[:3] == [1.0, "01.01.01", "Atas"]
    assert first[3:] == pytest.approx([412.5, 400.0, 96.9697, 200.0, 150.1, 75.05, 550.1], rel=1e-5)


@pytest.mark.parametrize("page", ["Provinces", "Regencies and cities", "Districts"])
def test_every_level_ends_in_the_same_total_exact_to_the_kilogram(page: str):
    (total,) = (row for row in cells(page) if row[2] == "Total")
    assert (total[4], total[7], total[9]) == (1000.05, 300.0, 1300.05)


def test_a_unit_that_nothing_is_known_of_has_a_row_of_empty_cells():
    (row,) = (row for row in cells("Districts") if row[1] == "01.01.03")
    assert row[2] == "Tengah"
    assert {*row[3:]} == {""}, "missing is not zero"


def test_the_nation_is_called_as_the_language_calls_it():
    nation = sums(0).assign(code="nation", name="Sample Nation")
    content = decree(words("id"), document(levels={"nation": nation, "districts": DISTRICTS}))
    assert cells("Negara", content)[FIRST_ROW][2] == CATALOG.country.title["id"]


def test_what_a_unit_has_no_row_of_stays_empty():
    last = next(row for row in cells("Districts") if row[1] == "01.02.02")
    assert last[6:9] == ["", "", ""], "missing is not zero"


def test_a_name_never_becomes_a_formula():
    assert not any("<f>" in part for part in parts(DECREE))
    assert any("=Barat" in row for row in cells("Districts"))


@pytest.mark.parametrize(
    ("state", "mark"), [("draft", "DRAFT"), ("submitted", "SUBMITTED"), ("approved", "")]
)
def test_every_printed_page_is_marked_until_the_allocation_is_approved(state: str, mark: str):
    content = decree(words(), document(state=state))
    headers = [part.partition("<oddHeader>")[2].partition("</oddHeader>")[0] for part in parts(content)]
    assert len(headers) == 6
    assert all(f"&amp;C&amp;B{mark}&amp;R" in header for header in headers)
    assert cells("Districts", content)[2][0] == mark


def test_pages_are_a4_across_with_headings_on_each_and_in_sight():
    level = parts(DECREE)[3]
    assert 'paperSize="9"' in level
    assert 'orientation="landscape"' in level
    assert 'xSplit="3" ySplit="6"' in level


def test_headings_have_room_for_two_lines():
    for level in parts(DECREE)[1:4]:
        assert re.search('<row r="6"[^>]* ht="30"', level)


def test_signatures_stand_below_the_total():
    rows = cells("Provinces")
    total = next(at for at, row in enumerate(rows) if row[2] == "Total")
    told = [row[6] for row in rows[total + 2 :]]
    assert told == ["Place, date", "Office", "Signature", "Name", "Staff number"]


def test_the_first_sheet_tells_state_totals_rules_versions_choices_and_what_does_not_add_up():
    told = {row[0]: row[1] for row in cells("Read me")}
    assert told["State"] == "Approved"
    assert told["Urea"] == "1,000.050 t for a need of 1,212.500 t (82.5 %)"
    assert told["Ceiling price of Urea"] == "IDR 1,800/kg (Kepmentan 1117/2025)"
    assert told["Who may have it"] == "Permentan 15/2025"
    assert told["Choice: more or less than planned, percent"] == "-10"
    assert told["Made of: Fertilizer needed by district"] == "fertilizer_need_by_districts abc123"
    soil = words().called("layer", "p2o5_hcl25")
    assert told[f"Layer: {soil}"] == "p2o5_hcl25 def456"
    assert told["Warning"].endswith("its rows add up to 1,010 t")
    assert "No official formula" in told["Weights"]


def test_the_months_of_a_unit_add_up_to_its_tonnes():
    rows = cells("Months")
    assert rows[0][3:5] == ["January", "February"]
    assert [row[-1] for row in rows if row[0].startswith("01.")] == [400.0, 350.05]


def test_the_months_end_in_the_total_of_each_fertilizer_and_of_all_and_in_signatures():
    rows = cells("Months")
    totals = {row[2]: row[-1] for row in rows if row[1] == "Total"}
    assert totals == {"Urea": 750.05, "NPK 15-10-12": 0.0, "": 750.05}
    assert [row[12] for row in rows[-5:]] == ["Place, date", "Office", "Signature", "Name", "Staff number"]


def test_months_that_are_past_stand_in_a_column_before_those_that_are_left():
    left = MONTHS[MONTHS["month"] > 4]
    rows = cells("Months", decree(words(), document(months=left)))
    assert rows[0][3:5] == ["Before (t)", "May"]
    assert rows[1][3] == pytest.approx(400 / 3, abs=0.001)
    assert rows[1][-1] == 400.0


def test_without_months_there_is_no_sheet_of_them():
    content = decree(words(), document(months=MONTHS.iloc[:0]))
    assert "Months" not in CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names


def test_the_last_sheet_has_every_step_in_columns():
    rows = cells("How it came about")
    assert rows[0][-6:-3] == ["Share (t)", "Settled by", "Sacks"]
    assert rows[2][10:12] == ["most that it may have", 8000.0]
    assert len(rows) == 2 + len(DISTRICTS)


def test_the_same_allocation_gives_the_same_bytes():
    assert decree(words(), document()) == DECREE


def test_each_level_is_a_csv_too():
    tables = level_tables(words(), document())
    assert [table.id for table in tables][-1] == "allocation_plan_2027_by_districts"
    assert '"\'=Barat"' in csv_text(tables[-1])
