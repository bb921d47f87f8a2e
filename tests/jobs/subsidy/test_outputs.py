"""What is handed out of a kept allocation: the same figures in the workbook, the tables and the sheets."""

import csv

import pytest
from python_calamine import CalamineWorkbook

from soilinfo.errors import UnknownNameError
from soilinfo.jobs.subsidy import outputs
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.report.allocation.sheet import assemble
from soilinfo.report.phrases import Phrases
from tests.jobs.subsidy.conftest import drafted, older, stripped, unlisted
from tests.subsidised import SUPPLY_T


@pytest.fixture(scope="module")
def draft(country):
    return drafted(country)


def unit(country, draft, code):
    """What the sheet of a unit is made from."""
    _, document = outputs.kept(country.store, country.catalog, draft.id)
    return outputs.unit_of(country.store, country.catalog, document, code)


def test_the_workbook_of_a_draft_adds_up_and_says_that_it_is_one(country, draft, tmp_path):
    (file,) = outputs.export(country.store, country.catalog, draft.id, tmp_path / "decree.xlsx", "en")
    book = CalamineWorkbook.from_path(file)
    totals = set()
    for level in ("Nation", "Provinces", "Regencies", "Districts"):
        rows = book.get_sheet_by_name(level).to_python()
        assert rows[2][0] == "DRAFT"
        totals.add(next(row[-1] for row in rows if row[2] == "Total"))
    (total,) = totals
    allocated = allocation_of(country.store, draft).rows["allocated_t"].sum()
    assert total == pytest.approx(allocated, abs=1e-9)


def test_what_a_decree_prints_stands_beside_what_is_computed(country, draft, tmp_path):
    (file,) = outputs.export(country.store, country.catalog, draft.id, tmp_path / "decree.xlsx", "en")
    book = CalamineWorkbook.from_path(file)
    rows = book.get_sheet_by_name("Provinces").to_python()
    printed = [at for at, heading in enumerate(rows[5]) if heading == "As decreed (t)"]
    assert [rows[6][at] for at in printed] == [*SUPPLY_T.values()]
    told = [row[1] for row in book.get_sheet_by_name("Read me").to_python() if row[0] == "Warning"]
    assert any("14,330" in text and "14,000" in text for text in told)


def test_there_is_a_csv_of_each_level(country, draft, tmp_path):
    files = outputs.export(country.store, country.catalog, draft.id, tmp_path / "tables", "id")
    assert [file.stem.partition("_by_")[2] for file in files] == [
        *("nation", "provinces", "regencies", "districts")
    ]
    lines = list(csv.reader(files[-1].read_text("utf-8").splitlines()))
    assert lines[0][:3] == ["Kode", "Nama", "Pupuk"]
    assert len(lines) == 2 + len(allocation_of(country.store, draft).rows)


def test_the_sheet_of_a_regency_has_its_districts_and_the_reasons_of_each(country, draft):
    assert outputs.sheet(country.store, country.catalog, draft.id, "01.01", "en").startswith(b"%PDF")
    found = unit(country, draft, "01.01")
    assert found.parent == "Provinsi Satu"
    told = assemble(Phrases(country.catalog, "en"), found)
    assert told["name"] == "Kabupaten 01.01"
    assert [table["title"] for table in told["tables"]] == [
        *("Urea by districts", "NPK 15-10-12 by districts", "Organic fertilizer by districts")
    ]
    assert [row[0] for row in told["tables"][0]["rows"]] == ["Sukasari", "Tegalrejo"]


def test_the_sheet_of_a_district_is_about_itself_alone(country, draft):
    found = unit(country, draft, "01.01.01")
    assert set(found.rows["code"]) == {"01.01.01"}
    assert found.parent == "Kabupaten 01.01"


def test_a_unit_that_nothing_is_known_of_has_an_empty_row_and_a_sheet_that_says_why(country, tmp_path):
    kept = unlisted(country, "01.04.02")
    (file,) = outputs.export(country.store, country.catalog, kept.id, tmp_path / "decree.xlsx", "en")
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name("Districts").to_python()
    (row,) = (row for row in rows if row[1] == "01.04.02")
    assert (row[2], {*row[3:]}) == ("Bukitindah", {""})
    found = unit(country, kept, "01.04")
    assert found.parts["01.04.02"] == "Bukitindah"
    told = assemble(Phrases(country.catalog, "en"), found)
    assert told["tables"][0]["rows"][1][-1] == "nothing known"
    content = outputs.sheet(country.store, country.catalog, kept.id, "01.04.02", "en")
    assert content.startswith(b"%PDF")


def test_all_that_it_rests_on_is_named_down_to_the_soil_layers(country, draft):
    _, document = outputs.kept(country.store, country.catalog, draft.id)
    served = country.snapshot.layers
    for name in (
        "p2o5_hcl25",
        "k2o_hcl25",
        "land_cover",
        "nutrient_status_paddy_by_districts",
        "paddy_doses",
    ):
        assert (name, served[name]) in {*document.inputs.items(), *document.rests_on}
    assert not {*document.inputs.items()} & {*document.rests_on}


def test_what_config_dropped_since_is_called_as_the_record_calls_it(country, draft, tmp_path):
    now, then = (
        outputs.export(country.store, catalog, draft.id, tmp_path / f"{name}.xlsx", "id")[0]
        for name, catalog in (("now", stripped(country.catalog)), ("then", country.catalog))
    )
    pages = ("Kecamatan", "Bulanan")
    for page in pages:
        one, other = (CalamineWorkbook.from_path(file).get_sheet_by_name(page) for file in (now, then))
        assert one.to_python() == other.to_python()
    content = outputs.sheet(country.store, stripped(country.catalog), draft.id, "01.01", "id")
    assert content.startswith(b"%PDF")


def test_an_older_draft_is_handed_out_with_what_it_keeps(country, tmp_path):
    old, catalog = older(country), stripped(country.catalog)
    (file,) = outputs.export(country.store, catalog, old.id, tmp_path / "decree.xlsx", "en")
    book = CalamineWorkbook.from_path(file)
    told = {row[0]: row[1] for row in book.get_sheet_by_name("Read me").to_python()}
    assert told["Choice: rounded_to"] == "sacks"
    assert told["Who may have it"].startswith("This older allocation does not keep")
    assert "npk_15_10_12" in book.get_sheet_by_name("Districts").to_python()[4]
    assert outputs.sheet(country.store, catalog, old.id, "01.01", "en").startswith(b"%PDF")


def test_what_is_not_there_is_named(country, draft):
    with pytest.raises(UnknownNameError, match=r"no unit '01\.09'; there are"):
        outputs.sheet(country.store, country.catalog, draft.id, "01.09", "en")
    with pytest.raises(UnknownNameError, match=f"no allocation 'plan-9'; there are: {draft.id}"):
        outputs.sheet(country.store, country.catalog, "plan-9", "01.01", "en")
    with pytest.raises(UnknownNameError, match="no language 'nl'"):
        outputs.sheet(country.store, country.catalog, draft.id, "01.01", "nl")
