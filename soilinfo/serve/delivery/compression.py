"""Texts leave compressed as the client takes them, in portions between which others have their turn."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from soilinfo.serve.delivery.held import Held

TEXTS = (
    *("text/csv", "application/flatgeobuf", "application/problem+json", "application/schema+json"),
    *("application/vnd.cov+json", "application/prs.coverage+json", "application/vnd.oai.openapi+json"),
    *("application/x-qgis-project", "application/x-qgis-layer-definition"),
)
"""Media types worth compressing beside those that the library knows; images are compressed already."""
CELLS = ("image/tiff", "application/x-netcdf")
"""Files of cells as they are, made for one question, are not; those that are kept (FILES) are."""
FILES = "/cog/"

ZSTD, BROTLI, GZIP = 3, 1, 2
"""Levels where a further one costs more time than it saves bytes (docs/operations.md)."""

PORTION = 1 << 17
"""Most bytes that are compressed and handed over at once: about a millisecond's work."""

for media_type in (*TEXTS, *CELLS):
    add_compress_type(media_type)


class Compressed(CompressMiddleware):
    """zstd, br or gzip, whatever of them the client takes, in this order."""

    def __init__(self, app: ASGIApp, held: Held) -> None:
        self._plain = Portions(app, held)
        super().__init__(self._plain, zstd_level=ZSTD, brotli_quality=BROTLI, gzip_level=GZIP)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(FILES):
            await self._plain(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Portions:
    """Hands a large answer over piece by piece: the next one when the client has taken the one before."""

    def __init__(self, app: ASGIApp, held: Held) -> None:
        self.app, self.held = app, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_portions(message: Message) -> None:
            if len(message.get("body", b"")) <= PORTION:
                await send(message)
                return
            with self.held.held(scope) as grow:
                grow(len(message["body"]))
                await _in_portions(message, send)

        await self.app(scope, receive, send_portions)


async def _in_portions(message: Message, send: Send) -> None:
    body, more = memoryview(message["body"]), message.get("more_body", False)
    for at in range(0, len(body), PORTION):
        # A view: a copy of each portion would cost more than all else on the way.
        portion, last = body[at : at + PORTION], at + PORTION >= len(body)
        await send({"type": message["type"], "body": portion, "more_body": more or not last})
        await asyncio.sleep(0)
