"""Collections of features: what is known of one, what can be asked of it, what every home of them offers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

import orjson
from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds

FieldType = Literal["string", "integer", "number", "boolean"]

DECIMALS = 6
"""Decimals of a degree in answers: about 0.1 m."""
GEOMETRY = "geometry"
"""Name of the geometry in filters and answers."""


@dataclass(frozen=True)
class Query:
    """Which features of a collection, in which order, and how much of each.

    Conditions are joined by AND. ``bbox`` (EPSG:4326; west > east crosses the antimeridian) selects
    features whose geometry intersects it; ``equal`` compares columns with values (None: is null);
    ``where`` is a syntax tree of pygeofilter (CQL2). ``sort`` lists (column, descending); nulls come
    last, ties are broken by id, and without it the order is by id.
    """

    bbox: Bounds | None = None
    ids: tuple[str, ...] = ()
    equal: Mapping[str, Any] = field(default_factory=dict)
    where: Any = None
    fields: tuple[str, ...] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    geometry: bool = True


@dataclass(frozen=True)
class Collection:
    """What a store remembers of one collection version."""

    id_field: str
    shape_field: str | None
    """Column whose equal values share one geometry; None when each feature has its own."""
    fields: Mapping[str, FieldType]
    bounds: Bounds | None

    def field(self, name: str) -> FieldType:
        """Type of a column, or UnknownNameError naming those that exist."""
        if name not in self.fields:
            raise UnknownNameError("field", name, self.fields)
        return self.fields[name]

    def known_bounds(self, name: str) -> Bounds:
        """The bounds, or StoreError when no feature has a geometry."""
        if self.bounds is None:
            raise StoreError(f"collection '{name}' has no geometry, so it has no bounds")
        return self.bounds

    def to_json(self) -> str:
        """The text kept beside the data."""
        return orjson.dumps(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Collection":
        """The opposite of :meth:`to_json`."""
        kept = orjson.loads(text)
        return cls(**{**kept, "bounds": kept["bounds"] and tuple(kept["bounds"])})

    def chosen(self, query: Query) -> tuple[str, ...]:
        """The columns that a query wants, in the order asked; UnknownNameError for an unknown one."""
        names = tuple(self.fields) if query.fields is None else query.fields
        for name in names:
            self.field(name)
        return names


class VectorStore(Protocol):
    """Where collections live: GeoPackages or PostGIS, with the same answers."""

    def write(
        self,
        collection: str,
        version: str,
        frame: GeoDataFrame,
        *,
        id_field: str,
        shape_field: str | None = None,
    ) -> None:
        """Store a new version (EPSG:4326), whole or not at all.

        With ``shape_field`` the rows that agree in it share one geometry, stored once and joined
        when read. Raises StoreError when the version exists or the frame cannot be stored.
        """
        ...

    def features(self, collection: str, version: str, query: Query = Query()) -> list[bytes]:
        """GeoJSON Feature texts, coordinates with 6 decimals; id is the value of the id field as text."""
        ...

    def count(self, collection: str, version: str, query: Query = Query()) -> int:
        """Number of features that fulfil the query's conditions; limit and offset play no part."""
        ...

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """Type of each column, in order, without the geometry."""
        ...

    def bounds(self, collection: str, version: str) -> Bounds:
        """(west, south, east, north) of all geometries; StoreError when there is none."""
        ...

    def read(self, collection: str, version: str, query: Query = Query()) -> GeoDataFrame:
        """The features as a frame in EPSG:4326 with full coordinates."""
        ...

    def exists(self, collection: str, version: str) -> bool:
        """True when the version is there, whole."""
        ...

    def written(self, collection: str, version: str) -> datetime | None:
        """When a version was finished; None where it is not there, or lies in the ledger's own database,
        with which it goes back in time."""
        ...

    def remove(self, collection: str, version: str) -> None:
        """Remove a version; one that is not there is no error."""
        ...

    def on_disk(self) -> Iterator[tuple[str, str]]:
        """(collection, version) of every whole version."""
        ...

    def close(self) -> None:
        """Let go of idle connections."""
        ...
