"""What pipeline runs leave behind: a summary of each run, and of each pipeline how its last run ended.

These are files of the store, ``runs/<run>.json`` and ``pipelines/<name>.json``, so that they can be
written, and a failed run be tried again later, when the database is what failed. A run that has begun
and not ended is ``pipelines/<name>.begun``: when nobody holds the pipeline's lock, it was killed
together with the process that watched it. A file that is damaged counts as none, for the work to go on,
and the next run puts it aside.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from soilinfo.errors import BlockedError, BusyError, SoilinfoError
from soilinfo.store.files import holder, locked, write_whole

Conclusion = Literal["done", "blocked", "failed", "overdue", "killed"]


@dataclass(frozen=True)
class Summary:
    """One run of a pipeline, from its start to its exit code; ``steps`` hold what each job reported."""

    pipeline: str
    run: str
    started: datetime
    finished: datetime
    seconds: float
    outcome: Conclusion
    exit_code: int
    error: str = ""
    peak_memory_bytes: int = 0
    steps: tuple[dict[str, Any], ...] = ()
    published: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    findings: dict[str, int] = field(default_factory=dict)
    """Number of findings by severity."""
    reports: tuple[str, ...] = ()
    """Where the findings of its jobs are written out."""

    @property
    def sentence(self) -> str:
        """The run in one sentence."""
        text = f"pipeline {self.pipeline}: {self.outcome}, exit code {self.exit_code}, {self.seconds:.0f} s"
        blocked = f"; blocked: {', '.join(self.blocked)}" if self.blocked else ""
        return text + blocked + (f"; {self.error}" if self.error else "")

    def document(self) -> dict[str, Any]:
        """The summary as JSON-ready data."""
        return {**asdict(self), "started": self.started.isoformat(), "finished": self.finished.isoformat()}


@dataclass(frozen=True)
class History:
    """How the last run of a pipeline ended, when one last ended well, and how many have failed since."""

    last: Summary
    last_success: datetime | None
    failures: int
    layers: tuple[str, ...] = ()
    """Every layer that the pipeline has ever published."""
    first: datetime | None = None
    """When its first run began."""


@dataclass(frozen=True)
class _Begun:
    """A run that has begun; its watcher removes the mark when it has told how the run ended."""

    run: str
    started: datetime


_HISTORY = TypeAdapter(History)
_BEGUN = TypeAdapter(_Begun)
_GLANCES = Retrying(
    retry=retry_if_exception_type(BusyError), wait=wait_fixed(0.1), stop=stop_after_attempt(5), reraise=True
)
"""Somebody who looks whether a pipeline runs holds its lock for an instant."""
_tell_once = cache(logging.getLogger(__name__).error)
"""One look at the pipelines reads a history several times."""


class Histories:
    """The histories and locks of one store's pipelines."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self._directory = store / "pipelines"

    def of(self, name: str) -> History | None:
        """The history of a pipeline, a run that was killed with its watcher included; None without any."""
        kept, lost = self._kept(name), self.lost(name)
        return _following(kept, lost) if lost else kept

    def all(self) -> list[History]:
        """Every history there is, by name."""
        names = sorted({path.stem for ending in ("json", "begun") for path in self._files(ending)})
        return [history for name in names if (history := self.of(name))]

    def begin(self, name: str, run: str, started: datetime) -> Summary | None:
        """Mark that a run has begun, under :meth:`one_run`; returns the lost run before it, now kept."""
        lost = self._lost(name)
        if lost:
            self.add(lost)
        _write(self._mark(name), _BEGUN.dump_python(_Begun(run, started), mode="json"))
        return lost

    def put_aside(self, name: str) -> list[Path]:
        """Rename the damaged files of a pipeline, under :meth:`one_run`; returns where they lie now."""
        kinds: tuple[tuple[Path, TypeAdapter[Any]], ...] = (
            (self._last(name), _HISTORY),
            (self._mark(name), _BEGUN),
        )
        damaged = [path for path, kind in kinds if path.exists() and _read(path, kind) is None]
        return [path.replace(path.with_name(f"{path.name}.damaged")) for path in damaged]

    def add(self, summary: Summary) -> None:
        """Keep a run's summary as a file of its own and as the last of its pipeline."""
        history = _following(self._kept(summary.pipeline), summary)
        _write(self.summary_path(summary.run), summary.document())
        _write(self._last(summary.pipeline), _HISTORY.dump_python(history, mode="json"))
        self._mark(summary.pipeline).unlink(missing_ok=True)

    def lost(self, name: str) -> Summary | None:
        """The run that was killed together with its watcher and that no later run has told of, or None."""
        seen = self._lost(name)
        # Asked again: in between the run may have ended, and the next may have begun.
        return seen if seen and self.running(name) is None and self._lost(name) == seen else None

    def _lost(self, name: str) -> Summary | None:
        begun, kept = _read(self._mark(name), _BEGUN), self._kept(name)
        if begun is None or (kept and kept.last.run == begun.run):
            return None
        # Nobody knows when it ended; that it began is sure.
        error = "ended together with the process that watched it"
        code = SoilinfoError.exit_code
        return Summary(name, begun.run, begun.started, begun.started, 0.0, "killed", code, error)

    def _kept(self, name: str) -> History | None:
        return _read(self._last(name), _HISTORY)

    def _files(self, ending: str) -> Iterator[Path]:
        return self._directory.glob(f"[!.]*.{ending}")

    def _last(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _mark(self, name: str) -> Path:
        return self._directory / f"{name}.begun"

    def summary_path(self, run: str) -> Path:
        """Where the summary of a run lies."""
        return self.store / "runs" / f"{run}.json"

    def running(self, name: str) -> str | None:
        """Who is running the pipeline now; None when nobody is."""
        return holder(self._lock(name))

    @contextmanager
    def one_run(self, name: str) -> Iterator[None]:
        """Be the only run of a pipeline; BusyError naming the other. The kernel ends it with the process."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                _GLANCES(lambda: stack.enter_context(locked(self._lock(name))))
            except BusyError as error:
                raise BusyError(f"pipeline '{name}' is running already: {error}") from None
            yield

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Wait for one's turn to write what several pipelines share."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with locked(self._directory / "shared.lock", wait=True):
            yield

    def _lock(self, name: str) -> Path:
        return self._directory / f"{name}.lock"


def _following(before: History | None, summary: Summary) -> History:
    """The history after one more run."""
    earlier = before.last_success if before else None
    success = summary.finished if summary.exit_code == 0 else earlier
    ended = summary.exit_code in (0, BlockedError.exit_code)
    failures = 0 if ended else 1 + (before.failures if before else 0)
    layers = sorted({*summary.published, *(before.layers if before else ())})
    first = (before.first or before.last.started) if before else summary.started
    return History(summary, success, failures, tuple(layers), first)


def _read[T](path: Path, kind: TypeAdapter[T]) -> T | None:
    """What a file holds; None when it is not there, or damaged, as the log then says."""
    try:
        return kind.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        _tell_once("%s is damaged and counts as none", path)
        return None


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(document, ensure_ascii=False, indent=1))
