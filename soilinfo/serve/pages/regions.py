"""/regions: what is made of one administrative unit, asked for by a form that needs no script."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from soilinfo.errors import InputError
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.processes.executions import body_of, queued
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

PATH = "/regions"
MADE = {
    "fact_sheet": "panel.fact_sheet",
    "map": "landing.region.map",
    "project": "panel.project",
    "atlas": "panel.atlas",
    "pack": "panel.pack",
}
"""Text of the button by what it asks for, the first for those in a hurry."""
JOBS = ("atlas", "pack")
"""Processes whose documents take a while: a page tells when they are there."""
CODE, NAME, PARENT = "code", "name", "parent_code"
SEE_OTHER = 303


class Group(NamedTuple):
    """A region of the level above and those within it, as codes with names."""

    name: str
    """'' where there is no level above."""
    regions: Mapping[str, str]


def routes(state: State) -> list[Route]:
    """The one address that the form is sent to."""

    async def serve_regions(request: Request) -> Response:
        site = site_of(request, state)
        asked = dict(parse_qsl((await body_of(request)).decode(errors="replace")))
        address = await run_in_threadpool(_address, site, asked.get("region", ""), asked.get("make", ""))
        return RedirectResponse(address, SEE_OTHER)

    return [Route(PATH, serve_regions, methods=["POST"], name="regions")]


def made(offered: Iterable[str]) -> dict[str, str]:
    """:data:`MADE`, of the processes only those that are ``offered``."""
    known = {*offered}
    return {name: word for name, word in MADE.items() if name not in JOBS or name in known}


def groups(site: Site) -> list[Group]:
    """The regions of the level that plans are made for, within those above; none where none are published."""
    levels = [entry.id for entry in site.of_theme("regions")]
    if not levels:
        return []
    level = site.planning_level.id if site.planning_level else levels[0]
    above = levels[: levels.index(level)][-1:] if level in levels else []
    return list(_groups(*(pinned().collections[name] for name in (level, *above))))


@lru_cache(maxsize=4)
def _groups(level: Collection, above: Collection | None = None) -> tuple[Group, ...]:
    rows = _rows(level)
    if above is None or not all(PARENT in row for row in rows):
        return (Group("", _named(rows)),)
    return tuple(
        Group(upper[NAME], _named([upper, *(row for row in rows if row[PARENT] == upper[CODE])]))
        for upper in _rows(above)
    )


def _rows(level: Collection) -> list[dict[str, Any]]:
    """Code, name and, where there is one, the code of the region above, in the order of the names."""
    known = level.store.vector.fields(level.id, level.version)
    fields = tuple(name for name in (CODE, NAME, PARENT) if name in known)
    query = Query(fields=fields, sort=((NAME, False),), geometry=False)
    rows: list[dict[str, Any]] = level.store.vector.read(level.id, level.version, query).to_dict("records")
    return rows


def _named(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {row[CODE]: row[NAME] for row in rows}


def _address(site: Site, code: str, make: str) -> str:
    """Where what is asked for is, or will be; InputError for no region and for what is not made of one."""
    parameters.one_of("make", make, MADE)
    if not code:
        raise InputError("'region' is missing: the code of an administrative unit")
    if make in JOBS:
        return site.link(queued(pinned(), make, {"region": code}, site.language))
    if make == "fact_sheet":
        return site.link(f"/factsheets/{quote(code, safe='')}.pdf")
    path = "/map" if make == "map" else f"/qgis/{site.catalog.country.id}.qgs"
    return site.link(path, region=code)
