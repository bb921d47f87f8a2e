"""A zip that is whole or not there, with the same bytes for the same files."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from soilinfo.errors import StoreError
from soilinfo.store.files import partial_of, remove, sync

PACKED_ALREADY = (".tif", ".qgz", ".png", ".pdf")
"""Files that a zip would not make smaller."""
UNIX, READABLE = 3, 0o100644


class Archive:
    """A zip that is being written, every file dated ``created``."""

    def __init__(self, file: ZipFile, created: datetime) -> None:
        self._file, self._created = file, created

    def add(self, name: str, content: bytes) -> str:
        """Add a file; returns its SHA-256."""
        described = ZipInfo(name, self._created.timetuple()[:6])
        described.create_system, described.external_attr = UNIX, READABLE << 16
        stored = name.endswith(PACKED_ALREADY)
        self._file.writestr(described, content, ZIP_STORED if stored else ZIP_DEFLATED)
        return hashlib.sha256(content).hexdigest()


@contextmanager
def archived(target: Path, created: datetime) -> Iterator[Archive]:
    """A zip to fill; on clean exit it stands at ``target``, in place of an older one.

    StoreError when the disk does not take it; then, as on any exception, nothing is left of it.
    """
    partial = partial_of(target)
    try:
        with ZipFile(partial, "w") as file:
            yield Archive(file, created)
        sync(partial)
        partial.replace(target)
    except OSError as error:
        remove(partial)
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    except BaseException:
        remove(partial)
        raise
