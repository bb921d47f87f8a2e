"""/health and /ready: what load balancers ask, answered before anything else and without the store."""

from time import monotonic

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from soilinfo.serve.problems import Problem
from soilinfo.serve.state import State

HEALTH, READY = "/health", "/ready"
SILENCE = 5.0
"""Seconds since the store last answered after which a server is not ready; it is asked twice a second."""


class Health:
    """Answers for a server process: whether it lives, and whether it can answer from its store."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = scope["path"] if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else ""
        if asked == HEALTH:
            await _told({"status": "alive"})(scope, receive, send)
        elif asked == READY:
            await self._ready()(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _ready(self) -> Response:
        silent = monotonic() - self.state.answered
        if silent > SILENCE:
            answer = Problem(503, f"the store has not answered for {silent:.0f} s")
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return _told({"status": "ready", "snapshot": self.state.publication.snapshot.id})


def _told(status: dict[str, object]) -> Response:
    return JSONResponse(status, headers={"Cache-Control": "no-store"})
