"""A pipeline runs with nobody watching: whatever becomes of it is told, right and in every place."""

import json
import signal
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from soilinfo.cli.main import app
from soilinfo.jobs.nightly import unattended
from soilinfo.jobs.nightly.pipeline import found
from soilinfo.jobs.nightly.schedule import standings
from soilinfo.jobs.runs.history import Histories
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.jobs.nights import with_pipelines, write_pipeline
from tests.process import PATIENCE, environment, run, soilinfo, until
from tests.store.publisher import publish


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """One small country for all, which no test changes."""
    return write_country(tmp_path_factory.mktemp("country"), cells=60)


@pytest.fixture
def settings(tmp_path, config):
    return Settings(store=tmp_path / "store", config=config, db=None)


def log_lines(errors):
    return [json.loads(line) for line in errors.splitlines()]


def watched(settings, name):
    """The summary and the log lines of one run, watched from here; its steps are a process all the same."""
    settings = settings.model_copy(update={"log": settings.store.parent / "run.log"})
    summary = unattended.run(found(settings)[0][name], settings, silent)
    return summary, log_lines(settings.log.read_text())


def jobs_of(settings):
    home = open_store(settings)
    try:
        return home.ledger.runs()
    finally:
        home.close()


@pytest.mark.parametrize(
    ("ending", "code", "outcome", "error"),
    [
        ("well", 0, "done", ""),
        ("blocked", 5, "blocked", ""),
        ("faulty", 2, "failed", "0 fault(s) in the configuration"),
        ("broken", 1, "failed", "RuntimeError: a library broke"),
        ("killed", 1, "killed", "ended by signal 9; the kernel ends a process so when memory is short"),
    ],
)
def test_every_ending_has_its_exit_code_its_summary_and_its_log(settings, ending, code, outcome, error):
    summary, told = watched(with_pipelines(settings, ending), ending)
    assert (summary.pipeline, summary.outcome, summary.exit_code) == (ending, outcome, code)
    assert error in summary.error
    assert summary.peak_memory_bytes > 10_000_000
    kept = json.loads(Histories(settings.store).summary_path(summary.run).read_text())
    assert kept == json.loads(json.dumps(summary.document()))
    assert told[0]["event"] == "run_started"
    assert told[-1] | {"outcome": outcome, "exit_code": code} == told[-1]
    assert {(line["pipeline"], line["run"]) for line in told} == {(ending, summary.run)}
    assert all({"time", "level", "event"} <= set(line) for line in told)
    assert all(job.status != "running" for job in jobs_of(settings))


def test_a_run_that_hangs_is_ended_at_its_limit_and_the_ledger_says_so(settings):
    summary, _ = watched(with_pipelines(settings, "hanging", limit=8), "hanging")
    assert (summary.exit_code, summary.outcome) == (8, "overdue")
    assert "longer than its time limit of 8 s" in summary.error
    # A machine so slow that the job had not begun has no job to tell of.
    assert {job.status for job in jobs_of(settings)} <= {"failed"}


def test_a_run_that_waits_in_vain_for_another_says_so_at_its_limit(settings):
    summary, told = watched(with_pipelines(settings, "waiting", limit=8), "waiting")
    assert (summary.exit_code, summary.outcome) == (8, "overdue")
    # A machine so slow that the steps had not begun had not come to wait.
    waited = any(line["event"] == "step_retried" for line in told)
    assert ("; it waited at last: held by another" in summary.error) == waited


def state_of(settings, name):
    pipelines, _ = found(settings)
    stand = standings(pipelines, Histories(settings.store), datetime.now(UTC))
    return {one.name: one.state for one in stand}[name]


def test_a_second_run_ends_at_once_and_a_watcher_that_is_killed_takes_its_run_with_it(settings):
    settings = with_pipelines(settings, "hanging")
    first = soilinfo(settings, "pipelines", "run", "hanging")
    until((settings.store / "hangs").exists, "the first run to be at work")
    code, lines, errors = run(settings, "pipelines", "run", "hanging")
    assert (code, lines) == (7, [])
    assert f"pipeline 'hanging' is running already: hanging.lock is held by process {first.pid}" in errors
    assert (state_of(settings, "national"), state_of(settings, "hanging")) == ("never", "running")

    child = int((settings.store / "child").read_text())
    first.kill()
    first.join()
    until(lambda: not Path(f"/proc/{child}").exists(), "the steps to end with their watcher")
    assert state_of(settings, "hanging") == "killed"
    write_pipeline(settings.pipelines, "hanging", limit=0.1)
    summary, told = watched(settings, "hanging")
    assert [line["event"] for line in told][:2] == ["run_lost", "run_started"]
    assert (summary.outcome, Histories(settings.store).of("hanging").failures) == ("overdue", 2)


def test_a_run_asked_to_end_takes_its_steps_with_it(settings):
    settings = with_pipelines(settings, "hanging")
    process = soilinfo(settings, "pipelines", "run", "hanging")
    until((settings.store / "hangs").exists, "the run to be at work")
    process.terminate()
    process.join(PATIENCE)
    assert process.exitcode == 128 + signal.SIGTERM
    assert [job.status for job in jobs_of(settings)] == ["failed"]
    assert state_of(settings, "hanging") == "killed"


