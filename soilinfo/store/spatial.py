"""Spatial functions for SQLite: PostGIS's names over the geometry blobs of a GeoPackage, by shapely."""

import sqlite3
import struct
from collections.abc import Callable
from functools import cache, lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Bounds
from soilinfo.store.filters import SPATIAL

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
"""Length of the envelope by its code in the flags (OGC 12-128, clause 2.1.3)."""


def wkb_of(blob: bytes) -> bytes:
    """The WKB inside a GeoPackage geometry blob."""
    return blob[8 + _ENVELOPE_BYTES[blob[3] >> 1 & 7] :]


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the ``ST_`` predicates and a ``lower`` that knows all of Unicode."""
    for name in SPATIAL.values():
        connection.create_function(name, 2, _predicate(name), deterministic=True)
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)


@cache
def _predicate(name: str) -> Callable[[bytes | None, bytes | None], bool | None]:
    test = getattr(shapely, name.removeprefix("ST_").lower())
    needs_contact, wants_contact = name != "ST_Disjoint", name == "ST_Intersects"

    def predicate(left: bytes | None, right: bytes | None) -> bool | None:
        if left is None or right is None:
            return None
        bounds = _bounds(left), _bounds(right)
        if needs_contact and _apart(*bounds):
            return False
        if wants_contact and not _is_stored(right) and _is_box(right) and _within(*bounds):
            return True
        return bool(test(_geometry(left), _geometry(right)))

    return predicate


def _apart(left: Bounds | None, right: Bounds | None) -> bool:
    """True when two envelopes are known and do not touch, so that no geometry need be read."""
    if left is None or right is None:
        return False
    return left[2] < right[0] or right[2] < left[0] or left[3] < right[1] or right[3] < left[1]


def _within(inner: Bounds | None, outer: Bounds | None) -> bool:
    """True when two envelopes are known and one lies in the other."""
    if inner is None or outer is None:
        return False
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


@lru_cache(maxsize=16)
def _is_box(wkb: bytes) -> bool:
    """True for a query's geometry that is all of its envelope, as most are."""
    shape = _asked(wkb)
    return bool(shapely.equals(shape, shapely.box(*shape.bounds)))


def _is_stored(blob: bytes) -> bool:
    """True for a GeoPackage blob, False for the plain WKB of a query."""
    return blob[:2] == b"GP"


def _geometry(blob: bytes) -> BaseGeometry:
    return shapely.from_wkb(wkb_of(blob)) if _is_stored(blob) else _asked(blob)


def _bounds(blob: bytes) -> Bounds | None:
    if not _is_stored(blob):
        return _asked_bounds(blob)
    if not blob[3] >> 1 & 7:
        return None
    west, east, south, north = struct.unpack_from("<4d" if blob[3] & 1 else ">4d", blob, 8)
    return west, south, east, north


@lru_cache(maxsize=16)
def _asked_bounds(wkb: bytes) -> Bounds:
    return _asked(wkb).bounds


@lru_cache(maxsize=16)
def _asked(wkb: bytes) -> BaseGeometry:
    geometry = shapely.from_wkb(wkb)
    shapely.prepare(geometry)
    return geometry
