"""One pool of connections to PostgreSQL, and the ledger's database over it.

Ledger tables lie in the schema ``soilinfo``, collections in ``soilinfo_vector``, what people see of them in
``soilinfo_published``, so that an institute's own tables are never touched.
"""

import logging
import re
import select
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache, partial
from math import ceil
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from soilinfo.errors import BusyError, InputError, LimitError, StoreError
from soilinfo.store import desktop, reference_systems
from soilinfo.store.cancelling import cancellable, took_longer
from soilinfo.store.database import Execute, migrate
from soilinfo.store.desktop import Furnisher
from soilinfo.store.snapshots import current_snapshot

_WRITERS = 7_310_914
"""Key of the advisory lock that makes writing transactions follow one another."""
_ONE_WRITER = 7_310_915
"""Key of the advisory lock that a run holds from its first to its last step."""
_SECONDS = 60.0
"""The longest that a statement may take where nothing else is said."""
_CANCEL_SECONDS = 5.0
"""The longest to wait until the server has heard that nobody waits for an answer."""
# The pool writes each failed attempt to the log; the StoreError that follows says it once.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
LOG = logging.getLogger(__name__)


class Postgres:
    """A pool of connections; every failure of the database is a StoreError without SQL or password.

    ``patience``: seconds to wait for a connection. Connections that a restart of the database
    ended are replaced by new ones.
    """

    def __init__(self, dsn: str, patience: float = 10.0) -> None:
        self._dsn = dsn
        self._session: psycopg.Connection | None = None
        self._seconds = _SECONDS
        with self._translated():
            self._pool = ConnectionPool(
                dsn,
                min_size=1,
                max_size=8,
                timeout=patience,
                open=False,
                configure=self._configure,
                check=_check,
            )
            try:
                self._pool.open(wait=True, timeout=patience)
            except BaseException:
                self._pool.close()
                raise
        with self.writing() as connection:
            _prepare(connection)

    @property
    def where(self) -> str:
        """Name and host of the database, fit to be shown."""
        with self.reading() as connection:
            return f"database '{connection.info.dbname}' on {connection.info.host or 'this machine'}"

    def limit(self, seconds: float) -> None:
        """Stop whatever takes longer from now on; connections that are idle are replaced."""
        if seconds != self._seconds:
            self._seconds = seconds
            self._pool.drain()

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection]:
        """A connection to read by, each statement for itself, stopped by the server at the limit."""
        with (
            self._translated(),
            self._pool.connection() as connection,
            cancellable(partial(connection.cancel_safe, timeout=_CANCEL_SECONDS)),
        ):
            yield connection

    @contextmanager
    def short(self) -> Iterator[psycopg.Connection]:
        """A transaction that may write, beside others, stopped by the server at the limit."""
        with self._translated(), self._pool.connection() as connection, connection.transaction():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection]:
        """A transaction that writes: one at a time over all processes, without a time limit.

        StoreError for the one writer whose session, and so whose lock, the database has ended.
        """
        self._check_session()
        with self.short() as connection:
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))
            yield connection

    @contextmanager
    def one_writer(self) -> Iterator[None]:
        """Be the only writer of this database, whatever store directory others use; BusyError when taken.

        The lock belongs to a session of its own, so it is freed when the process dies.
        """
        with self._translated():
            session = psycopg.connect(self._dsn, autocommit=True)
        try:
            with self._translated():
                free = session.execute("SELECT pg_try_advisory_lock(%s)", (_ONE_WRITER,)).fetchone()
            if free != (True,):
                raise BusyError("another process is writing to this database; try again when it is done")
            self._session = session
            yield
        finally:
            self._session = None
            session.close()

    def _check_session(self) -> None:
        """StoreError when the lock of the one writer was lost with its session: another may write by now."""
        if self._session is not None:
            try:
                self._session.execute("SELECT 1")
            except psycopg.Error as error:
                raise StoreError(
                    "the database ended the session of this run (was it restarted?); "
                    "nothing was published; run it again"
                ) from error

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def _configure(self, connection: psycopg.Connection) -> None:
        # A statement by itself needs no transaction, whose begin and end are a round trip each.
        connection.autocommit = True
        connection.execute("SET search_path = soilinfo, public")
        connection.execute(f"SET statement_timeout = {ceil(1000 * self._seconds)}")
        # The server notices a client that has gone and stops working for it.
        connection.execute("SET client_connection_check_interval = '2s'")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.errors.QueryCanceled as error:
            raise LimitError(took_longer(self._seconds)) from error
        except psycopg.DataError as error:
            raise InputError(
                f"the database cannot use a value of the request ({type(error).__name__})"
            ) from error
        except psycopg.OperationalError as error:
            raise StoreError(f"the database does not answer ({type(error).__name__})") from error
        except psycopg.Error as error:
            raise StoreError(f"the database refused ({type(error).__name__})") from error


