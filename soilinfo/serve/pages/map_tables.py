"""Tables of indicators as layers of the map: each look of a table from vector tiles, in its own classes.

Those of the nation are drawn by the units that a click chooses, as QGIS draws them, and under the same names;
those of a region of countries in the classes of its atlas.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import REGIONAL_INDICATORS, table_of
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.catalog.text import in_language
from soilinfo.grid import Bounds
from soilinfo.report.look import Look
from soilinfo.serve.asking import VERSION
from soilinfo.serve.collections import Collection
from soilinfo.serve.past import collection_at
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.views import title_of
from soilinfo.serve.state import pinned
from soilinfo.serve.vector_tiles import drawn
from soilinfo.serve.vector_tiles.looks import looks
from soilinfo.store.tiled.generalise import DEEPEST

Part = dict[str, Any]


class TableLegend(NamedTuple):
    """What the colours of a table mean, and what stands beneath a map of it."""

    lines: tuple[tuple[str, str], ...]
    """Label and colour."""
    origin: str


def table_entries(site: Site, level: Level | None) -> dict[str, Entry]:
    """Each way to draw a published table of indicators, by the id of its layer; none where there is none."""
    national = _national(site, level) if level else ()
    return {entry.id: entry for entry in (*national, *_regional(site))}


def _national(site: Site, level: Level) -> Iterator[Entry]:
    for product in site.products.values():
        name, view = table_of(product.id, level.id), product.table
        if view and product.theme == INDICATORS and name in site.published:
            for each in (view, *view.others):
                title = title_of(site, product, each, level)
                yield Entry(f"{name}.{each.name}", product.theme, title, look=each.name)


def _regional(site: Site) -> Iterator[Entry]:
    if REGIONAL_INDICATORS in site.published:
        for look in looks(pinned(), pinned().collections[REGIONAL_INDICATORS]):
            yield Entry(f"{REGIONAL_INDICATORS}.{look.id}", INDICATORS, site.named(look.title), look=look.id)


def source(site: Site, entry: Entry, versions: Mapping[str, str]) -> Part:
    """The vector tiles of the rows that a look draws, with the columns that its rules ask for."""
    collection = _collection(entry, versions)
    look = _look(entry, collection)
    columns = {name for rule in look.rules for name in _columns(rule.where)} if look else {}
    rows = look.rows if look else {}
    query = {**rows, "properties": ",".join(sorted(columns)), VERSION: collection.version}
    return {
        "type": "vector",
        "tiles": [drawn.tile_address(site.path(""), collection.id, drawn.XYZ, query)],
        "bounds": collection.bounds,
        "maxzoom": DEEPEST,
    }


def _columns(where: Any) -> Iterator[str]:
    """The columns that an expression reads."""
    if isinstance(where, list):
        if where[0] in ("get", "has"):
            yield where[1]
        for part in where[1:]:
            yield from _columns(part)


def parts(entry: Entry, opacity: int, versions: Mapping[str, str]) -> list[Part]:
    """A layer for each class, and for each country that stands apart; none of what was not there then."""
    look = _look(entry, _collection(entry, versions))
    through = {"fill-outline-color": "#ffffff", "fill-opacity": opacity / 100}
    drawn_of = {"type": "fill", "source": entry.id, "source-layer": entry.layer}
    return [
        {
            "id": f"{entry.id}.{at}",
            **drawn_of,
            "filter": rule.where,
            "paint": {"fill-color": rule.colour, **through},
        }
        for at, rule in enumerate(look.rules if look else ())
    ]


def legend(site: Site, entry: Entry, versions: Mapping[str, str]) -> TableLegend:
    """The legend of one layer, as QGIS and its sheet of the atlas have it."""
    collection = _collection(entry, versions)
    look = _look(entry, collection)
    lines = ((in_language(rule.label, site.language), rule.colour) for rule in (look.rules if look else ()))
    return TableLegend(tuple(lines), collection.attributed(site.language))


def around(bounds: Bounds, entries: Iterable[Entry], versions: Mapping[str, str]) -> Bounds:
    """Bounds that hold a country, and its region where one of the ``entries`` shows it."""
    shown = next((entry for entry in entries if entry.layer == REGIONAL_INDICATORS), None)
    if shown is None:
        return bounds
    west, south, east, north = _collection(shown, versions).bounds
    return min(west, bounds[0]), min(south, bounds[1]), max(east, bounds[2]), max(north, bounds[3])


def _collection(entry: Entry, versions: Mapping[str, str]) -> Collection:
    return collection_at(pinned().source, entry.layer, versions[entry.layer])


def _look(entry: Entry, collection: Collection) -> Look | None:
    return next((look for look in looks(pinned(), collection) if look.id == entry.look), None)
