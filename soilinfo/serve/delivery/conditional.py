"""What a client has already is not sent again: entity tags, 304 before any work, and how long answers keep.

RFC 9110, section 13 (conditional requests), and RFC 9111 (caching). Nothing here has a date, so
If-Modified-Since is ignored, as section 13.1.3 wants.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soilinfo.serve.answers import FOR_EVER
from soilinfo.serve.delivery.representation import (
    ASK_AGAIN,
    CHANGING,
    CODED,
    NEVER,
    OWN_NAMES,
    Representation,
    representation,
)
from soilinfo.serve.problems import Problem
from soilinfo.serve.state import pinned

READING = ("GET", "HEAD")
ANY = "*"
"""Names whatever there is, which is known only when it is made."""
KEPT = ("ETag", "Cache-Control", "Vary")
"""What a 304 tells of the answer that the client has."""


class Conditional:
    """Names every answer, answers 304 and 412 without asking for one, and tells caches what they may do."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        named = _named(request)
        known = _known(named, request.headers) if named else None
        if known is not None:
            await known(scope, receive, send)
            return

        answered = False
        unless_any = named is not None and request.headers.get("if-none-match", "").strip() == ANY

        async def send_labelled(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _label(headers, message["status"], request, named)
                if unless_any and message["status"] == 200:
                    answered = True
                    labels = {name: headers[name] for name in KEPT}
                    await Response(status_code=304, headers=labels)(scope, receive, send)
            if not answered:
                await send(message)

        await self.app(scope, receive, send_labelled)


def _named(request: HTTPConnection) -> Representation | None:
    """The answer that is selected, where the publication decides about it."""
    path = request.scope["path"]
    if request.scope["method"] not in READING or CHANGING.fullmatch(path) or OWN_NAMES.fullmatch(path):
        return None
    return representation(request, pinned())


def _known(named: Representation, headers: Headers) -> Response | None:
    """The answer to a client that has the representation (304), or asks for another one (412)."""
    wanted = headers.get("if-match")
    if wanted is not None and wanted.strip() != ANY and _held(wanted, named.tag, headers) is None:
        return Problem(412, "If-Match names none of the entity tags that this address has now")
    held = _held(headers.get("if-none-match", ""), named.tag, headers, weak=True)
    if held is None:
        return None
    labels = {"ETag": held, "Cache-Control": _kept(named), "Vary": named.vary}
    return Response(status_code=304, headers=labels)


def _held(listed: str, tag: str, headers: Headers, *, weak: bool = False) -> str | None:
    """The one of the listed entity tags that names this representation, in a coding the client takes.

    ``weak``: tags are compared as If-None-Match does, whether or not a proxy has weakened them.
    """
    codings = headers.get("accept-encoding", "").lower()
    for each in listed.split(","):
        name = each.strip().removeprefix("W/") if weak else each.strip()
        held, _, coding = name.strip('"').partition("-")
        if held == tag and coding in codings:
            return f'"{held}-{coding}"' if coding else f'"{held}"'
    return None


def _label(
    headers: MutableHeaders, status: int, request: HTTPConnection, named: Representation | None
) -> None:
    """Entity tag, Cache-Control and Vary of an answer."""
    if status >= 400:
        headers["Cache-Control"] = NEVER
    elif named is not None:
        if status == 200:
            coding = headers.get("content-encoding")
            headers["ETag"] = f'"{named.tag}-{coding}"' if coding else f'"{named.tag}"'
        headers["Vary"] = named.vary
        headers.setdefault("Cache-Control", _kept(named))
    else:
        headers.setdefault("Cache-Control", _kept_of_file(request) or NEVER)
        if CODED.fullmatch(request.scope["path"]) and "etag" in headers:
            headers["ETag"] = f"W/{headers['etag']}"


def _kept(named: Representation) -> str:
    return FOR_EVER if named.lasts else ASK_AGAIN


def _kept_of_file(request: HTTPConnection) -> str | None:
    """How long a file keeps: for ever where its address tells its content; None for what is no file."""
    if not OWN_NAMES.fullmatch(request.scope["path"]):
        return None
    return FOR_EVER if "v" in request.query_params else ASK_AGAIN