def test_a_line_that_breaks_off_in_the_middle_is_logged_and_ends_nothing(settings):
    summary, told = watched(with_pipelines(settings, "torn"), "torn")
    assert (summary.outcome, summary.exit_code) == ("killed", 1)
    (line,) = [line for line in told if line["event"] == "broken_line"]
    assert line["message"] == '{"event": {"phase": "ing'


def said(settings, *words):
    """Exit code and output of a verb that starts no run, in this process: starting another takes seconds."""
    result = CliRunner().invoke(app, words, env=environment(settings))
    return result.exit_code, result.output


def test_a_broken_file_stops_no_other_pipeline_and_is_told_at_the_end(settings):
    settings = with_pipelines(settings, "well")
    (settings.pipelines / "broken.py").write_text("import")
    code, lines, _ = run(settings, "pipelines", "run", "well")
    assert (code, [line["outcome"] for line in lines]) == (0, ["done"]), "whoever names one means that one"
    for words, others, worst in (
        (("pipelines", "list"), '"pipeline": "well"', 2),
        (("pipelines", "due"), "national", 2),
        (("status", "--check"), '"pipeline": "well"', 8),  # nothing is published
        (("pipelines", "run", "broken"), "", 1),  # the unknown name is an error, which main() turns into 3
    ):
        code, output = said(settings, *words)
        assert (code, others in output) == (worst, True)
        assert "own/broken.py: SyntaxError" in output


def test_runs_in_order_go_on_after_a_failure_and_end_with_the_worst_exit_code(settings):
    settings = with_pipelines(settings, "blocked", "faulty", "well")
    code, lines, errors = run(settings, "pipelines", "run", "blocked", "faulty", "well")
    assert (code, [line["pipeline"] for line in lines]) == (5, ["blocked", "faulty", "well"])
    told = [(line["pipeline"], line["event"]) for line in log_lines(errors)]
    assert [event for name, event in told if name == "well"][::3] == ["run_started", "run_ended"]
    assert json.loads(Histories(settings.store).summary_path(lines[0]["run"]).read_text()) == lines[0]
    due = "national\nregional\n"
    assert said(settings, "pipelines", "due") == (0, due), "a failed run is not due again at once"


def test_a_log_that_cannot_be_written_is_told_on_standard_error_and_the_run_goes_on(settings, tmp_path):
    settings = with_pipelines(settings, "well", log=tmp_path / "nowhere" / "soilinfo.log")
    code, (summary,), errors = run(settings, "pipelines", "run", "well")
    assert (code, summary["outcome"]) == (0, "done")
    first, *_, last = log_lines(errors)
    assert (first["event"], first["message"]) == ("log_not_written", "No such file or directory")
    assert last["event"] == "run_ended"


def test_a_damaged_history_ends_no_command_and_is_put_aside_by_the_next_run(settings):
    settings = with_pipelines(settings, "well")
    last = settings.store / "pipelines" / "well.json"
    last.parent.mkdir(parents=True)
    last.touch()  # what a power cut may leave
    assert said(settings, "pipelines", "due") == (0, "national\nregional\nwell\n")
    for words in (("pipelines", "list"), ("status",)):
        assert said(settings, *words)[0] == 0
    _, _, errors = run(settings, "pipelines", "due")
    (line,) = log_lines(errors)
    assert (line["event"], line["message"]) == ("unexpected", f"{last} is damaged and counts as none")
    summary, told = watched(settings, "well")
    assert (summary.outcome, Histories(settings.store).of("well").last.run) == ("done", summary.run)
    (line,) = [line for line in told if line["event"] == "history_damaged"]
    assert line["file"] == f"{last}.damaged"


# ---- metrics ----------------------------------------------------------------------------


def samples(path):
    families = text_string_to_metric_families(path.read_text())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_metrics_of_several_pipelines_stand_side_by_side(settings, tmp_path):
    settings = with_pipelines(settings, "well", "blocked", metrics=tmp_path / "soilinfo.prom")
    home = open_store(settings)
    publish(home, 1)
    home.close()
    watched(settings, "well")
    watched(settings, "blocked")
    values = samples(settings.metrics)
    name = "soilinfo_pipeline"
    assert (values[f"{name}_exit_code", "well"], values[f"{name}_exit_code", "blocked"]) == (0, 5)
    assert values[f"{name}_findings", "well", "note"] == 1
    assert values[f"{name}_findings", "blocked", "block"] == 1
    assert values[f"{name}_layers", "blocked", "blocked"] == 1
    started = values[f"{name}_last_run_timestamp_seconds", "well"]
    assert started < values[f"{name}_last_success_timestamp_seconds", "well"]
    assert (f"{name}_last_success_timestamp_seconds", "blocked") not in values
    assert values["soilinfo_layer_created_timestamp_seconds", "ph_h2o"] < started


