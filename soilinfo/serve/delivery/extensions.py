"""What a server connection can do for the layers above it: extensions of ASGI, by their names.

A server of another make, as in a test, has none of them, and nothing happens.
"""

from collections.abc import Callable
from time import monotonic

from starlette.types import Scope

DROP = "soilinfo.drop"
"""Ends the connection at once, whatever is under way."""
REST = "soilinfo.rest"
"""Reads nothing more from the connection for a second."""
ARRIVED = "soilinfo.arrived"
"""When (monotonic) all of a request was there, and what its connection sent before had been answered."""


def arrived(scope: Scope) -> float:
    """When a request arrived; now, where the server does not tell."""
    told: float = scope.get("extensions", {}).get(ARRIVED) or monotonic()
    return told


def extension(scope: Scope, name: str) -> Callable[[], None]:
    """What a connection offers by a name."""
    offered: Callable[[], None] = scope.get("extensions", {}).get(name, _nothing)
    return offered


def _nothing() -> None:
    pass
