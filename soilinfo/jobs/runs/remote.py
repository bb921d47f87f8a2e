"""Sources on other machines: brought here whole before anything reads them.

A source that changes or breaks off in the middle of a run cannot become a mixed map, its content can be
hashed as every other's, and an unchanged one is recognised by the server's ETag and not sent again.
"""

import hashlib
import json
import re
from collections.abc import Buffer, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
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

from soilinfo.errors import SourceError, StoreError
from soilinfo.store.files import PARTIAL, finished, remove, write_whole

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
    edition: str = ""
    """The directory that it lies in, named by its content."""


def address_of(source: str) -> str | None:
    """The URL of a source on another machine, GDAL's names included; None for one on this machine."""
    for name, scheme in _VSI.items():
        if source.startswith(name):
            return scheme + source.removeprefix(name)
    return source if source.startswith((*_WEB, *_OBJECTS)) else None


def fetch(url: str, directory: Path) -> Path:
    """The file at a URL (http, https, s3, gs, az) as a file below ``directory``, asked for anew each time.

    A file that the server says is unchanged is not sent again. The last edition is kept, in a directory
    named by its content, so that it never changes under who reads it; older ones go. To be called by
    one at a time. The time of the URL's directory tells when it was last used. Credentials and endpoints
    of object storage come from the environment, as its own tools read them (``AWS_ACCESS_KEY_ID``,
    ``AWS_ENDPOINT_URL``, ...). Raises SourceError when the server refuses or does not answer, StoreError
    when the disk does not take the file.
    """
    name = _file_name(url)
    folder = folder_of(url, directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = _kept(folder, name)
        with TemporaryDirectory(prefix=PARTIAL, dir=folder) as partial:
            target = Path(partial) / name
            said = (_from_web if url.startswith(_WEB) else _from_objects)(url, target, kept)
            if said is not None:
                kept = replace(said, edition=_keep(folder, target))
                write_whole(folder / _NOTE, json.dumps(asdict(kept)))
        assert kept is not None, "an answer without the file is one about the file that is kept"
        _forget_others(folder, kept.edition)
        folder.touch()
    except OSError as error:
        raise StoreError(f"{url}: cannot be kept in {folder}: {error.strerror or error}") from error
    return folder / kept.edition / name


def _keep(folder: Path, file: Path) -> str:
    """Move a file into the directory of its edition; returns that one's name."""
    with file.open("rb") as stream:
        edition = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    remove(folder / edition)
    with finished(folder / edition) as place:
        place.mkdir()
        file.replace(place / file.name)
    return edition


def _forget_others(folder: Path, edition: str) -> None:
    for path in folder.iterdir():
        if path.name not in (edition, _NOTE):
            remove(path)


def folder_of(url: str, directory: Path) -> Path:
    """Where below ``directory`` the file at a URL is kept."""
    return directory / hashlib.sha256(url.encode()).hexdigest()[:16]


_NOTE = "source.json"
_LONGEST_NAME = 100
"""Characters kept of a file's name, of which its end tells the format."""


def _kept(folder: Path, name: str) -> _Kept | None:
    """What is known of the file that lies here; None when the note or the file is not there, whole."""
    try:
        kept = _Kept(**json.loads((folder / _NOTE).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return kept if kept.edition and (folder / kept.edition / name).is_file() else None


def _file_name(url: str) -> str:
    """A name with the suffix by which drivers know the format; SourceError for what is no address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SourceError(f"{url}: not an address of a file: {error}") from error
    if not host:
        raise SourceError(f"{url}: not an address of a file: it names no host or bucket")
    name = PurePosixPath(unquote(parts.path)).name
    return re.sub(r"[^\w.-]", "_", name)[-_LONGEST_NAME:] or "source"


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
    with _reached(url):
        store = from_url(f"{parts.scheme}://{parts.netloc}", retry_config=_PATIENCE)
        unless: GetOptions = {"if_none_match": kept.etag} if kept and kept.etag else {}
        try:
            answer = obstore.get(store, parts.path.lstrip("/"), options=unless)
        except NotModifiedError:
            return None
        blocks = answer.stream()
    with target.open("wb") as file:
        while (block := _next(url, blocks)) is not None:
            file.write(block)
    _require_whole(url, target, int(answer.meta["size"]))
    return _Kept(url, answer.meta["e_tag"] or "", answer.meta["last_modified"].isoformat())


def _next(url: str, blocks: Iterator[Buffer]) -> Buffer | None:
    # What the storage refuses is the source's fault; what the disk refuses is not.
    with _reached(url):
        return next(blocks, None)


@contextmanager
def _reached(url: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError(f"{url}: no such object") from error
    except (BaseError, OSError) as error:
        raise SourceError(f"{url}: cannot be read from object storage: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


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
