"""The country report of another node, asked for over HTTP: found by its record, and never trusted.

Nothing but the node of config is ever asked: links and redirects that lead to another origin are refused.
"""

import json
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from soilinfo.errors import SoilinfoError
from soilinfo.report.country.canonical import JSON, MOST_BYTES

RECORDS = "/collections/records/items?type=country-report&f=json&limit=100"
"""Where a node tells of its reports (OGC API Records), after its address."""
REDIRECTS = 5
_BUSY = (429, 502, 503, 504)
_RECORD_BYTES = 4 << 20


@dataclass(frozen=True)
class Patience:
    """How long a node is waited for, in seconds, and how much is taken of it."""

    connect_s: float = 5.0
    read_s: float = 30.0
    """Without a byte."""
    total_s: float = 120.0
    """For one answer, however steadily it comes."""
    attempts: int = 3
    first_wait_s: float = 1.0
    """Before the second attempt; each next wait is twice as long."""
    most_bytes: int = MOST_BYTES


class NodeError(SoilinfoError):
    """A node gave no report; ``code`` says of which kind the reason is, the message what happened."""

    exit_code = 4

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


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
    headers = {"Accept": JSON, "Accept-Encoding": "identity"}
    with httpx.Client(timeout=timeout, headers=headers) as client:
        asking = _Asking(client, node.rstrip("/"), patience)
        found = asking.get(asking.node + RECORDS, {}, _RECORD_BYTES)
        href = _enclosure(_features(found.content or b""), iso3)
        return asking.get(
            urljoin(asking.node + "/", href), {"If-None-Match": etag} if etag else {}, patience.most_bytes
        )


class _Deadline:
    """Cuts the connection of what is not done by a moment, however steadily its bytes come, headers too."""

    def __init__(self, until: float, streams: list[Any]) -> None:
        """``streams``: the connections that the client has opened so far, which it may use again."""
        self.is_over = False
        self._streams = streams
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
    streams: list[Any] = field(default_factory=list)
    """Its connections."""

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
            url = urljoin(url, found)
        raise NodeError("redirects", f"{self.node} redirects more than {REDIRECTS} times")

    def _check_origin(self, url: str) -> None:
        if _origin(url) != _origin(self.node):
            raise NodeError("other_origin", f"{self.node} leads to {url}, which is not the same origin")

    def _once(self, url: str, headers: Mapping[str, str], most: int, until: float) -> Answer | str:
        """The document, or where it is said to be."""
        deadline = _Deadline(until, self.streams)
        try:
            asked = self.client.stream("GET", url, headers=headers, extensions=deadline.watch)
            with deadline, asked as answer:
                if answer.has_redirect_location:
                    return answer.headers["location"]
                if answer.status_code == httpx.codes.NOT_MODIFIED and headers:
                    return Answer(None, answer.headers.get("etag", ""))
                _check(url, answer)
                return Answer(self._body(url, answer, most, until), answer.headers.get("etag", ""))
        except httpx.TimeoutException as error:
            waited = f"connect {self.patience.connect_s:g} s, read {self.patience.read_s:g} s"
            raise _BusyError("no_answer", f"{url} did not answer in time ({waited})") from error
        except httpx.RequestError as error:
            if deadline.is_over:
                took = f"{self.patience.total_s:g} s"
                raise NodeError("too_slow", f"{url} was not done answering in {took}") from error
            if "CERTIFICATE" in str(error):
                raise NodeError("certificate", f"{url}: its certificate is not trusted: {error}") from error
            raise _BusyError("no_answer", f"{url} cannot be reached, or broke off: {error}") from error
        except httpx.InvalidURL as error:
            raise NodeError("other_origin", f"{self.node} leads to what is no address: {error}") from error

    def _body(self, url: str, answer: httpx.Response, most: int, until: float) -> bytes:
        body = bytearray()
        for block in answer.iter_raw():
            body += block
            if len(body) > most:
                raise NodeError("too_large", f"{url} sends more than {most:,} bytes")
        if time.monotonic() > until:  # cut off, which an answer of no told length ends with as well
            took = f"{self.patience.total_s:g} s"
            raise NodeError("too_slow", f"{url} sent {len(body):,} bytes in {took} and was not done")
        return bytes(body)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError as error:
        raise NodeError("other_origin", f"{url} is no address: {error}") from error


def _check(url: str, answer: httpx.Response) -> None:
    said = f"{url} answered {answer.status_code} {answer.reason_phrase}"
    if answer.status_code in _BUSY:
        raise _BusyError("status", said)
    if answer.status_code != httpx.codes.OK:
        raise NodeError("status", said)
    media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media.endswith("json"):
        raise NodeError("not_json", f"{url} answered with {media or 'no content type'} instead of JSON")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise NodeError("encoded", f"{url} answered packed, though it was not asked to")


def _features(content: bytes) -> list[Mapping[str, Any]]:
    """The records of an answer; NodeError where it holds none."""
    try:
        features = json.loads(content)["features"]
        return [each for each in features if isinstance(each["properties"], dict) and each["links"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NodeError("no_record", "the node's answer holds no records of country reports") from error


def _enclosure(features: list[Mapping[str, Any]], iso3: str) -> str:
    """The address of the file of the report that counts: approved before submitted, newest first."""
    told = [(_told(each), each) for each in features]
    own = [each for each in told if str(each[0].get("id", "")).startswith(f"{iso3}-")]
    for state in ("approved", "submitted"):
        for report, feature in own:
            if report.get("state") == state and (href := _file(feature)):
                return href
    known = ", ".join(str(report.get("id")) for report, _ in told[:10]) or "none"
    raise NodeError("no_record", f"the node serves no report of {iso3}; it serves: {known}")


def _told(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    report = feature["properties"].get("report")
    return report if isinstance(report, dict) else {}


def _file(feature: Mapping[str, Any]) -> str | None:
    links = (each for each in feature["links"] if isinstance(each, dict))
    found = (each for each in links if each.get("rel") == "enclosure" and each.get("type") == JSON)
    return next((str(each["href"]) for each in found if "href" in each), None)
