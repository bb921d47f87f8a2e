"""A stand-in for S3-compatible object storage: enough of its protocol for real clients, over a dictionary.

It signs nothing and checks no signature. ``faults`` answers of 503 are given before the next true one,
as a busy service does.
"""

import hashlib
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

PAGE = 100
"""Keys in one page of a listing: few, so that clients must ask for the next."""
POLL_SECONDS = 0.01
"""How long the stand-in may take to notice that it is to end; half a second unless said."""


@dataclass
class Bucket:
    """What the stand-in holds, and where it answers."""

    name: str = "soil"
    endpoint: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    """(method, key, status) of every answer."""
    faults: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    uploads: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def environment(self) -> dict[str, str]:
        """What a client needs in its environment."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_REGION": "us-east-1",
        }


def etag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Headers and body are two packets; the second would wait for the client to say that it has the first."""
    bucket: Bucket

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    # ---- answering ----

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        with self.bucket.lock:  # before the client has its answer, which may look at once
            self.bucket.asked.append((self.command, self.key, status))
        self.send_response(status)
        given = {"Content-Length": str(len(body)), **(headers or {})}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self.answer(status, body, {"Content-Type": "application/xml"})

    def xml(self, text: str) -> None:
        self.answer(200, text.encode(), {"Content-Type": "application/xml"})

    # ---- asking ----

    def prepare(self) -> bytes | None:
        """The body of the request, after its address was taken apart; None when a fault was answered."""
        parts = urlsplit(self.path)
        _, _, self.key = unquote(parts.path).lstrip("/").partition("/")
        self.query = parse_qs(parts.query, keep_blank_values=True)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.bucket.lock:
            failing, self.bucket.faults = self.bucket.faults > 0, max(0, self.bucket.faults - 1)
        if failing:
            self.refuse(503, "SlowDown")
            return None
        return body

    def do_GET(self) -> None:
        if self.prepare() is None:
            return
        if "list-type" in self.query:
            self.list_keys()
            return
        body = self.bucket.objects.get(self.key)
        if body is None:
            self.refuse(404, "NoSuchKey")
            return
        headers = {"ETag": etag(body), "Last-Modified": "Sun, 22 Nov 2026 00:00:00 GMT"}
        if self.headers.get("If-None-Match") == headers["ETag"]:
            self.answer(304, b"", headers)
            return
        asked = self.headers.get("Range")
        if asked is None:
            self.answer(200, body, headers)
            return
        first, last = self.span(asked, len(body))
        span = f"bytes {first}-{last - 1}/{len(body)}"
        self.answer(206, body[first:last], {**headers, "Content-Range": span})

    def do_HEAD(self) -> None:
        self.do_GET()

    def span(self, asked: str, size: int) -> tuple[int, int]:
        first, _, last = asked.removeprefix("bytes=").partition("-")
        if not first:
            return max(0, size - int(last)), size
        return int(first), min(size, int(last) + 1) if last else size

    def list_keys(self) -> None:
        prefix = self.query.get("prefix", [""])[0]
        delimiter = self.query.get("delimiter", [""])[0]
        after = self.query.get("continuation-token", self.query.get("start-after", [""]))[0]
        with self.bucket.lock:
            keys = sorted(key for key in self.bucket.objects if key.startswith(prefix) and key > after)
        entries: list[str] = []
        common: set[str] = set()
        for key in keys:
            inside, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            if found:
                common.add(prefix + inside + delimiter)
            else:
                entries.append(key)
        page, more = entries[:PAGE], len(entries) > PAGE
        contents = "".join(self.entry(key) for key in page)
        folders = "".join(
            f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(common)
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        self.xml(
            f"<ListBucketResult><Name>{self.bucket.name}</Name><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"<KeyCount>{len(page)}</KeyCount>{token}{contents}{folders}</ListBucketResult>"
        )

    def entry(self, key: str) -> str:
        body = self.bucket.objects[key]
        return (
            f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size><ETag>{escape(etag(body))}</ETag>"
            "<LastModified>2026-11-22T00:00:00.000Z</LastModified></Contents>"
        )

    def do_PUT(self) -> None:
        body = self.prepare()
        if body is None:
            return
        with self.bucket.lock:
            taken = self.headers.get("If-None-Match") == "*" and self.key in self.bucket.objects
            if "partNumber" in self.query:
                self.bucket.parts[self.query["uploadId"][0]][int(self.query["partNumber"][0])] = body
            elif not taken:
                self.bucket.objects[self.key] = body
        if taken:
            self.refuse(412, "PreconditionFailed")
            return
        self.answer(200, b"", {"ETag": etag(body)})

    def do_POST(self) -> None:
        body = self.prepare()
        if body is None:
            return
        if "delete" in self.query:
            self.delete_many(body)
        elif "uploads" in self.query:
            upload = str(next(self.bucket.uploads))
            self.bucket.parts[upload] = {}
            self.xml(
                f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            )
        else:
            parts = self.bucket.parts.pop(self.query["uploadId"][0])
            whole = b"".join(part for _, part in sorted(parts.items()))
            self.bucket.objects[self.key] = whole
            self.xml(
                f"<CompleteMultipartUploadResult><ETag>{escape(etag(whole))}</ETag></CompleteMultipartUploadResult>"
            )

    def delete_many(self, body: bytes) -> None:
        keys = [one.text or "" for one in ElementTree.fromstring(body).iter() if one.tag.endswith("Key")]
        with self.bucket.lock:
            for key in keys:
                self.bucket.objects.pop(key, None)
        gone = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self.xml(f"<DeleteResult>{gone}</DeleteResult>")

    def do_DELETE(self) -> None:
        if self.prepare() is None:
            return
        with self.bucket.lock:
            self.bucket.objects.pop(self.key, None)
            self.bucket.parts.pop(self.query.get("uploadId", [""])[0], None)
        self.answer(204)


@contextmanager
def object_storage() -> Iterator[Bucket]:
    """A stand-in with one empty bucket, answering on a free port."""
    bucket = Bucket()
    handler = type("BucketHandler", (Handler,), {"bucket": bucket})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    bucket.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
