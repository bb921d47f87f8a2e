"""What is wrong in a table is found with the numbers of its rows; nothing in it is guessed."""

import re

import pytest

from soilinfo.catalog.models import Table
from soilinfo.findings import TABLE_CHECKS
from soilinfo.ingest.checks import table as checks
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from tests.workbook import Error, Serial, write_workbook

TEXT = {"en": "a", "id": "b"}
UNITS = {"73.08": "Kabupaten Bone", "73.10": "Kabupaten Pangkajene"}


def table(**changes):
    columns = {
        "code": {"source": "Kode", "type": "code", "title": TEXT},
        "name": {"source": "Nama", "title": TEXT},
        "planted_ha": {"source": "Luas", "type": "number", "unit": "ha", "least": 0, "title": TEXT},
        "farmers": {"source": "Petani", "type": "integer", "unit": "1", "title": TEXT},
    }
    facts = {"id": "planted", "title": TEXT, "description": TEXT, "source": "x", "columns": columns}
    facts |= {"key": ["code"], "unit_level": "regencies", "unit_code": "code", "unit_name": "name"}
    return Table.model_validate(facts | {"licence": "x", "attribution": "x"} | changes)


def judged(path, described):
    cells = read_cells(str(path), described)
    rows = read_rows(cells, described)
    found = judge_table(TableEvidence("planted", described, cells, rows, UNITS))
    return rows.frame, {finding.check: finding for finding in found}


def csv(tmp_path, *lines, **changes):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Kode;Nama;Luas;Petani", *lines]))
    return judged(path, table(separator=";", **changes))


def xlsx(tmp_path, *rows, **changes):
    path = tmp_path / "a.xlsx"
    write_workbook(path, Data=[["Kode", "Nama", "Luas", "Petani"], *rows])
    return judged(path, table(**changes))


def test_the_checks_that_config_may_grade_are_those_that_exist():
    beside_published = ["rows_lost"]
    assert [check.__name__ for check in checks.TABLE_CHECKS] + beside_published == list(TABLE_CHECKS)
    assert all(re.match("(Block|Warn|Note) ", check.__doc__) for check in checks.TABLE_CHECKS)


def test_numbers_are_read_as_config_says_they_are_written(tmp_path):
    frame, found = csv(tmp_path, "73.08;Bone;1.234,5;1.000", "73.10;Kab. Pangkajene;2,25;", decimal=",")
    assert frame["planted_ha"].tolist() == [1234.5, 2.25]
    assert frame["farmers"].tolist()[0] == 1000
    assert frame["farmers"].isna().tolist() == [False, True]
    assert found == {}


def test_a_mark_that_may_part_thousands_is_not_guessed(tmp_path):
    _, found = csv(tmp_path, "73.08;Bone;1.234;10")
    (finding,) = found.values()
    assert (finding.check, finding.severity, finding.evidence["rows"]) == ("ambiguous_numbers", "block", [2])
    assert "'1.234' (row 2, planted_ha)" in finding.message
    assert "state 'decimal'" in finding.message


def test_the_other_mark_in_the_wrong_place_is_no_number(tmp_path):
    _, found = csv(tmp_path, "73.08;Bone;12.5;10", "73.10;Pangkajene;3;2,5", decimal=",")
    assert found["unreadable_cells"].evidence["rows"] == [2, 3]


@pytest.mark.parametrize("row", ["73.08;Bone;1;" + "9" * 30, "73.08;Bone;" + "9" * 400 + ";1"])
def test_a_number_that_no_count_or_area_can_be_is_unreadable(tmp_path, row):
    _, found = csv(tmp_path, row)
    assert found["unreadable_cells"].evidence["rows"] == [2]


def test_texts_for_no_value_are_configured(tmp_path):
    _, found = csv(tmp_path, "73.08;Bone;-;10")
    assert found["unreadable_cells"].count == 1
    frame, found = csv(tmp_path, "73.08;Bone;-;...", nodata=["-", "..."])
    assert frame["planted_ha"].isna().all()
    assert found == {}


