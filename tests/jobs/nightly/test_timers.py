"""Timers: units that systemd accepts, a crontab line that runs what is due, no secret without need."""

import re
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from datetime import timedelta
from pathlib import Path

import pytest

from soilinfo.jobs.nightly.pipeline import Pipeline, found
from soilinfo.jobs.nightly.timers import crontab, systemd
from soilinfo.settings import Settings
from tests.process import ran, run

DSN = "postgresql://soil:s3'cret%@db/soil"


@pytest.fixture
def settings(tmp_path):
    return Settings(store=tmp_path / "a store", config=tmp_path / "config", db=DSN)


def units(settings, pipelines, tmp_path, *, user=False):
    parsed = {}
    for name, text in systemd(pipelines, settings, tmp_path, user=user).items():
        (tmp_path / name).write_text(text, "utf-8")
        if not name.endswith(".env"):
            parsed[name] = RawConfigParser(strict=True)
            parsed[name].optionxform = str
            parsed[name].read_string(text)
    return parsed


@pytest.mark.parametrize(
    ("every", "key", "value"),
    [
        (timedelta(days=1), "OnCalendar", "*-*-* 01:15:00"),
        (timedelta(days=7), "OnCalendar", "Mon *-*-* 01:15:00"),
        (timedelta(hours=6), "OnCalendar", "*-*-* 00/6:15:00"),
        (timedelta(days=3), "OnUnitActiveSec", "259200s"),
        (timedelta(minutes=90), "OnUnitActiveSec", "5400s"),
    ],
)
def test_a_timer_follows_the_period(settings, tmp_path, every, key, value):
    timer = units(settings, [Pipeline("soil", every, "nothing", ())], tmp_path)["soilinfo-soil.timer"][
        "Timer"
    ]
    assert timer[key] == value
    assert timer.get("Persistent") == ("true" if key == "OnCalendar" else None)


def test_a_service_runs_its_pipeline_with_the_present_settings_which_only_its_owner_reads(settings, tmp_path):
    service = units(settings, found(settings)[0].values(), tmp_path)["soilinfo-national.service"]["Service"]
    assert service["ExecStart"] == f"{Path(sys.executable).parent}/soilinfo pipelines run national"
    assert service["ReadWritePaths"] == f'"{settings.store}"'
    assert service["TimeoutStartSec"] == f"{12 * 3600 + 600}s"
    environment = tmp_path / "soilinfo.env"
    assert service["EnvironmentFile"] == str(environment)
    shown = subprocess.run(
        ["sh", "-c", f"set -a; . {environment}; env"], capture_output=True, text=True, check=True, env={}
    ).stdout.splitlines()
    assert {f"SOILINFO_DB={DSN}", f"SOILINFO_STORE={settings.store}"} <= set(shown)


@pytest.mark.parametrize(
    ("every", "seconds"), [(timedelta(hours=1), 1800), (timedelta(days=1), 43200), (timedelta(days=7), 43200)]
)
def test_attempts_of_one_period_never_use_up_those_of_the_next(settings, tmp_path, every, seconds):
    unit = units(settings, [Pipeline("soil", every, "nothing", ())], tmp_path)["soilinfo-soil.service"][
        "Unit"
    ]
    assert (unit["StartLimitIntervalSec"], unit["StartLimitBurst"]) == (f"{seconds}s", "5")
    assert timedelta(seconds=seconds) < every


def test_a_timer_says_its_period_as_people_do(settings, tmp_path):
    timer = units(settings, found(settings)[0].values(), tmp_path)["soilinfo-national.timer"]
    assert timer["Unit"]["Description"] == "soilinfo pipeline national, every 1 d"


@pytest.mark.parametrize("user", [False, True])
def test_systemd_accepts_the_units(settings, tmp_path, user):
    names = [
        str(tmp_path / name) for name in units(settings, found(settings)[0].values(), tmp_path, user=user)
    ]
    assert len(names) == 4
    if command := shutil.which("systemd-analyze"):
        verified = subprocess.run([command, "verify", *names], capture_output=True, text=True)
        assert [line for line in verified.stderr.splitlines() if str(tmp_path) in line] == []


def test_a_crontab_line_runs_what_is_due_every_quarter_of_an_hour(settings):
    *variables, line = crontab(settings)["soilinfo.crontab"].splitlines()
    assert all(re.fullmatch(r"[A-Z_]+=.+", variable) for variable in variables)
    assert f"SOILINFO_DB={DSN}" in variables
    *fields, command = line.split(maxsplit=5)
    assert fields == ["*/15", "*", "*", "*", "*"]
    assert command == f"cd {Path.cwd()} && {Path(sys.executable).parent}/soilinfo pipelines run --due"


def test_install_says_what_it_wrote_and_how_to_enable_it(settings, tmp_path):
    place = tmp_path / "units"
    code, lines, _ = run(settings, "pipelines", "install", "--systemd", "--directory", str(place))
    assert code == 0
    names = [f"soilinfo-{name}.{kind}" for name in ("national", "regional") for kind in ("service", "timer")]
    wrote = {"soilinfo.env", *names}
    assert {path.name for path in place.iterdir()} == wrote
    assert [line["file"] for line in lines[:-1]] == [str(place / line["file"]) for line in lines[:-1]]
    here, timers = " ".join(str(place / name) for name in names), " ".join(names[1::2])
    assert lines[-1]["message"] == f"to enable: systemctl link {here} && systemctl enable --now {timers}"
    assert (place / "soilinfo.env").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("form", ["--cron", "--systemd"])
def test_a_dry_run_shows_no_secret_and_writes_nothing(settings, tmp_path, form):
    place = tmp_path / "timers"
    settings = settings.model_copy(update={"notify": "https://example.org/s3cret"})
    code, output, errors = ran(settings, "pipelines", "install", form, "--dry-run", "--directory", str(place))
    assert (code, errors, place.exists()) == (0, "", False)
    assert "SOILINFO_DB=" in output
    assert "postgresql://soil:***@db/soil" in output
    assert not re.search("s3.{0,8}cret", output)
