"""/land/{level}/{version}.svg: the country's land as one grey shape, to lie below pictures of its rasters.

A picture is transparent both at sea and where a layer has no data; over this shape the two differ.
"""

from functools import lru_cache

import shapely
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.serve.answers import FOR_EVER
from soilinfo.serve.collections import Collection
from soilinfo.serve.pages.outline import outline
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

MEDIA_TYPE = "image/svg+xml"
PIXELS = 2000
"""Outlines are thinned to what a picture of this width can show."""


def routes(state: State) -> list[Route]:
    """The one address of the land."""

    async def serve_land(request: Request) -> Response:
        site = site_of(request, state)
        level, version = request.path_params["level"], request.path_params["version"]
        if (level, version) != site.land:
            raise UnknownNameError("land", f"{level}/{version}", ["/".join(site.land)] if site.land else [])
        return await run_in_threadpool(_answer, site, level)

    return [Route("/land/{level}/{version}.svg", serve_land, name="land")]


def _answer(site: Site, level: str) -> Response:
    drawn = _drawn(pinned().collections[level], site.bounds)
    return Response(drawn, media_type=MEDIA_TYPE, headers={"cache-control": FOR_EVER})


@lru_cache(maxsize=4)
def _drawn(level: Collection, bounds: Bounds) -> str:
    """SVG of a level's regions, its frame the ``bounds`` of the pictures."""
    west, south, east, north = bounds
    shapes = level.store.vector.read(level.id, level.version, Query(fields=("code",))).geometry
    thinned = shapely.simplify(shapes.to_numpy(), (east - west) / PIXELS, preserve_topology=True)
    outlines = filter(None, (outline(shape.__geo_interface__) for shape in thinned))
    frame = f'viewBox="{west:.6f} {-north:.6f} {east - west:.6f} {north - south:.6f}"'
    look = f'fill="{NO_DATA_COLOUR}" fill-rule="evenodd"'
    paths = "".join(f'<path d="{shape.path}"/>' for shape in outlines)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame} {look}>{paths}</svg>'
