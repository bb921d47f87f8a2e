"""The indicators of a region as layers of the map: each from vector tiles, in the classes of the atlas."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.names import REGIONAL_INDICATORS
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.catalog.text import in_language
from soilinfo.grid import Bounds
from soilinfo.report.look import Look
from soilinfo.serve.asking import VERSION
from soilinfo.serve.collections import Collection
from soilinfo.serve.past import collection_at
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.serve.vector_tiles import drawn
from soilinfo.serve.vector_tiles.looks import looks
from soilinfo.store.tiled.generalise import DEEPEST

COLUMNS = "indicator,iso3,on_map,value"
"""What the rules of a look ask of a feature."""

Part = dict[str, Any]


class RegionalLegend(NamedTuple):
    """What the colours of an indicator mean, and what stands beneath a map of it."""

    lines: tuple[tuple[str, str], ...]
    """Label and colour."""
    origin: str


def is_regional(entry: Entry) -> bool:
    """Whether a layer of the map is an indicator of a region."""
    return entry.layer == REGIONAL_INDICATORS and entry.id != REGIONAL_INDICATORS


def regional_entries(site: Site) -> dict[str, Entry]:
    """Each indicator of the region that is published, by the id of its layer; none where there is none."""
    if REGIONAL_INDICATORS not in site.published:
        return {}
    found = looks(pinned(), pinned().collections[REGIONAL_INDICATORS])
    ids = {f"{REGIONAL_INDICATORS}.{look.id}": look for look in found}
    return {id_: Entry(id_, INDICATORS, site.named(look.title)) for id_, look in ids.items()}


def source(site: Site, entry: Entry, versions: Mapping[str, str]) -> Part:
    """The vector tiles of one indicator."""
    collection = _collection(versions)
    rows = look.rows if (look := _look(entry, collection)) else {}
    query = {**rows, "properties": COLUMNS, VERSION: collection.version}
    return {
        "type": "vector",
        "tiles": [drawn.tile_address(site.path(""), collection.id, drawn.XYZ, query)],
        "bounds": collection.bounds,
        "maxzoom": DEEPEST,
    }


def parts(entry: Entry, opacity: int, versions: Mapping[str, str]) -> list[Part]:
    """A layer for each class, and for each country that stands apart; none of what was not there then."""
    look = _look(entry, _collection(versions))
    through = {"fill-outline-color": "#ffffff", "fill-opacity": opacity / 100}
    drawn_of = {"type": "fill", "source": entry.id, "source-layer": REGIONAL_INDICATORS}
    return [
        {
            "id": f"{entry.id}.{at}",
            **drawn_of,
            "filter": rule.where,
            "paint": {"fill-color": rule.colour, **through},
        }
        for at, rule in enumerate(look.rules if look else ())
    ]


def legend(site: Site, entry: Entry, versions: Mapping[str, str]) -> RegionalLegend:
    """The legend of one indicator, as its sheet of the atlas has it."""
    collection = _collection(versions)
    look = _look(entry, collection)
    lines = ((in_language(rule.label, site.language), rule.colour) for rule in (look.rules if look else ()))
    return RegionalLegend(tuple(lines), collection.attributed(site.language))


def around(bounds: Bounds, entries: Iterable[Entry], versions: Mapping[str, str]) -> Bounds:
    """Bounds that hold a country, and its region where one of the ``entries`` shows it."""
    if not any(map(is_regional, entries)):
        return bounds
    west, south, east, north = _collection(versions).bounds
    return min(west, bounds[0]), min(south, bounds[1]), max(east, bounds[2]), max(north, bounds[3])


def _collection(versions: Mapping[str, str]) -> Collection:
    return collection_at(pinned().source, REGIONAL_INDICATORS, versions[REGIONAL_INDICATORS])


def _look(entry: Entry, collection: Collection) -> Look | None:
    name = entry.id.removeprefix(f"{REGIONAL_INDICATORS}.")
    return next((look for look in looks(pinned(), collection) if look.id == name), None)
