"""The web application: addresses, pinning, errors. Everything else is asked of other modules."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soilinfo.errors import SoilinfoError
from soilinfo.serve import (
    answers,
    cogs,
    coverages,
    downloads,
    executions,
    items,
    jobs,
    tiles,
)
from soilinfo.serve.documents import collections as described
from soilinfo.serve.documents import service
from soilinfo.serve.pages import views
from soilinfo.serve.qgis import project
from soilinfo.serve.state import State
from soilinfo.settings import Settings
from soilinfo.store.home import open_store

SNAPSHOT_HEADER = "X-Soilinfo-Snapshot"
VARIES = "Accept, Accept-Language"
"""Request headers that decide about an answer, for caches; the CORS middleware adds Origin."""
FIXED = ("/cog/", "/static/")
"""Addresses that have one answer for everyone."""
EXPOSED = (
    *(SNAPSHOT_HEADER, "Accept-Ranges", "Content-Bbox", "Content-Crs", "Content-Range", "ETag"),
    *("Location", "Preference-Applied"),
)
METHODS = ("GET", "POST", "DELETE")

COVERAGE = Route("/collections/{collection}/coverage", coverages.coverage)
"""Comes before the pages: a coverage has no page of its own."""

ROUTES = [
    Route("/", service.landing),
    Route("/conformance", service.conformance),
    Route("/openapi", service.openapi),
    Route("/collections", described.collections),
    Route("/collections/{collection}", described.collection),
    Route("/collections/{collection}/schema", described.schema),
    Route("/collections/{collection}/queryables", described.queryables),
    Route("/collections/{collection}/items", items.items),
    Route("/collections/{collection}/items/{item}", items.item),
    Route("/collections/{collection}/map", coverages.map_image),
    *tiles.ROUTES,
    Route("/processes", service.process_list),
    Route("/processes/{process}", service.process),
    Route("/processes/{process}/execution", executions.execution, methods=["POST"]),
    *jobs.ROUTES,
    Route("/factsheets/{code}.pdf", downloads.fact_sheet),
    Route("/cog/{layer}/{version}.tif", cogs.cog),
    Route("/cog/{layer}/{version}/{variable}.tif", cogs.derived),
]
"""The API's addresses; pages and QGIS files come before them."""


def create_app(settings: Settings) -> Starlette:
    """The application over the store and configuration that the settings name.

    Raises ConfigError or StoreError when there is nothing to serve from.
    """
    store = open_store(settings, keep=settings.cache_mb << 20)
    state = State(settings, store)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(state.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            store.close()

    async def on_defect(_: Request, __: Exception) -> Response:
        # Starlette answers this one outside of all middleware.
        answer = answers.defect()
        answer.headers[SNAPSHOT_HEADER] = str(state.publication.snapshot.id)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    return Starlette(
        debug=False,
        routes=[*project.routes(state), COVERAGE, *views.routes(state), *ROUTES],
        middleware=[
            Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=METHODS, expose_headers=EXPOSED),
            Middleware(Pinning, state=state),
        ],
        exception_handlers={
            SoilinfoError: answers.on_soilinfo_error,
            answers.RefusedError: answers.on_refusal,
            HTTPException: answers.on_http_error,
            Exception: on_defect,
        },
        lifespan=lifespan,
    )


class Pinning:
    """Pins each request to one publication and says which one in every answer."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        publication = await self.state.pin(str(Request(scope).base_url))

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[SNAPSHOT_HEADER] = str(publication.snapshot.id)
                if not scope["path"].startswith(FIXED):
                    headers["Vary"] = VARIES
            await send(message)

        await self.app(scope, receive, send_named)


def create_app_from_environment() -> Starlette:
    """The application as each of several server processes makes it."""
    return create_app(Settings())


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until interrupted, in this process or in ``workers`` processes; prints nothing itself.

    Several processes read their settings from the environment, which is set here.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "log_level": "warning",
        "access_log": False,
    }
    if workers == 1:
        uvicorn.run(create_app(settings), **options)
        return
    os.environ.update(_as_environment(settings))
    uvicorn.run("soilinfo.serve.app:create_app_from_environment", factory=True, workers=workers, **options)


def _as_environment(settings: Settings) -> dict[str, str]:
    values = settings.model_dump(exclude_none=True)
    return {f"SOILINFO_{name.upper()}": str(value) for name, value in values.items()}
