"""/map/places: the administrative regions of every level by a part of their name, or by their code.

A country has thousands of districts, so the map asks for those that fit what a person has typed so far.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.serve import parameters
from soilinfo.serve.answers import json_answer
from soilinfo.serve.collections import Collection
from soilinfo.serve.features.cql2 import filter_tree
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

MOST = 8
"""Places that are offered at a time."""
MOST_READ = 200
"""Names of a level that are put in order, of those that hold the text."""
NAME, CODE, PARENT = "name", "code", "parent_code"
LONGEST = 80
"""Characters of a text that are looked for."""


class Found(NamedTuple):
    """A region that fits; tuples sort by how well it does."""

    misfit: int
    """0: its name has the text as a word, 1: as the beginning of one, 2: within one."""
    rank: int
    """Of its level, from the coarsest."""
    name: str
    code: str
    parent: str


def routes(state: State) -> list[Route]:
    """The one address of places."""

    async def serve_places(request: Request) -> Response:
        params = request.query_params
        parameters.check(params, ("q", CODE, *parameters.SERVICE))
        site = site_of(request, state)
        found = await run_in_threadpool(places, site, params.get("q", ""), params.get(CODE, ""))
        return json_answer({"places": found})

    return [Route("/map/places", serve_places, name="places")]


def places(site: Site, text: str, code: str = "") -> list[dict[str, Any]]:
    """At most MOST regions whose name holds ``text`` (in any case), or the one that has the ``code``.

    Each with its level, the region above it and its bounds in degrees; the best fitting first, then the
    coarsest. Empty for neither text nor code.
    """
    levels = [pinned().collections[entry.id] for entry in site.of_theme("regions")]
    condition = _condition(text.strip()[:LONGEST], code)
    if not condition:
        return []
    found = sorted(each for rank, level in enumerate(levels) for each in _found(level, rank, condition, text))
    return [_told(site, levels, each) for each in found[:MOST]]


def _condition(text: str, code: str) -> str:
    """The filter (CQL2) of the regions asked for; '' when none are."""
    quoted = (code or text).replace("'", "''")
    if code:
        return f"{CODE} = '{quoted}'"
    return f"CASEI({NAME}) LIKE CASEI('%{quoted}%') OR {CODE} = '{quoted}'" if text else ""


def _found(level: Collection, rank: int, condition: str, text: str) -> Iterator[Found]:
    columns = level.store.vector.fields(level.id, level.version)
    where = filter_tree(condition, "cql2-text", columns)
    fields = tuple(name for name in (CODE, NAME, PARENT) if name in columns)
    query = Query(where=where, fields=fields, limit=MOST_READ, geometry=False)
    for row in level.store.vector.read(level.id, level.version, query).to_dict("records"):
        yield Found(_misfit(row[NAME], text), rank, row[NAME], row[CODE], row.get(PARENT) or "")


def _misfit(name: str, text: str) -> int:
    words, wanted = name.casefold(), text.strip().casefold()
    if f" {wanted} " in f" {words} ":
        return 0
    return 1 if f" {wanted}" in f" {words}" else 2


def _told(site: Site, levels: list[Collection], found: Found) -> dict[str, Any]:
    level = levels[found.rank]
    shape = level.store.vector.read(level.id, level.version, Query(ids=(found.code,), fields=(CODE,)))
    return {
        "code": found.code,
        "name": found.name,
        "level": level.id,
        "level_title": site.named(site.catalog.level(level.id).singular),
        "parent": _parent(levels[: found.rank], found.parent),
        "bbox": [round(float(side), 6) for side in shape.total_bounds],
    }


def _parent(above: list[Collection], code: str) -> str:
    """The name of the region above, '' where it is of no published level."""
    if not above or not code:
        return ""
    query = Query(ids=(code,), fields=(NAME,), geometry=False)
    names = above[-1].store.vector.read(above[-1].id, above[-1].version, query)[NAME]
    return next(iter(names), "")
