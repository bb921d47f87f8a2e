"""Connections that do not outlast a client which sends or reads next to nothing, or headers without end.

The web server by itself waits for ever for the rest of a request, and for a client to take its answer.
"""

from asyncio import BaseTransport, TimerHandle
from collections.abc import Mapping, Sequence
from random import uniform
from time import monotonic
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from soilinfo.serve.delivery.extensions import ARRIVED, DROP, REST

LARGEST_HEAD = 64 << 10
"""Bytes that the address and the headers of a request may have together."""
TOO_LONG = f"The head of a request may have {LARGEST_HEAD} bytes."
ONE_HOST = "A request names one host."
PERIOD = 10.0
"""Seconds between two looks at a connection."""
LEAST = 1000
"""Bytes that a client moves in a period while the server waits for it; one that moves fewer is dropped."""
PAUSE = (0.4, 0.9)
"""Seconds for which a refused client is not read: never the same, or all would come back at once, and less
than the second after which it may ask again."""
FAREWELL = 20
"""Seconds that answers under way have to end when the server does."""


class Connection(HttpToolsProtocol):
    """One connection. A client is dropped one to two periods after it has become too slow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received, self._unsent = 0, 0
        self._head, self._in_head = 0, False
        self._read_on, self._waited = False, False
        self._look_again: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """A client has come."""
        super().connection_made(cast("Any", transport))
        self._look_again = self.loop.call_later(PERIOD, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        if self._look_again:
            self._look_again.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        self._received += len(data)
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                # The parser keeps what has no end yet, however long it is.
                self.send_400_response(TOO_LONG)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head, self._in_head = 0, True
        cast("Scope", self.scope)["extensions"] = {DROP: self.drop, REST: self.rest}

    def on_headers_complete(self) -> None:
        """The headers of a request are there."""
        self._in_head = False
        if fault := _fault_of(self.url, self.headers, self.parser.get_http_version()):
            self.send_400_response(fault)
            raise ValueError(fault)  # the parser stops at it
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of a request is there."""
        _note_arrival(cast("Scope", self.cycle.scope))
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered; the next one, if it is there already, has waited for this one alone."""
        if self.pipeline:
            _note_arrival(cast("Scope", self.pipeline[-1][0].scope))
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, once, and end the connection."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever asks for a web socket is answered as if it had not: no line in the log for each."""

    def resume_writing(self) -> None:
        """It has read most of what there was to read."""
        self._read_on = True
        super().resume_writing()

    def drop(self) -> None:
        """End the connection at once, whatever is under way."""
        self.transport.abort()

    def rest(self) -> None:
        """Leave what the client sends next to the kernel for a while."""
        self.transport.pause_reading()
        self.loop.call_later(uniform(*PAUSE), self.transport.resume_reading)

    def _look(self) -> None:
        """Drop a client that was waited for at the last look already and has hardly moved since."""
        unsent = self.transport.get_write_buffer_size()
        moved = self._received >= LEAST if not unsent else self._read_on or self._unsent - unsent >= LEAST
        waits = bool(unsent) or self._awaits_request
        if waits and self._waited and not moved:
            self.drop()
            return
        self._received, self._unsent, self._read_on, self._waited = 0, unsent, False, waits
        self._look_again = self.loop.call_later(PERIOD, self._look)

    @property
    def _awaits_request(self) -> bool:
        """Whether a request is still coming in; between requests the web server has a limit of its own."""
        if self.flow.read_paused or self.timeout_keep_alive_task is not None:
            return False
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body


def _fault_of(url: bytes, headers: Sequence[tuple[bytes, bytes]], version: str) -> str | None:
    """Why a request is refused by its head: it is too long, or does not name one host (RFC 9112, 3.2)."""
    if len(url) + sum(len(name) + len(value) + len(": \r\n") for name, value in headers) > LARGEST_HEAD:
        return TOO_LONG
    hosts = sum(name == b"host" for name, _ in headers)
    return ONE_HOST if hosts > 1 or (version == "1.1" and not hosts) else None


def _note_arrival(scope: Scope) -> None:
    scope["extensions"][ARRIVED] = monotonic()


CONNECTIONS: Mapping[str, Any] = {
    "http": Connection,
    "ws": "none",
    "access_log": False,
    "timeout_graceful_shutdown": FAREWELL,
    # A process that the others keep from computing for a while is not a dead one.
    "timeout_worker_healthcheck": 30,
}
"""The web server's options about connections."""
