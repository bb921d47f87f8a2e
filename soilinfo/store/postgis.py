"""Collections in PostGIS: schema ``soilinfo_vector``, one immutable table for each version.

The table ``collection`` lists them. A collection with shared shapes has two tables and a view of
the version's name over them, so that QGIS sees ordinary features.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store.frames import frame_of, prepare
from soilinfo.store.postgis_reader import Reader
from soilinfo.store.postgis_writer import objects_of, run, table_name, write_tables
from soilinfo.store.postgres import Postgres
from soilinfo.store.vector import Collection, FieldType, Page, Query

_ALL = Query()
_About = tuple[str, Collection]
"""Name of a version's tables, and what is known of it."""


class PostGis:
    """The home of collections in a PostgreSQL database."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._known: dict[tuple[str, str], _About] = {}
        with postgres.writing() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS soilinfo_vector.collection ("
                "collection text, version text, table_name text UNIQUE NOT NULL, about text NOT NULL, "
                "PRIMARY KEY (collection, version))"
            )

    def write(
        self,
        collection: str,
        version: str,
        frame: GeoDataFrame,
        *,
        id_field: str,
        shape_field: str | None = None,
    ) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        prepared = prepare(frame, id_field, shape_field)
        with self._postgres.writing() as connection:
            if _about(connection, collection, version):
                raise StoreError(f"{collection}/{version} exists already; a version is never overwritten")
            name = table_name(collection, version)
            connection.execute(
                "INSERT INTO soilinfo_vector.collection VALUES (%s, %s, %s, %s)",
                (collection, version, name, prepared.collection.to_json()),
            )
            write_tables(connection, name, prepared)

    def page(self, collection: str, version: str, query: Query = _ALL) -> Page:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.page(reader.selection(query))

    def page_of_all(self, collection: str, version: str, query: Query, position: int) -> tuple[Page, int]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            selection = reader.selection(query)
            page = reader.page(selection)
            matched = page.matched(position)
            return page, reader.count(selection) if matched is None else matched

    def features(self, collection: str, version: str, query: Query = _ALL) -> list[bytes]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return self.page(collection, version, query).features

    def read(self, collection: str, version: str, query: Query = _ALL) -> GeoDataFrame:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            names, rows = reader.collection.chosen(query), reader.rows(reader.selection(query))
            return frame_of(rows, names, reader.collection, query.crs)

    def count(self, collection: str, version: str, query: Query = _ALL) -> int:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._reader(collection, version) as reader:
            return reader.count(reader.selection(query))

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return dict(self.description(collection, version).fields)

    def description(self, collection: str, version: str) -> Collection:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        known = self._known.get((collection, version))
        if known is None:
            with self._postgres.reading() as connection:
                known = self._about(connection, collection, version)
        return known[1]

    def bounds(self, collection: str, version: str) -> Bounds:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return self.description(collection, version).known_bounds(collection)

    def exists(self, collection: str, version: str) -> bool:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._postgres.reading() as connection:
            return _about(connection, collection, version) is not None

    def written(self, _collection: str, _version: str) -> datetime | None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        return None

    def remove(self, collection: str, version: str) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        self._known.pop((collection, version), None)
        with self._postgres.writing() as connection:
            about = _about(connection, collection, version)
            if about is None:
                return
            for kind, table in objects_of(*about):
                run(connection, f"DROP {kind} {table}")
            connection.execute(
                "DELETE FROM soilinfo_vector.collection WHERE collection = %s AND version = %s",
                (collection, version),
            )

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        with self._postgres.reading() as connection:
            yield from connection.execute(
                "SELECT collection, version FROM soilinfo_vector.collection ORDER BY 1, 2"
            ).fetchall()

    def close(self) -> None:
        """Close every connection."""
        self._postgres.close()

    def limit(self, seconds: float) -> None:
        """See :class:`soilinfo.store.vector.VectorStore`."""
        self._postgres.limit(seconds)

    @contextmanager
    def _reader(self, collection: str, version: str) -> Iterator[Reader]:
        with self._postgres.reading() as connection:
            about = self._about(connection, collection, version)
            try:
                yield Reader(connection, *about)
            except psycopg.errors.UndefinedTable:
                # Another process has removed it since; where none has, the database is damaged.
                self._known.pop((collection, version), None)
                self._about(connection, collection, version)
                raise

    def _about(self, connection: psycopg.Connection, collection: str, version: str) -> _About:
        """What is known of a version, asked of the database once, for a version never changes."""
        known = self._known.get((collection, version)) or _about(connection, collection, version)
        if known is None:
            names = map("/".join, self.on_disk())
            raise UnknownNameError("collection version", f"{collection}/{version}", names)
        self._known[collection, version] = known
        return known


def _about(connection: psycopg.Connection, collection: str, version: str) -> _About | None:
    row = connection.execute(
        "SELECT table_name, about FROM soilinfo_vector.collection WHERE collection = %s AND version = %s",
        (collection, version),
    ).fetchone()
    return (row[0], Collection.from_json(row[1])) if row else None
