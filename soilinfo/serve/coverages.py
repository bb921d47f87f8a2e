"""/collections/{collection}/coverage and .../map: the query parameters, read for the providers."""

from urllib.parse import urlencode

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from soilinfo.errors import InputError
from soilinfo.grid import Bounds, Grid
from soilinfo.serve import parameters
from soilinfo.serve.answers import Formats, negotiated
from soilinfo.serve.collections import collection_of
from soilinfo.serve.language import language_of
from soilinfo.serve.live import asks_what_if
from soilinfo.serve.providers.bands import CROP
from soilinfo.serve.providers.coverage import FORMATS, CoverageProvider, Selection, axis_names
from soilinfo.serve.providers.maps import MEDIA_TYPE as PNG
from soilinfo.serve.providers.maps import MapProvider, map_parameters
from soilinfo.serve.providers.raster import Frame
from soilinfo.serve.state import pinned

RASTERS = ("raster", "suitability")

COVERAGE_FORMATS: Formats = {
    "json": ("application/vnd.cov+json", "application/prs.coverage+json", "application/json"),
    "tiff": ("image/tiff",),
    # People are shown the page of the collection: a browser has no use for millions of numbers.
    "html": ("text/html", "application/xhtml+xml"),
}
MAP_FORMATS: Formats = {"png": (PNG,)}

SMALLEST_FACTOR = 1e-9
"""Of scale-factor: far below whatever is small enough to answer, and still a number to count with."""
NARROWEST = 1e-6
"""Short side of a map's bbox as a part of the long one, where the size of the picture follows from it."""

MAP_WIDTH = 512
"""Pixels across a map when the client does not say."""


async def coverage(request: Request) -> Response:
    """Values of a window."""
    publication, params = pinned(), request.query_params
    collection = collection_of(publication.collections, request.path_params["collection"], RASTERS)
    several = collection.kind == "suitability"
    parameters.check(params, parameters.SUITABILITY_COVERAGE if several else parameters.COVERAGE)
    format_ = negotiated(request, COVERAGE_FORMATS)
    if format_ == "html":
        page = urlencode({"f": "html", "lang": language_of(request, publication.catalog)})
        return RedirectResponse(f"{publication.base_url}/collections/{collection.id}?{page}", 303)
    provider: CoverageProvider = publication.provider(collection, "coverage")
    selection = selection_of(params, collection.grid, provider.axes)
    content = await to_thread.run_sync(provider.query, selection, format_)
    encoder = FORMATS[format_]
    name = f'inline; filename="{collection.id}.{encoder.EXTENSION}"'
    return Response(content, media_type=encoder.MEDIA_TYPE, headers={"Content-Disposition": name})


def selection_of(params: QueryParams, grid: Grid, axes: list[str]) -> Selection:
    """What the query parameters ask of a coverage; InputError if unclear."""
    subset = parameters.axes(params, "subset")
    for axis in subset:
        parameters.one_of("axis", axis, axes)
    return Selection(
        bounds=_bounds(params, grid, subset),
        size=_size(params, grid),
        factor=_factor(params),
        properties=parameters.listed(params, "properties"),
        crops=_crops(params, subset),
    )


def _crops(params: QueryParams, subset: dict[str, str]) -> tuple[str, ...]:
    if CROP in params and CROP in subset:
        raise InputError(f"give either {CROP} or subset of {CROP}, not both")
    return parameters.listed(params, CROP) or parameters.strings(subset.get(CROP, ""))


def _bounds(params: QueryParams, grid: Grid, subset: dict[str, str]) -> Bounds | None:
    bbox = parameters.bbox_in(params, "OGC:CRS84" if grid.is_geographic else grid.crs)
    across, up = axis_names(grid)
    if across not in subset and up not in subset:
        return bbox
    if bbox:
        raise InputError(f"give either bbox or subset of {across} and {up}, not both")
    west, south, east, north = grid.bounds
    if across in subset:
        west, east = parameters.range_of(across, subset[across])
    if up in subset:
        south, north = parameters.range_of(up, subset[up])
    return west, south, east, north


def _size(params: QueryParams, grid: Grid) -> tuple[int | None, int | None]:
    name = next((name for name in ("scale-size", "scaleSize") if name in params), "scale-size")
    sizes = parameters.axes(params, name)
    names = axis_names(grid)
    for axis in sizes:
        parameters.one_of("axis", axis, names)
    counts = [parameters.integer(QueryParams(sizes), axis, 0, low=1) or None for axis in names]
    return counts[0], counts[1]


def _factor(params: QueryParams) -> float:
    name = next((name for name in ("scale-factor", "scaleFactor") if name in params), "scale-factor")
    (factor,) = parameters.numbers(name, params.get(name, "1"), 1)
    if factor < SMALLEST_FACTOR:
        raise InputError(f"'{name}' must be above 0 (at least {SMALLEST_FACTOR:g}), not {factor:g}")
    return factor


async def map_image(request: Request) -> Response:
    """A picture of a window."""
    publication, params = pinned(), request.query_params
    collection = collection_of(publication.collections, request.path_params["collection"], RASTERS)
    parameters.check(params, map_parameters(collection))
    negotiated(request, MAP_FORMATS)
    provider: MapProvider = publication.provider(collection, "map")
    frame = frame_of_map(params, collection.bounds)

    content = await to_thread.run_sync(drawn, provider, params, frame)
    corners = ",".join(f"{side:.12g}" for side in frame.bounds)
    return Response(content, media_type=PNG, headers={"Content-Bbox": corners})


def drawn(provider: MapProvider, params: QueryParams, frame: Frame) -> bytes:
    """The PNG of a frame: of what is published, or under the what-if that the query parameters describe."""
    transparent = parameters.boolean(params, "transparent", True)
    if asks_what_if(params):
        return provider.query_live(frame, params, transparent=transparent)
    variable = params.get("variable", params.get("scenario"))
    return provider.query(frame, crop=params.get("crop"), variable=variable, transparent=transparent)


def frame_of_map(params: QueryParams, extent: Bounds) -> Frame:
    """The picture asked for: without bbox the whole ``extent`` (CRS84), without a size MAP_WIDTH wide."""
    target = parameters.crs(params, "crs", parameters.crs(params, "bbox-crs"))
    bounds = parameters.bbox_in(params, target) or parameters.reprojected(extent, "OGC:CRS84", target)
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise InputError("'bbox' has no area")
    ratio = (north - south) / (east - west)
    if not NARROWEST <= ratio <= 1 / NARROWEST:
        raise InputError("'bbox' is too narrow for a map")
    width = parameters.integer(params, "width", 0, low=1)
    height = parameters.integer(params, "height", 0, low=1)
    width = width or (max(1, round(height / ratio)) if height else MAP_WIDTH)
    return Frame(target, bounds, width, height or max(1, round(width * ratio)))
