"""Files that are complete or absent: partial names, syncing to disk, locks."""

import fcntl
import os
import secrets
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soilinfo.errors import BusyError, StoreError
from soilinfo.store import clock

PARTIAL = ".partial-"
"""Start of the name of everything that is not finished; no reader ever looks at such a name."""


def partial_of(target: Path) -> Path:
    """A fresh unfinished name beside ``target``, ending as it does so that format drivers accept it."""
    return target.with_name(f"{PARTIAL}{secrets.token_hex(4)}-{target.name}")


@contextmanager
def finished(target: Path) -> Iterator[Path]:
    """Yield a partial path to write a file or directory at; on clean exit it is synced and takes its name.

    On an exception what was written is removed. A process killed inside leaves only a partial
    name. Raises StoreError when ``target`` exists already (a version is never overwritten) and when the
    disk does not take it.
    """
    if target.exists():
        raise StoreError(f"{target.parent.name}/{target.name} exists already; a version is never overwritten")
    partial = partial_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        sync(partial)
        partial.rename(target)
    except OSError as error:
        remove(partial)
        reason = error.strerror or str(error)
        raise StoreError(f"{target.parent.name}/{target.name} cannot be written: {reason}") from error
    except BaseException:
        remove(partial)
        raise
    _sync_directory(target.parent)
    _sync_directory(target.parent.parent)


def write_whole(target: Path, text: str) -> None:
    """Write a small file anew, so that whoever reads it finds the old one or the new one, both whole."""
    partial = partial_of(target)
    try:
        partial.write_text(text, "utf-8")
        sync(partial)
        partial.replace(target)
    except BaseException:
        remove(partial)
        raise
    _sync_directory(target.parent)


def require_space(directory: Path, needed: int, what: str) -> None:
    """StoreError when the disk of ``directory``, which exists, has less than ``needed`` bytes free."""
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise StoreError(
            f"{what} would need about {_megabytes(needed)} at {directory}; {_megabytes(free)} are free"
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def sync(path: Path) -> None:
    """Force a file, or a directory with all below it, to disk."""
    for parent, _, names in path.walk(top_down=False):
        for name in names:
            _sync_one(parent / name, os.O_RDWR)
        _sync_directory(parent)
    if path.is_file():
        _sync_one(path, os.O_RDWR)


def _sync_directory(path: Path) -> None:
    _sync_one(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync_one(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file or directory; one that is absent is no error."""
    if path.is_dir():
        # Out of sight first: a reader never opens a version that is half gone.
        doomed = partial_of(path) if not path.name.startswith(PARTIAL) else path
        path.rename(doomed)
        shutil.rmtree(doomed)
    elif path.exists(follow_symlinks=False):
        # A disk that is only read refuses even to remove what is absent.
        path.unlink(missing_ok=True)


def remove_partials(directory: Path, pattern: str, untouched: timedelta = timedelta(0)) -> list[Path]:
    """Remove the partial files and directories that match, unless written to within ``untouched``.

    Returns their paths.
    """
    leftovers = [path for path in sorted(directory.glob(pattern)) if _untouched(path) >= untouched]
    for leftover in leftovers:
        remove(leftover)
    return leftovers


def _untouched(path: Path) -> timedelta:
    """Time since a path was written to; none for one that has just gone."""
    try:
        return clock.age(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    except FileNotFoundError:
        return timedelta(0)


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold an exclusive lock on ``path``; the kernel frees it when the process dies, however it dies.

    With ``wait`` blocks until it is free; otherwise raises BusyError naming the holder.
    """
    with path.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise BusyError(f"{path.name} is held by {holder}; try again when it has finished") from None
        handle.truncate(0)
        handle.write(
            f"process {os.getpid()} on {socket.gethostname()} since {clock.now():%Y-%m-%d %H:%M:%S}Z"
        )
        handle.flush()
        yield


def holder(path: Path) -> str | None:
    """Who holds the lock on ``path``; None when nobody does."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return handle.read().strip() or "another process"
    return None


class WriterLock:
    """The one writer's lock of a store; the thread that holds it may enter it again.

    ``also``: a lock to hold besides the file's, of a database that several stores may share.
    """

    def __init__(self, path: Path, also: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._path, self._also = path, also
        self._owner: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the block; StoreError naming the holder when another writer has it."""
        if self._owner == threading.get_ident():
            yield
            return
        with locked(self._path), self._also():
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = None
