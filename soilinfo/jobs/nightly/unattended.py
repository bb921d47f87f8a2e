"""One run of a pipeline with nobody watching: locked, timed, logged, summed up, and told of when it fails."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from soilinfo.errors import OverdueError, SoilinfoError, StoreError
from soilinfo.jobs.nightly.metrics import published_layers, write_metrics
from soilinfo.jobs.nightly.notify import notify, reason
from soilinfo.jobs.nightly.pipeline import Pipeline
from soilinfo.jobs.nightly.watch import Ending, watch
from soilinfo.jobs.runs.history import Conclusion, Histories, Summary
from soilinfo.jobs.runs.log import run_log
from soilinfo.jobs.runs.run import Event, Progress
from soilinfo.settings import Settings
from soilinfo.store.home import open_store


def run(pipeline: Pipeline, settings: Settings, progress: Progress) -> Summary:
    """Run a pipeline in a process of its own and say how it ended; nothing it does can end this one.

    A disk that takes no lock or no summary makes of it a run that failed, of which people are told as
    of any other. Raises BusyError, and does nothing, when the pipeline is running already.
    """
    histories = Histories(settings.store)
    started = datetime.now(UTC)
    name = f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    log = run_log(settings, pipeline=pipeline.name, run=name)
    try:
        with histories.one_run(pipeline.name):
            _begin(pipeline, settings, histories, name, started, log)
            summary = _kept(_watched(pipeline, settings, name, started, log, progress), histories, log)
            _publish_metrics(settings, histories, log)
    except OSError as error:
        summary = Summary(pipeline.name, name, started, datetime.now(UTC), 0.0, *_unable("run", error))
    tell = log.info if summary.exit_code == 0 else log.error
    message = {"message": summary.error} if summary.error else {}
    tell(
        "run_ended",
        outcome=summary.outcome,
        exit_code=summary.exit_code,
        duration=summary.seconds,
        **message,
    )
    if summary.exit_code:
        _notify(settings, summary, log)
    return summary


def _begin(
    pipeline: Pipeline, settings: Settings, histories: Histories, run: str, started: datetime, log: Any
) -> None:
    """Mark that the run has begun, and tell of what became of the ones before it."""
    try:
        for path in histories.put_aside(pipeline.name):
            log.error("history_damaged", file=str(path))
        lost = histories.begin(pipeline.name, run, started)
    except OSError as error:
        log.error("history_not_written", message=_words(error))
        return
    if lost:
        log.error("run_lost", lost=lost.run, started=lost.started.isoformat(), message=lost.error)
        _notify(settings, lost, log)


def _watched(
    pipeline: Pipeline, settings: Settings, run: str, started: datetime, log: Any, progress: Progress
) -> Summary:
    """Run the steps to whatever end they come to."""
    heard, begun = _Heard(log, progress), time.monotonic()
    log.info("run_started", timeout=pipeline.timeout.total_seconds())
    command = [sys.executable, "-m", "soilinfo.jobs.nightly.steps", pipeline.name]
    environment = {**os.environ, **settings.environment()}
    ending = watch(command, environment, pipeline.timeout.total_seconds(), heard.line)
    seconds = round(time.monotonic() - begun, 3)
    summary = _summary(pipeline, settings, run, started, seconds, heard, ending)
    if ending.last_words:
        log.warning("standard_error", message=settings.without_secrets(ending.last_words))
    if summary.outcome in ("overdue", "killed"):
        _close_abandoned(settings, summary.error, log)
    return summary


def _kept(summary: Summary, histories: Histories, log: Any) -> Summary:
    """The summary, written down; a run of which that cannot be done has not ended well."""
    try:
        histories.add(summary)
    except OSError as error:
        log.error("history_not_written", message=_words(error))
        if summary.exit_code == 0:
            outcome, code, why = _unable("be written down", error)
            return replace(summary, outcome=outcome, exit_code=code, error=why)
    return summary


def _unable(what: str, error: OSError) -> tuple[Conclusion, int, str]:
    """Outcome, exit code and error of a run that the disk or the system did not let."""
    return "failed", StoreError.exit_code, f"cannot {what}: {_words(error)}"


def _words(error: OSError) -> str:
    return error.strerror or str(error)


@dataclass
class _Heard:
    """What the steps have told so far; every line is logged and shown as it comes."""

    log: Any
    progress: Progress
    steps: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    waiting: str = ""
    """Why the step at work is to be tried again, until it goes on."""
    begun: float = field(default_factory=time.monotonic)

    def line(self, line: str) -> None:
        try:
            told = json.loads(line)
        except ValueError:  # the steps ended, or were ended, in the middle of a line
            self.log.warning("broken_line", message=line.strip())
            return
        self.waiting = told.get("retry", "")
        if "event" in told:
            event = Event(**told["event"])
            self.progress(event)
            say = self.log.warning if event.state == "blocked" else self.log.info
            elapsed = round(time.monotonic() - self.begun, 3)
            message = {"message": event.message} if event.message else {}
            say(event.state, phase=event.phase, layer=event.subject, elapsed=elapsed, **message)
        elif "unexpected" in told:
            self.log.error("unexpected", message=told["unexpected"])
        elif "retry" in told:
            self.log.warning("step_retried", reason=told.pop("retry"), **told)
        elif "step" in told:
            self.steps.append(told)
            self.log.info("step_ended", step=told["step"], job=told["run"], duration=told["seconds"])
        else:
            self.error = told["error"]
            self.log.error("step_failed", message=self.error, exit_code=told["exit_code"])


def _summary(
    pipeline: Pipeline,
    settings: Settings,
    run: str,
    started: datetime,
    seconds: float,
    heard: _Heard,
    ending: Ending,
) -> Summary:
    outcome, exit_code, error = _verdict(pipeline, ending, heard)
    findings: Counter[str] = Counter()
    for step in heard.steps:
        findings.update(step["findings"])
    reports = (settings.store / "reports" / step["run"] for step in heard.steps)
    return Summary(
        pipeline=pipeline.name,
        run=run,
        started=started,
        finished=datetime.now(UTC),
        seconds=seconds,
        outcome=outcome,
        exit_code=exit_code,
        error=settings.without_secrets(error),
        peak_memory_bytes=ending.peak_memory,
        steps=tuple(heard.steps),
        published=_names(heard.steps, "published"),
        unchanged=_names(heard.steps, "unchanged"),
        blocked=_names(heard.steps, "blocked"),
        waiting=_names(heard.steps, "waiting"),
        findings=dict(findings),
        reports=tuple(str(path) for path in reports if path.exists()),
    )


def _names(steps: Iterable[dict[str, Any]], outcome: str) -> tuple[str, ...]:
    return tuple(sorted({name for step in steps for name in step.get(outcome, ())}))


def _verdict(pipeline: Pipeline, ending: Ending, heard: _Heard) -> tuple[Conclusion, int, str]:
    """Outcome, exit code and error of a run."""
    if ending.overdue:
        limit = f"took longer than its time limit of {pipeline.timeout.total_seconds():g} s and was ended"
        limit += f"; it waited at last: {heard.waiting}" if heard.waiting else ""
        return "overdue", OverdueError.exit_code, limit
    if ending.code < 0:
        memory = "; the kernel ends a process so when memory is short" if ending.code == -9 else ""
        return "killed", SoilinfoError.exit_code, f"ended by signal {-ending.code}{memory}"
    if ending.code == 0:
        whole = len(heard.steps) == len(pipeline.steps)
        return ("done", 0, "") if whole else ("failed", SoilinfoError.exit_code, "ended before its steps did")
    if ending.code == 5 and not heard.error:
        return "blocked", ending.code, ""
    return "failed", ending.code, heard.error or ending.last_words.rpartition("\n")[2]


def _close_abandoned(settings: Settings, why: str, log: Any) -> None:
    """Say in the ledger of the jobs that a killed run left open how they ended.

    Under the writer's lock no job is at work, so whatever the ledger calls running is not.
    """
    try:
        home = open_store(settings)
        try:
            with home.lock():
                home.ledger.end_broken_runs(why)
        finally:
            home.close()
    except StoreError as error:
        log.error("ledger_not_told", message=settings.without_secrets(str(error)))


def _publish_metrics(settings: Settings, histories: Histories, log: Any) -> None:
    if settings.metrics is None:
        return
    try:
        home = open_store(settings)
        try:
            published = published_layers(home)
        finally:
            home.close()
    except StoreError as error:
        published = {}
        log.warning("metrics_without_layers", message=settings.without_secrets(str(error)))
    try:
        with histories.in_turn():
            write_metrics(settings.metrics, histories.all(), published)
    except OSError as error:
        log.error("metrics_not_written", file=str(settings.metrics), message=_words(error))


def _notify(settings: Settings, summary: Summary, log: Any) -> None:
    if settings.notify is None:
        return
    try:
        notify(settings.notify, {"text": summary.sentence, **summary.document()})
    except (OSError, ValueError, subprocess.SubprocessError, httpx.HTTPError, httpx.InvalidURL) as error:
        log.error("notification_failed", message=reason(error))
    else:
        log.info("notified")
