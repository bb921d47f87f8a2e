"""The map page: what its template shows, and the block of data that its scripts read."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request

from soilinfo.catalog.entries import THEMES
from soilinfo.catalog.models import SCENARIOS, Level
from soilinfo.report.looks import SHARED
from soilinfo.serve.asking import VERSION
from soilinfo.serve.maps.addresses import tile_address
from soilinfo.serve.maps.live import CHANGES
from soilinfo.serve.pages import map_tables
from soilinfo.serve.pages.map_style import asked, style
from soilinfo.serve.pages.moment import MADE, SNAPSHOT, Moment, moment
from soilinfo.serve.pages.point import point_data
from soilinfo.serve.pages.region import region_data
from soilinfo.serve.pages.stack import Stack, level_of, offered, stack
from soilinfo.serve.pages.what_if import what_if_data
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words


class View(NamedTuple):
    """A page: its template, what that shows, its status."""

    template: str
    context: Mapping[str, Any]
    status: int = 200


def viewer(site: Site, request: Request) -> View:
    """The map for the query parameters that :mod:`stack` and :mod:`moment` read.

    A publication that never was (404) or of which nothing is kept to show (410) has a page that says so and
    leads on, and so has a host without any raster, such as one that only compares countries. Raises as
    :func:`stack` and :func:`moment`.
    """
    if site.front is None and not request.query_params.get("layer"):
        return View("map_none.html", {"published": list(site.entries.values())})
    shown = stack(site, request.query_params)
    level = level_of(site)
    entries = [*shown.entries, *([site.entries[level.id]] if level else [])]
    when = moment(site, request.query_params, dict.fromkeys(entries))
    then_or_now = _links(site, request, when)
    if SNAPSHOT in request.query_params and (when.is_unknown or when.lost):
        return View("map_lost.html", {"moment": when, **then_or_now}, 404 if when.is_unknown else 410)
    return View("map.html", _context(site, shown, level, when) | then_or_now)


def _context(site: Site, shown: Stack, level: Level | None, when: Moment) -> dict[str, Any]:
    listed = {each.entry.id for each in shown.over}
    return {
        "entry": shown.base,
        "stack": shown,
        "variables": [(each.variable, _title(site, each.product, each.variable)) for each in shown.variables],
        "scenarios": SCENARIOS,
        "level": level,
        "moment": when,
        "tables": {
            each.id: map_tables.legend(site, each, when.versions) for each in shown.entries if each.look
        },
        "offered": _by_theme({name: one for name, one in offered(site).items() if name not in listed}),
        "data": _data(site, shown, level, when),
        "xyz": f"{site.base}{tile_address(shown.base.collection)}?{urlencode(_shown(shown, when))}",
        "saved": site.catalog.what_ifs.values(),
        "shared": [(site.say(f"value.share.{share}"), colour) for share, colour in SHARED.items()],
        "changes": [(site.say(f"change.{gain}"), colour) for gain, colour in CHANGES.items()],
    }


def _title(site: Site, product: str, variable: str) -> str:
    return site.named(site.products[product].variable(variable).title)


def _shown(shown: Stack, when: Moment) -> dict[str, str]:
    version = {VERSION: when.versions[shown.base.layer]} if when.is_past else {}
    return asked(shown.base, shown.scenario) | version


def _by_theme(entries: Mapping[str, Any]) -> dict[str, list[Any]]:
    themes = {theme: [each for each in entries.values() if each.theme == theme] for theme in THEMES}
    return {theme: found for theme, found in themes.items() if found}


def _links(site: Site, request: Request, when: Moment) -> dict[str, str]:
    """The same page as it was then, and as it is now."""
    kept = {name: value for name, value in request.query_params.items() if name not in (MADE, SNAPSHOT)}
    kept["lang"] = site.language
    then = kept | {SNAPSHOT: str(when.number)}
    return {
        "as_then": f"{site.path('/map')}?{urlencode(then)}",
        "as_now": f"{site.path('/map')}?{urlencode(kept)}",
    }


def _data(site: Site, shown: Stack, level: Level | None, when: Moment) -> dict[str, Any]:
    """What the scripts of the page need; texts in its language."""
    return {
        "language": site.language,
        "crop": shown.base.crop,
        "scenario": shown.scenario,
        "bounds": map_tables.around(site.bounds, shown.entries, when.versions),
        "level": level.id if level else None,
        "snapshot": site.snapshot.id,
        "style": style(site, shown, level, when.versions),
        "places": site.path("/map/places"),
        "what_if": None if when.is_past else what_if_data(site, shown.base, shown.scenario),
        "shows_indicators": any(each.look for each in shown.entries),
        "point": point_data(site),
        "region": region_data(site),
        "date": Words(site).moment(site.snapshot.created) if site.snapshot.created else "",
        "controls": {name: site.say(key) for name, key in _CONTROLS.items()},
        "words": {key.removeprefix("map."): site.say(key) for key in _SAID}
        | {key: site.say(f"map.{key}", **{key_of: f"{{{key_of}}}"}) for key, key_of in _SAID_OF.items()},
    }


_CONTROLS = {
    "NavigationControl.ZoomIn": "map.zoom_in",
    "NavigationControl.ZoomOut": "map.zoom_out",
    "Map.Title": "page.map",
    "Marker.Title": "map.point",
}
"""Names that MapLibre has for its own texts."""
_SAID = ("map.failed", "map.tiles_failed", "map.again", "map.copied", "map.copy_by_hand", "map.none_found")
_SAID_OF = {"no_region": "region", "found": "count", "shown": "title", "chosen": "region"}
"""Texts with a place that the scripts fill."""
