"""A country report as tables: every number of the file, nothing that a spreadsheet would run."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from soilinfo.catalog.load import load
from soilinfo.catalog.text import texts
from soilinfo.report.country.tables import ROWS, rows_of
from soilinfo.report.country.views import report_csv, report_xlsx
from soilinfo.report.phrases import Phrases
from tests.country import ROOT
from tests.reports import country_report

HOSTILE = "=cmd|'/c calc'!A1"


@pytest.fixture(scope="module")
def catalog():
    return load(ROOT / "config")


@pytest.fixture(scope="module", params=["en", "id"])
def phrases(request, catalog):
    return Phrases(catalog, request.param)


def test_every_table_has_rows_of_one_shape_with_headings_that_people_read(phrases):
    known = texts(phrases.language)
    for table in ROWS:
        rows = rows_of(country_report(), table, phrases)
        assert len({tuple(row) for row in rows}) == 1, table
        headless = [
            name
            for name in rows[0]
            if not {f"reported.column.{name}", f"column.{name}", f"statements.column.{name}"} & known.keys()
        ]
        assert not headless, table


def test_a_workbook_holds_every_value_in_its_own_language(phrases):
    report = country_report()
    book = CalamineWorkbook.from_filelike(BytesIO(report_xlsx(report, phrases)))
    values = book.get_sheet_by_name(phrases.say("reported.table.values")).to_python()
    told = [(row[2], row[0], row[6]) for row in values[2:]]
    whole = [(one.level, each.id, one.value) for each in report.content.indicators for one in each.values]
    assert [(level, id_, value) for level, id_, value in told] == whole
    facts = dict(row[:2] for row in book.get_sheet_by_index(0).to_python() if row[0])
    assert facts[phrases.say("reports.digest")] == report.content_sha256


def test_land_of_classes_is_not_headed_as_affected_alone(catalog):
    book = CalamineWorkbook.from_filelike(BytesIO(report_xlsx(country_report(), Phrases(catalog, "en"))))
    headings = book.get_sheet_by_name("Values").to_python()[0]
    assert [each for each in headings if each.lower().startswith("affected")] == [
        "Affected land, or land of the classes (ha)",
        "Affected land, or land of the classes, least (ha)",
        "Affected land, or land of the classes, most (ha)",
        "Affected, or of the classes: share of the land with data (%)",
    ]


def test_the_same_report_gives_the_same_bytes(phrases):
    for view in (report_xlsx, report_csv):
        assert view(country_report(), phrases) == view(country_report(), phrases)


def test_what_is_not_known_is_empty_not_zero(catalog):
    report = country_report(coverage=None)
    rows = rows_of(report, "values", Phrases(catalog, "en"))
    assert {(row["value"], row["affected_ha"]) for row in rows} == {(None, None)}


def test_a_text_that_looks_like_a_formula_stays_a_text(catalog):
    finding = {"check": "synthetic", "severity": "note", "about": HOSTILE, "evidence": {}}
    report = country_report(findings=[finding])
    with ZipFile(BytesIO(report_csv(report, Phrases(catalog, "en")))) as archive:
        assert f"'{HOSTILE}" in archive.read("findings.csv").decode()
        assert {f"{table}.csv" for table in ROWS} | {"readme.csv"} == {*archive.namelist()}
    book = CalamineWorkbook.from_filelike(BytesIO(report_xlsx(report, Phrases(catalog, "en"))))
    assert HOSTILE in book.get_sheet_by_name("What checks found").to_python()[2]


def test_parts_of_degraded_land_are_called_what_they_are_not_by_their_ids(catalog):
    called = {row["part"] for row in rows_of(country_report("XAA"), "parts", Phrases(catalog, "id"))}
    assert called, "the made-up country tells degraded land"
    assert not [part for part in called if "_ha" in part]
