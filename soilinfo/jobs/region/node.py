"""The country report of another node, asked for over HTTP: found by its record, and never trusted.

Nothing but the node of config is ever asked: links and redirects that lead to another origin are refused.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from soilinfo.jobs.region import records
from soilinfo.jobs.region.failure import NodeError
from soilinfo.report.country.canonical import JSON, MOST_BYTES

REDIRECTS = 5
_BUSY = (429, 502, 503, 504)
_RECORD_BYTES = 4 << 20
_LONGEST_ETAG = 200
_HEADERS = {"Accept": JSON, "Accept-Encoding": "identity"}
_EACH_ITS_OWN = httpx.Limits(max_keepalive_connections=0)
"""Connections are not used again, so that a deadline which ends late cuts no other answer's."""


@dataclass(frozen=True)
class Patience:
    """How long a node is waited for, in seconds, and how much is taken of it.

    How long its name is looked up is up to the system's resolver, which has time limits of its own.
    """

    connect_s: float = 5.0
    read_s: float = 30.0
    """Without a byte."""
    total_s: float = 120.0
    """For one answer, however steadily it comes."""
    attempts: int = 3
    first_wait_s: float = 1.0
    """Before the second attempt; each next wait is twice as long."""
    most_bytes: int = MOST_BYTES


class _BusyError(NodeError):
    """It may answer later."""


@dataclass(frozen=True)
class Answer:
    """What a node sent: None, where what lies here still holds."""

    content: bytes | None
    etag: str


def report_of_node(node: str, iso3: str, etag: str, patience: Patience) -> Answer:
    """The newest approved report of a country, else the newest submitted one, that the node serves.

    ``etag``: of what lies here, '' where nothing does. Raises NodeError.
    """
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    with httpx.Client(timeout=timeout, headers=_HEADERS, limits=_EACH_ITS_OWN) as client:
        asking = _Asking(client, node.rstrip("/"), patience)
        found = asking.get(asking.node + records.ADDRESS, {}, _RECORD_BYTES)
        href = records.file_of_newest(asking.node, found.content or b"", iso3)
        known = {"If-None-Match": etag} if etag else {}
        return asking.get(asking.joined(asking.node + "/", href), known, patience.most_bytes)


class _Deadline:
    """Cuts the connection of what is not done by a moment, however steadily its bytes come, headers too."""

    def __init__(self, until: float) -> None:
        self.is_over = False
        self._streams: list[Any] = []
        self._timer = threading.Timer(max(0.0, until - time.monotonic()), self._cut)
        self._timer.daemon = True

    @property
    def watch(self) -> dict[str, Any]:
        """What has a request of httpx tell which connection it opens."""
        return {"trace": self._told}

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _told(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._streams.append(info["return_value"])
            if self.is_over:
                self._cut()

    def _cut(self) -> None:
        self.is_over = True
        for stream in self._streams:
            with suppress(OSError):  # closed by now, or handed on to TLS
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class _Asking:
    client: httpx.Client
    node: str
    patience: Patience

    def get(self, url: str, headers: Mapping[str, str], most: int) -> Answer:
        """One document, with further attempts where a node is busy or does not answer."""
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_BusyError),
            wait=tenacity.wait_exponential(multiplier=self.patience.first_wait_s),
            stop=tenacity.stop_after_attempt(self.patience.attempts),
            reraise=True,
        )
        return attempts(self._followed, url, headers, most)

    def _followed(self, url: str, headers: Mapping[str, str], most: int) -> Answer:
        until = time.monotonic() + self.patience.total_s
        for _ in range(REDIRECTS + 1):
            self._check_origin(url)
            found = self._once(url, headers, most, until)
            if isinstance(found, Answer):
                return found
            url = self.joined(url, found)
        raise NodeError("redirects", address=self.node, most=REDIRECTS)

    def joined(self, base: str, href: str) -> str:
        """Where a link of the node leads; NodeError where that is no address."""
        try:
            return urljoin(base, href)
        except ValueError as error:
            raise NodeError("other_origin", address=self.node, target=href) from error

    def _check_origin(self, url: str) -> None:
        if _origin(url) != _origin(self.node):
            raise NodeError("other_origin", address=self.node, target=url)

    def _once(self, url: str, headers: Mapping[str, str], most: int, until: float) -> Answer | str:
        """The document, or where it is said to be."""
        deadline = _Deadline(until)
        try:
            asked = self.client.stream("GET", url, headers=headers, extensions=deadline.watch)
            with deadline, asked as answer:
                if answer.has_redirect_location:
                    return answer.headers["location"]
                if answer.status_code == httpx.codes.NOT_MODIFIED and headers:
                    return Answer(None, _etag(answer))
                _check(url, answer)
                return Answer(self._body(url, answer, most, until), _etag(answer))
        except httpx.TimeoutException as error:
            waited = {"connect_s": self.patience.connect_s, "read_s": self.patience.read_s}
            raise _BusyError("timed_out", address=url, **waited) from error
        except httpx.RequestError as error:
            if deadline.is_over:
                raise self._too_slow(url) from error
            if "CERTIFICATE" in str(error):
                raise NodeError("certificate", address=url, error=str(error)) from error
            raise _BusyError("no_answer", address=url, error=str(error)) from error
        except httpx.InvalidURL as error:
            raise NodeError("other_origin", address=self.node, target=url) from error

    def _body(self, url: str, answer: httpx.Response, most: int, until: float) -> bytes:
        body = bytearray()
        for block in answer.iter_raw():
            body += block
            if len(body) > most:
                raise NodeError("too_large", address=url, most_bytes=most)
        if time.monotonic() > until:  # cut off, which an answer of no told length ends with as well
            raise self._too_slow(url)
        return bytes(body)

    def _too_slow(self, url: str) -> NodeError:
        return NodeError("too_slow", address=url, total_s=self.patience.total_s)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    """None of what is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _check(url: str, answer: httpx.Response) -> None:
    said = f"{answer.status_code} {answer.reason_phrase}".rstrip()
    if answer.status_code in _BUSY:
        raise _BusyError("status", address=url, status=said)
    if answer.status_code != httpx.codes.OK:
        raise NodeError("status", address=url, status=said)
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media.endswith("json"):
        raise NodeError("not_json", address=url, media=media)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise NodeError("encoded", address=url)


def _etag(answer: httpx.Response) -> str:
    """What an answer is known by; '' where it could not be sent back to the node."""
    etag = answer.headers.get("etag", "")
    return etag if etag.isascii() and etag.isprintable() and len(etag) <= _LONGEST_ETAG else ""
