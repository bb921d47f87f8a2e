"""A child process under watch: its lines as they come, its time limit, its memory, how it ended."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from resource import struct_rusage
from typing import IO

GRACE = 10.0
"""Seconds between asking a process to end and ending it."""
_TAIL = 2000


@dataclass(frozen=True)
class Ending:
    """How a process ended: exit code or minus the signal, whether at the time limit, memory, last words."""

    code: int
    overdue: bool
    peak_memory: int
    """Bytes: the largest resident size of any of its processes."""
    last_words: str
    """The end of its standard error."""


def watch(
    command: Sequence[str], environment: Mapping[str, str], limit: float, hear: Callable[[str], None]
) -> Ending:
    """Run a command to its end, or for ``limit`` seconds at most, handing each line it prints to ``hear``.

    At the limit, or when this process is interrupted, it and all that it started is asked to end, and
    ended when it has not done so after the grace. Its standard input is a pipe that ends with this
    process, however that dies: see :func:`end_with_the_watcher`.
    """
    over = threading.Event()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            encoding="utf-8",
            errors="replace",
        )
        timers = _end_after(limit, child.pid, over.set)
        try:
            for line in child.stdout or ():
                hear(line)
        except BaseException:
            timers += _end_after(0, child.pid)
            raise
        finally:
            used = _reap(child)
            for timer in timers:
                timer.cancel()
        overdue = over.is_set() and child.returncode != 0
        return Ending(child.returncode, overdue, used.ru_maxrss * 1024, _tail(errors))


def _reap(child: subprocess.Popen[str]) -> struct_rusage:
    """Wait for the end of a process, end whatever it left behind, and say what it used."""
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    _signal(child.pid, signal.SIGKILL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    for pipe in filter(None, (child.stdin, child.stdout)):
        pipe.close()
    return used


def end_with_the_watcher() -> None:
    """Called in the child: it and all that it started end as soon as its watcher is gone.

    The kernel sends SIGIO, which ends a process, to the whole group when the pipe that is its standard
    input closes: that reaches even a child that hangs in a library.
    """
    pipe = sys.stdin.fileno()
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # it had gone before this was set up
        sys.exit("the process that watched this run is gone")


def _end_after(seconds: float, group: int, say: Callable[[], None] = lambda: None) -> list[threading.Timer]:
    def ask() -> None:
        say()  # before the signal: what ends by it must find this said
        _signal(group, signal.SIGTERM)

    return [_after(seconds, ask), _after(seconds + GRACE, lambda: _signal(group, signal.SIGKILL))]


def _after(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.killpg(group, number)


def _tail(stream: IO[bytes]) -> str:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    return stream.read().decode("utf-8", "replace").strip()
