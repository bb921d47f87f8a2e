"""The command line says what happened, to people and to programs, and ends with the right code."""

import json
import sys
from functools import partial

import pytest
from typer.testing import CliRunner

from soilinfo.cli.main import app, main
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.postgres import Postgres
from tests.country import LAYERS, recode_drainage, write_country, write_source
from tests.process import run
from tests.store.publisher import publish

CELLS = 60


@pytest.fixture
def settings(tmp_path):
    return Settings(store=tmp_path / "store", config=write_country(tmp_path, cells=CELLS), db=None)


def test_a_country_is_ingested_evaluated_looked_at_and_rolled_back(settings, tmp_path):
    code, lines, _ = run(settings, "ingest")
    assert code == 0
    assert set(LAYERS) <= set(lines[-1]["published"])
    assert {line["subject"] for line in lines if line.get("phase") == "ingest"} >= set(LAYERS)

    code, lines, _ = run(settings, "evaluate", "maize")
    assert code == 0
    assert "suitability_maize" in lines[-1]["published"]

    write_source(tmp_path, "ph_h2o", cells=CELLS, fill=55.0)
    code, lines, _ = run(settings, "ingest", "ph_h2o")
    assert code == 5
    assert lines[-1]["blocked"] == ["ph_h2o"]

    code, lines, _ = run(settings, "status", "--config", str(settings.config))
    assert code == 0
    assert ("ph_h2o", "value_range") in [
        (line["layer"], line["check"]) for line in lines if line.get("severity") == "block"
    ]

    for nothing in ("0", "99"):
        code, _, errors = run(settings, "rollback", nothing, "--reason", "trial")
        assert (code, "there are: 1, 2, 3." in errors) == (3, True)
    code, _, _ = run(settings, "rollback", "1", "--reason", "trial")
    assert code == 0
    code, lines, _ = run(settings, "history")
    assert [line["snapshot"] for line in lines] == ["4", "3", "2", "1"]
    assert lines[0]["reason"] != ""
    code, lines, _ = run(settings, "history", "soc")
    assert [(line["what"], line["snapshot"]) for line in lines] == [("publication", "1")]


def test_a_rollback_tells_which_maps_are_not_served_as_config_has_changed_since(settings):
    run(settings, "ingest")
    recode_drainage(settings.config)
    run(settings, "ingest", "drainage")
    code, lines, _ = run(settings, "rollback", "1", "--reason", "trial")
    assert code == 0
    assert lines[0]["snapshot"] == 3
    assert [(line["check"], line["layer"]) for line in lines[1:]] == [("outdated_layer", "drainage")]


def test_a_rollback_is_done_though_config_has_a_fault(settings):
    run(settings, "ingest")
    run(settings, "evaluate", "maize")
    (settings.config / "grid.yaml").write_text("arc_seconds: none")
    code, lines, errors = run(settings, "rollback", "1", "--reason", "trial")
    assert (code, lines[0]["snapshot"], "grid.yaml" in errors) == (2, 3, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("ingest", "phh2o"), 3, "'phh2o'; there are: "),
        (("evaluate", "durain"), 3, "Did you mean 'durian'?"),
        (("evaluate",), 3, "no layer is published"),
        (("rollback", "7", "--reason", "x"), 6, "no store at"),
        (("rollback", "7", "--reason", " "), 2, "needs a reason"),
        (("history", "--versions"), 2, "--versions needs a layer"),
        (("sample", "nation", "--config", "elsewhere"), 3, "--config REPOSITORY/config"),
        (("history", "soc"), 6, "no store at"),
        (("status",), 6, "no store at"),
        (("check", "--config", "nowhere"), 2, "no such directory"),
        (("status", "--db", "mysql://x"), 2, "the database must be PostgreSQL"),
        (("serve", "--port", "99999"), 2, "less than or equal to 65535"),
        (("frobnicate",), 2, "No such command 'frobnicate'"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message_and_an_exit_code(settings, words, code, message):
    found, _, errors = run(settings, *words)
    assert found == code
    assert message in " ".join(errors.split())
    assert "Traceback" not in errors


def test_a_database_that_does_not_answer_is_one_clear_message_and_an_exit_code(settings, monkeypatch, capsys):
    monkeypatch.setattr("soilinfo.store.home.Postgres", partial(Postgres, patience=0.1))
    words = ["soilinfo", "ingest", "--config", str(settings.config), "--store", str(settings.store)]
    monkeypatch.setattr(sys, "argv", [*words, "--db", "postgresql://nobody@127.0.0.1:1/none"])
    with pytest.raises(SystemExit) as ended:
        main()
    errors = " ".join(capsys.readouterr().err.split())
    assert (ended.value.code, "the database does not answer" in errors) == (6, True)
    assert "Traceback" not in errors


def said(settings, *words):
    """Exit code and all that the command line says, run in this process; an error counts as said."""
    result = CliRunner().invoke(app, [*words, "--store", str(settings.store)])
    return result.exit_code, " ".join(f"{result.output} {result.exception}".replace("\u2502", " ").split())


def test_a_version_to_keep_is_named_and_one_that_is_not_there_is_told(settings):
    home = open_store(settings)
    publish(home, 1)
    home.close()
    code, text = said(settings, "pin", "ph_h2o", "--reason", "report")
    assert (code, "say which version of 'ph_h2o'; there are: v1" in text) == (2, True)
    _, text = said(settings, "pin", "ph", "--reason", "report")
    assert "no layer or collection 'ph'; there are: ph_h2o, regency" in text
    for verb, done in (("pin", "pinned"), ("unpin", "no longer pinned")):
        code, text = said(settings, verb, "1", "--reason", "report")
        assert (code, f"version v1 of 'regency' is {done}" in text) == (0, True)
    code, text = said(settings, "prune", "--dry-run", "--config", str(settings.config))
    assert (code, "no version would be removed" in text) == (0, True)


def test_check_lists_every_fault_of_every_file(settings):
    layers = settings.config / "layers"
    (layers / "soc.yaml").write_text("property: socks\nsource: x\nlicence: y\nattribution: z\n")
    (layers / "cec.yaml").write_text("property: cec\nunit: furlong\n")
    (settings.config / "grid.yaml").write_text("bounds: [1, 2, 1, 3]\n")
    code, _, errors = run(settings, "check")
    assert code == 2
    text = " ".join(errors.split())
    for part in ("soc.yaml", "socks", "cec.yaml", "furlong", "attribution", "grid.yaml"):
        assert part in text


def test_check_reports_what_the_criteria_tables_leave_open(settings):
    code, lines, _ = run(settings, "check")
    assert code == 0
    assert {line.get("check") for line in lines} >= {"criteria_gap", "criteria_edge"}
    assert all(json.dumps(line) for line in lines)


def test_check_tells_of_statements_that_are_not_there_and_ends_well(settings):
    said = {"body": {"en": "Office", "id": "Balai"}, "period": [2016, 2020], "statements": "lost.xlsx"}
    said["boundaries"] = {"source": "tests", "disclaimer": {"en": "Invented.", "id": "Rekaan."}}
    (settings.config / "report.yaml").write_text(json.dumps(said))
    code, lines, _ = run(settings, "check")
    assert code == 0
    assert "warn" in [line["severity"] for line in lines if line.get("check") == "statements_lost"]
