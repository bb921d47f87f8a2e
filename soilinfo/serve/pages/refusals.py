"""Pages for those who are turned away before they come to any page, as by a server that is busy."""

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from soilinfo.serve.pages.held import Held
from soilinfo.serve.pages.views import refused, wants_html
from soilinfo.serve.site.asked import State, site_of

METHODS = ("GET", "POST")
"""Of what browsers send by links and forms."""
KEPT = ("cache-control", "retry-after")
"""Headers of a refusal that are true of its page, too."""


class Refusals:
    """Shows a refusal of the application within as a page to who wants HTML; all else passes unchanged."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in METHODS or not wants_html(HTTPConnection(scope)):
            await self.app(scope, receive, send)
            return
        answer = Held(send, native=True)
        await self.app(scope, receive, answer)
        if answer.is_json:
            request = Request(scope)
            page = refused(site_of(request, self.state), request, orjson.loads(answer.body))
            page.headers.update({name: answer.headers[name] for name in KEPT if name in answer.headers})
            await page(scope, receive, send)
