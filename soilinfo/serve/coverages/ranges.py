"""Parts of files: what a Range header asks for, and a file on object storage that is answered so."""

import re
from collections.abc import AsyncIterator, Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from soilinfo.store.objects import ObjectPlace

BLOCK = 1 << 20
"""Bytes asked of the storage at a time."""
RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18})")
MOST_RANGES = 100


def within(header: str, size: int) -> list[str] | None:
    """Those ranges of a Range header that a file of ``size`` bytes has anything of.

    None for a header that is not understood, which is as if it were not there (RFC 9110, 14.2).
    """
    unit, _, text = header.partition("=")
    ranges = [RANGE.fullmatch(part.strip()) for part in text.split(",")]
    known = [each for each in ranges if each and (not each[2] or int(each[1]) <= int(each[2]))]
    if unit.lower() != "bytes" or len(known) < len(ranges) or len(ranges) > MOST_RANGES:
        return None
    return [each[0] for each in known if (int(each[1]) < size if each[1] else int(each[3]) > 0)]


async def ranged(
    request: Request, place: ObjectPlace, size: int, media_type: str, headers: Mapping[str, str]
) -> Response:
    """The answer for an object of ``size`` bytes; several ranges at once are answered with the whole.

    The Range header, if there is one, is of ranges that are :func:`within` the object.
    """
    described = {**headers, "Accept-Ranges": "bytes"}
    asked = RANGE.fullmatch(request.headers.get("range", "").partition("=")[2])
    if asked is None:
        first, last, status = 0, size, 200
    else:
        first, last = _span(asked, size)
        status = 206
        described["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
    described["Content-Length"] = str(last - first)
    if request.method == "HEAD":
        return Response(status_code=status, headers=described, media_type=media_type)
    return StreamingResponse(_blocks(place, first, last), status, described, media_type)


def _span(asked: re.Match[str], size: int) -> tuple[int, int]:
    """The bytes from the first up to but not including the last that are meant (RFC 9110, 14.1.2)."""
    first, last, suffix = asked.groups()
    if suffix:
        return max(0, size - int(suffix)), size
    return int(first), min(size, int(last) + 1) if last else size


async def _blocks(place: ObjectPlace, first: int, last: int) -> AsyncIterator[bytes]:
    for begin in range(first, last, BLOCK):
        yield await to_thread.run_sync(place.read, begin, min(last, begin + BLOCK))
