"""Sources on other machines: brought here whole before anything reads them.

A source that changes or breaks off in the middle of a run cannot become a mixed map, its content can be
hashed as every other's, and an unchanged one is recognised by the server's ETag and not sent again.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httpx
import obstore
import tenacity
from obstore.exceptions import BaseError, NotModifiedError
from obstore.store import from_url

if TYPE_CHECKING:  # exists for type checkers only
    from obstore import GetOptions
    from obstore.store import RetryConfig

from soilinfo.errors import SourceError

_WEB = ("http://", "https://")
_OBJECTS = ("s3://", "s3a://", "gs://", "az://", "abfs://")
_VSI = {"/vsis3/": "s3://", "/vsigs/": "gs://", "/vsiaz/": "az://", "/vsicurl/": ""}
"""GDAL's names of the same places."""

ATTEMPTS = 5
"""Requests for a source that does not answer, or answers that it is busy, before it is given up."""
LONGEST_WAIT = 30.0
"""Most seconds between two attempts; the first wait is about one second, each next one twice as long."""
SILENCE = 60.0
"""Seconds without a byte after which an attempt has failed."""


@dataclass(frozen=True)
class _Kept:
    """What the server said of the file that lies here."""

    url: str
    etag: str
    modified: str


def address_of(source: str) -> str | None:
    """The URL of a source on another machine, GDAL's names included; None for one on this machine."""
    for name, scheme in _VSI.items():
        if source.startswith(name):
            return scheme + source.removeprefix(name)
    return source if source.startswith((*_WEB, *_OBJECTS)) else None


def fetch(url: str, directory: Path) -> Path:
    """The file at a URL (http, https, s3, gs, az) as a file below ``directory``, asked for anew each time.

    A file that the server says is unchanged is not sent again. Credentials and endpoints of object
    storage come from the environment, as its own tools read them (``AWS_ACCESS_KEY_ID``,
    ``AWS_ENDPOINT_URL``, ...). Raises SourceError when the server refuses or does not answer.
    """
    folder = folder_of(url, directory)
    kept = _kept(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".partial-", dir=folder) as partial:
        target = Path(partial) / _file_name(url)
        said = (_from_web if url.startswith(_WEB) else _from_objects)(url, target, kept)
        if said is not None:
            # The note goes first and comes back last: a file never lies beside a note about another.
            (folder / _NOTE).unlink(missing_ok=True)
            target.replace(folder / target.name)
            (folder / _NOTE).write_text(json.dumps(asdict(said)), "utf-8")
    return folder / _file_name(url)


def folder_of(url: str, directory: Path) -> Path:
    """Where below ``directory`` the file at a URL is kept."""
    return directory / hashlib.sha256(url.encode()).hexdigest()[:16]


_NOTE = "source.json"


def _kept(folder: Path) -> _Kept | None:
    note = folder / _NOTE
    return _Kept(**json.loads(note.read_text("utf-8"))) if note.exists() else None


def _file_name(url: str) -> str:
    """A name with the suffix by which drivers know the format."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    return re.sub(r"[^\w.-]", "_", name) or "source"


# ---- object storage -----------------------------------------------------------------------

_PATIENCE: "RetryConfig" = {
    "max_retries": ATTEMPTS - 1,
    "backoff": {
        "init_backoff": timedelta(seconds=1),
        "max_backoff": timedelta(seconds=LONGEST_WAIT),
        "base": 2,
    },
    "retry_timeout": timedelta(seconds=ATTEMPTS * (SILENCE + LONGEST_WAIT)),
}


def _from_objects(url: str, target: Path, kept: _Kept | None) -> _Kept | None:
    """Copy one object; None when it is the one kept. The client library repeats what failed."""
    parts = urlsplit(url)
    try:
        store = from_url(f"{parts.scheme}://{parts.netloc}", retry_config=_PATIENCE)
        unless: GetOptions = {"if_none_match": kept.etag} if kept and kept.etag else {}
        answer = obstore.get(store, parts.path.lstrip("/"), options=unless)
        with target.open("wb") as file:
            for block in answer.stream():
                file.write(block)
    except NotModifiedError:
        return None
    except FileNotFoundError as error:
        raise SourceError(f"{url}: no such object") from error
    except (BaseError, PermissionError) as error:
        raise SourceError(f"{url}: cannot be read from object storage: {_first_line(error)}") from error
    _require_whole(url, target, int(answer.meta["size"]))
    return _Kept(url, answer.meta["e_tag"] or "", answer.meta["last_modified"].isoformat())


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


# ---- the web ------------------------------------------------------------------------------


class _BusyError(Exception):
    """The server answered, but not with the file; it may do so later."""


@tenacity.retry(
    retry=tenacity.retry_if_exception_type((httpx.TransportError, _BusyError)),
    wait=tenacity.wait_exponential_jitter(initial=1, max=LONGEST_WAIT),
    stop=tenacity.stop_after_attempt(ATTEMPTS),
    reraise=True,
)
def _attempt(url: str, target: Path, headers: Mapping[str, str]) -> httpx.Response:
    with httpx.stream("GET", url, headers=headers, timeout=SILENCE, follow_redirects=True) as answer:
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise _BusyError(f"{answer.status_code} {answer.reason_phrase}")
        if answer.is_success:
            with target.open("wb") as file:
                for block in answer.iter_bytes():
                    file.write(block)
    return answer


def _from_web(url: str, target: Path, kept: _Kept | None) -> _Kept | None:
    """Copy one file over HTTP; None when it is the one kept."""
    with _explained(url):
        answer = _attempt(url, target, _unless_unchanged(kept))
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return None
    if not answer.is_success:
        raise SourceError(f"{url}: the server answered {answer.status_code} {answer.reason_phrase}")
    if "content-length" in answer.headers and "content-encoding" not in answer.headers:
        _require_whole(url, target, int(answer.headers["content-length"]))
    return _Kept(url, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))


def _unless_unchanged(kept: _Kept | None) -> dict[str, str]:
    """Conditions by which the server need not send what lies here already."""
    if kept is None:
        return {}
    conditions = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
    return {name: value for name, value in conditions.items() if value}


@contextmanager
def _explained(url: str) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, _BusyError) as error:
        reason = str(error) or type(error).__name__
        raise SourceError(f"{url}: no answer with the file after {ATTEMPTS} attempts: {reason}") from error


def _require_whole(url: str, target: Path, size: int) -> None:
    got = target.stat().st_size
    if got != size:
        raise SourceError(f"{url}: broke off after {got} of {size} bytes")
