"""A run: the frame that every job works in - one writer, a ledger entry, events, a report."""

import getpass
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from soilinfo.catalog.models import Catalog
from soilinfo.errors import BlockedError, StoreError
from soilinfo.findings import Finding
from soilinfo.jobs.runs.findings_report import write_report
from soilinfo.jobs.runs.source_names import without_secrets
from soilinfo.store.home import Store

State = Literal["started", "written", "unchanged", "blocked", "removed"]


@dataclass(frozen=True)
class Event:
    """One step of a job, for a progress bar or a log line: ``done`` of ``total`` steps of ``phase``."""

    phase: str
    subject: str
    state: State
    done: int
    total: int
    message: str = ""


Progress = Callable[[Event], None]


def silent(_event: Event) -> None:
    """A progress that shows nothing."""


@dataclass
class RunReport:
    """What a run did: layers by outcome, all findings, and the snapshot it published (None: nothing new).

    ``held``: ready, but withdrawn by a rollback before and so not published unasked. ``waiting``:
    ready, but not served before a person releases it. ``withdrawn``: served before, and can no longer be
    made. ``removed``: old versions and reports whose files are gone. ``forgotten``: kept out before, and
    no longer in config.
    """

    run: str
    published: dict[str, str] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    snapshot: int | None = None

    @property
    def exit_code(self) -> int:
        """0, or the exit code of a blocked layer."""
        return BlockedError.exit_code if self.blocked else 0

    def summary(self) -> dict[str, Any]:
        """JSON-ready account of the run for the ledger and the log."""
        return {
            "published": self.published,
            "unchanged": self.unchanged,
            "blocked": self.blocked,
            "held": self.held,
            "waiting": self.waiting,
            "withdrawn": self.withdrawn,
            "removed": self.removed,
            "forgotten": self.forgotten,
            "findings": len(self.findings),
            "snapshot": self.snapshot,
        }


@contextmanager
def recorded(
    store: Store, pipeline: str, actor: str, parameters: Mapping[str, Any], catalog: Catalog | None = None
) -> Iterator[RunReport]:
    """Hold the writer's lock, collect what killed runs left behind, keep the run in the ledger and report it.

    The report for people gives layers the titles of ``catalog``.

    An exception ends the run as 'failed' in the ledger and is raised again; published data
    stay as they were.
    """
    with store.lock():
        store.collect_garbage()
        store.ledger.end_broken_runs()
        report = RunReport(store.ledger.start_run(pipeline, actor, parameters), findings=_unrecorded(store))
        try:
            yield report
        except BaseException as error:
            _record_failure(store, report, error)
            raise
        store.ledger.finish_run(report.run, "blocked" if report.blocked else "done", report.summary())
        write_report(store, store.ledger.run(report.run), report.findings, catalog)


def _unrecorded(store: Store) -> list[Finding]:
    """A warning for each layer with whole versions that the ledger does not know."""
    versions: dict[str, set[str]] = {}
    for files in store.unrecorded():
        versions.setdefault(files.layer, set()).add(files.version)
    return [_unknown(layer, sorted(names)) for layer, names in sorted(versions.items())]


def _unknown(layer: str, versions: list[str]) -> Finding:
    message = (
        f"{len(versions)} version(s) in the store that the ledger does not know (first: {versions[0]}): a "
        "run was killed, or the ledger is an older one; kept until `soilinfo prune` finds them old"
    )
    return Finding("unrecorded_version", "warn", layer, message, len(versions), {"versions": versions})


def _record_failure(store: Store, report: RunReport, error: BaseException) -> None:
    try:
        reason = without_secrets(str(error))
        store.ledger.finish_run(report.run, "failed", report.summary() | {"error": reason})
    except StoreError as unrecorded:
        # The ledger is what failed: the next run records that this one broke off.
        error.add_note(f"the ledger could not record it: {unrecorded}")


def actor() -> str:
    """Who runs this, as the ledger keeps it."""
    return getpass.getuser()


def fingerprint(**parts: Any) -> str:
    """SHA-256 of all parts: equal inputs and parameters, equal digits. Its first 16 name a version."""
    text = json.dumps(parts, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
