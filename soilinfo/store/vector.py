"""Collections of features: what is known of one, what can be asked of it, what every home of them offers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

import orjson
from geopandas import GeoDataFrame

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store.projection import CRS84

FieldType = Literal["string", "integer", "number", "boolean"]

GEOMETRY = "geometry"
"""Name of the geometry in filters and answers."""


@dataclass(frozen=True)
class Query:
    """Which features of a collection, in which order, and how much of each.

    Conditions are joined by AND. ``bbox`` (EPSG:4326; west > east crosses the antimeridian) selects
    features whose geometry intersects it; ``equal`` compares columns with values (None: is null);
    ``where`` is a syntax tree of pygeofilter (CQL2). ``sort`` lists (column, descending); nulls come
    last, ties are broken by id, and without it the order is by id. ``after`` are the values of the
    sort columns and the id of a feature (:attr:`Page.last`): only those that follow it are given,
    however deep it lies. ``crs`` is the system of the geometries answered, by a name that pyproj knows.
    """

    bbox: Bounds | None = None
    ids: tuple[str, ...] | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    where: Any = None
    fields: tuple[str, ...] | None = None
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    offset: int = 0
    after: tuple[Any, ...] | None = None
    geometry: bool = True
    crs: str = CRS84

    def last(self, keys: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
        """:attr:`Page.last` of a page, by the values of sort columns and id of its features."""
        return keys[-1] if keys and len(keys) == self.limit else None

    @property
    def has_conditions(self) -> bool:
        """True where not every feature of a collection fulfils it."""
        return any(each is not None for each in (self.bbox, self.ids, self.where)) or bool(self.equal)


@dataclass(frozen=True)
class Page:
    """Some features in their order, and from where to go on."""

    features: list[bytes]
    """Texts of GeoJSON features; id is the value of the id field as text."""
    last: tuple[Any, ...] | None
    """What :attr:`Query.after` of the next page is; None when the page is not full, so that none follows."""

    def matched(self, position: int) -> int | None:
        """How many features fulfil the query where ``position`` of them lie before the page.

        None where only counting tells: the page is full, or begins behind the last feature.
        """
        returned = len(self.features)
        return position + returned if self.last is None and (returned or not position) else None


@dataclass(frozen=True)
class Collection:
    """What a store remembers of one collection version."""

    id_field: str
    shape_field: str | None
    """Column whose equal values share one geometry; None when each feature has its own."""
    fields: Mapping[str, FieldType]
    bounds: Bounds | None
    count: int | None = None
    """Number of features; None where a version was written before it was kept."""

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

    def page(self, collection: str, version: str, query: Query = Query()) -> Page:
        """The features of a query as GeoJSON texts, and from where to go on.

        Coordinates come in the order of axes of the authority of ``query.crs``, with 6 decimals of a
        degree or 2 of a metre. InputError for a system that is not known, or in which they have no place.
        """
        ...

    def page_of_all(self, collection: str, version: str, query: Query, position: int) -> tuple[Page, int]:
        """The page of :meth:`page`, before which ``position`` features lie, and :meth:`count`."""
        ...

    def features(self, collection: str, version: str, query: Query = Query()) -> list[bytes]:
        """The features of :meth:`page` alone."""
        ...

    def count(self, collection: str, version: str, query: Query = Query()) -> int:
        """Number of features that fulfil the query's conditions; limit, offset and ``after`` play no part.

        Without conditions it is known without counting.
        """
        ...

    def fields(self, collection: str, version: str) -> dict[str, FieldType]:
        """Type of each column, in order, without the geometry."""
        ...

    def description(self, collection: str, version: str) -> Collection:
        """What is known of a version without reading its features."""
        ...

    def bounds(self, collection: str, version: str) -> Bounds:
        """(west, south, east, north) of all geometries; StoreError when there is none."""
        ...

    def read(self, collection: str, version: str, query: Query = Query()) -> GeoDataFrame:
        """The features as a frame with full coordinates, x before y: in EPSG:4326, or in ``query.crs``."""
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

    def limit(self, seconds: float) -> None:
        """The longest that a question may take from now on; LimitError for one that takes longer."""
        ...

    def close(self) -> None:
        """Let go of idle connections."""
        ...
