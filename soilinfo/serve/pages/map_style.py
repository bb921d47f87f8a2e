"""What MapLibre draws: the layers of the map as a style, each by an address that names its version.

Such an address answers for ever with the same, so that browsers ask for a square once. Opacity and what is
shown at all are in the style as well; what a person changes is changed there.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import PROFILES
from soilinfo.report.looks import SHARED
from soilinfo.serve.asking import VERSION
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.maps.tile_matrix_sets import SIDE
from soilinfo.serve.pages import map_tables
from soilinfo.serve.pages.stack import Stack
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.serve.vector_tiles import drawn
from soilinfo.store.tiled.generalise import DEEPEST

SEA = "#d3e7f0"
OUTLINE, HALO = "#26332d", "#ffffff"
PALE = 0.45
"""Opacity of the halo of an outline."""
DEEPEST_MAP = 13
"""The last tile matrix that is asked for; beyond it the squares are enlarged."""
BASE, LAND, CHOSEN = "base", "land", "chosen"

Part = dict[str, Any]


def style(site: Site, stack: Stack, level: Level | None, versions: Mapping[str, str]) -> Part:
    """The style of MapLibre: the sea, the land, the layers, and the region chosen.

    ``level``: whose regions a click chooses; ``versions``: which version of each layer is shown. Parts of a
    layer of the stack name it in ``metadata.of``, and how opaque they are when it is (``metadata.full``).
    """
    sources = {BASE: _raster(site, stack.base, stack.scenario, versions)}
    layers = [_of(BASE, _pixels(BASE, stack.opacity))]
    for overlay in reversed(stack.over):
        entry = overlay.entry
        sources[entry.id] = _source(site, entry, stack.scenario, versions)
        visible = {"layout": {"visibility": "visible" if overlay.is_shown else "none"}}
        parts = _parts(site, entry, overlay.opacity, versions)
        layers += [_of(entry.id, part | visible) for part in parts]
    for regions in site.of_theme("regions"):
        sources.setdefault(regions.id, _vector(site, regions.id, versions))
    sea = {"id": "sea", "type": "background", "paint": {"background-color": SEA}}
    return {"version": 8, "sources": sources, "layers": [sea, *_land(site, level), *layers, *_chosen(level)]}


def asked(entry: Entry, scenario: str) -> dict[str, str]:
    """The query parameters of a tile of a raster."""
    crop = {"crop": entry.crop} if entry.crop else {}
    if entry.product:
        return crop | {"variable": entry.variable}
    return crop | ({"scenario": scenario} if entry.crop else {})


def _of(name: str, part: Part) -> Part:
    return part | {"metadata": {"full": 1.0, **part.get("metadata", {}), "of": name}}


# ---- where the squares come from -----------------------------------------------------------


def _source(site: Site, entry: Entry, scenario: str, versions: Mapping[str, str]) -> Part:
    if entry.legend:
        return _raster(site, entry, scenario, versions)
    is_table = bool(entry.look)
    return map_tables.source(site, entry, versions) if is_table else _vector(site, entry.id, versions)


def _raster(site: Site, entry: Entry, scenario: str, versions: Mapping[str, str]) -> Part:
    query = urlencode({**asked(entry, scenario), VERSION: versions[entry.layer]})
    tiles = f"{site.path(tile_address(entry.collection))}?{query}"
    return {
        "type": "raster",
        "tiles": [tiles],
        "tileSize": SIDE,
        "bounds": site.bounds,
        "maxzoom": DEEPEST_MAP,
    }


def _vector(site: Site, name: str, versions: Mapping[str, str]) -> Part:
    columns = "id,share" if name == PROFILES else "unit_code" if name in site.units else "code,name"
    query = {"properties": columns, VERSION: versions[name]}
    tiles = drawn.tile_address(site.path(""), name, drawn.XYZ, query)
    bounds = pinned().store.vector.description(name, versions[name]).known_bounds(name)
    return {"type": "vector", "tiles": [tiles], "bounds": bounds, "maxzoom": DEEPEST}


# ---- how they are drawn --------------------------------------------------------------------


def _parts(site: Site, entry: Entry, opacity: int, versions: Mapping[str, str]) -> list[Part]:
    if entry.legend:
        return [_pixels(entry.id, opacity)]
    if entry.look:
        return map_tables.parts(entry, opacity, versions)
    drawn_of = {"source": entry.id, "source-layer": entry.id}
    if entry.id in site.units:
        paint = {"fill-color": _unit_colour(site.units[entry.id]), "fill-opacity": opacity / 100}
        return [{"id": entry.id, "type": "fill", **drawn_of, "paint": paint}]
    if entry.id == PROFILES:
        return [_places(entry.id, opacity) | drawn_of]
    levels = [name for name in site.catalog.every_level() if name in versions]
    return [part | drawn_of for part in _outline(entry.id, levels.index(entry.id), opacity)]


def _places(name: str, opacity: int) -> Part:
    """A dot for each profile, larger the nearer one looks, by how much of it is shown."""
    colours = [part for share in SHARED.items() for part in share]
    paint = {
        "circle-color": ["match", ["get", "share"], *colours, "#0000"],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 2.5, 10, 6],
        "circle-stroke-color": HALO,
        "circle-stroke-width": 1.2,
        "circle-opacity": opacity / 100,
    }
    return {"id": name, "type": "circle", "paint": paint}


def _pixels(name: str, opacity: int) -> Part:
    paint = {"raster-opacity": opacity / 100, "raster-resampling": "nearest", "raster-fade-duration": 0}
    return {"id": name, "type": "raster", "source": name, "paint": paint}


def _unit_colour(units: tuple[UnitLine, ...]) -> list[Any]:
    """The colour of a map unit in the legend."""
    pairs = [part for line in units for part in (line.code, line.colour)]
    return ["match", ["get", "unit_code"], *pairs, "#0000"]


def _outline(name: str, rank: int, opacity: int) -> list[Part]:
    """A dark line in a pale one, which is seen on every colour; thinner for each finer level."""
    width = max(0.6, 1.8 - 0.5 * rank)
    through = opacity / 100
    halo = {"line-color": HALO, "line-width": width + 1.6, "line-opacity": PALE * through}
    line = {"line-color": OUTLINE, "line-width": width, "line-opacity": through}
    pale = {"id": f"{name}-halo", "type": "line", "paint": halo, "metadata": {"full": PALE}}
    return [pale, {"id": name, "type": "line", "paint": line}]


def _land(site: Site, level: Level | None) -> list[Part]:
    """The regions in the colour of no data: below rasters, which are transparent where they have none."""
    if not level:
        return []
    paint = {"fill-color": site.no_data_colour, "fill-antialias": False}
    return [{"id": LAND, "type": "fill", "source": level.id, "source-layer": level.id, "paint": paint}]


def _chosen(level: Level | None) -> list[Part]:
    """The outline of the region that is chosen: none, until a filter names one."""
    if not level:
        return []
    line = {
        "type": "line",
        "source": level.id,
        "source-layer": level.id,
        "filter": ["==", ["get", "code"], ""],
    }
    halo = {"line-color": HALO, "line-width": 6, "line-opacity": 0.8}
    paint = {"line-color": "#10231a", "line-width": 3}
    return [{"id": f"{CHOSEN}-halo", **line, "paint": halo}, {"id": CHOSEN, **line, "paint": paint}]
