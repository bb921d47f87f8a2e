"""What a place lies in: administrative units from the nation down, and units of soil maps."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pandas as pd
import shapely
from starlette.datastructures import QueryParams

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import NATION, PROFILES, components_of_map
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.profile_places import distances_of, within_distance
from soilinfo.serve.pages.position import Position, Row
from soilinfo.serve.site.words import Words
from soilinfo.store.vector import Query

DEPTHS = ("upper_cm", "lower_cm")
"""Columns of components that are told by depth."""
NEAR_M, MOST_NEAR = 25_000.0, 3
"""How far away profiles are told of, in metres, and how many of them."""
NAMING = ("component", "soil_name", "share_pct")
"""What names a component."""


def units(position: Position) -> list[Row]:
    """The administrative units that a place lies in, from the nation down; none at sea.

    From the finest level up: its unit names the one above, so that no larger polygon has to be read.
    """
    found: list[Row] = []
    above: dict[str, str] = {}
    for level in reversed([*position.site.catalog.every_level().values()]):
        collection = position.collections.get(level.id)
        if collection is None or (level.id == NATION and not found):
            continue
        code = NATION if level.id == NATION else above.get(level.id)
        row = unit_of(collection, code) or _around(position, collection)
        if row:
            found.append(_unit(position, level, row))
            above |= {level.parent: row["parent_code"]} if level.parent and row["parent_code"] else {}
    return found[::-1]


def _unit(position: Position, level: Level, row: Row) -> Row:
    title = position.site.named(level.singular)
    return {"level": level.id, "title": title, "code": str(row["code"]), "name": str(row["name"])}


def unit_of(collection: Collection, code: str | None) -> Row | None:
    """Code, name and parent of the unit with that code, read without its polygon; None for none."""
    if code is None:
        return None
    query = Query(ids=(code,), fields=("code", "name", "parent_code"), geometry=False)
    return _first(collection.store.vector.read(collection.id, collection.version, query))


def _around(position: Position, collection: Collection) -> Row | None:
    """The feature of a collection that a place lies in; of those that share an edge through it the first."""
    point = (position.longitude, position.latitude)
    found = collection.store.vector.read(collection.id, collection.version, Query(bbox=(*point, *point)))
    return _first(found[found.intersects(shapely.Point(point))].drop(columns="geometry"))


def _first(found: pd.DataFrame) -> Row | None:
    rows = found.astype(object).where(found.notna(), None).head(1).to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


# ---- soil profiles ----------------------------------------------------------------------


def nearest_profiles(position: Position) -> list[Row]:
    """The few profiles nearest to a place, each with its distance and its page; none that are far away."""
    collection = position.collections.get(PROFILES)
    if collection is None:
        return []
    place = (position.longitude, position.latitude)
    found = within_distance(collection, place, NEAR_M, QueryParams({"limit": str(MOST_NEAR)}))
    distances = distances_of(found, place)
    return [
        {
            "id": id,
            "distance": position.site.say("panel.distance", km=position.words.number(metres / 1000, 1)),
            "href": position.site.link(f"/collections/{PROFILES}/items/{quote(id, safe='')}"),
        }
        for id, metres in zip(found["id"], distances, strict=True)
    ]


# ---- soil maps --------------------------------------------------------------------------


def soil_units(position: Position) -> Iterator[Row]:
    """The unit of each soil map at a place, its components, and what is told of the main one by depth."""
    for soil_map in position.site.catalog.soil_maps.values():
        collection = position.collections.get(soil_map.id)
        unit = _around(position, collection) if collection else None
        if unit:
            components = orjson.loads(unit["components"] or "[]")
            yield {
                "map": position.site.named(soil_map.title),
                "code": unit["unit_code"],
                "name": unit["name"],
                "components": [_component(position.words, each) for each in components],
                "layers": _layers(position, soil_map.id, unit["unit_code"]),
            }


def _component(words: Words, told: Row) -> Row:
    """Name and share of a component; ``facts``: what else is told of it, by its heading."""
    further = {name: value for name, value in told.items() if value and name not in NAMING}
    facts = {words.field(name): words.value(name, value) for name, value in further.items()}
    return {"name": told["soil_name"], "share_pct": told["share_pct"], "facts": facts}


def _layers(position: Position, soil_map: str, unit: str) -> list[Row]:
    """Rows as those of observed properties, of the component with the largest share, one for each depth."""
    table = position.collections[components_of_map(soil_map)]
    query = Query(equal={"unit_code": unit}, geometry=False)
    found = table.store.vector.read(table.id, table.version, query)
    if not len(found) or not set(DEPTHS) <= set(found.columns):
        return []
    main = found[found["component"] == found.loc[found["share_pct"].idxmax(), "component"]]
    layered = [name for name in main.columns if _is_measured(position, name) and main[name].nunique() > 1]
    downwards = [row for _, row in main.sort_values(DEPTHS[0]).iterrows()]
    return [_layer(position, name, row) for name in layered for row in downwards]


def _is_measured(position: Position, name: str) -> bool:
    known = position.site.catalog.properties.get(name)
    return known is not None and known.class_table is None


def _layer(position: Position, name: str, row: Any) -> Row:
    described, value = position.site.catalog.properties[name], row[name]
    known = {} if pd.isna(value) else {"value": float(value), "text": position.number(float(value))}
    return {
        "name": name,
        "title": position.site.named(described.title),
        "unit": position.site.unit(described.unit),
        "value": None,
        "text": None,
        "depth": [float(row[end]) for end in DEPTHS],
        **known,
    }
