"""The log of pipeline runs: one JSON line for each thing that happened."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

from soilinfo.jobs.source_names import without_secrets
from soilinfo.settings import Settings


@contextmanager
def run_log(settings: Settings, **bound: str) -> Iterator[Any]:
    """A structlog logger with ``bound`` in every line: time, level, event and what is said of it.

    Lines go to SOILINFO_LOG, else to standard error; a person at a terminal is not shown them there,
    unless the file cannot be written.
    """
    if settings.log is None:
        yield _logger(None if sys.stderr.isatty() else sys.stderr, bound)
        return
    try:
        stream = settings.log.open("a", encoding="utf-8")
    except OSError as error:
        logger = _logger(sys.stderr, bound)
        logger.error("log_not_written", file=str(settings.log), message=error.strerror)
        yield logger
        return
    with stream:
        yield _logger(stream, bound)


def _logger(stream: TextIO | None, bound: dict[str, str]) -> Any:
    logger = structlog.wrap_logger(
        structlog.WriteLogger(stream) if stream else structlog.ReturnLogger(),
        processors=[
            lambda _logger, _method, line: without_secrets(line),
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    return logger.bind(**bound)
