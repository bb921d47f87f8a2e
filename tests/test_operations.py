"""What docs/operations.md says of exit codes, metrics and Prefect is what the program does."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from soilinfo import errors
from soilinfo.cli.main import app
from soilinfo.jobs.nightly.metrics import write_metrics
from soilinfo.settings import Settings
from tests.country import ROOT, write_country
from tests.process import environment, run

GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")


def test_every_exit_code_means_the_same_in_the_errors_the_help_and_the_guide():
    drawn = {int(code) for code in re.findall(r"exit (\d)", errors.__doc__ or "")}
    raised = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.SoilinfoError)
    }
    guide = {int(code): means for code, means in re.findall(r"^\| (\d) \| (.+) \|$", GUIDE, re.MULTILINE)}
    assert drawn == raised == errors.EXIT_CODES.keys() - {0}
    assert guide == errors.EXIT_CODES
    for words in ((), ("pipelines",), ("pipelines", "run")):
        shown = helped(*words)
        for code, means in errors.EXIT_CODES.items():
            assert f"{code}: {means}" in shown


def helped(*words):
    """The help of a verb, on one line."""
    shown = CliRunner().invoke(app, [*words, "--help"])
    assert shown.exit_code == 0
    return " ".join(shown.stdout.replace("\u2502", " ").split())


def test_the_help_names_every_setting_and_every_default():
    shown = helped()
    for name in Settings.model_fields:
        assert ("PORT" if name == "port" else f"SOILINFO_{name.upper()}") in shown
    shown = helped("serve")
    for default in ("config", "store", "files in the store", "5000"):
        assert f"[default: ({default})]" in shown


def test_the_guide_says_where_findings_lie_and_names_every_decision():
    for place in ("<store>/reports/", "findings.csv", "findings.id.html", "/collections/findings"):
        assert place in GUIDE
    for verb in ("diff", "release", "quarantine", "history", "rollback", "pin", "prune"):
        assert f"| `soilinfo {verb}" in GUIDE


def test_the_guide_lists_every_metric(tmp_path):
    write_metrics(tmp_path / "m.prom", [], {})
    made = {family.name for family in text_string_to_metric_families((tmp_path / "m.prom").read_text())}
    assert set(re.findall(r"^\| `(soilinfo_\w+)`", GUIDE, re.MULTILINE)) == made


@pytest.fixture
def national(monkeypatch):
    """The flow of the Prefect example, with a stand-in for Prefect that leaves the function as it is."""
    prefect = ModuleType("prefect")
    prefect.flow = lambda **_options: lambda function: function
    monkeypatch.setitem(sys.modules, "prefect", prefect)
    return runpy.run_path(str(ROOT / "docs/examples/prefect_national.py"))["national"]


def only_maize(config: Path) -> None:
    """Have a country do without all other crops, and so without the choice among them."""
    others = [f"crops/{path.stem}" for path in (ROOT / "config/crops").glob("*.yaml") if path.stem != "maize"]
    described = yaml.safe_load((config / "country.yaml").read_text())
    (config / "country.yaml").write_text(yaml.safe_dump(described | {"without": ["choice", *others]}))


def test_the_prefect_example_runs_the_pipeline_and_fails_with_it(national, monkeypatch, tmp_path):
    settings = Settings(store=tmp_path / "store", config=write_country(tmp_path, cells=24), db=None)
    only_maize(settings.config)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.chdir(ROOT)
    national()
    _, lines, _ = run(settings, "status", "--all")
    assert {"soc", "suitability_maize"} <= {line.get("layer") for line in lines}
    assert {line["pipeline"] for line in lines if line.get("layer") == "soc"} == {"national"}

    (settings.config / "grid.yaml").write_text("bounds: none\n")
    with pytest.raises(subprocess.CalledProcessError) as raised:
        national()
    assert raised.value.returncode == 2
    code, _, _ = run(settings, "status", "--check")
    assert code == 2
