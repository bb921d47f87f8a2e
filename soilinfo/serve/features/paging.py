"""Pages of features: the cursor with which one goes on from another, however deep it lies."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import orjson
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.serve.collections import Collection
from soilinfo.serve.parameters import LARGEST

PRESENTATION = frozenset(
    ("cursor", "crs", "f", "lang", "limit", "offset", "properties", "skipGeometry", "version")
)
"""Parameters that do not decide which features there are, nor their order."""
DIGEST = 12
"""Bytes that tie a cursor to what it was made for."""


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: behind a feature with these values of sort columns and id (Query.after)."""

    after: tuple[Any, ...]
    position: int
    """How many features of the collection lie before the page."""


def cursor_text(cursor: Cursor, collection: Collection, params: QueryParams) -> str:
    """A cursor as the text that stands in links, bound to a version, its conditions and their order."""
    content = orjson.dumps([cursor.position, *cursor.after])
    return urlsafe_b64encode(_digest(content, collection, params) + content).decode().rstrip("=")


def cursor_of(collection: Collection, params: QueryParams) -> Cursor | None:
    """The cursor of a request, None where it has none; InputError for one that was not made for it."""
    text = params.get("cursor")
    if text is None:
        return None
    if "offset" in params:
        raise InputError("a page begins at 'cursor' or at 'offset', not at both")
    try:
        packed = urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}")
        digest, content = packed[:DIGEST], packed[DIGEST:]
    except ValueError:
        digest, content = b"", b""
    cursor = _unpacked(content) if digest == _digest(content, collection, params) else None
    if cursor is None:
        raise InputError("the cursor was not made for this query: follow the link 'next' of a page of it")
    return cursor


def _unpacked(content: bytes) -> Cursor | None:
    """A cursor from what it was packed as; None for what was packed elsewhere: the digest is no secret."""
    try:
        unpacked = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    match unpacked:
        case [int(position), *after] if 0 <= position <= LARGEST:
            return Cursor(tuple(after), position)
    return None


def _digest(content: bytes, collection: Collection, params: QueryParams) -> bytes:
    asked: Sequence[tuple[str, str]] = sorted(
        (name, value) for name, value in params.items() if name not in PRESENTATION
    )
    bound = orjson.dumps([collection.id, collection.version, asked])
    return blake2s(bound + content, digest_size=DIGEST).digest()
