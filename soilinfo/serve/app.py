"""The web application: addresses, pinning, errors. Everything else is asked of other modules."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from threading import Thread
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soilinfo.errors import SoilinfoError, StoreError
from soilinfo.serve import answers, downloads, problems
from soilinfo.serve.coverages import cogs, coverage
from soilinfo.serve.delivery.connection import CONNECTIONS
from soilinfo.serve.delivery.health import Health
from soilinfo.serve.delivery.layers import delivery
from soilinfo.serve.delivery.processes import end_with_the_parent
from soilinfo.serve.documents import collections as described
from soilinfo.serve.documents import equations, service
from soilinfo.serve.documents.prepared import prepare
from soilinfo.serve.edr import routes as retrieval
from soilinfo.serve.features import items
from soilinfo.serve.federation import routes as federation
from soilinfo.serve.maps import routes as maps
from soilinfo.serve.pages import views
from soilinfo.serve.pages.refusals import Refusals
from soilinfo.serve.processes import executions, jobs
from soilinfo.serve.qgis import routes as qgis
from soilinfo.serve.qgis import script
from soilinfo.serve.records import items as records
from soilinfo.serve.reports import region_routes as region
from soilinfo.serve.reports import routes as reports
from soilinfo.serve.state import State, pinned
from soilinfo.serve.vector_tiles import routes as vector_tiles
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.tiled.compiling import compile_kernels

SNAPSHOT_HEADER = "X-Soilinfo-Snapshot"
EXPOSED = (
    *(SNAPSHOT_HEADER, "Accept-Ranges", "Content-Bbox", "Content-Crs", "Content-Range", "ETag"),
    *("Content-Datetime", "Content-Disposition", "OGC-NumberMatched", "OGC-NumberReturned"),
    *("Link", "Location", "Preference-Applied", "Retry-After"),
)
METHODS = ("GET", "POST", "DELETE")
SHARING: dict[str, Any] = {
    "allow_origins": ["*"],
    "allow_methods": METHODS,
    # Nobody is known by a header here, so that none need be kept from pages of other hosts.
    "allow_headers": ["*"],
    "expose_headers": EXPOSED,
}
"""With pages of other hosts (CORS)."""

ROUTES = [
    *records.ROUTES,
    *items.ROUTES,
    *service.ROUTES,
    *described.ROUTES,
    *equations.ROUTES,
    *reports.ROUTES,
    *retrieval.ROUTES,
    *vector_tiles.ROUTES,
    *maps.ROUTES,
    *executions.ROUTES,
    *jobs.ROUTES,
    *qgis.ROUTES,
    *script.ROUTES,
    *downloads.ROUTES,
    *cogs.ROUTES,
]
"""The API's addresses, those that are asked most early on; pages come before them."""


def create_app(settings: Settings) -> Starlette:
    """The application over the store and configuration that the settings name.

    Raises ConfigError or StoreError when there is nothing to serve from.
    """
    store = open_store(settings, keep=settings.cache_mb << 20)
    state = State(settings, store, prepare)
    app = Starlette(
        debug=False,
        routes=[
            *coverage.ROUTES,
            SLASHED,
            *views.routes(state),
            *ROUTES,
            *region.ROUTES,
            *federation.routes(state),
        ],
        middleware=[
            Middleware(Health, state=state),
            Middleware(CORSMiddleware, **SHARING),
            Middleware(Pinning, state=state),
            Middleware(Refusals, state=state),
            *delivery(settings),
            # Once more, of what is refused within, before it is compressed.
            Middleware(Refusals, state=state),
        ],
        exception_handlers={
            SoilinfoError: problems.on_soilinfo_error,
            answers.RefusedError: problems.on_refusal,
            HTTPException: problems.on_http_error,
            Exception: partial(_on_defect, state),
        },
        lifespan=partial(_running, state, store),
    )
    # Starlette's own way leads to whatever host was asked.
    app.router.redirect_slashes = False
    return app


@asynccontextmanager
async def _running(state: State, store: Store, _: Starlette) -> AsyncIterator[None]:
    """Watch for publications while the application runs, and close the store after it."""
    watching = asyncio.create_task(state.watch())
    # Beside requests, and before any of them waits for it.
    Thread(target=compile_kernels, daemon=True).start()
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        store.close()


async def _on_defect(state: State, _: Request, __: Exception) -> Response:
    # Starlette answers this one outside of all middleware.
    answer = problems.defect()
    answer.headers[SNAPSHOT_HEADER] = str(state.publication.snapshot.id)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


async def without_slash(request: Request) -> Response:
    """The same below the public address, without the slash at its end."""
    path, query = quote(request.path_params["path"].strip("/")), request.url.query
    return RedirectResponse(f"{pinned().base_url}/{path}{'?' if query else ''}{query}", 308)


SLASHED = Route("/{path:path}/", without_slash)


class Pinning:
    """Pins each request to one publication and says which one in every answer."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            publication = await self.state.pin(str(Request(scope).base_url))
        except StoreError as error:
            await (await problems.on_soilinfo_error(Request(scope), error))(scope, receive, send)
            return

        async def send_named(message: Message) -> None:
            """Every answer says its snapshot, those that refuse too."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[SNAPSHOT_HEADER] = str(publication.snapshot.id)
            await send(message)

        await self.app(scope, receive, send_named)


def create_app_from_environment() -> Starlette:
    """The application as each of several server processes makes it."""
    end_with_the_parent()
    return create_app(Settings())


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until interrupted, in this process or in ``workers`` processes; prints nothing itself.

    Several processes read their settings from the environment, which is set here.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "log_level": "warning",
        **CONNECTIONS,
    }
    if workers == 1:
        uvicorn.run(create_app(settings), **options)
        return
    os.environ.update(_as_environment(settings))
    uvicorn.run("soilinfo.serve.app:create_app_from_environment", factory=True, workers=workers, **options)


def _as_environment(settings: Settings) -> dict[str, str]:
    values = settings.model_dump(exclude_none=True)
    return {f"SOILINFO_{name.upper()}": str(value) for name, value in values.items()}
