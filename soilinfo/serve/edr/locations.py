"""Administrative units as the locations of Environmental Data Retrieval, each called by its code."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

import shapely
from shapely.geometry.base import BaseGeometry
from starlette.datastructures import QueryParams

from soilinfo.catalog.names import table_of
from soilinfo.grid import Bounds
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.serve import parameters
from soilinfo.serve.answers import GEOJSON
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr import geojson
from soilinfo.serve.edr.observed import parameters_of
from soilinfo.serve.edr.places import DEGREES, bbox_of
from soilinfo.serve.instants import period
from soilinfo.serve.state import Publication
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

Place = tuple[Bounds, tuple[float, float]]
"""Bounding box of a unit, and a point within it, in degrees."""

PROPERTIES = "properties"
"""The tables of means and quantiles by level."""


def listed(publication: Publication, collection: Collection, params: QueryParams) -> bytes:
    """A page of units as GeoJSON: a point within each and its bounding box, not its whole outline.

    From the coarsest level down, or of one ``level``; ``bbox`` in degrees. Units have no time, so every
    ``datetime`` matches, but it must be one.
    """
    if "datetime" in params:
        period(params["datetime"])
    bbox = bbox_of(params, DEGREES) if "bbox" in params else None
    most = publication.catalog.services.limits.page_features
    limit = parameters.integer(params, "limit", most, low=1, high=most)
    offset = parameters.integer(params, "offset", 0, low=0)
    levels = _levels(publication, params)
    # One more than asked tells whether there is a next page.
    units = list(_units(publication, levels, bbox, offset, limit + 1))
    base = f"{publication.base_url}/collections/{collection.id}/locations"
    names = [*parameters_of(collection)]
    features = [_feature(base, names, each) for each in units[:limit]]
    links = [*geojson.links(_asked(base, params), base.rpartition("/")[0]), *_tables(publication, levels)]
    if len(units) > limit:
        links.append(geojson.page(base, params, "next", offset + limit, limit))
    return geojson.collection(features, links, numberReturned=len(features))


def unit(publication: Publication, code: str) -> tuple[BaseGeometry, Mapping[str, str]]:
    """The land of the unit of that code in degrees, and what it is called; UnknownNameError for none."""
    level, found = region_of(publication.store, publication.catalog, publication.snapshot, code)
    return found.geometry.iloc[0], {"code": code, "name": found["name"].iloc[0], "level": level}


def _levels(publication: Publication, params: QueryParams) -> Sequence[str]:
    """The published levels asked for, coarse to fine."""
    known = [level for level in publication.catalog.every_level() if level in publication.snapshot.layers]
    return [parameters.one_of("level", params["level"], known)] if "level" in params else known


class Unit(NamedTuple):
    """An administrative unit: where it is, without its outline."""

    level: str
    code: str
    name: str
    bounds: Bounds
    inside: tuple[float, float]
    """A point within it."""


def _units(
    publication: Publication, levels: Sequence[str], bbox: Bounds | None, offset: int, count: int
) -> Iterator[Unit]:
    """Units of these levels, passing over the first ``offset``."""
    store = publication.store.vector
    for level in levels:
        version = publication.snapshot.layers[level]
        there = store.count(level, version, Query(bbox=bbox))
        if offset < there and count:
            query = Query(bbox=bbox, fields=("code", "name"), limit=count, offset=offset, geometry=False)
            named = store.read(level, version, query)
            places = _places(publication.store, level, version, tuple(named["code"]))
            for code, name in zip(named["code"], named["name"], strict=True):
                yield Unit(level, code, name, *places[code])
            count -= len(named)
        offset = max(0, offset - there)


@lru_cache(maxsize=8)
def _known(_store: Store, _level: str, _version: str) -> dict[str, Place]:
    """What was worked out of the units of a version, to be filled: their outlines are large."""
    return {}


def _places(store: Store, level: str, version: str, codes: Sequence[str]) -> Mapping[str, Place]:
    """Where units are, by code; only what is not known yet is read."""
    known = _known(store, level, version)
    if lacking := tuple(code for code in codes if code not in known):
        found = store.vector.read(level, version, Query(ids=lacking, fields=("code",)))
        points = shapely.get_coordinates(shapely.point_on_surface(found.geometry.to_numpy())).tolist()
        bounds = found.geometry.bounds.to_numpy().tolist()
        known |= {
            code: ((west, south, east, north), (x, y))
            for code, (west, south, east, north), (x, y) in zip(found["code"], bounds, points, strict=True)
        }
    return known


def _feature(base: str, names: Sequence[str], unit: Unit) -> geojson.Feature:
    told = geojson.edr_properties(unit.name, names, f"{base}/{quote(unit.code, safe='')}")
    called = {"code": unit.code, "name": unit.name, "level": unit.level}
    point = {"type": "Point", "coordinates": unit.inside}
    return geojson.feature(point, {**told, **called}, id=unit.code, bbox=unit.bounds)


def _asked(base: str, params: QueryParams) -> str:
    return f"{base}?{urlencode(params.multi_items())}" if params else base


def _tables(publication: Publication, levels: Sequence[str]) -> Iterator[geojson.Feature]:
    """Links to what is published of the same units as tables: mean and quantiles of every layer."""
    tables = (table_of(PROPERTIES, level) for level in levels)
    for table in (each for each in tables if each in publication.collections):
        href = f"{publication.base_url}/collections/{table}/items"
        yield {"rel": "related", "type": GEOJSON, "href": href}
