"""Stopping a read whose asker has left: from another thread, whichever home it runs in.

Who answers a request puts a :class:`Cancellation` into :data:`CANCELLATION`; reads made in that context
register with it while they run, also in worker threads that were given a copy of the context.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from soilinfo.errors import StoreError

LOG = logging.getLogger(__name__)


class Cancellation:
    """What stops the reads of one request; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Callable[[], None]] = []
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """True once the asker has left."""
        return self._cancelled

    def cancel(self) -> None:
        """Stop the reads that run, and refuse those still to come.

        May take a moment, so no event loop waits for it.
        """
        with self._lock:
            self._cancelled = True
            for stop in self._running:
                try:
                    stop()
                except Exception:
                    # It ends at its time limit; the others must not go on as long.
                    LOG.exception("a read whose asker has left cannot be stopped")

    def check(self) -> None:
        """StoreError once the asker has left."""
        if self._cancelled:
            raise StoreError("who asked has left, so the answer was given up")

    @contextmanager
    def running(self, stop: Callable[[], None]) -> Iterator[None]:
        """A read that ``stop`` ends; never after the block, when others may have its connection."""
        with self._lock:
            self.check()
            self._running.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(stop)


CANCELLATION: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)
"""The cancellation of the request being answered; None where nobody can leave, as in pipelines."""


def left() -> bool:
    """True when who asked the question being answered has left."""
    cancellation = CANCELLATION.get()
    return cancellation is not None and cancellation.cancelled


def check_asker() -> None:
    """StoreError where who asked the question being answered has left: between two parts of the work."""
    cancellation = CANCELLATION.get()
    if cancellation is not None:
        cancellation.check()


@contextmanager
def cancellable(stop: Callable[[], None]) -> Iterator[None]:
    """A read of the request being answered, which ``stop`` ends from another thread.

    StoreError where the asker has left before or meanwhile, whatever error the stopped read ended with.
    """
    cancellation = CANCELLATION.get()
    if cancellation is None:
        yield
        return
    try:
        with cancellation.running(stop):
            yield
    except Exception:
        cancellation.check()
        raise


def took_longer(seconds: float) -> str:
    """What is said of a read that was stopped because it took longer than may be."""
    return (
        f"the store works at most {seconds:g} s for one question, and this one takes longer; "
        "ask for less: a smaller bbox, simpler conditions, a smaller limit or offset"
    )
