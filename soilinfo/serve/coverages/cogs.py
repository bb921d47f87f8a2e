"""/cog/{layer}/{version}.tif: whole layers as cloud-optimised GeoTIFFs, readable in ranges.

The address carries the version and so never changes its content: caches may keep it for ever, and
a reader in the middle of a file is not disturbed by a publication. The further variables of a
coverage (/cog/{layer}/{version}/{variable}.tif) are made when they are first asked for.
"""

import re
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from soilinfo.errors import UnknownNameError
from soilinfo.jobs.runs.cogs import derived_cog, derived_path
from soilinfo.serve import parameters
from soilinfo.serve.answers import FOR_EVER, RefusedError
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.config import COG_TYPE
from soilinfo.serve.coverages.bands import fields
from soilinfo.serve.coverages.ranges import ranged, within
from soilinfo.serve.problems import Problem
from soilinfo.serve.state import Publication, pinned
from soilinfo.store.shelf import Place, size_of

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
"""Names of layers and versions; nothing else ever becomes part of a path."""
PARAMETERS = ("lang",)

_one_at_a_time: dict[str, CapacityLimiter] = {}


async def cog(request: Request) -> Response:
    """The file, or the part that the Range header asks for."""
    parameters.check(request.query_params, PARAMETERS)
    publication = pinned()
    layer, version = request.path_params["layer"], request.path_params["version"]
    place = publication.store.cog_place(layer, version)
    named = NAME.fullmatch(layer) and NAME.fullmatch(version)
    size = await to_thread.run_sync(size_of, place) if named else None
    if size is None:
        raise _unknown(publication, layer, version)
    return await _answer(request, place, size, version)


async def derived(request: Request) -> Response:
    """A further variable of a published coverage, made when it is first asked for."""
    parameters.check(request.query_params, PARAMETERS)
    publication = pinned()
    layer, version, variable = (request.path_params[name] for name in ("layer", "version", "variable"))
    collection = _collection_with(publication, layer)
    if publication.snapshot.layers.get(layer) != version or collection is None:
        raise _unknown(publication, layer, version)
    variables = fields(collection)
    if variable not in variables:
        raise UnknownNameError("variable", variable, variables)
    path = derived_path(publication.store, layer, version, variable)
    if not path.is_file():
        # One at a time, and waiting costs no thread.
        limiter = _one_at_a_time.setdefault(str(publication.store.directory), CapacityLimiter(1))
        await to_thread.run_sync(
            derived_cog, publication.store, publication.catalog, layer, version, variable, limiter=limiter
        )
    return await _answer(request, path, path.stat().st_size, f"{version}-{variable}")


async def _answer(request: Request, place: Place, size: int, tag: str) -> Response:
    headers = {"ETag": f'"{tag}"', "Cache-Control": FOR_EVER}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "range" in request.headers:
        ranges, given = within(request.headers["range"], size), MutableHeaders(scope=request.scope)
        if ranges == [] and "if-range" not in given:
            return _beyond(size)
        if ranges:
            given["range"] = f"bytes={','.join(ranges)}"
        else:
            del given["range"]
    if isinstance(place, Path):
        return FileResponse(place, media_type=COG_TYPE, headers=headers)
    return await ranged(request, place, size, COG_TYPE, headers)


def _beyond(size: int) -> Response:
    """416: no range of those asked for has anything of a file of ``size`` bytes."""
    answer = Problem(
        416, f"the file has {size} bytes, and none in the range asked for", "RangeNotSatisfiable"
    )
    answer.headers["Content-Range"] = f"bytes */{size}"
    return answer


def _collection_with(publication: Publication, layer: str) -> Collection | None:
    """The collection that a cube belongs to; none for a layer, whose one variable its own COG holds."""
    rasters = (each for each in publication.collections.values() if each.kind in RASTERS)
    return next((each for each in rasters if each.layer is None and layer in each.cubes), None)


def _unknown(publication: Publication, layer: str, version: str) -> Exception:
    rasters = {
        name: current
        for collection in publication.collections.values()
        for name, current in collection.cubes.items()
    }
    if layer not in rasters:
        return UnknownNameError("GeoTIFF of a layer", layer, rasters)
    current = f"{publication.base_url}/cog/{layer}/{rasters[layer]}.tif"
    known = publication.store.ledger.version(layer, version)
    if known and known.removed:
        gone = f"version '{version}' of '{layer}' was removed on {known.removed:%Y-%m-%d}"
        return RefusedError(410, "Gone", f"{gone}; the current one is {current}")
    return RefusedError(
        404, "NotFound", f"no version '{version}' of '{layer}' is kept here; the current one is {current}"
    )


ROUTES = [
    Route("/cog/{layer}/{version}.tif", cog),
    Route("/cog/{layer}/{version}/{variable}.tif", derived),
]