class PostgresDatabase:
    """The ledger's database in PostgreSQL."""

    furnisher: Furnisher | None = None

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        with self.write() as execute:
            migrate(execute, "postgresql")

    def read(self) -> AbstractContextManager[Execute]:
        """A transaction that only reads."""
        return _executing(self._postgres.reading())

    def write(self) -> AbstractContextManager[Execute]:
        """A transaction that writes, after any other that does."""
        return _executing(self._postgres.writing())

    @contextmanager
    def publishing(self) -> Iterator[Execute]:
        """A transaction that writes, at whose end people are shown the newest snapshot."""
        with self._postgres.writing() as connection, _executing(nullcontext(connection)) as execute:
            yield execute
            _show(connection, current_snapshot(execute).layers, self.furnisher)

    def show(self) -> None:
        """See :class:`soilinfo.store.database.Database`."""
        with self._postgres.writing() as connection, _executing(nullcontext(connection)) as execute:
            layers = current_snapshot(execute).layers
            if desktop.is_behind(connection, layers):
                _show(connection, layers, self.furnisher)

    def shown(self) -> set[tuple[str, str]]:
        """See :class:`soilinfo.store.database.Database`."""
        with self._postgres.reading() as connection:
            return desktop.shown(connection)

    row_lock = "FOR UPDATE SKIP LOCKED"

    def queueing(self) -> AbstractContextManager[Execute]:
        """A transaction beside any writer: a collection may take minutes to write."""
        return _executing(self._postgres.short())

    def now(self, execute: Execute) -> datetime:
        """The present instant by the server's clock: those of the machines that ask it may differ."""
        told: datetime = execute("SELECT clock_timestamp() AS now")[0]["now"]
        return told.astimezone(UTC)

    def close(self) -> None:
        """Close every connection."""
        self._postgres.close()


@contextmanager
def _executing(transaction: AbstractContextManager[psycopg.Connection]) -> Iterator[Execute]:
    with transaction as connection, connection.cursor(row_factory=dict_row) as cursor:

        def execute(sql: str, **parameters: object) -> list[dict[str, Any]]:
            cursor.execute(_pyformat(sql), parameters)
            return cursor.fetchall() if cursor.description else []

        yield execute


def _show(connection: psycopg.Connection, layers: Mapping[str, str], furnisher: Furnisher | None) -> None:
    """Show people all of a snapshot or, where that cannot be, all of the last one: it holds up nothing.

    Whoever reads on and on, or has made something of their own where a view belongs, stands in its way.
    """
    try:
        with connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{desktop.LOCK_SECONDS}s'")
            desktop.show(connection, layers, furnisher)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        _warn("somebody is reading them")
    except psycopg.Error as error:
        if connection.closed:
            raise
        _warn(error.diag.message_primary or type(error).__name__)


def _warn(why: str) -> None:
    LOG.warning("the views of %s show what was published before, until the next run: %s", desktop.SCHEMA, why)


@cache
def _pyformat(sql: str) -> str:
    """``:name`` of the shared SQL as psycopg's ``%(name)s``."""
    return re.sub(r":(\w+)", r"%(\1)s", sql)


def _check(connection: psycopg.Connection) -> None:
    """Refuse a connection that the database has ended; a living one that is idle has nothing to say.

    So it costs no round trip.
    """
    if _says_something(connection.fileno()):
        ConnectionPool.check_connection(connection)


def _says_something(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


def _prepare(connection: psycopg.Connection) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS soilinfo")
    connection.execute("CREATE SCHEMA IF NOT EXISTS soilinfo_vector")
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            "the database has no PostGIS; its administrator runs: CREATE EXTENSION postgis"
        ) from error
    reference_systems.add(connection)
    desktop.prepare(connection)
