"""A store as a whole: cube, COGs, vectors and ledger, and what keeps them in step."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from soilinfo.errors import StoreError
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.allocations import Allocations
from soilinfo.store.cube import Cube
from soilinfo.store.database import Database, SqliteDatabase
from soilinfo.store.desktop import Furnishing
from soilinfo.store.files import PARTIAL, WriterLock, remove, remove_partials
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.ledger import Ledger
from soilinfo.store.object_files import ObjectFiles
from soilinfo.store.objects import ObjectGroups, claim
from soilinfo.store.owner import Owner, claim_directory
from soilinfo.store.postgis import PostGis
from soilinfo.store.postgres import Postgres, PostgresDatabase
from soilinfo.store.queue import Queue
from soilinfo.store.received import ReceivedReports
from soilinfo.store.reports import Reports
from soilinfo.store.shelf import Directory, FileShelf, Place, Shelf, written
from soilinfo.store.tiled.files import TileFiles
from soilinfo.store.vector import VectorStore
from soilinfo.store.zones import ZoneIndexes

_OF_THE_WRITER = ("cog", "vector/*", "sources/*", "reports", "terrain", "mosaic")
"""Directories in which only the holder of the writer's lock leaves partial files, beside the shelves."""
_OF_ANY = ("pipelines", "runs", "cog/*/*", "tiles/*", "zones", "zones/*")
"""Directories in which servers and watchers write at any time."""
_AT_WORK = timedelta(hours=1)
"""A partial file that was written to within this time may be another process's at work."""


@dataclass(frozen=True)
class Files:
    """What the store holds of a version in one of its homes: cube, COGs, features, tiles or zone indexes."""

    home: str
    layer: str
    version: str
    written: datetime | None
    """When they were finished; None where nobody knows."""

    @property
    def key(self) -> tuple[str, str]:
        """Layer and version."""
        return self.layer, self.version

    @property
    def age(self) -> timedelta:
        """Time since they were finished, for ever where nobody knows."""
        return clock.age(self.written) if self.written else timedelta.max

    def __str__(self) -> str:
        return f"{self.home}/{self.layer}/{self.version}"


@dataclass(frozen=True)
class Store:
    """Everything that a soilinfo system keeps. May be shared by threads; open one in each process."""

    directory: Path
    ledger: Ledger
    queue: Queue
    allocations: Allocations
    country_reports: Reports
    received_reports: ReceivedReports
    cube: Cube
    vector: VectorStore
    zones: ZoneIndexes
    _cogs: FileShelf
    _writer: WriterLock

    def cog_place(self, layer: str, version: str) -> Place:
        """Where the COG twin of a raster version lies, or would lie."""
        return self._cogs.place(layer, f"{version}.tif")

    def has_cog(self, layer: str, version: str) -> bool:
        """True when the COG twin of a raster version is there, whole."""
        return self._cogs.has(layer, f"{version}.tif")

    @contextmanager
    def cog(self, layer: str, version: str) -> Iterator[Path]:
        """A file to write the COG twin of a raster version to; on clean exit it is whole and in its place."""
        with self._cogs.finished(layer, f"{version}.tif") as target:
            yield target

    @cached_property
    def tiles(self) -> TileFiles:
        """The vectors ready to be cut into tiles, made on demand on this machine."""
        return TileFiles(self.directory / "tiles", self.vector)

    @property
    def reports(self) -> Path:
        """Where the findings of each run lie as files, in a directory of the run's id."""
        return self.directory / "reports"

    def remove(self, layer: str, version: str) -> None:
        """Remove every file and table of a version; one that is not there is no error."""
        for remover in self._removers.values():
            remover(layer, version)

    def has_raster(self, layer: str, version: str) -> bool:
        """True when both the cube and its COG twin of a raster version are there, whole."""
        return self.cube.exists(layer, version) and self.has_cog(layer, version)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer for the block; StoreError naming the holder when another process is.

        The kernel frees the lock when the process dies. The thread that holds it may enter again.
        """
        with self._writer.held():
            yield

    def collect_garbage(self) -> list[str]:
        """Remove what interrupted runs left: partial files, and the files of versions recorded as removed.

        A whole version that the ledger does not know is kept (see ``unrecorded``): the ledger may be an
        older one, put back from a copy. People who open the database are shown the newest snapshot first, so
        that nothing is removed under their eyes. Returns what was removed, as '<home>/<layer>/<version>'.
        Takes the writer's lock.
        """
        with self.lock():
            self.ledger.show()
            gone = {(one.layer, one.version) for one in self.ledger.versions() if one.removed}
            gone -= self.ledger.shown()
            doomed = [one for one in self._files() if one.key in gone]
            return [*self._remove_partials(), *self.remove_files(doomed)]

    def unrecorded(self, older_than: timedelta = timedelta(0)) -> list[Files]:
        """The files of whole versions that the ledger does not know, finished at least so long ago."""
        known = {(one.layer, one.version) for one in self.ledger.versions()}
        return [one for one in self._files() if one.key not in known and one.age >= older_than]

    def remove_files(self, doomed: Iterable[Files]) -> list[str]:
        """Remove these files of versions, and return what they were called."""
        removed = list(doomed)
        for one in removed:
            self._removers[one.home](one.layer, one.version)
        return list(map(str, removed))

    @property
    def _removers(self) -> dict[str, Callable[[str, str], None]]:
        return {
            "cube": self.cube.remove,
            "cog": self._remove_cog,
            "vector": self.vector.remove,
            "tiles": self.tiles.remove,
            "zones": self.zones.remove,
        }

    def close(self) -> None:
        """Let go of connections; the store is not to be used afterwards."""
        self.vector.close()
        self.ledger.close()

    def _remove_partials(self) -> list[str]:
        places = [(place, timedelta(0)) for place in _OF_THE_WRITER] + [
            (place, _AT_WORK) for place in _OF_ANY
        ]
        removed = [
            path
            for place, untouched in places
            for path in remove_partials(self.directory, f"{place}/{PARTIAL}*", untouched)
        ]
        kept = {"cube": self.cube.remove_partials(), "cog": self._cogs.remove_partials()}
        shelved = [f"{home}/{name}" for home, names in kept.items() for name in names]
        return [*shelved, *(str(path.relative_to(self.directory)) for path in removed)]

    def _files(self) -> Iterator[Files]:
        """Everything whole that the store holds of versions."""
        for home, versions, finished in (
            ("cube", self.cube.on_disk(), self.cube.written),
            ("cog", self._cog_versions(), self._cog_written),
            ("vector", self.vector.on_disk(), self.vector.written),
            ("tiles", self.tiles.on_disk(), self.tiles.written),
            ("zones", self.zones.on_disk(), self.zones.written),
        ):
            for layer, version in sorted(set(versions)):
                yield Files(home, layer, version, finished(layer, version))

    def _cog_versions(self) -> Iterator[tuple[str, str]]:
        """Versions with a COG twin, or with COGs made on demand; other files are a person's."""
        for layer, name in self._cogs.names():
            if name.endswith(".tif"):
                yield layer, name.removesuffix(".tif")
        for path in (self.directory / "cog").glob("*/*/*.tif"):
            yield path.parts[-3], path.parts[-2]

    def _cog_written(self, layer: str, version: str) -> datetime | None:
        return written(self.cog_place(layer, version)) or written(self.derived_cogs(layer, version))

    def _remove_cog(self, layer: str, version: str) -> None:
        self._cogs.remove(layer, f"{version}.tif")
        remove(self.derived_cogs(layer, version))

    def derived_cogs(self, layer: str, version: str) -> Path:
        """Directory of the COGs of a version's further variables, made on demand on this machine."""
        return self.directory / "cog" / layer / version


