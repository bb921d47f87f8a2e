"""One small interface over SQLite and PostgreSQL: transactions that run named-parameter SQL.

The SQL of the ledger is written once, in ``sql/``, with ``:name`` parameters.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from shutil import disk_usage
from typing import Any, Literal, Protocol

from soilinfo.errors import StoreError
from soilinfo.store import clock
from soilinfo.store.files import locked

Row = Mapping[str, Any]
Execute = Callable[..., list[dict[str, Any]]]
"""``execute(sql, **parameters)`` -> rows as dicts (none for a statement without result)."""

_SQL = files("soilinfo.store") / "sql"
_LEAST_ROOM = 1 << 20
"""Free bytes below which SQLite's 'disk I/O error' most likely means a full disk."""


class Database(Protocol):
    """Where a ledger lives."""

    def read(self) -> AbstractContextManager[Execute]:
        """A transaction that only reads."""
        ...

    def write(self) -> AbstractContextManager[Execute]:
        """A transaction that writes: one at a time over all processes, committed on clean exit."""
        ...

    def publishing(self) -> AbstractContextManager[Execute]:
        """A transaction that writes a snapshot, and at its end shows it to people who open the database."""
        ...

    def show(self) -> None:
        """Show people the newest snapshot, where they could not be shown it when it was published."""
        ...

    def shown(self) -> set[tuple[str, str]]:
        """What people see who open the database: (collection, version), of an older snapshot perhaps."""
        ...

    @property
    def row_lock(self) -> str:
        """What ends a SELECT in ``queueing`` that is to find only rows which nobody else has in hand."""
        ...

    def queueing(self) -> AbstractContextManager[Execute]:
        """A short transaction on the queue of jobs, which waits for no writer where the database can."""
        ...

    def now(self, execute: Execute) -> datetime:
        """The present instant, UTC, by the one clock of all who share this database."""
        ...

    def close(self) -> None:
        """Let go of idle connections."""
        ...


@cache
def statements(name: str) -> dict[str, str]:
    """The statements of ``sql/<name>.sql`` by the name in the comment line above each."""
    parts = re.split(r"^-- name: (\w+)\n", (_SQL / f"{name}.sql").read_text("utf-8"), flags=re.MULTILINE)
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2], strict=True)}


Dialect = Literal["sqlite", "postgresql"]


def migrate(execute: Execute, dialect: Dialect) -> None:
    """Bring the ledger's tables up to date; to be called inside one write transaction.

    A script '<name>.<dialect>.sql' is for that dialect alone: triggers are written otherwise in each.
    """
    execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied TEXT NOT NULL)")
    applied = {row["name"] for row in execute("SELECT name FROM migration")}
    scripts = sorted((_SQL / "migrations").iterdir(), key=lambda script: script.name)
    for script in scripts:
        only_for = script.name.split(".")[1:-1]
        if script.name not in applied and only_for in ([], [dialect]):
            _apply(execute, script.name, script.read_text("utf-8"))


def _apply(execute: Execute, name: str, script: str) -> None:
    for statement in filter(str.strip, script.split(";\n")):
        execute(statement)
    execute(
        "INSERT INTO migration (name, applied) VALUES (:name, :applied)",
        name=name,
        applied=clock.now().isoformat(),
    )


def _trouble(directory: Path) -> str:
    """What is wrong with the place of a database that does not answer, as far as can be seen."""
    if not directory.is_dir():
        return "; its directory is not there"
    return "; no space left on its disk" if disk_usage(directory).free < _LEAST_ROOM else ""


class SqliteDatabase:
    """A SQLite file in WAL mode, synchronous FULL.

    Every transaction has a connection of its own, so threads may share the object and it survives a fork.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with locked(path.with_name(f"{path.name}.lock"), wait=True):
            self._prepare()
        # The last connection to close takes the WAL's index with it, and on a full disk nobody could make
        # it anew: while this one lasts, readers read on.
        self._anchor = self._connect()
        self._anchor.execute("SELECT count(*) FROM migration").fetchone()

    def _prepare(self) -> None:
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        with self.write() as execute:
            migrate(execute, "sqlite")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connect()) as connection:
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                yield connection
        except sqlite3.Error as error:
            raise StoreError(
                f"the ledger {self._path} does not answer: {error}{_trouble(self._path.parent)}"
            ) from error

    def _connect(self) -> sqlite3.Connection:
        # Another thread than the one that opened it may close the anchor.
        return sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Execute]:
        with self._connection() as connection:

            def execute(sql: str, **parameters: object) -> list[dict[str, Any]]:
                return [dict(row) for row in connection.execute(sql, parameters)]

            connection.execute(begin)
            try:
                yield execute
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def read(self) -> AbstractContextManager[Execute]:
        """A transaction that only reads: it sees one state of the ledger and blocks nobody."""
        return self._transaction("BEGIN")

    def write(self) -> AbstractContextManager[Execute]:
        """A transaction that writes, waiting up to 30 s for another one to end."""
        return self._transaction("BEGIN IMMEDIATE")

    def publishing(self) -> AbstractContextManager[Execute]:
        """A transaction that writes; a file of the ledger shows people nothing."""
        return self.write()

    def show(self) -> None:
        """Nobody is shown anything here."""

    def shown(self) -> set[tuple[str, str]]:
        """Nothing."""
        return set()

    row_lock = ""
    """Only one transaction at a time writes anyway."""

    def queueing(self) -> AbstractContextManager[Execute]:
        """A transaction that writes, as any other."""
        return self.write()

    def now(self, execute: Execute) -> datetime:  # noqa: ARG002
        """The present instant by this machine's clock: nobody on another one shares the file."""
        return clock.now()

    def close(self) -> None:
        """Let go of the one connection that outlives its transaction."""
        self._anchor.close()
