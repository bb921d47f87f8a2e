"""Cells come as they were written, from CSV in any stated form and from workbooks, or the file is refused."""

from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from soilinfo.catalog.models import Sheet
from soilinfo.errors import SourceError
from soilinfo.ingest import sheets
from soilinfo.ingest.sheets import read_cells
from tests.workbook import Error, Serial, write_workbook


def cells(path, **described):
    return read_cells(str(path), Sheet(source=str(path), **described))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_text("kode;nama\n01.10;Papuá\n", encoding)
    assert cells(path, separator=";").rows == [["01.10", "Papuá"]]


def test_another_encoding_is_stated_and_never_guessed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("kode,nama\n01.10,Papuá\n".encode("cp1252"))
    with pytest.raises(SourceError, match="not in UTF-8; state its 'encoding'"):
        cells(path)
    assert cells(path, encoding="cp1252").rows == [["01.10", "Papuá"]]
    with pytest.raises(SourceError, match="unknown encoding"):
        cells(path, encoding="klingon")


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('A title\nkode,"luas\n tanam"\n01,5\n')
    read = cells(path, header_row=2)
    assert (read.headings, read.first_row, read.rows) == (["kode", "luas tanam"], 3, [["01", "5"]])


def test_short_rows_are_filled_and_long_ones_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("kode,luas\n01\n02,5,,\n")
    assert cells(path).rows == [["01", ""], ["02", "5"]]
    path.write_text("kode,luas\n01,1,5\n")
    with pytest.raises(SourceError, match="row 2 has 3 cells, the header only 2; is the separator right"):
        cells(path)


def test_a_worksheet_gives_its_values_and_tells_where_formulas_failed(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, Luas=[["kode", "luas"], [None, None], ["01.10", 12.5], [73.1, Error("#REF!")]])
    read = cells(path)
    assert read.rows == [["", ""], ["01.10", 12.5], [73.1, ""]]
    assert read.errors == ("B4",)


def test_a_date_in_a_workbook_stays_a_date(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, Luas=[["kelas"], [Serial(45950)]])
    assert str(cells(path).rows[0][0]) == "2025-10-20"


def test_one_of_several_worksheets_must_be_named(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, Satu=[["a"]], Dua=[["b"]])
    assert cells(path, sheet="Dua").headings == ["b"]
    with pytest.raises(SourceError, match="'sheet' is meant, or keep that one alone; there are: Satu, Dua"):
        cells(path)
    with pytest.raises(SourceError, match="no sheet 'Tiga'"):
        cells(path, sheet="Tiga")


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_BYTES", 1_000_000)
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(2_000_000))
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match="unpacked it would have 2,000,000 bytes"):
        cells(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "has 0 row"),
        (b"PK\x03\x04 not a workbook", "not a readable XLSX workbook"),
        (b'a,b\n"1,2\n', "not a readable CSV file"),
        (b"a,a\n1,2\n", "more than one column is headed a"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason):
        cells(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        cells(tmp_path / "absent.csv")


def test_a_directory_in_place_of_a_file_is_refused_as_a_source(tmp_path):
    with pytest.raises(SourceError, match=r"cannot be read: Is a directory"):
        cells(tmp_path)


# ---- what would fill the memory, or run -------------------------------------------------


def altered(path, change):
    """A workbook with its members (name -> content) changed."""
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in change(members).items():
            archive.writestr(name, content)


def sheet_with(more):
    """Puts ``more`` behind the rows of the first worksheet."""

    def change(members):
        name = "xl/worksheets/sheet1.xml"
        return members | {name: members[name].replace(b"</sheetData>", more.encode() + b"</sheetData>")}

    return change


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "more than 30,000,000 cells"),
        (f'<row r="3">{"<c/>" * 16_385}</row>', "16,385 columns or more; a table has 16,384 at most"),
        ('<row r="3"><c r="ZZZ3"><v>1</v></c></row>', "18,278 columns or more"),
    ],
)
def test_a_worksheet_of_more_cells_than_a_memory_holds_is_refused(tmp_path, more, reason):
    path = tmp_path / "a.xlsx"
    write_workbook(path, One=[["kode"], ["01"]])
    altered(path, sheet_with(more))
    with pytest.raises(SourceError, match=reason):
        cells(path)


def test_a_csv_of_a_million_columns_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a" + ",a" * 1_000_000 + "\n1\n")
    with pytest.raises(SourceError, match="1,000,001 columns or more; a table has 16,384 at most"):
        cells(path)


def test_a_workbook_with_macros_is_refused_and_says_what_to_do(tmp_path):
    path = tmp_path / "a.xlsm"
    write_workbook(path, One=[["kode"], ["01"]])
    altered(path, lambda members: members | {"xl/vbaProject.bin": b"Sub Auto_Open()"})
    with pytest.raises(SourceError, match=r"holds macros; save it as a workbook without them \(.xlsx\)"):
        cells(path)


def test_values_from_other_workbooks_are_those_that_were_saved_and_it_is_told(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, One=[["kode"], ["01"]])
    assert not cells(path).is_linked
    altered(path, lambda members: members | {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    read = cells(path)
    assert (read.rows, read.is_linked) == ([["01"]], True)


def test_formulas_count_as_the_values_that_were_saved(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, One=[["kode"], ["01"]])
    formula = '<row r="3"><c r="A3"><f>SUM(1,1)*WEBSERVICE("http://x")</f><v>7</v></c></row>'
    altered(path, sheet_with(formula))
    assert cells(path).rows == [["01"], [7]]


def test_entities_that_grow_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(path, One=[["kode"], ["01"]])
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))

    def change(members):
        name = "xl/worksheets/sheet1.xml"
        body = members[name].decode().replace("<t>01</t>", "<t>&e9;</t>")
        return members | {name: f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{grown}]>{body}'}

    altered(path, change)
    with pytest.raises(SourceError, match="not a readable XLSX workbook"):
        cells(path)
