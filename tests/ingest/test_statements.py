"""The workbook of statements: read in any language, every fault at once with its cell, gaps told."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook

from soilinfo.catalog.load import load
from soilinfo.catalog.statements import SHEETS
from soilinfo.errors import InputError
from soilinfo.ingest import statements as reading
from soilinfo.ingest.statements import read_statements
from tests.stated import CONFIG, add_form, workbook


@pytest.fixture(scope="module")
def catalog():
    return load(CONFIG)


def refused(catalog, nation_ha=None, **sheets):
    """The lines of the refusal of a workbook."""
    with pytest.raises(InputError) as told:
        read_statements(workbook(**sheets), catalog, nation_ha)
    return str(told.value).splitlines()


def checks(statements):
    return {finding.check: finding.message for finding in statements.findings}


def test_words_of_every_language_ids_and_numbers_of_experts_are_understood(catalog):
    stated = read_statements(
        workbook(
            headings={"rank": "Peringkat", "trend": " kecenderungan"},
            threats=[
                {
                    "expert": 1,
                    "threat": "Erosi tanah",
                    "rank": 1,
                    "condition": "BURUK",
                    "trend": "Deteriorating",
                },
                {"expert": "1", "threat": "soil  sealing and capping", "rank": "2", "area_ha": 12.5},
                {"expert": "1", "threat": "contamination"},
            ],
            inventory=[
                {"id": "ldn_target", "answer": "Ya", "year": 2019},
                {"id": "focal_point", "answer": True},
                {"id": "survey_scale", "answer": "skala 1:250.000"},
                {"id": "ssm_area", "answer": 0},
                {"id": "soil_budget", "answer": "12 juta USD, 2020"},
            ],
            practices=[{"title": "Terraces", "threats": "erosion; Perubahan karbon organik tanah"}],
            laboratories=[{"laboratory": "L1", "round": "2019", "z_score": -2.4, "satisfactory": "tidak"}],
        ),
        catalog,
    )
    (erosion,), (sealing,) = stated.threats["erosion"], stated.threats["sealing"]
    assert (erosion.expert, erosion.rank, erosion.condition, erosion.trend) == (
        "1",
        1,
        "poor",
        "deteriorating",
    )
    assert (sealing.expert, sealing.rank, sealing.area_ha) == ("1", 2, 12.5)
    assert stated.threats["contamination"] == ()
    answers = {each.id: each for each in stated.inventory}
    assert [answers[id].answer for id in ("ldn_target", "focal_point", "ssm_area")] == [True, True, 0.0]
    assert answers["survey_scale"].choice["en"] == "scale 1:250,000"
    assert answers["incentives"].answer is None
    assert stated.practices[0].threats == ("erosion", "soc_change")
    assert stated.laboratories[0].satisfactory is False


def test_every_fault_is_told_at_once_with_its_sheet_and_cell(catalog):
    found = refused(
        catalog,
        nation_ha=1000,
        threats=[
            {"expert": "A", "threat": "erosions", "rank": 1},
            {"expert": "A", "threat": "sealing", "rank": 0, "area_ha": -5},
            {"expert": "A", "threat": "compaction", "rank": 11, "area_ha": 1001},
            {"expert": "A", "threat": "erosion", "rank": "first", "condition": "awful"},
            {"expert": "A", "threat": "salinization", "rank": 1.5},
            {"threat": "erosion", "rank": 2},
            {"expert": "B", "threat": "erosion", "rank": 1},
            {"expert": "b", "threat": "Soil erosion", "rank": 2},
            {"expert": "B", "threat": "sealing", "area_ha": "NaN"},
            {"expert": "B", "threat": "sealing", "area_ha": "1.234"},
        ],
        inventory=[{"id": "ldn_target", "answer": "perhaps"}, {"id": "moon", "answer": 1}, {"answer": 1}],
        practices=[{"area_ha": 5}],
        laboratories=[{"laboratory": "L1", "year": 19}],
    )
    assert found[0] == "19 fault(s) in the statements:"
    places = [line.split(": ")[:2] for line in (each.strip() for each in found[1:])]
    assert [(sheet, place.split(" ")[0]) for sheet, place in places] == [
        ("threats", "B2"), ("threats", "C3"), ("threats", "D3"), ("threats", "C4"), ("threats", "D4"),
        ("threats", "E5"), ("threats", "C5"), ("threats", "C6"), ("threats", "A7"), ("threats", "B9"),
        ("threats", "D10"), ("threats", "D11"), ("threats", "B11"),
        ("inventory", "D2"), ("inventory", "A3"), ("inventory", "A4"),
        ("practices", "A2"), ("laboratories", "B2"), ("laboratories", "D2"),
    ]  # fmt: skip
    assert "Did you mean 'erosion'?" in found[1]


def saved(build, *more):
    """A workbook whose sheets are those of the form, and ``more``; ``build`` writes into them, by title."""
    content = BytesIO()
    with Workbook(content) as book:
        add_form(book)
        pages = {title: book.add_worksheet(title) for title in (*SHEETS, *more)}
        for sheet, columns in SHEETS.items():
            pages[sheet].write_row(0, 0, columns)
        build(pages)
    return content.getvalue()


def test_two_columns_or_sheets_that_are_one_are_refused_and_none_of_them_lost(catalog):
    twice = saved(lambda pages: pages["threats"].write_string(0, 9, "Peringkat"))
    with pytest.raises(InputError, match=r"1 fault\(s\).*\n.*C1, J1: more than one column is 'rank'"):
        read_statements(twice, catalog)
    with pytest.raises(InputError, match="the sheets 'threats' and 'Ancaman': join them"):
        read_statements(saved(dict, "Ancaman"), catalog)


def test_ties_of_an_expert_and_gaps_are_findings_and_stop_nothing(catalog):
    ranked = [{"expert": name, "threat": id, "rank": 1} for name in "AB" for id in ("erosion", "sealing")]
    told = checks(read_statements(workbook(threats=ranked), catalog))
    assert told["ranks_tied"] == "expert 'B' gave one rank to several threats: erosion, sealing"
    assert told["ranks_incomplete"].startswith("expert 'B' did not rank: soc_change")
    assert "erosion" not in told["threats_not_ranked"]
    assert told["few_experts"].startswith("2 expert(s)")
    assert told["questions_unanswered"].startswith("35 of 35")


def test_a_workbook_that_nobody_filled_in_states_nothing(catalog):
    stated = read_statements(workbook(), catalog)
    assert set(stated.threats.values()) == {()}
    assert all(each.answer is None for each in stated.inventory)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a readable XLSX workbook"),
        (b"id;answer\n", "not a readable XLSX workbook"),
        (workbook()[:2000], "not a readable XLSX workbook"),
        (workbook(form=None), "not of a form that is known"),
        (
            workbook(form="soilinfo-statements/2"),
            "of the form 'soilinfo-statements/2'; 'soilinfo-statements/1'",
        ),
        (workbook(inventory=None), "no sheet 'inventory'; there are: laboratories, practices"),
        (workbook(headings={"rank": "Place"}), "no column 'rank'; there are: area_ha"),
    ],
)
def test_what_is_no_such_workbook_is_refused_with_the_reason(catalog, content, reason):
    with pytest.raises(InputError, match=reason):
        read_statements(content, catalog)


def test_a_workbook_with_macros_or_too_large_is_refused(catalog, monkeypatch):
    packed = BytesIO(workbook())
    with ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    with pytest.raises(InputError, match="holds macros"):
        read_statements(packed.getvalue(), catalog)
    monkeypatch.setattr(reading, "MOST_CELLS", 5)
    with pytest.raises(InputError, match="more than 5 cells"):
        read_statements(workbook(), catalog)
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="at most 100 are read"):
        read_statements(workbook(), catalog)


def test_formulas_count_as_saved_and_their_errors_are_faults(catalog):
    def build(pages):
        pages["threats"].write_row(1, 0, ["A", "erosion"])
        pages["threats"].write_formula(1, 2, "=1+2", value=3)
        pages["threats"].write_formula(1, 3, "=1/0", value="#DIV/0!")
        pages["threats"].write_formula(2, 0, "=1/0", value="#DIV/0!")
        pages["threats"].write_row(2, 1, ["erosion", 2])
        pages["practices"].write_row(1, 0, ["Terraces"])
        pages["practices"].write_formula(1, 1, "=1/0", value="#DIV/0!")

    with pytest.raises(InputError) as told:
        read_statements(saved(build), catalog)
    assert str(told.value).splitlines()[1:] == [
        f"  {sheet}: {cell}: holds an error of a formula"
        for sheet, cell in (
            ("threats", "D2 (area_ha)"), ("threats", "A3 (expert)"), ("practices", "B2 (threats)"),
        )
    ]  # fmt: skip
