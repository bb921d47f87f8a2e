"""The country report on the command line: from the draft to a file that anyone recomputes."""

import json
from shutil import copytree

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import BlockedError, InputError, UnknownNameError
from tests.reporting_country import SERIES

ID = f"{SERIES}-1"


@pytest.fixture(scope="module")
def directory(reporting, tmp_path_factory):
    """A copy of a country that reports, to work in."""
    return copytree(reporting.directory, tmp_path_factory.mktemp("report"), dirs_exist_ok=True)


@pytest.fixture(scope="module")
def run(directory):
    """Runs `soilinfo report ...` there; its output."""

    def ran(*arguments: object) -> str:
        places = {"SOILINFO_CONFIG": str(directory / "config"), "SOILINFO_STORE": str(directory / "store")}
        found = CliRunner().invoke(app, ["report", *map(str, arguments)], env=places)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        assert found.exit_code == 0, found.output
        return found.output

    return ran


@pytest.fixture(scope="module")
def approved(run):
    """A report that went all its way, and what each command said."""
    run("draft", "--by", "siti", "--note", "first")
    run("submit", ID, "--by", "siti", "--note", "for the minister")
    return lines(run("approve", ID, "--by", "budi"))[-1]


def lines(output):
    return [json.loads(line) for line in output.splitlines()]


def test_a_report_goes_from_draft_to_approval_and_a_draft_of_the_same_is_known(run, approved):
    assert (approved["report"], approved["state"]) == (ID, "approved")
    (again,) = lines(run("draft"))
    assert (again["report"], again["new"], again["state"]) == (ID, False, "approved")
    (listed,) = lines(run("list"))
    assert (listed["report"], listed["state"], listed["by"]) == (ID, "approved", "siti")


def test_a_report_is_shown_with_its_values_what_is_missing_and_its_history(run, approved):
    shown = lines(run("show", ID, "--language", "id"))
    assert {line["indicator"] for line in shown if "indicator" in line} >= {"soc", "ph_h2o"}
    assert "bulk_density" in {line["missing"] for line in shown if "missing" in line}
    assert [line["state"] for line in shown if "on" in line] == ["draft", "submitted", "approved"]


def test_the_file_that_is_sent_on_is_recomputed(run, approved, directory):
    run("export", ID, "-o", directory / "report.json")
    (told,) = lines(run("verify", directory / "report.json"))
    assert told["equal"] is True


def test_a_file_with_other_numbers_ends_in_the_exit_code_of_a_check(run, approved, directory, tmp_path):
    run("export", ID, "-o", tmp_path / "report.json")
    (directory / "config" / "report.yaml").rename(tmp_path / "kept.yaml")
    text = (tmp_path / "kept.yaml").read_text("utf-8")
    (directory / "config" / "report.yaml").write_text(text.replace("Invented.", "Made up."), "utf-8")
    with pytest.raises(BlockedError, match=rf"{ID} is not what its layers give here: 1 difference") as caught:
        run("verify", tmp_path / "report.json")
    (tmp_path / "kept.yaml").replace(directory / "config" / "report.yaml")
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(("ending", "begins"), [("xlsx", b"PK"), ("zip", b"PK"), ("pdf", b"%PDF")])
def test_a_report_is_taken_away_in_forms_for_reading(run, approved, tmp_path, ending, begins):
    target = tmp_path / f"report.{ending}"
    run("export", ID, "-o", target, "--language", "id")
    assert target.read_bytes().startswith(begins)


def test_what_cannot_be_done_is_said_before_any_work(run, approved, tmp_path):
    with pytest.raises(InputError, match=r"cannot be written as 'report.txt'; it can as: .json"):
        run("export", ID, "-o", tmp_path / "report.txt")
    with pytest.raises(UnknownNameError, match=f"no country report 'XTS-1'; there are: {ID}"):
        run("show", "XTS-1")
    (tmp_path / "half.json").write_bytes(b'{"form": "soilinfo-country')
    with pytest.raises(InputError, match="truncated"):
        run("verify", tmp_path / "half.json")
    with pytest.raises(InputError, match="is approved, so it cannot become submitted"):
        run("submit", ID)


def test_schema_and_template_need_no_report(run, tmp_path):
    assert json.loads(run("schema"))["$id"] == "urn:soilinfo:country-report:1"
    run("template", "-o", tmp_path / "statements.xlsx", "--language", "id")
    assert (tmp_path / "statements.xlsx").read_bytes().startswith(b"PK")
