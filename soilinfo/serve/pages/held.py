"""A JSON answer kept back, to be shown as a page."""

from starlette.datastructures import Headers
from starlette.types import Message, Send


class Held:
    """Keeps a JSON answer back for rendering; sends every other one on as it comes.

    Where the answer is ``native`` only a refusal is kept back, and never what is compressed already.
    """

    def __init__(self, send: Send, native: bool) -> None:
        self.send, self.native = send, native
        self.status, self.headers, self.body, self.is_json = 0, Headers(), b"", False

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = Headers(raw=message["headers"])
            is_readable = (
                "json" in self.headers.get("content-type", "") and "content-encoding" not in self.headers
            )
            self.is_json = is_readable and (self.status >= 400 or not self.native)
        if self.is_json:
            self.body += message.get("body", b"")
        else:
            await self.send(message)
