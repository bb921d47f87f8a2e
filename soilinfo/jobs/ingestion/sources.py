"""The sources of one run: each brought to this machine once, hashed once, and the same until it was read."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog
from soilinfo.errors import SourceError
from soilinfo.ingest.files import explained, source_files
from soilinfo.jobs.runs.remote import address_of, fetch
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.store.home import Store

Signature = tuple[int, ...]
"""What tells a file from the one that replaces it: number, size in bytes, time of the last change."""


@dataclass(frozen=True)
class Content:
    """What a source held when it was hashed, and the files that it held it in."""

    sha256: str
    files: dict[Path, Signature]


class Sources:
    """What the configuration names as sources, for all layers of one run; may be shared by threads."""

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._catalog = catalog
        self._fetched = _once(lambda address: str(fetch(address, store.directory / "sources")))
        self._content = _once(_content)

    def path(self, source: str) -> str:
        """The path, or GDAL's name, at which a source named in config can be read on this machine.

        One on another machine is brought into the store's directory first, unless it is unchanged since
        the last time; all layers of a run read the same edition. Raises SourceError when that fails.
        """
        named = path_of(self._catalog, source)
        address = address_of(named)
        return named if address is None else self._fetched(address)

    def content(self, path: str) -> Content:
        """What the source at a path holds, hashed at the first request of the run."""
        return self._content(path)


@dataclass
class Reading:
    """What one layer reads of the run's sources: to be hashed first, read then, and compared last."""

    sources: Sources
    _read: dict[str, Content] = field(default_factory=dict)

    def path(self, source: str) -> str:
        """See :meth:`Sources.path`."""
        return self.sources.path(source)

    def sha256(self, paths: str | Sequence[str]) -> str:
        """The hash that names a source's content: of its one file, or of all its tiles in order.

        Raises SourceError when a file is missing, cannot be read or is not on this machine.
        """
        if isinstance(paths, str):
            self._read[paths] = self.sources.content(paths)
            return self._read[paths].sha256
        hashes = [self.sha256(path) for path in paths]
        return hashes[0] if len(hashes) == 1 else fingerprint(files=hashes)

    def require_unchanged(self) -> None:
        """Raise SourceError ('source_changed') when a file is not the one that was hashed.

        To be called once all is read, before anything of it is kept: what was read may be another
        edition than the hash tells, or a part of each.
        """
        for path, content in self._read.items():
            for file, before in content.files.items():
                if not file.exists() or _signature(file) != before:
                    message = f"{path}: changed while it was read, so nothing of it was kept; run it again"
                    raise SourceError(message, "source_changed")


def _content(path: str) -> Content:
    with explained(path):
        files = {file: _signature(file) for file in source_files(path)}
        digest = hashlib.sha256()
        for file in files:
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return Content(digest.hexdigest(), files)


def _signature(file: Path) -> Signature:
    told = file.stat()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns


def _once[T](work: Callable[[str], T]) -> Callable[[str], T]:
    """The same work, done once for each name; others who ask meanwhile wait for what comes of it."""
    done: dict[str, Future[T]] = {}
    lock = threading.Lock()

    def ask(name: str) -> T:
        with lock:
            first = name not in done
            answer = done.setdefault(name, Future())
        if first:
            try:
                answer.set_result(work(name))
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()

    return ask
