"""A pipeline is due when its period is over, when its back-off is over, and when a clock cannot be right."""

from datetime import UTC, datetime, time, timedelta

import pytest

from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.nightly.schedule import next_due, standings
from soilinfo.jobs.runs.history import Histories, Summary

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURLY = Pipeline("hourly", timedelta(hours=1), "nothing", ())
NIGHTLY = Pipeline("nightly", timedelta(days=1), "nothing", (), at=time(1, 15))


@pytest.fixture
def histories(tmp_path):
    return Histories(tmp_path)


def ended(histories, pipeline, started, code=0, *, layers=()):
    """The history of a pipeline after one more run of ten minutes."""
    outcome = "done" if code == 0 else "blocked" if code == 5 else "failed"
    finished = started + timedelta(minutes=10)
    run = f"{started:%H%M%S}"
    histories.add(
        Summary(pipeline.name, run, started, finished, 600.0, outcome, code, published=tuple(layers))
    )
    return histories.of(pipeline.name)


def test_what_never_ran_is_due_now(histories):
    assert next_due(HOURLY, None, NOON) == NOON
    (standing,) = standings({"hourly": HOURLY}, histories, NOON)
    assert (standing.state, standing.due, standing.late) == ("never", True, False)


def test_a_run_is_due_one_period_after_the_last_began(histories):
    history = ended(histories, HOURLY, NOON)
    assert next_due(HOURLY, history, NOON) == NOON + timedelta(hours=1)


def test_a_nightly_run_is_due_at_its_hour_however_late_the_last_one_was(histories):
    due = next_due(NIGHTLY, ended(histories, NIGHTLY, NOON), NOON).astimezone()
    assert (due.date(), due.time()) == (NOON.astimezone().date() + timedelta(days=1), time(1, 15))


def test_after_failures_it_is_due_again_later_and_later_but_not_later_than_usual(histories):
    waits = []
    for _ in range(4):
        history = ended(histories, HOURLY, NOON, code=6)
        waits.append(next_due(HOURLY, history, NOON) - history.last.finished)
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes == [15, 30, 50, 50]
    assert next_due(HOURLY, ended(histories, HOURLY, NOON), NOON) == NOON + timedelta(hours=1)


def test_a_blocked_layer_is_no_reason_to_hurry(histories):
    history = ended(histories, HOURLY, NOON, code=5)
    assert next_due(HOURLY, history, NOON) == NOON + timedelta(hours=1)


def test_a_run_in_the_future_is_of_a_clock_that_went_back(histories):
    history = ended(histories, HOURLY, NOON + timedelta(days=30))
    assert next_due(HOURLY, history, NOON) == NOON


def test_the_last_success_outlives_failures_and_is_late_after_two_periods(histories):
    ended(histories, HOURLY, NOON)
    ended(histories, HOURLY, NOON + timedelta(hours=1), code=3)
    early, late = (
        standings({"hourly": HOURLY}, histories, NOON + timedelta(hours=hours))[0] for hours in (2, 3)
    )
    assert (early.state, early.exit_code, early.last_success) == ("failed", 3, NOON + timedelta(minutes=10))
    assert (early.late, late.late) == (False, True)


def test_a_first_run_that_failed_is_late_two_periods_after_it_began(histories):
    ended(histories, HOURLY, NOON, code=2)
    ended(histories, HOURLY, NOON + timedelta(hours=1), code=2)
    early, late = (
        standings({"hourly": HOURLY}, histories, NOON + timedelta(minutes=minutes))[0].late
        for minutes in (119, 121)
    )
    assert (early, late) == (False, True)


def test_what_never_ran_is_late_two_periods_after_the_store_first_published(histories):
    early, late = (
        standings({"hourly": HOURLY}, histories, NOON + timedelta(minutes=minutes), NOON)[0]
        for minutes in (119, 121)
    )
    assert [(one.state, one.late) for one in (early, late)] == [("never", False), ("never", True)]


def test_a_run_whose_watcher_was_killed_is_found_out_and_due_again_after_the_back_off(histories):
    ended(histories, NIGHTLY, NOON - timedelta(days=1))
    with histories.one_run("nightly"):
        assert histories.begin("nightly", "lost", NOON) is None
        (running,) = standings({"nightly": NIGHTLY}, histories, NOON + timedelta(minutes=5))
    early, later = (
        standings({"nightly": NIGHTLY}, histories, NOON + timedelta(minutes=minutes))[0]
        for minutes in (14, 15)
    )
    assert (running.state, running.due) == ("running", False)
    assert (early.state, early.exit_code, early.due, later.due) == ("killed", 1, False, True)
    assert early.last_success == NOON - timedelta(days=1) + timedelta(minutes=10)


def test_the_run_after_a_lost_one_keeps_it_and_backs_off_further(histories):
    with histories.one_run("hourly"):
        histories.begin("hourly", "first", NOON)
    with histories.one_run("hourly"):
        lost = histories.begin("hourly", "second", NOON + timedelta(minutes=20))
        assert (lost.run, lost.outcome) == ("first", "killed")
        assert histories.summary_path("first").exists()
    history = histories.of("hourly")
    assert (history.last.run, history.failures, history.first) == ("second", 2, NOON)
    assert [one.last.run for one in histories.all()] == ["second"]
    later = NOON + timedelta(hours=1)
    assert next_due(HOURLY, history, later) == history.last.started + timedelta(minutes=30)
    assert ended(histories, HOURLY, later).failures == 0
    assert histories.lost("hourly") is None


def test_a_history_remembers_every_layer_that_was_ever_published(histories):
    ended(histories, HOURLY, NOON, layers=["soc"])
    assert ended(histories, HOURLY, NOON, layers=["cec"]).layers == ("cec", "soc")
    assert [history.last.pipeline for history in histories.all()] == ["hourly"]
