"""soilinfo convert and soilinfo equations: columns of values, and what there is to convert them by."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import IncomparableError, InputError, SourceError, UnknownNameError
from tests.catalog.conftest import CONFIG

TO_WATER = ("--value", "pH", "--from", "ph_kcl", "--unit", "pH", "--to", "ph_h2o")


def said(*words: str) -> list[dict[str, Any]]:
    """What a command answers a program; its error where it fails."""
    found = CliRunner().invoke(app, [*words, "--config", str(CONFIG)])
    if found.exception:
        raise found.exception
    return [json.loads(line) for line in found.stdout.splitlines()]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "soil.csv"
    file.write_text("id,pH,sd\na,5.1,0.1\nb,<3,\nc,49,\nd,,\ne,foo,\n", "utf-8")
    return file


def test_a_column_is_converted_and_every_row_stays_with_the_reason_where_it_is_not(table: Path):
    (done,) = said("convert", str(table), *TO_WATER, "--sd", "sd")
    rows = [*csv.DictReader(table.with_suffix(".converted.csv").read_text("utf-8").splitlines())]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d", "e"]
    assert float(rows[0]["converted_value"]) == pytest.approx(6.24366, abs=1e-5)
    assert rows[0]["converted_equations"] == "ph_kcl_kabala_2016"
    assert rows[1]["converted_qualifier"] == "<"
    assert [row["converted_refused"] for row in rows] == ["", "", "impossible", "", "unreadable_values"]
    assert [row["converted_value"] == "" for row in rows] == [False, False, True, True, True]
    assert (done["converted"], done["refused"], done["equations"]) == (2, 2, ["ph_kcl_kabala_2016"])


def test_another_equation_can_be_named_and_another_unit_wanted(table: Path, tmp_path: Path):
    table.write_text("soc\n20\n", "utf-8")
    made = tmp_path / "made.csv"
    wanted = ("--from", "soc_walkley_black", "--unit", "g/kg", "--to", "soc", "--to-unit", "g/kg")
    said("convert", str(table), "--value", "soc", *wanted, "--equation", "soc_walkley_black_kerala",
         "-o", str(made))  # fmt: skip
    (row,) = csv.DictReader(made.read_text("utf-8").splitlines())
    assert (float(row["converted_value"]), row["converted_unit"]) == (pytest.approx(27.7), "g/kg")


def test_phosphorus_tests_are_not_converted_even_of_an_empty_column(table: Path):
    table.write_text("p\n\n", "utf-8")
    with pytest.raises(IncomparableError, match="'p_olsen' is not converted to 'p2o5_bray1'"):
        said(
            "convert", str(table), "--value", "p", "--from", "p_olsen", "--unit", "ppm", "--to", "p2o5_bray1"
        )
    assert not table.with_suffix(".converted.csv").exists()


def test_a_file_that_is_no_such_table_is_an_error_that_says_so(table: Path):
    table.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(SourceError, match="no column 'pH'; there are: a, b"):
        said("convert", str(table), *TO_WATER)
    table.write_bytes(b"pH\n\xff\xfe\n")
    with pytest.raises(SourceError, match="cannot be read as CSV"):
        said("convert", str(table), *TO_WATER)
    with pytest.raises(SourceError, match="No such file"):
        said("convert", str(table.with_name("none.csv")), *TO_WATER)


def test_equations_of_a_property_are_listed_with_range_error_and_which_is_used():
    rows = {row["equation"]: row for row in said("equations", "ph_h2o")}
    assert len(rows) == 7
    assert rows["ph_h2o_1_1_usda"]["error"] == "0.44 pH"
    assert rows["ph_kcl_kabala_2016"]["computes"] == "-1.95 + 11.58 log10 x"
    assert {name for name, row in rows.items() if row["used"]} == {
        "ph_h2o_1_1_usda",
        "ph_cacl2_miller_2010",
        "ph_kcl_kabala_2016",
    }
    with pytest.raises(UnknownNameError, match="no property 'ph'"):
        said("equations", "ph")


def test_the_summary_tells_whose_errors_nobody_states(table: Path):
    (done,) = said("convert", str(table), *TO_WATER)
    assert done["errors_not_stated"] == ["ph_kcl_kabala_2016"]
    assert "unknown, not zero" in done["message"]
    table.write_text("pH\n6\n", "utf-8")
    (done,) = said(
        "convert", str(table), "--value", "pH", "--from", "ph_h2o_1_1", "--unit", "pH", "--to", "ph_h2o"
    )
    assert (done["errors_not_stated"], "error" in done["message"]) == ([], False)


def test_a_deviation_that_is_none_refuses_its_value_and_not_the_file(table: Path):
    table.write_text("pH,sd\n5.1,0.1\n5.1,-1\n5.1,wide\n5.1,<1\n5.1,\n", "utf-8")
    said("convert", str(table), *TO_WATER, "--sd", "sd")
    rows = csv.DictReader(table.with_suffix(".converted.csv").read_text("utf-8").splitlines())
    assert [row["converted_refused"] for row in rows] == ["", *["unreadable_sd"] * 3, ""]


def test_the_decimal_mark_is_that_of_the_file(table: Path):
    density = ("--value", "bd", "--from", "bulk_density", "--unit", "g/cm3")
    for text, options, expected in (
        ("bd\n1.345\n", (), ("", "ambiguous_numbers")),
        ("bd\n1.345\n", ("--decimal", "."), ("1.345", "")),
        ("bd;x\n1,345;2\n", ("--decimal", ",", "--delimiter", ";"), ("1.345", "")),
    ):
        table.write_text(text, "utf-8")
        said("convert", str(table), *density, *options)
        made = table.with_suffix(".converted.csv").read_text("utf-8").splitlines()
        (row,) = csv.DictReader(made, delimiter=";" if ";" in text else ",")
        assert (row["converted_value"], row["converted_refused"]) == expected


def test_no_column_of_a_file_is_lost(table: Path):
    with pytest.raises(InputError, match="is the file to read; name another"):
        said("convert", str(table), *TO_WATER, "-o", str(table))
    for text, message in (
        ("pH,pH\n1,2\n", "columns of one name: pH"),
        ("pH,converted_value\n1,2\n", "would be written over: converted_value"),
    ):
        table.write_text(text, "utf-8")
        with pytest.raises(SourceError, match=message):
            said("convert", str(table), *TO_WATER)
    table.write_text("id,pH\n", "utf-8")
    said("convert", str(table), *TO_WATER)
    assert table.with_suffix(".converted.csv").read_text("utf-8").startswith("id,pH,converted_value,")


def test_equations_say_how_they_are_known_and_rules_only_what_config_applies():
    rows = {row["equation"]: row for row in said("equations")}
    assert (rows["ece_usda"]["known by"], rows["ph_kcl_kabala_2016"]["known by"]) == ("K", "R")
    assert rows["black_soil_tropical"]["used"] == rows["texture_triangle_usda"]["used"] == "yes"
    assert rows["black_soil_temperate"]["used"] == rows["no_stones_assumed"]["used"] == ""
    assert not [row["equation"] for row in rows.values() if row["used"] and row["known by"] == "K"]
