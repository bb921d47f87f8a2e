"""/panels/point: everything that is known at a place, for the panel that a click on the map opens."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.names import PROFILES
from soilinfo.catalog.product import PRODUCT_THEMES
from soilinfo.serve.edr.places import on_earth
from soilinfo.serve.pages.derived import crops, derived, products_of
from soilinfo.serve.pages.indicators import indicators
from soilinfo.serve.pages.moment import SNAPSHOT
from soilinfo.serve.pages.observed import observed
from soilinfo.serve.pages.panel import answered, panel_data, shown_of, site_at
from soilinfo.serve.pages.position import Position, Row
from soilinfo.serve.pages.shares import Region
from soilinfo.serve.pages.stack import level_of
from soilinfo.serve.pages.surroundings import nearest_profiles, soil_units, units
from soilinfo.serve.parameters import check, numbers, one_of
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned

PATH = "/panels/point"
FORMATS = ("CSV", "CoverageJSON")
"""Files of the values of one collection, as EDR calls their formats."""
WORDS = (
    *(
        "as_then",
        "at",
        "copied",
        "copy",
        "copy_failed",
        "crop",
        "depth",
        "failed",
        "indicator",
        "indicators_rows",
        "affected",
        "loading",
        "no_data",
        "near_profiles",
        "no_units",
    ),
    *("no_values", "outside", "profile", "profile_unit", "property", "soil_unit", "table", "units", "value"),
    "why",
)
"""Texts of the panel of a point: ``panel.<word>``."""


def routes(state: State) -> list[Route]:
    """The one address of a point's values: ``?at=longitude,latitude&scenario=&snapshot=``."""

    async def serve_point(request: Request) -> Response:
        check(request.query_params, ("at", "scenario", SNAPSHOT, "lang"))
        longitude, latitude = numbers("at", request.query_params.get("at", ""), 2)
        on_earth(np.array([(longitude, latitude)]))
        scenario = one_of("scenario", request.query_params.get("scenario", SCENARIOS[-1]), SCENARIOS)
        now = pinned()
        shown = await run_in_threadpool(shown_of, now, request.query_params)
        site = site_at(site_of(request, state), shown)
        position = Position(site, shown.collections, longitude, latitude, shown is not now)
        document = await run_in_threadpool(point, position, scenario)
        return answered(document)

    return [Route(PATH, serve_point, name="point")]


def point_data(site: Site) -> dict[str, Any]:
    """What the script of the panel needs to know; {profile} is for it to fill."""
    href = site.link(f"/collections/{PROFILES}/items/{{profile}}")
    title = site.say("profile.page.title", profile="{profile}")
    return panel_data(site, PATH, WORDS) | {"soil_profile": {"href": href, "title": title}}


def point(position: Position, scenario: str) -> dict[str, Any]:
    """What is known at a place, ready to be drawn; where it lies beyond the grid, only that it does."""
    at = {"longitude": position.longitude, "latitude": position.latitude, "inside": position.is_on_the_grid}
    if not at["inside"]:
        return at
    found = units(position)
    scenarios = tuple(dict.fromkeys((SCENARIOS[0], scenario)))
    return at | {
        "units": found,
        "soil_units": list(soil_units(position)),
        "profiles": nearest_profiles(position),
        "themes": [*_observed(position), *_derived(position)],
        "suitability": _suitability(position, scenarios),
        "indicators": _indicators(position, found),
        "why": None if position.is_past else position.site.link("/processes/explain-suitability"),
    }


def _indicators(position: Position, found: Iterable[Row]) -> Row | None:
    """Those of the unit that a click chooses."""
    level = level_of(position.site)
    code = next((unit["code"] for unit in found if level and unit["level"] == level.id), None)
    return indicators(Region(position.site, position.collections, level, code)) if level and code else None


def _observed(position: Position) -> Iterator[dict[str, Any]]:
    for each in position.collections.values():
        if each.kind == "theme":
            yield _theme(position, each.id, [_group(position, each.id, "", observed(position, each))])


def _derived(position: Position) -> Iterator[dict[str, Any]]:
    for theme in PRODUCT_THEMES:
        groups = [
            _group(position, each.id, position.site.named(each.title), derived(position, each))
            for each in products_of(position, theme)
        ]
        if groups:
            yield _theme(position, theme, groups)


def _theme(position: Position, name: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": name, "title": position.site.say(f"theme.{name}"), "groups": groups}


def _group(position: Position, collection: str, title: str, rows: Iterable[Row]) -> dict[str, Any]:
    return {"id": collection, "title": title, "rows": list(rows), "files": _files(position, collection)}


def _suitability(position: Position, scenarios: tuple[str, ...]) -> dict[str, Any] | None:
    rows, say = list(crops(position, scenarios)), position.site.say
    titles = {name: say(f"scenario.{name}") for name in scenarios}
    return {"title": say("theme.suitability"), "scenarios": titles, "rows": rows} if rows else None


def _files(position: Position, collection: str) -> dict[str, str]:
    """The same values from the position query of OGC API - EDR, by the name of the format; of now only."""
    if position.is_past:
        return {}
    coords = f"POINT({position.longitude:.6f} {position.latitude:.6f})"
    address = f"/collections/{collection}/position"
    return {name: position.site.link(address, coords=coords, f=name) for name in FORMATS}
