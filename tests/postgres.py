"""A PostgreSQL cluster of the tests' own: made on a free port, removed when they end, also as root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

TEMPLATE = f"soilinfo_test_template_{os.getpid()}"
"""A database of this process's own: several run at once, on one server when one is given."""


@dataclass(frozen=True)
class Server:
    """A running server, by a DSN with the placeholder ``{database}``."""

    dsn: str
    numbers: Iterator[int]

    def admin(self) -> psycopg.Connection:
        """A connection that may create databases."""
        return psycopg.connect(self.dsn.format(database="postgres"), autocommit=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """DSN of a fresh database with PostGIS, dropped afterwards."""
        name = f"soilinfo_test_{os.getpid()}_{next(self.numbers)}"
        with self.admin() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self.dsn.format(database=name)
        finally:
            with self.admin() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def server() -> Iterator[Server]:
    """The server that SOILINFO_TEST_DSN names, or else one of our own."""
    given = os.environ.get("SOILINFO_TEST_DSN")
    if given:
        with _with_template(_with_placeholder(given)) as ready:
            yield ready
    else:
        with own_cluster() as cluster, _with_template(cluster.dsn) as ready:
            yield ready


def _with_placeholder(dsn: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    return psycopg.conninfo.make_conninfo(**{**parts, "dbname": "{database}"})


@contextmanager
def _with_template(dsn: str) -> Iterator[Server]:
    """PostGIS takes a second to install; a template is copied in a tenth."""
    ready = Server(dsn, count(1))
    with ready.admin() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    with psycopg.connect(dsn.format(database=TEMPLATE), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgis")
    try:
        yield ready
    finally:
        with ready.admin() as connection:
            connection.execute(f"DROP DATABASE {TEMPLATE}")


@dataclass(frozen=True)
class Cluster:
    """A cluster of our own: its DSN with the placeholder ``{database}``, and what controls it."""

    dsn: str
    control: tuple[object, ...]
    start: tuple[object, ...]

    def restart(self) -> None:
        """Pull the plug and start again: every connection is lost, nothing committed is."""
        _run(*self.control, "-m", "immediate", "stop")
        _run(*self.control, *self.start, "start")


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A cluster on a free port, removed afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="soilinfo-postgres-"))
    as_user = _unprivileged(directory)
    programs, data, port = _programs(), directory / "data", _free_port()
    settings = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1 -c fsync=off"
    cluster = Cluster(
        f"postgresql://soilinfo@127.0.0.1:{port}/{{database}}",
        (*as_user, programs / "pg_ctl", "-D", data, "-w", "-s"),
        ("-l", directory / "log", "-o", settings),
    )
    try:
        options = ["-U", "soilinfo", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _run(*as_user, programs / "initdb", "-D", data, *options)
        _run(*cluster.control, *cluster.start, "start")
        try:
            yield cluster
        finally:
            _run(*cluster.control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(directory)


def _unprivileged(directory: Path) -> list[str]:
    """Prefix of a command that must not run as root, and the directory made over to who runs it."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(directory, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _programs() -> Path:
    """Newest of Debian's PostgreSQL versions, or where initdb is on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if installed:
        return installed[-1]
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgis, or set SOILINFO_TEST_DSN")
    return Path(found).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*command: object) -> None:
    # From the root directory: the unprivileged user may not enter ours.
    done = subprocess.run([str(part) for part in command], cwd="/", capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[-1]} failed: {done.stdout}{done.stderr}")
