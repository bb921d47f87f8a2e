"""A store as a whole: cube, COGs, vectors and ledger, and what keeps them in step."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from soilinfo.errors import StoreError
from soilinfo.settings import Settings
from soilinfo.store.cube import Cube
from soilinfo.store.database import SqliteDatabase
from soilinfo.store.files import PARTIAL, WriterLock, remove, remove_partials
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.ledger import Ledger
from soilinfo.store.postgis import PostGis
from soilinfo.store.postgres import Postgres, PostgresDatabase
from soilinfo.store.vector import VectorStore


@dataclass(frozen=True)
class Store:
    """Everything that a soilinfo system keeps. May be shared by threads; open one in each process."""

    directory: Path
    ledger: Ledger
    cube: Cube
    vector: VectorStore
    _writer: WriterLock

    def cog_path(self, layer: str, version: str) -> Path:
        """Where the COG twin of a raster version lies, or would lie."""
        return self.directory / "cog" / layer / f"{version}.tif"

    @property
    def reports(self) -> Path:
        """Where the findings of each run lie as files, in a directory of the run's id."""
        return self.directory / "reports"

    def remove(self, layer: str, version: str) -> None:
        """Remove every file and table of a version; one that is not there is no error."""
        for remover in (self.cube.remove, self._remove_cog, self.vector.remove):
            remover(layer, version)

    def has_raster(self, layer: str, version: str) -> bool:
        """True when both the cube and its COG twin of a raster version are there, whole."""
        return self.cube.exists(layer, version) and self.cog_path(layer, version).exists()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer for the block; StoreError naming the holder when another process is.

        The kernel frees the lock when the process dies. The thread that holds it may enter again.
        """
        with self._writer.held():
            yield

    def collect_garbage(self) -> list[str]:
        """Remove what interrupted runs left: partial files and versions that the ledger does not keep.

        A version that it recorded, and not as removed, is never touched. Returns what was removed, as
        'cube|cog|vector/<layer>/<version>'. Takes the writer's lock.
        """
        with self.lock():
            recorded = self.ledger.versions()
            known = {(version.layer, version.version) for version in recorded if not version.removed}
            return [*self._remove_partials(), *self._remove_unknown(known)]

    def close(self) -> None:
        """Let go of connections; the store is not to be used afterwards."""
        self.vector.close()
        self.ledger.close()

    def _remove_partials(self) -> list[str]:
        homes = ("cube", "cog", "vector")
        places = [self.directory, *(self.directory / home for home in homes)]
        places += (self.directory / "cog").glob("*")
        removed = [path for place in places for path in remove_partials(place)]
        return [str(path.relative_to(self.directory)) for path in removed]

    def _remove_unknown(self, known: set[tuple[str, str]]) -> list[str]:
        removed = []
        for home, versions, remover in (
            ("cube", self.cube.on_disk(), self.cube.remove),
            ("cog", self._cogs(), self._remove_cog),
            ("vector", self.vector.on_disk(), self.vector.remove),
        ):
            for layer, version in sorted(set(versions) - known):
                remover(layer, version)
                removed.append(f"{home}/{layer}/{version}")
        return removed

    def _cogs(self) -> Iterator[tuple[str, str]]:
        for path in sorted((self.directory / "cog").glob("*/*")):
            if not path.name.startswith(PARTIAL):
                yield path.parent.name, path.stem

    def _remove_cog(self, layer: str, version: str) -> None:
        twin = self.cog_path(layer, version)
        remove(twin)
        remove(twin.with_suffix(""))  # COGs of its variables, made on demand


def open_store(settings: Settings) -> Store:
    """The store that the settings name, created when it is not there; StoreError when it does not answer."""
    directory = settings.store
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the store {directory} cannot be made: {error.strerror}") from error
    return _embedded(directory) if settings.db is None else _in_postgres(directory, settings.db)


def _embedded(directory: Path) -> Store:
    ledger = Ledger(SqliteDatabase(directory / "ledger.sqlite"))
    return Store(
        directory, ledger, Cube(directory / "cube"), GeoPackages(directory / "vector"), _lock(directory)
    )


def _in_postgres(directory: Path, dsn: str) -> Store:
    postgres = Postgres(dsn)
    ledger, lock = Ledger(PostgresDatabase(postgres)), _lock(directory, postgres.one_writer)
    return Store(directory, ledger, Cube(directory / "cube"), PostGis(postgres), lock)


def _lock(directory: Path, also: Callable[[], AbstractContextManager[None]] = nullcontext) -> WriterLock:
    return WriterLock(directory / "writer.lock", also)
