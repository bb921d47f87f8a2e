"""So many requests at work at a time, a short queue behind them, and 503 for the rest before any work."""

import re
from time import monotonic
from urllib.parse import unquote_plus

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soilinfo.errors import InputError
from soilinfo.serve.answers import RefusedError, negotiated
from soilinfo.serve.delivery.extensions import REST, arrived, extension
from soilinfo.serve.delivery.lane import Lane, Terms
from soilinfo.serve.features.files import ITEMS_FORMATS
from soilinfo.serve.parameters import WHAT_IF
from soilinfo.serve.problems import Problem

FILES = re.compile(r"/static/.*|/cog/[^/]+/[^/]+")
"""Read from disk as they are: always admitted."""
DOWNLOADS = ("csv", "fgb", "gpkg", "netcdf", "parquet", "xlsx")
"""Values of ``f`` with which an answer is a file of its own."""
HEAVY = re.compile(
    r"/(processes/[^/]+/execution|jobs/[^/]+/results|factsheets/.*|cog/.*)\?"
    r"|/collections/[^/]+/(coverage|area|cube|radius|locations/[^/]+)\?"
    rf"|.*[?&](f=({'|'.join(DOWNLOADS)})(&|$)|({'|'.join(WHAT_IF)})=)"
)
"""Addresses of what is computed from many cells, or made as a document."""
ITEMS = re.compile(r"/collections/[^/]+/items")
"""Addresses at which Accept alone may ask for a file."""


class Lanes:
    """Which requests are admitted together."""

    def __init__(self, light: Terms, heavy: Terms) -> None:
        self.light, self.heavy = Lane(light), Lane(heavy)

    def of(self, scope: Scope) -> Lane | None:
        """The lane of a request; None for one that is admitted always."""
        if scope["type"] != "http" or FILES.fullmatch(scope["path"]):
            return None
        return self.heavy if _is_heavy(scope) else self.light


def _is_heavy(scope: Scope) -> bool:
    address = f"{scope['path']}?{unquote_plus(scope['query_string'].decode('latin-1'))}"
    if HEAVY.match(address):
        return True
    return ITEMS.fullmatch(scope["path"]) is not None and _liked(scope) in DOWNLOADS


def _liked(scope: Scope) -> str | None:
    """The format that features will be answered in; None where that will be refused."""
    try:
        return negotiated(HTTPConnection(scope), ITEMS_FORMATS)
    except (InputError, RefusedError):
        return None


class Door:
    """Turns away before anything is known of a request but its address: refusing costs time, too.

    Who may have the answer already comes in to be told so.
    """

    def __init__(self, app: ASGIApp, lanes: Lanes) -> None:
        self.app, self.lanes = app, lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        lane = self.lanes.of(scope)
        is_known = any(name == b"if-none-match" for name, _ in scope.get("headers", ()))
        if lane is not None and not is_known and lane.turns_away(arrived(scope)):
            await _turn_away(lane, scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Admission:
    """Lets requests to work by their kind; a place is free again as soon as an answer is made, not sent."""

    def __init__(self, app: ASGIApp, lanes: Lanes) -> None:
        self.app, self.lanes = app, lanes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        lane = self.lanes.of(scope)
        if lane is None:
            await self.app(scope, receive, send)
        elif await lane.enter(arrived(scope)):
            await self._admitted(lane, scope, receive, send)
        else:
            await _turn_away(lane, scope, receive, send)

    async def _admitted(self, lane: Lane, scope: Scope, receive: Receive, send: Send) -> None:
        begun: list[float] = [monotonic()]

        def leave() -> None:
            if begun:
                lane.leave(monotonic() - begun.pop())

        async def send_and_leave(message: Message) -> None:
            if message["type"] == "http.response.body":
                leave()
            await send(message)

        try:
            await self.app(scope, receive, send_and_leave)
        finally:
            leave()


async def _turn_away(lane: Lane, scope: Scope, receive: Receive, send: Send) -> None:
    refusal = Problem(503, "refusal.busy")
    refusal.headers.update({"Retry-After": str(lane.terms.retry), "Cache-Control": "no-store"})
    await refusal(scope, receive, send)
    # Who asks again at once is not read at once.
    extension(scope, REST)()
