"""Bytes kept for clients that send or read slowly, within one budget for a server process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import Scope

from soilinfo.serve.delivery.extensions import DROP, extension

Drop = Callable[[], None]
Grow = Callable[[int], None]


class Held:
    """Bodies on their way; when they are too many bytes, the client that has kept one longest is dropped."""

    def __init__(self, budget: int) -> None:
        """``budget``: most bytes held, beside those of the client that came last."""
        self._budget, self._bytes = budget, 0
        self._kept: dict[object, tuple[int, Drop]] = {}

    @property
    def bytes(self) -> int:
        """Bytes held now."""
        return self._bytes

    @contextmanager
    def held(self, scope: Scope) -> Iterator[Grow]:
        """Count what a request holds during the block: what is given is called with each further number."""
        drop, key = extension(scope, DROP), object()
        self._kept[key] = 0, drop

        def grow(number: int) -> None:
            if key not in self._kept:
                # Dropped; what was read of it before is still coming.
                return
            self._kept[key] = self._kept[key][0] + number, drop
            self._bytes += number
            self._make_room(key)

        try:
            yield grow
        finally:
            self._forget(key)

    def _make_room(self, last: object) -> None:
        for key in list(self._kept):
            if self._bytes <= self._budget or key is last:
                break
            self._kept[key][1]()
            self._forget(key)

    def _forget(self, key: object) -> None:
        if key in self._kept:
            self._bytes -= self._kept.pop(key)[0]
