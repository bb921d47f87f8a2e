"""The log: one JSON line for each thing that happened in a pipeline's run, or that nobody expected."""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from soilinfo.jobs.runs.source_names import without_secrets
from soilinfo.settings import Settings


def run_log(settings: Settings, **bound: str) -> Any:
    """A structlog logger with ``bound`` in every line: time, level, event and what is said of it.

    Lines go to SOILINFO_LOG, else to standard error; a person at a terminal is not shown them there,
    unless the file cannot be written.
    """
    if settings.log is not None:
        return _logger(_File(settings.log, bound), bound)
    return _logger(structlog.ReturnLogger() if sys.stderr.isatty() else _StandardError(), bound)


class _StandardError:
    """Where structlog hands its lines; when not even this can be written, nobody is left to tell."""

    def info(self, line: str) -> None:
        with suppress(OSError):
            print(line, file=sys.stderr, flush=True)

    warning = error = info


class _File:
    """A file opened for each line, as it may be moved away, or on a full disk, at any time.

    From the first line that it does not take, all are on standard error.
    """

    def __init__(self, path: Path, bound: dict[str, str]) -> None:
        self._path, self._bound = path, bound
        self._instead: _StandardError | None = None

    def info(self, line: str) -> None:
        if self._instead is None:
            try:
                with self._path.open("a", encoding="utf-8") as stream:
                    stream.write(line + "\n")
            except OSError as error:
                self._instead = _StandardError()
                why = {"file": str(self._path), "message": error.strerror}
                _logger(self._instead, self._bound).error("log_not_written", **why)
        if self._instead is not None:
            self._instead.info(line)

    warning = error = info


def _logger(lines: object, bound: dict[str, str]) -> Any:
    logger = structlog.wrap_logger(
        lines,
        processors=[
            lambda _logger, _method, line: without_secrets(line),
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    return logger.bind(**bound)


class Unexpected(logging.Handler):
    """Writes what a job met and did not expect to the log, with its traceback.

    A person at a terminal, where there is no log, is told in one line.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        settings = Settings()
        if settings.log is None and sys.stderr.isatty():
            how = "; SOILINFO_LOG=FILE keeps the traceback" if record.exc_info else ""
            print(record.getMessage() + how, file=sys.stderr)
        else:
            log = run_log(settings)
            tell = log.error if record.levelno >= logging.ERROR else log.warning
            tell("unexpected", message=settings.without_secrets(self.format(record)))
