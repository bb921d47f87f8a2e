"""What is worth another attempt, and after how long: the one policy of the pipelines."""

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

from soilinfo.errors import BusyError, StoreError

TRANSIENT = (StoreError, httpx.TransportError)
"""What may pass by itself: a database that restarts, a network. A fault in config/ or
in a source does not."""
ATTEMPTS = 5
LONGEST_WAIT = 60.0


def patience(first_wait: float = 5.0) -> Retrying:
    """Attempts with longer and longer waits (in seconds, doubled each time); the last error is raised."""
    return Retrying(
        retry=retry_if_exception_type(TRANSIENT),
        wait=wait_exponential(multiplier=first_wait, max=LONGEST_WAIT) + wait_random(0, 1),
        stop=stop_after_attempt(ATTEMPTS),
        reraise=True,
    )


def turn() -> Retrying:
    """Attempts for as long as another process writes to the store: the run's own time limit ends them."""
    return Retrying(
        retry=retry_if_exception_type(BusyError),
        wait=wait_exponential(multiplier=5.0, max=LONGEST_WAIT) + wait_random(0, 1),
        reraise=True,
    )