Furnish = Callable[[Store, Mapping[str, str]], Furnishing | None]
"""What belongs to a publication (published name -> version) of a store beside its views."""


def open_store(settings: Settings, *, keep: int = 0, furnish: Furnish | None = None) -> Store:
    """The store that the settings name, created when it is not there; StoreError when it does not answer.

    ``keep``: most bytes of decoded cells kept in memory. A server answers the same cells again and again;
    a job reads each once. ``furnish``: makes the styles and projects that stand in a database beside what
    is published; without it they stay as they are.
    """
    directory = settings.store
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the store {directory} cannot be made: {error.strerror}") from error
    cubes, cogs, zones = _shelves(directory, settings.objects)
    make = partial(Store, directory, cube=Cube(cubes, keep), zones=ZoneIndexes(zones), _cogs=cogs)
    if settings.db is None:
        file = directory / "ledger.sqlite"
        database = SqliteDatabase(file)
        lock = _lock(settings, cubes, Owner(Ledger(database).born(), str(file.absolute())))
        return make(**_kept_in(database), vector=GeoPackages(directory / "vector"), _writer=lock)
    postgres = Postgres(settings.db)
    tables = PostgresDatabase(postgres)
    lock = _lock(settings, cubes, Owner(Ledger(tables).born(), postgres.where), postgres.one_writer)
    store = make(**_kept_in(tables), vector=PostGis(postgres), _writer=lock)
    tables.furnisher = partial(furnish, store) if furnish else None
    return store


def _kept_in(database: Database) -> dict[str, Any]:
    """What of a store lies in its database, by the store's names for it."""
    return {
        "ledger": Ledger(database),
        "queue": Queue(database),
        "allocations": Allocations(database),
        "country_reports": Reports(database),
        "received_reports": ReceivedReports(database),
    }


def _shelves(directory: Path, objects: str | None) -> tuple[Shelf, FileShelf, FileShelf]:
    """Where cubes, COGs and zone indexes lie: in the store's directory, or on object storage."""
    if objects is None:
        return Directory(directory / "cube"), Directory(directory / "cog"), Directory(directory / "zones")
    root = objects.rstrip("/")
    return (
        ObjectGroups(f"{root}/cube"),
        ObjectFiles(f"{root}/cog", directory / "cog"),
        ObjectFiles(f"{root}/zones", directory / "zones"),
    )


def _lock(
    settings: Settings,
    cubes: Shelf,
    ledger: Owner,
    database: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> WriterLock:
    """The writer's lock, which covers the store's directory, its database and its object storage.

    Whoever takes it finds that directory and storage are its ledger's own.
    """

    def holds_maps() -> bool:
        return any(cubes.names()) or any((settings.store / "vector").glob("*/*.gpkg"))

    @contextmanager
    def also() -> Iterator[None]:
        with database():
            claim_directory(settings.store, ledger, holds_maps)
            if settings.objects is not None:
                where = f"{settings.store.absolute()} on {socket.gethostname()}"
                claim(settings.objects.rstrip("/"), Owner(ledger.ledger, where))
            yield

    return WriterLock(settings.store / "writer.lock", also)
