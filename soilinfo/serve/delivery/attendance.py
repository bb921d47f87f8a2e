"""Work goes on only while somebody waits for it: a client that leaves stops its query."""

import asyncio
from collections.abc import Callable

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soilinfo.serve.delivery.held import Held
from soilinfo.serve.processes.executions import LARGEST_BODY
from soilinfo.store.cancelling import CANCELLATION, Cancellation

BODILESS = ("GET", "HEAD", "OPTIONS")


class Attendance:
    """Takes a request's body in before anything is done about it, and cancels the work for who has left."""

    def __init__(self, app: ASGIApp, held: Held) -> None:
        self.app, self.held = app, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] in BODILESS:
            await self._attended(scope, receive, send, [{"type": "http.request", "body": b""}])
            return
        with self.held.held(scope) as grow:
            read = await _read(receive, grow)
            if read is not None:
                await self._attended(scope, receive, send, read)

    async def _attended(self, scope: Scope, receive: Receive, send: Send, read: list[Message]) -> None:
        """Answer, and meanwhile watch whether the client is still there."""
        cancellation, left = Cancellation(), asyncio.Event()
        more = read[-1].get("more_body", False)

        async def receive_again() -> Message:
            if read:
                return read.pop(0)
            if more:
                return await receive()
            await left.wait()
            return {"type": "http.disconnect"}

        watching = None if more else asyncio.create_task(_watch(receive, left, cancellation.cancel))
        CANCELLATION.set(cancellation)
        try:
            await self.app(scope, receive_again, send)
        except asyncio.CancelledError:
            # The server ends and waits no longer for this answer.
            cancellation.cancel()
            raise
        finally:
            if watching:
                watching.cancel()


async def _watch(receive: Receive, left: asyncio.Event, cancel: Callable[[], None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    left.set()
    # Telling a database may take a while.
    await to_thread.run_sync(cancel)


async def _read(receive: Receive, grow: Callable[[int], None]) -> list[Message] | None:
    """The messages of a body, up to the largest that there may be; None when the client leaves before."""
    read: list[Message] = []
    size = 0
    while not read or (read[-1].get("more_body", False) and size <= LARGEST_BODY):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        read.append(message)
        size += len(message.get("body", b""))
        grow(len(message.get("body", b"")))
    return read
