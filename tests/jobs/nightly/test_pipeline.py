"""Pipelines are found as files, ours and an institute's own; a file that holds none is named."""

from datetime import timedelta

import pytest

from soilinfo.errors import BusyError, ConfigError, StoreError
from soilinfo.jobs.nightly.pipeline import Pipeline, found
from soilinfo.jobs.nightly.retry import ATTEMPTS, LONGEST_WAIT, patience
from soilinfo.jobs.nightly.steps import run_steps
from soilinfo.jobs.runs.run import RunReport
from soilinfo.settings import Settings
from tests.country import write_country
from tests.jobs.nights import with_pipelines


@pytest.fixture
def settings(tmp_path):
    return Settings(store=tmp_path / "store", config=tmp_path, db=None)


def test_our_pipelines_are_short_files_and_the_national_one_is_nightly(settings):
    pipelines, faults = found(settings)
    assert faults == []
    assert pipelines["national"].every == timedelta(days=1)
    assert [step.__name__ for step in pipelines["national"].steps] == [
        "all_sources",
        "all_profiles",
        "all_crops",
    ]


def test_an_institutes_own_pipelines_come_after_ours(settings):
    names = [*found(with_pipelines(settings, "well", "blocked"))[0]]
    assert names[-2:] == ["blocked", "well"]
    assert "national" in names


def test_every_file_without_a_pipeline_is_named_and_the_others_are_there(settings):
    settings = with_pipelines(settings, "well")
    own = settings.pipelines
    (own / "empty.py").write_text("")
    (own / "torn.py").write_text("def")
    (own / "gone.py").write_text("import sys\nsys.exit(0)")
    (own / "twin.py").write_text((own / "well.py").read_text())
    (own / "loud.py").write_text((own / "well.py").read_text().replace('"well"', '"Well!"'))
    (own / "_shared.py").write_text("not even python")
    pipelines, faults = found(settings)
    assert [*pipelines] == ["national", "regional", "well"]
    told = {fault.file.rpartition("/")[2]: fault.message for fault in faults}
    assert set(told) == {"empty.py", "torn.py", "gone.py", "well.py", "loud.py"}
    assert told["gone.py"] == "SystemExit: 0"
    assert "exposes PIPELINE" in told["empty.py"]
    assert "'Well!' is not of small letters" in told["loud.py"]


def test_a_directory_that_does_not_exist_is_a_fault_of_the_setting(settings, tmp_path):
    pipelines, faults = found(settings.model_copy(update={"pipelines": tmp_path / "nowhere"}))
    assert "national" in pipelines
    assert [str(fault) for fault in faults] == [
        f"{tmp_path / 'nowhere'}: SOILINFO_PIPELINES: no such directory"
    ]


# ---- retries ----------------------------------------------------------------------------


class Flaky:
    """A step that meets these errors one after the other, then succeeds."""

    __name__ = "flaky"

    def __init__(self, *errors):
        self.errors = list(errors)

    def __call__(self, store, catalog, actor, progress):
        if self.errors:
            raise self.errors.pop(0)
        return RunReport("run")


def ran(country, *errors):
    """Exit code of a run of one flaky step, what it told, and how long it waited each time."""
    waits, told = [], []
    pipeline = Pipeline("soil", timedelta(days=1), "nothing", (Flaky(*errors),))
    code = run_steps(pipeline, country, told.append, patience().copy(sleep=waits.append))
    return code, told, waits


@pytest.fixture
def country(tmp_path):
    return Settings(store=tmp_path / "store", config=write_country(tmp_path, cells=24), db=None)


def test_a_database_that_restarts_is_waited_for_longer_and_longer(country):
    code, told, waits = ran(country, StoreError("the database does not answer"), StoreError("nor now"))
    assert code == 0
    assert [line.get("retry") for line in told] == ["the database does not answer", "nor now", None]
    assert 5 <= waits[0] < waits[1]


def test_another_writer_is_waited_for_however_long_it_takes_and_uses_up_no_patience(country):
    held, gone = [BusyError("held")] * (2 * ATTEMPTS), [StoreError("gone")] * (ATTEMPTS - 1)
    code, _, waits = ran(country, *held, *gone, *held)
    assert (code, len(waits)) == (0, 2 * len(held) + len(gone))
    assert max(waits) <= LONGEST_WAIT + 1


def test_patience_ends(country):
    code, told, waits = ran(country, *[StoreError("gone")] * ATTEMPTS)
    assert (code, len(waits)) == (6, ATTEMPTS - 1)
    assert told[-1] == {"error": "gone", "exit_code": 6}


def test_a_fault_of_the_configuration_is_not_worth_another_attempt(country):
    code, told, waits = ran(country, ConfigError([]))
    assert (code, waits, len(told)) == (2, [], 1)