def test_columns_are_held_against_config(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Kode,Nama,Petani,Catatan\n73.08,Bone,1,x\n")
    _, found = judged(path, table())
    assert (
        "no column is headed Luas; there are, in row 1: Kode, Nama, Petani, Catatan"
        in found["missing_columns"].message
    )
    assert found["unknown_columns"].evidence["columns"] == ["Catatan"]


def test_blank_rows_and_sums_are_left_out_and_told(tmp_path):
    frame, found = csv(tmp_path, "73.08;Bone;1;1", ";;;", ";JUMLAH;1;1", "Total;;1;1")
    assert frame["code"].tolist() == ["73.08"]
    assert {check: (f.severity, f.evidence["rows"]) for check, f in found.items()} == {
        "blank_rows": ("note", [3]),
        "totals_rows": ("note", [4, 5]),
    }


def test_rows_without_a_key_and_with_the_same_key_block(tmp_path):
    _, found = csv(tmp_path, "73.08;Bone;1;1", ";Bone;1;1", "73.08;Bone;2;2")
    assert found["missing_values"].evidence["rows"] == [3]
    assert found["duplicate_keys"].evidence["examples"] == ["73.08 (row 4)"]


def test_a_number_below_the_least_of_its_column_blocks_with_its_row(tmp_path):
    rows = ("73.08;Bone;0;-1", "73.10;Pangkajene;-56,31;1", "73.08;Bone;;1")
    frame, found = csv(tmp_path, *rows, decimal=",", key=["code", "farmers"])
    (finding,) = found.values()
    assert (finding.check, finding.severity, finding.evidence["rows"]) == ("below_least", "block", [3])
    assert "-56.31 (row 3, planted_ha; least 0)" in finding.message
    assert frame["farmers"].tolist() == [-1, 1, 1]


def test_codes_and_names_must_be_those_of_the_level(tmp_path):
    _, found = csv(tmp_path, "73.99;Bone;1;1", "73.10;Kota Pangkajene;1;1")
    assert found["unknown_units"].evidence["examples"] == ["73.99 (row 2)"]
    assert "that code is 'Kabupaten Pangkajene'" in found["names_disagree"].message


def test_a_spreadsheet_that_made_codes_numbers_is_found(tmp_path):
    _, found = xlsx(tmp_path, ["73.08", "Bone", 1, 1], [73.1, "Pangkajene", 2.5, 3])
    assert found["codes_as_numbers"].evidence["examples"] == ["'73.1' (row 3, code)"]
    assert set(found) == {"codes_as_numbers"}


@pytest.mark.parametrize("made", [Serial(45950), "20-Oct", "Oct-20", "10-Mei"])
def test_a_spreadsheet_that_made_a_range_a_date_is_found(tmp_path, made):
    _, found = xlsx(tmp_path, ["73.08", made, 1, 1], unit_name=None)
    assert (found["turned_into_dates"].severity, found["turned_into_dates"].count) == ("block", 1)


def test_a_range_that_stayed_a_text_is_one(tmp_path):
    frame, found = xlsx(tmp_path, ["73.08", "10-20", 1, 1], unit_name=None)
    assert (frame["name"].tolist(), found) == (["10-20"], {})


def test_errors_of_formulas_are_found_in_workbooks_and_in_texts(tmp_path):
    _, found = xlsx(tmp_path, ["73.08", "Bone", Error("#REF!"), 1])
    assert found["formula_errors"].evidence["cells"] == ["C2"]
    _, found = csv(tmp_path, "73.08;Bone;#DIV/0!;1")
    assert found["formula_errors"].evidence["cells"] == ["row 2, planted_ha"]


def test_dates_are_those_of_iso_8601(tmp_path):
    columns = {
        "code": {"source": "Kode", "type": "code", "title": TEXT},
        "day": {"source": "Tanggal", "type": "date", "title": TEXT},
    }
    path = tmp_path / "a.csv"
    path.write_text("Kode,Tanggal\n73.08,2025-10-20\n73.10,20/10/2025\n")
    frame, found = judged(path, table(columns=columns, unit_name=None))
    assert frame["day"].tolist()[0] == "2025-10-20"
    assert found["unreadable_cells"].evidence["rows"] == [3]


def test_severities_are_those_of_the_table_and_a_table_without_rows_is_blocked(tmp_path):
    _, found = csv(tmp_path, "73.99;Bone;1;1", severity={"unknown_units": "warn"})
    assert found["unknown_units"].severity == "warn"
    assert csv(tmp_path)[1]["no_rows"].severity == "block"
