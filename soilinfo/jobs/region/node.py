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
from soilinfo.report.coded import Detail
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
    """A node gave no report; ``check`` and ``evidence`` say why, whatever language that is read in."""

    exit_code = 4

    def __init__(self, check: str, **evidence: Detail) -> None:
        super().__init__(f"{check}: {evidence}")
        self.check, self.evidence = check, evidence


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
        href = _enclosure(asking.node, _features(asking.node, found.content or b""), iso3)
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
        raise NodeError("redirects", address=self.node, most=REDIRECTS)

    def _check_origin(self, url: str) -> None:
        if _origin(url) != _origin(self.node):
            raise NodeError("other_origin", address=self.node, target=url)

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


def _features(node: str, content: bytes) -> list[Mapping[str, Any]]:
    """The records of an answer; NodeError where it holds none."""
    try:
        features = json.loads(content)["features"]
        return [each for each in features if isinstance(each["properties"], dict) and each["links"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NodeError("no_records", address=node) from error


def _enclosure(node: str, features: list[Mapping[str, Any]], iso3: str) -> str:
    """The address of the file of the report that counts: approved before submitted, newest first."""
    told = [(_told(each), each) for each in features]
    own = [each for each in told if str(each[0].get("id", "")).startswith(f"{iso3}-")]
    for state in ("approved", "submitted"):
        for report, feature in own:
            if report.get("state") == state and (href := _file(feature)):
                return href
    known = tuple(str(report.get("id")) for report, _ in told)
    raise NodeError("no_record", address=node, iso3=iso3, known=known)


def _told(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    report = feature["properties"].get("report")
    return report if isinstance(report, dict) else {}


def _file(feature: Mapping[str, Any]) -> str | None:
    links = (each for each in feature["links"] if isinstance(each, dict))
    found = (each for each in links if each.get("rel") == "enclosure" and each.get("type") == JSON)
    return next((str(each["href"]) for each in found if "href" in each), None)
