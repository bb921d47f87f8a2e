"""/soil_maps/{name}/{version}.png: a soil map of the whole country in the colours of its legend."""

from functools import lru_cache

import numpy as np
from rasterio.features import rasterize
from rasterio.transform import from_bounds
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.styles import rgb
from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.report.maps import png
from soilinfo.serve.answers import FOR_EVER
from soilinfo.serve.collections import Collection
from soilinfo.serve.maps.image import ENCODINGS
from soilinfo.serve.site.asked import State, site_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.vector import Query

WIDTH = 1200
"""Pixels; a picture stays small however many polygons the map has."""


def routes(state: State) -> list[Route]:
    """The one address of the pictures."""

    async def serve_picture(request: Request) -> Response:
        site = site_of(request, state)
        name, version = request.path_params["name"], request.path_params["version"]
        known = {each: site.published[each] for each in site.units}
        if known.get(name) != version:
            there_are = (f"{each}/{of}" for each, of in known.items())
            raise UnknownNameError("picture of a soil map", f"{name}/{version}", there_are)
        return await run_in_threadpool(_answer, site, name)

    return [Route("/soil_maps/{name}/{version}.png", serve_picture, name="soil_picture")]


def _answer(site: Site, name: str) -> Response:
    colours = tuple((line.code, line.colour) for line in site.units[name])
    drawn = _drawn(pinned().collections[name], colours, site.bounds, site.picture_height(WIDTH))
    return Response(drawn, media_type=ENCODINGS["png"].media_type, headers={"cache-control": FOR_EVER})


@lru_cache(maxsize=4)
def _drawn(soil_map: Collection, colours: tuple[tuple[str, str], ...], bounds: Bounds, height: int) -> bytes:
    """PNG of a map's polygons in the frame of the pictures of rasters; transparent where there is none."""
    polygons = soil_map.store.vector.read(soil_map.id, soil_map.version, Query(fields=("unit_code",)))
    numbers = {code: number for number, (code, _) in enumerate(colours, start=1)}
    units = zip(polygons.geometry, polygons["unit_code"].map(numbers), strict=True)
    frame = from_bounds(*bounds, WIDTH, height)
    drawn = rasterize(units, (height, WIDTH), fill=0, transform=frame, dtype="uint16")
    table = [(0, 0, 0, 0), *((*rgb(colour), 255) for _, colour in colours)]
    return png(np.array(table, dtype=np.uint8)[drawn])
