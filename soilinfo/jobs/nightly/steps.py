"""The steps of one pipeline, in a process of their own: ``python -m soilinfo.jobs.nightly.steps NAME``.

Whatever happens here (a hang, a crash in a library, the kernel short of memory), the process that
watches (:mod:`soilinfo.jobs.nightly.unattended`) survives and can tell of it. What happens is told on
standard output, one JSON line each: an event, a step done, an error, what nobody expected.
"""

import json
import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, NoReturn

from tenacity import RetryCallState, Retrying

from soilinfo.catalog.load import load
from soilinfo.errors import SoilinfoError, UnknownNameError
from soilinfo.jobs.nightly.pipeline import Pipeline, Step, found
from soilinfo.jobs.nightly.retry import patience, turn
from soilinfo.jobs.nightly.watch import end_with_the_watcher
from soilinfo.jobs.runs.desktop import furnished_by
from soilinfo.jobs.runs.run import RunReport, actor
from soilinfo.settings import Settings
from soilinfo.store.home import open_store

Tell = Callable[[Mapping[str, Any]], None]


def run_steps(pipeline: Pipeline, settings: Settings, tell: Tell, policy: Retrying) -> int:
    """Run every step and return the worst exit code; a step that blocks a layer does not stop the next.

    A step that meets what may pass is tried again, as ``policy`` says; one that finds another process
    writing, until that one has finished. Any other expected error ends
    the run with its own exit code.
    """
    worst = 0
    try:
        for step in pipeline.steps:
            begun = time.monotonic()
            report = _patiently(policy, step, settings, tell)
            tell({"step": step.__name__, "seconds": round(time.monotonic() - begun, 3), **_account(report)})
            worst = max(worst, report.exit_code)
    except SoilinfoError as error:
        tell({"error": settings.without_secrets(str(error)), "exit_code": error.exit_code})
        return error.exit_code
    return worst


def _patiently(policy: Retrying, step: Step, settings: Settings, tell: Tell) -> RunReport:
    def say(state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0
        again = {"step": step.__name__, "attempt": state.attempt_number, "seconds": round(wait, 1)}
        tell({"retry": settings.without_secrets(str(reason)), **again})

    def in_turn() -> RunReport:
        return turn().copy(before_sleep=say, sleep=policy.sleep)(_attempt, step, settings, tell)

    return policy.copy(before_sleep=say)(in_turn)


def _attempt(step: Step, settings: Settings, tell: Tell) -> RunReport:
    home = open_store(settings, furnish=furnished_by(settings))
    try:
        return step(home, load(settings.config), actor(), lambda event: tell({"event": asdict(event)}))
    finally:
        home.close()


def _account(report: RunReport) -> dict[str, Any]:
    findings = Counter(finding.severity for finding in report.findings)
    return {"run": report.run, "exit_code": report.exit_code, **report.summary(), "findings": dict(findings)}


def main(name: str) -> NoReturn:
    """Run the named pipeline's steps here and end with their exit code."""
    signal.signal(signal.SIGTERM, _stop)
    end_with_the_watcher()
    # Standard output belongs to the watcher; what a library prints goes to standard error.
    lines = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = Settings()
    pipelines, _ = found(settings)
    if name not in pipelines:
        raise UnknownNameError("pipeline", name, pipelines)
    tell = _telling(lines.write)
    logging.getLogger("soilinfo").addHandler(_Unexpected(settings, tell))
    sys.exit(run_steps(pipelines[name], settings, tell, patience()))


class _Unexpected(logging.Handler):
    """Tells what soilinfo met and did not expect, with its traceback."""

    def __init__(self, settings: Settings, tell: Tell) -> None:
        super().__init__(logging.ERROR)
        self._settings, self._tell = settings, tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell({"unexpected": self._settings.without_secrets(self.format(record))})


def _telling(write: Callable[[str], object]) -> Tell:
    def tell(what: Mapping[str, Any]) -> None:
        write(json.dumps(what, ensure_ascii=False, default=str) + "\n")

    return tell


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit("ended by the process that watches this run")


if __name__ == "__main__":
    main(sys.argv[1])
