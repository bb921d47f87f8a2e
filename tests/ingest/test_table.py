"""Official lists of codes, names and areas are read for a level, or refused with the row."""

import pytest

from soilinfo.catalog.models import Column, Table
from soilinfo.errors import SourceError
from soilinfo.ingest.sheets import Cells
from soilinfo.ingest.table import official_lists, read_rows
from tests.ingest.units import level
from tests.workbook import write_workbook


def described(source, **more):
    listed = {"source": source, "code": "Kode", "name": "Nama", "area": "Luas", "area_unit": "km2"}
    return level(code_table=listed, area_table=listed | {"decimal": ","} | more)


def test_names_and_areas_come_by_code(tmp_path):
    (tmp_path / "a.csv").write_text('Kode,Nama,Luas\n01.01,Bone,"1.234,5"\n01.10,Wajo,2\nJUMLAH,,"1.236,5"\n')
    found = official_lists(described("a.csv"), {"a.csv": str(tmp_path / "a.csv")})
    assert found.names == {"01.01": "Bone", "01.10": "Wajo"}
    assert found.hectares == pytest.approx({"01.01": 123450, "01.10": 200})


def test_a_level_without_lists_has_none():
    assert official_lists(level(), {}).names == {}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["Kode", "Nama"], ["01.01", "Bone"]], "no column 'Luas'; there are: Kode, Nama"),
        ([["Kode", "Nama", "Luas"], [73.1, "Bone", 5]], "the code in row 2 is a number or date"),
        ([["Kode", "Nama", "Luas"], ["01.01", "Bone", "lima"]], "the area in row 2 is no positive number"),
    ],
)
def test_lists_that_cannot_be_used_are_refused(tmp_path, rows, reason):
    write_workbook(tmp_path / "a.xlsx", Luas=rows)
    with pytest.raises(SourceError, match=reason):
        official_lists(described("a.xlsx"), {"a.xlsx": str(tmp_path / "a.xlsx")})


def read(cells):
    """What the numbers of a column become, and the checks of those that cannot be read."""
    column = Column(source="Luas", title={"en": "Area", "id": "Luas"}, type="number", unit="ha")
    text = {"en": "Areas", "id": "Luas"}
    names = {"id": "areas", "title": text, "description": text, "licence": "x", "attribution": "x"}
    table = Table(source="a.csv", columns={"area": column}, key=["area"], **names)
    rows = read_rows(Cells(["Luas"], [[cell] for cell in cells], 2), table)
    return rows.frame["area"].tolist(), [problem.check for problem in rows.problems]


def test_a_point_that_cannot_part_thousands_is_a_decimal_point():
    values, problems = read(["1.5", "-0.25", "12", "3.14159"])
    assert (values, problems) == ([1.5, -0.25, 12.0, 3.14159], [])


@pytest.mark.parametrize("cell", ["1.500", "1,5", "1.500,25", "1,234", "1.2.3"])
def test_a_number_that_may_be_either_is_not_guessed(cell):
    values, problems = read([cell])
    assert (str(values), problems) == ("[nan]", ["ambiguous_numbers"])
