"""/collections/{collection}/coverage: the values of a window in the format that is negotiated."""

import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from soilinfo.errors import InputError
from soilinfo.serve import parameters
from soilinfo.serve.answers import Formats, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.extents import time_of
from soilinfo.serve.coverages.provider import FORMATS, CoverageProvider
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.coverages.selection import selection_of
from soilinfo.serve.instants import rfc3339
from soilinfo.serve.language import language_of
from soilinfo.serve.state import pinned
from soilinfo.serve.systems import CRS84, System

COVERAGE_FORMATS: Formats = {
    "json": ("application/vnd.cov+json", "application/prs.coverage+json", "application/json"),
    "tiff": ("image/tiff",),
    "netcdf": ("application/x-netcdf", "application/netcdf"),
    # People are shown the page of the collection: a browser has no use for millions of numbers.
    "html": ("text/html", "application/xhtml+xml"),
}

INTERPOLATION = "nearest-neighbor"
"""How pixels that are no cells get their values; from the overview that is nearest in size."""
PREFERRED = re.compile(r"interpolation=\"?([\w-]+)")


def coverage(request: Request) -> Response:
    """Values of a window."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, RASTERS)
    several = collection.kind == "suitability"
    parameters.check(params, parameters.SUITABILITY_COVERAGE if several else parameters.COVERAGE)
    format_ = negotiated(request, COVERAGE_FORMATS)
    if format_ == "html":
        page = urlencode({"f": "html", "lang": language_of(request, publication.catalog)})
        return RedirectResponse(f"{publication.base_url}/collections/{collection.id}?{page}", 303)
    _check_preference(request.headers.get("prefer", ""))
    provider: CoverageProvider = publication.provider(collection, "coverage")
    selection = selection_of(params, collection)
    content, frame = provider.query(selection, format_)
    encoder = FORMATS[format_]
    name = {"Content-Disposition": f'inline; filename="{collection.id}.{encoder.EXTENSION}"'}
    return Response(content, media_type=encoder.MEDIA_TYPE, headers=name | _about(collection, frame))


def _about(collection: Collection, frame: Frame) -> dict[str, str]:
    """What an answer is of, as its headers say it: system, bounds in the order of its axes, time."""
    system = System(frame.crs)
    headers = {"Content-Bbox": ",".join(f"{side:.12g}" for side in system.swapped(frame.bounds))}
    # A system without an address is only described, which is too long for a header.
    if system != CRS84 and (address := system.uri).startswith("http"):
        headers["Content-Crs"] = f"<{address}>"
    if time := time_of(collection):
        headers["Content-Datetime"] = "/".join(map(rfc3339, time))
    return headers


def _check_preference(prefer: str) -> None:
    """InputError for an interpolation that there is not, where the client insists on it (RFC 7240)."""
    asked = PREFERRED.search(prefer)
    if "handling=strict" in prefer.replace(" ", "") and asked and asked[1] != INTERPOLATION:
        raise InputError(f"no interpolation '{asked[1]}'; there is: {INTERPOLATION}")


ROUTES = [Route("/collections/{collection}/coverage", coverage)]
"""Comes before the pages: a coverage has no page of its own."""
