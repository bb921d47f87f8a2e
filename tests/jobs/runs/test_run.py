"""The frame of a run: one writer at a time, nothing half published, an end that the ledger knows of."""

import psycopg
import pytest

from soilinfo.errors import BusyError, StoreError
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import recorded
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.store.frames import regencies


@pytest.fixture
def institute(dsn, tmp_path):
    """A store over PostgreSQL."""
    store = open_store(Settings(store=tmp_path / "store", db=dsn))
    yield store
    store.close()


def publish_regencies(store, people, before_publishing=lambda: None):
    """A whole run: the regencies with that many people become visible."""
    with recorded(store, "ingest", "tests", {}) as report:
        origin = Origin("tests", str(people), {})
        version = new_version("regencies", "vector", origin, pipeline="t/1", parameters={}, run=report.run)
        if not store.vector.exists("regencies", version.version):
            frame = regencies().assign(people=people)
            store.vector.write("regencies", version.version, frame, id_field="code")
        remember(store, version)
        report.published["regencies"] = version.version
        before_publishing()
        publish(store, report, actor="tests", reason="test")
    return report


def end_sessions(dsn):
    """What clients see of a restart: the server has ended the session of each of them."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert all(each == (True,) for each in ended)


def test_a_database_that_was_restarted_between_two_runs_is_used_again(dsn, institute):
    first = publish_regencies(institute, 1)
    end_sessions(dsn)
    assert institute.ledger.current().layers["regencies"] == first.published["regencies"]
    end_sessions(dsn)
    assert publish_regencies(institute, 2).snapshot == 2


def test_a_run_that_loses_its_session_publishes_nothing_and_the_next_one_works(dsn, institute):
    publish_regencies(institute, 1)
    before = institute.ledger.current()
    with pytest.raises(StoreError, match=r"ended the session of this run.*nothing was published") as caught:
        publish_regencies(institute, 2, before_publishing=lambda: end_sessions(dsn))
    assert caught.value.exit_code == 6
    assert institute.ledger.current() == before
    assert publish_regencies(institute, 2).snapshot == before.id + 1
    assert [run.status for run in institute.ledger.runs()] == ["done", "failed", "done"]


def test_a_second_run_is_refused_while_one_is_at_work_and_works_afterwards(settings, store):
    other = open_store(settings)

    def try_another():
        with pytest.raises(BusyError):
            publish_regencies(other, 2)

    publish_regencies(store, 1, before_publishing=try_another)
    assert publish_regencies(other, 2).snapshot == 2
    assert len(store.ledger.runs()) == 2
    other.close()


def test_two_stores_over_one_database_are_one_writers_too(dsn, institute, tmp_path):
    other = open_store(Settings(store=tmp_path / "another", db=dsn))

    def try_another():
        with pytest.raises(BusyError, match="another process is writing to this database"):
            publish_regencies(other, 2)

    publish_regencies(institute, 1, before_publishing=try_another)
    other.close()


def test_a_run_that_was_killed_is_recorded_as_failed_by_the_next(store):
    killed = store.ledger.start_run("ingest", "tests", {})
    report = publish_regencies(store, 1)
    by_id = {run.id: run for run in store.ledger.runs()}
    assert by_id[killed].status == "failed"
    assert by_id[killed].summary == {"error": "the run ended without saying why"}
    assert by_id[report.run].status == "done"
