"""/profiles/{version}.svg: where the country's soil profiles are, to lie over the shape of its land."""

from functools import lru_cache

import shapely
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.names import PROFILES
from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.report.looks import SHARED
from soilinfo.report.profile.plot import SVG
from soilinfo.serve.answers import FOR_EVER
from soilinfo.serve.collections import Collection
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

DOTS = 100
"""Dots that would lie side by side from the west to the east of the picture."""
DECIMALS = 3
"""Of degrees: profiles in the same place of a small picture are one dot."""


def routes(state: State) -> list[Route]:
    """The one address of the picture."""

    async def serve_picture(request: Request) -> Response:
        site, version = site_of(request, state), request.path_params["version"]
        known = site.published.get(PROFILES)
        if version != known:
            raise UnknownNameError("picture of profiles", version, [known] if known else [])
        return await run_in_threadpool(_answer, site)

    return [Route("/profiles/{version}.svg", serve_picture, name="profile_picture")]


def _answer(site: Site) -> Response:
    drawn = _drawn(pinned().collections[PROFILES], site.bounds)
    return Response(drawn, media_type=SVG, headers={"cache-control": FOR_EVER})


@lru_cache(maxsize=4)
def _drawn(profiles: Collection, bounds: Bounds) -> str:
    """SVG of a dot for each place of a profile, its frame the ``bounds`` of the pictures."""
    west, south, east, north = bounds
    found = profiles.store.vector.read(PROFILES, profiles.version, Query(fields=("id",)))
    places = shapely.get_coordinates(found.geometry.to_numpy()).round(DECIMALS)
    radius = f'r="{(east - west) / DOTS / 2:.5f}"'
    dots = (f'<circle cx="{x:g}" cy="{-y:g}" {radius}/>' for x, y in sorted(set(map(tuple, places.tolist()))))
    frame = f'viewBox="{west:.6f} {-north:.6f} {east - west:.6f} {north - south:.6f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame} fill="{SHARED["all"]}">{"".join(dots)}</svg>'
