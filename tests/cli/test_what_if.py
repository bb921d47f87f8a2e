"""What-ifs on the command line: the tables of the process, as JSON lines off a terminal."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.settings import Settings


def asked(nation: Settings, *arguments: str, region: str | None = "01"):
    where = ["--region", region] if region else []
    places = ["--config", str(nation.config), "--store", str(nation.store)]
    found = CliRunner().invoke(app, ["what-if", "--crop", "maize", *where, *arguments, *places])
    if found.exception and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


def test_liming_prints_what_moved_and_why(nation: Settings):
    code, output = asked(nation, "--adjust", "ph_h2o:raise_to:6")
    lines = [json.loads(line) for line in output.splitlines()]
    assert code == 0
    assert "ph_h2o:raise_to:6, actual, compared with actual" in lines[0]["message"]
    changes = {line["class"]: line["change_ha"] for line in lines if "change_ha" in line}
    (move,) = [line for line in lines if line.get("before") == "S3nr"]
    assert changes["S2"] == pytest.approx(move["ha"]) == pytest.approx(-changes["S3"])
    assert move["limiting"] == ["nr"]


def test_every_unit_of_a_level_has_a_line(nation: Settings):
    _, output = asked(nation, "--what-if", "liming", "--by", "regencies", region=None)
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["code"] for line in lines if "code" in line] == ["01.01", "01.02", "01.03", "01.04"]


def test_criteria_are_read_from_a_file(nation: Settings, tmp_path: Path):
    row = {"quality": "eh", "kind": "numeric", "unit": "%", "bands": {"S1": [[None, 90]]}, "worst_class": "N"}
    (tmp_path / "rows.json").write_text(json.dumps({"slope": row}))
    _, output = asked(nation, "--criteria", str(tmp_path / "rows.json"))
    assert "edited rows: slope" in output
    with pytest.raises(InputError, match="cannot be read as JSON"):
        asked(nation, "--criteria", str(tmp_path / "nowhere.json"))


def test_what_cannot_be_answered_is_an_error_of_one_line(nation: Settings):
    with pytest.raises(InputError, match="outside the valid range"):
        asked(nation, "--adjust", "ph_h2o:raise_to:20")
    with pytest.raises(UnknownNameError, match="no region '99'"):
        asked(nation, region="99")
    code, output = asked(nation, region=None)
    assert code == 2
    assert "--region or --by" in output
