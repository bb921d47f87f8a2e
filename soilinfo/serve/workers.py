"""The workers that a server starts beside itself: processes of their own, started anew when they die.

A worker's standard input is a pipe from the server: when the server is gone, however it went, the kernel
ends the worker (see :func:`soilinfo.jobs.nightly.watch.end_with_the_watcher`).
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from soilinfo.settings import Settings

COMMAND = (sys.executable, "-m", "soilinfo.cli", "worker", "--watched")
GRACE = 10.0
"""Seconds that a worker has to give its job back when the server ends."""
PAUSE = 5.0
"""Seconds before a worker that died is started again."""

LOG = logging.getLogger("soilinfo.worker")


@contextmanager
def workers(settings: Settings, number: int) -> Iterator[None]:
    """Keep so many workers running for the block; at its end they give their jobs back and end."""
    # The web server, stopped by SIGTERM, lets the signal end this process: the workers would not be asked.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    ending = threading.Event()
    keepers = [threading.Thread(target=_keep, args=(settings, ending)) for _ in range(number)]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        ending.set()
        for keeper in keepers:
            keeper.join()


def _keep(settings: Settings, ending: threading.Event) -> None:
    """Keep one worker running until told to end."""
    environment = {**os.environ, **settings.environment()}
    while not ending.is_set():
        # A session of its own: Ctrl-C is the server's, which then ends its workers.
        with subprocess.Popen(
            COMMAND, env=environment, stdin=subprocess.PIPE, start_new_session=True
        ) as process:
            while process.poll() is None and not ending.wait(0.5):
                pass
            _end(process)
        if not ending.is_set():
            LOG.error("a worker ended with code %d; another one is started", process.returncode)
            ending.wait(PAUSE)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a worker: asked first, so that another one finds its job soon."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
