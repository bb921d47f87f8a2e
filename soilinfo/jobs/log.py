"""The log of pipeline runs: one JSON line for each thing that happened."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

from soilinfo.errors import InputError
from soilinfo.settings import Settings


@contextmanager
def run_log(settings: Settings, **bound: str) -> Iterator[Any]:
    """A structlog logger with ``bound`` in every line: time, level, event and what is said of it.

    Lines go to SOILINFO_LOG, else to standard error; a person at a terminal is not shown them.
    Raises InputError when the file cannot be written.
    """
    if settings.log is None:
        yield _logger(None if sys.stderr.isatty() else sys.stderr, bound)
        return
    try:
        stream = settings.log.open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(f"the log {settings.log} cannot be written: {error.strerror}") from error
    with stream:
        yield _logger(stream, bound)


def _logger(stream: TextIO | None, bound: dict[str, str]) -> Any:
    logger = structlog.wrap_logger(
        structlog.WriteLogger(stream) if stream else structlog.ReturnLogger(),
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    return logger.bind(**bound)
