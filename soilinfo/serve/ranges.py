"""A file on object storage, answered whole or in the part that a Range header asks for."""

import re
from collections.abc import AsyncIterator, Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from soilinfo.store.objects import ObjectPlace

BLOCK = 1 << 20
"""Bytes asked of the storage at a time."""
ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def ranged(
    request: Request, place: ObjectPlace, size: int, media_type: str, headers: Mapping[str, str]
) -> Response:
    """The answer for an object of ``size`` bytes; several ranges at once are answered with the whole."""
    described = {**headers, "Accept-Ranges": "bytes"}
    asked = ONE_RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or not any(asked.groups()):
        first, last, status = 0, size, 200
    else:
        first, last = _span(asked[1], asked[2], size)
        status = 206
        if first >= last:
            return Response(status_code=416, headers={**described, "Content-Range": f"bytes */{size}"})
        described["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
    described["Content-Length"] = str(last - first)
    if request.method == "HEAD":
        return Response(status_code=status, headers=described, media_type=media_type)
    return StreamingResponse(_blocks(place, first, last), status, described, media_type)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """The bytes from the first up to but not including the last that are meant (RFC 9110, 14.1.2)."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


async def _blocks(place: ObjectPlace, first: int, last: int) -> AsyncIterator[bytes]:
    for begin in range(first, last, BLOCK):
        yield await to_thread.run_sync(place.read, begin, min(last, begin + BLOCK))
