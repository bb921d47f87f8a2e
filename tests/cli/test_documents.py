"""Documents on the command line: files as asked for, and clear refusals."""

import pytest
from python_calamine import CalamineWorkbook

from soilinfo.settings import Settings
from tests.country import write_country
from tests.process import run


def test_a_fact_sheet_is_written_where_it_is_asked_for(nation: Settings, tmp_path):
    target = tmp_path / "sheet.pdf"
    words = ("factsheet", "01.02", "--language", "id", "-o", str(target))
    code, lines, _ = run(nation, *words)
    assert code == 0
    assert lines[-1]["file"] == str(target)
    first = target.read_bytes()
    assert first.startswith(b"%PDF")
    run(nation, *words)
    assert target.read_bytes() == first, "the same publication gives the same bytes"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["factsheet", "01.09"], "Did you mean '01.0"),
        (["factsheet", "01.02", "--language", "fr"], "no language 'fr'; there are: en, id"),
    ],
)
def test_what_does_not_exist_is_refused_naming_what_does(nation: Settings, tmp_path, words, message):
    code, _, errors = run(nation, *words, *(("-o", str(tmp_path / "x.pdf"))))
    assert code == 3
    assert message in errors
    assert not (tmp_path / "x.pdf").exists()


def test_the_tables_of_a_level_are_a_workbook_or_a_csv_each(nation: Settings, tmp_path):
    book, directory = tmp_path / "tables.xlsx", tmp_path / "tables"
    code, lines, _ = run(nation, "tables", "--level", "regencies", "-o", str(book), "--language", "id")
    sheets = [
        "Kesesuaian lahan",
        "Sifat tanah dan lahan",
        "Kelas lahan",
        "Arahan komoditas",
        "Lahan yang sesuai untuk",
        "Indikator tanah",
    ]
    assert CalamineWorkbook.from_path(str(book)).sheet_names == ["Baca dulu", *sheets]
    assert (code, lines[-1]["tables"]) == (0, len(sheets))
    first = book.read_bytes()
    run(nation, "tables", "--level", "regencies", "-o", str(book), "--language", "id")
    assert book.read_bytes() == first, "the same publication gives the same bytes"
    run(nation, "tables", "--level", "regencies", "-o", str(directory))
    kinds = ("classes", "direction", "indicators", "properties", "suitability", "suitable_crops")
    assert sorted(path.stem for path in directory.glob("*.csv")) == [f"{kind}_by_regencies" for kind in kinds]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["--level", "villages", "-o", "t.xlsx"],
            3,
            "no level 'villages'; there are: nation, provinces, regencies",
        ),
        (["--level", "regencies", "-o", "t.xlsx", "--language", "fr"], 3, "no language 'fr'"),
        (["--level", "regencies", "-o", "t.ods"], 2, "neither a workbook"),
    ],
)
def test_tables_that_cannot_be_had_are_refused(nation: Settings, words, code, message):
    ended, _, errors = run(nation, "tables", *words)
    assert ended == code
    assert message in " ".join(errors.split())


def test_before_any_evaluation_there_is_no_table_to_write(tmp_path):
    settings = Settings(store=tmp_path / "store", config=write_country(tmp_path, cells=24), db=None)
    run(settings, "ingest", "regencies", "provinces")
    code, _, errors = run(settings, "tables", "--level", "regencies", "-o", str(tmp_path / "t.xlsx"))
    assert code == 3
    assert "no table of 'regencies' is published; run `soilinfo evaluate` first" in errors