def test_metrics_that_cannot_be_written_change_no_exit_code(settings, tmp_path):
    settings = with_pipelines(settings, "well", metrics=tmp_path / "nowhere" / "soilinfo.prom")
    summary, log = watched(settings, "well")
    assert summary.exit_code == 0
    assert [line["event"] for line in log if line["level"] == "error"] == ["metrics_not_written"]


# ---- notifications ----------------------------------------------------------------------


@contextmanager
def webhook(*answers):
    """A server that gives these status codes, then 200, and the documents it was sent."""
    statuses, documents = list(answers), []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            documents.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook/s3cret", documents
        server.shutdown()
        thread.join()


def test_a_failed_run_is_posted_once_and_a_good_one_never(settings):
    with webhook() as (address, documents):
        settings = with_pipelines(settings, "well", "blocked", notify=address)
        watched(settings, "well")
        summary, log = watched(settings, "blocked")
    assert summary.exit_code == 5
    assert documents == [{"text": documents[0]["text"], **json.loads(json.dumps(summary.document()))}]
    assert documents[0]["text"].startswith("pipeline blocked: blocked, exit code 5, ")
    assert documents[0]["blocked"] == ["field"]
    assert "s3cret" not in str(log)


def test_a_webhook_that_refuses_changes_no_exit_code_and_its_address_is_not_logged(settings):
    with webhook(403) as (address, _):
        settings = with_pipelines(settings, "blocked", notify=address)
        summary, log = watched(settings, "blocked")
    assert summary.exit_code == 5
    failed = [line for line in log if line["event"] == "notification_failed"]
    assert [line["message"] for line in failed] == ["the server answered 403"]
    assert "s3cret" not in str(log)


def test_a_command_is_handed_the_summary(settings, tmp_path):
    mail = tmp_path / "mail.json"
    program = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    settings = with_pipelines(settings, "faulty", notify=f'{sys.executable} -c "{program}" {mail}')
    summary, _ = watched(settings, "faulty")
    assert summary.exit_code == 2
    assert json.loads(mail.read_text())["run"] == summary.run


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-mail -s soil", "No such file or directory"),
        ("unclosed 'quote", "ValueError"),
        (
            "ls /s3cret",
            "the command ended with exit code 2: ls: cannot access '***': No such file or directory",
        ),
    ],
)
def test_a_command_that_fails_changes_no_exit_code_and_its_words_are_not_logged(settings, command, message):
    settings = with_pipelines(settings, "faulty", notify=command)
    summary, log = watched(settings, "faulty")
    assert summary.exit_code == 2
    assert (log[-1]["event"], log[-1]["message"]) == ("notification_failed", message)


@pytest.mark.parametrize("place", ["runs", "pipelines"])
@pytest.mark.parametrize(("ending", "code", "outcome"), [("faulty", 2, "failed"), ("well", 6, "failed")])
def test_who_cannot_write_down_how_a_run_ended_tells_of_it_all_the_same(
    settings, tmp_path, place, ending, code, outcome
):
    settings.store.mkdir()
    (settings.store / place).touch()  # nothing can be written below it, as on a disk that is full
    settings = with_pipelines(settings, ending, notify=f"tee {tmp_path / 'mail'}")
    summary, log = watched(settings, ending)
    # Without its lock, which lies below 'pipelines', a run does not begin.
    assert (summary.outcome, summary.exit_code) == (outcome, 6 if place == "pipelines" else code)
    assert json.loads((tmp_path / "mail").read_text())["run"] == summary.run
    assert [line["event"] for line in log][-2:] == ["run_ended", "notified"]
    assert "File exists" in str(log)


def test_a_run_that_cannot_be_marked_is_done_all_the_same(settings):
    settings = with_pipelines(settings, "well")
    (settings.store / "pipelines" / "well.begun.damaged" / "old").mkdir(parents=True)
    (settings.store / "pipelines" / "well.begun").touch()  # which cannot be put aside now
    summary, log = watched(settings, "well")
    assert (summary.outcome, log[0]["event"], log[0]["level"]) == ("done", "history_not_written", "error")


def test_a_run_that_was_killed_with_its_watcher_is_told_of_by_the_next(settings, tmp_path):
    settings = with_pipelines(settings, "well", notify=f"tee {tmp_path / 'mail'}")
    begun = datetime(2026, 11, 22, 1, tzinfo=UTC)
    Histories(settings.store).begin("well", "lost", begun)  # and then a power cut
    summary, log = watched(settings, "well")
    assert summary.outcome == "done"
    told = json.loads((tmp_path / "mail").read_text())
    assert (told["run"], told["outcome"], told["started"]) == ("lost", "killed", begun.isoformat())
    assert [line["event"] for line in log][:3] == ["run_lost", "notified", "run_started"]


def test_what_the_system_refuses_a_command_is_one_line(settings):
    refused = settings.store / "pipelines" / "national.json"
    refused.mkdir(parents=True)
    assert run(settings, "pipelines", "due") == (6, [], f"error: {refused}: Is a directory\n")


def test_steps_that_leave_in_the_middle_have_not_ended_well(settings):
    summary, _ = watched(with_pipelines(settings, "leaving"), "leaving")
    assert (summary.outcome, summary.exit_code) == ("failed", 1)
    assert summary.error == "ended before its steps did"
