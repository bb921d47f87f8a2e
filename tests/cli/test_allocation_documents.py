"""Documents of an allocation on the command line: workbook, tables, sheet."""

from shutil import copytree

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.settings import Settings
from tests.subsidised import PLAN

KEPT = f"{PLAN}-1"


@pytest.fixture(scope="module")
def run(subsidised: Settings, tmp_path_factory):
    """Runs a command on a copy of the country that has a draft."""
    directory = tmp_path_factory.mktemp("documents")
    copytree(subsidised.store.parent, directory, dirs_exist_ok=True)
    places = ["--store", str(directory / "store"), "--config", str(directory / "config")]

    def ran(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments), *places])

    assert ran("allocate", PLAN, "--save").exit_code == 0
    return ran


def test_a_workbook_tables_and_a_sheet_are_written(run, tmp_path):
    assert run("allocation", "export", KEPT, "-o", tmp_path / "decree.xlsx").exit_code == 0
    assert (tmp_path / "decree.xlsx").read_bytes().startswith(b"PK")
    assert run("allocation", "export", KEPT, "-o", tmp_path / "tables", "--language", "id").exit_code == 0
    assert len(list((tmp_path / "tables").glob("*.csv"))) == 4
    assert run("allocation", "sheet", KEPT, "01.01", "-o", tmp_path / "x.pdf").exit_code == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_what_is_neither_a_workbook_nor_a_directory_is_refused(run, tmp_path):
    refused = run("allocation", "export", KEPT, "-o", tmp_path / "decree.pdf")
    assert refused.exit_code == 2
    assert "neither a workbook" in refused.output


@pytest.mark.parametrize("words", [("export", KEPT, "-o", "x.xlsx"), ("sheet", KEPT, "01.01", "-o", "x.pdf")])
def test_a_path_in_no_directory_is_bad_input(run, tmp_path, words):
    error = run("allocation", *words[:-1], tmp_path / "none" / words[-1]).exception
    assert isinstance(error, InputError)
    assert f"there is no directory {tmp_path / 'none'}" in str(error)


@pytest.mark.parametrize("words", [("export", KEPT), ("sheet", KEPT, "01.01")])
def test_a_file_that_is_a_directory_is_bad_input(run, tmp_path, words):
    (tmp_path / "taken.xlsx").mkdir()
    error = run("allocation", *words, "-o", tmp_path / "taken.xlsx").exception
    assert isinstance(error, InputError)
    assert "it is a directory" in str(error)


def test_an_allocation_that_is_not_kept_is_named_with_those_that_are(run, tmp_path):
    error = run("allocation", "export", f"{PLAN}-7", "-o", tmp_path / "x.xlsx").exception
    assert isinstance(error, UnknownNameError)
    assert f"there are: {KEPT}" in str(error)
