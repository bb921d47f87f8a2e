"""Reading one collection version in PostGIS: the SQL of its features, and how values travel."""

from collections.abc import Sequence
from typing import Any

import psycopg

from soilinfo.grid import Bounds
from soilinfo.store.clause import Sql, Tables, quoted
from soilinfo.store.geojson import page_of
from soilinfo.store.postgis_writer import tables_of
from soilinfo.store.projection import Projection, projection
from soilinfo.store.select import Selection
from soilinfo.store.vector import Collection, Page, Query


class Reader:
    """One collection version, read over one connection."""

    def __init__(self, connection: psycopg.Connection, name: str, collection: Collection) -> None:
        self._connection, self.collection = connection, collection
        self._tables = tables_of(name, collection)

    def selection(self, query: Query) -> Selection:
        """What a query selects here."""
        return Selection(self.collection, self._tables, query, _Dialect())

    def page(self, selection: Selection) -> Page:
        """The page of a query; its texts are written by the database where it need not project."""
        query, keys = selection.query, selection.keys
        projected = projection(query.crs)
        if query.geometry and not projected.is_stored:
            return page_of(self.rows(selection, keys), self.collection, query)
        text = _feature(self.collection, self._tables, query, projected)
        rows = self._fetch(selection.page([text, *keys]))
        return Page([row[0].encode() for row in rows], query.last([row[1:] for row in rows]))

    def rows(self, selection: Selection, keys: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query: the chosen columns, WKB or None, then ``keys``."""
        geometry = f"ST_AsBinary({self._tables.geometry})" if selection.query.geometry else "NULL"
        names = [f"r.{quoted(name)}" for name in self.collection.chosen(selection.query)]
        return self._fetch(selection.page([*names, geometry, *keys]))

    def count(self, selection: Selection) -> int:
        """Number of rows that fulfil a query's conditions."""
        if self.collection.count is not None and not selection.query.has_conditions:
            return self.collection.count
        return int(self._fetch(selection.count())[0][0])

    def _fetch(self, sql: Sql) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql.text, sql.values, binary=True).fetchall()


class _Dialect:
    placeholder = "%s"

    def lower(self, text: str) -> str:
        return f'lower({text} COLLATE "und-x-icu")'

    def geometry(self) -> str:
        return "ST_GeomFromWKB(%s, 4326)"

    def box(self, box: Bounds, tables: Tables) -> Sql:
        return Sql(f"ST_Intersects({tables.geometry}, ST_MakeEnvelope(%s, %s, %s, %s, 4326))", box)

    def near(self, _box: Bounds, _tables: Tables) -> None:
        return None


def _feature(collection: Collection, tables: Tables, query: Query, projected: Projection) -> str:
    """Expression for the text of a GeoJSON Feature, in a system whose coordinates are those stored."""
    names = collection.chosen(query)
    columns = ", ".join(f"r.{quoted(name)}" for name in names)
    properties = f"(SELECT to_json(p) FROM (SELECT {columns}) p)::text" if names else "'{}'"
    shape = f"ST_FlipCoordinates({tables.geometry})" if projected.northing_first else tables.geometry
    geometry = (
        f"coalesce(ST_AsGeoJSON({shape}, {projected.decimals}), 'null')" if query.geometry else "'null'"
    )
    return (
        f"""'{{"type":"Feature","id":' || to_json(r.{quoted(collection.id_field)}::text)::text || """
        f"""',"geometry":' || {geometry} || ',"properties":' || {properties} || '}}'"""
    )
