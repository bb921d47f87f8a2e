"""The administrative units of a country report: the nation, and the levels that are told of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.errors import InputError
from soilinfo.report.country.document import Unit
from soilinfo.report.country.outline import outline
from soilinfo.report.country.rounding import rounded_ha
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

MOST_LEVELS = 2
"""Levels below the nation that are told of where report.yaml names none: provinces and regencies. A village
in every report of a region would make files that nobody reads."""
_COLUMNS = ("code", "name", "parent_code", "area_ha", "official_area_ha")


def levels_of(catalog: Catalog, published: Mapping[str, str]) -> tuple[str, ...]:
    """The published levels that a report tells of, the nation first; InputError without any."""
    if NATION not in published:
        raise InputError(
            "nothing is published of the nation as a whole; run `soilinfo ingest` and `evaluate`"
        )
    below = [level for level in catalog.levels if level in published and level != NATION]
    return NATION, *below[:MOST_LEVELS]


def units_of(store: Store, published: Mapping[str, str], levels: Sequence[str]) -> tuple[Unit, ...]:
    """The units of these levels by code; the first two levels have outlines."""
    return tuple(
        unit for at, level in enumerate(levels) for unit in _level(store, published, level, drawn=at < 2)
    )


def _level(store: Store, published: Mapping[str, str], level: str, *, drawn: bool) -> Iterator[Unit]:
    frame = store.vector.read(level, published[level], Query(fields=_COLUMNS, geometry=drawn))
    frame = frame.sort_values("code")
    shapes = frame.geometry if drawn else [None] * len(frame)
    for row, shape in zip(_rows(frame), shapes, strict=True):
        yield Unit(
            level=level,
            code=row["code"],
            name=row["name"],
            parent=_parent(row, level),
            area_ha=rounded_ha(row["area_ha"]) or 0.0,
            official_area_ha=rounded_ha(row["official_area_ha"]),
            geometry=None if shape is None else outline(shape),
        )


def _rows(frame: gpd.GeoDataFrame) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = frame[[*_COLUMNS]].to_dict("records")
    return rows


def _parent(row: Mapping[Any, Any], level: str) -> str | None:
    parent = row["parent_code"]
    if isinstance(parent, str):
        return parent
    return None if level == NATION else NATION
