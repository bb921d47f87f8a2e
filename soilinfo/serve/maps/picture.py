"""Pictures of a collection: what their addresses ask for, drawn and encoded; maps of any window."""

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.serve.answers import Formats, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.coverages.selection import native
from soilinfo.serve.maps.addresses import map_of
from soilinfo.serve.maps.colours import background
from soilinfo.serve.maps.drawing import asked_params, map_parameters
from soilinfo.serve.maps.frames import content_headers, frame_of_map, void
from soilinfo.serve.maps.image import ENCODINGS, Encoding
from soilinfo.serve.maps.provider import MapProvider
from soilinfo.serve.state import pinned

MAP_FORMATS: Formats = {name: (encoding.media_type,) for name, encoding in ENCODINGS.items()}


def map_image(request: Request) -> Response:
    """/collections/{collection}/map and /collections/{collection}/styles/{style}/map"""
    collection = asked_collection(pinned(), request, RASTERS)
    style, known = request.path_params.get("style"), map_parameters(collection)
    params = asked_params(request.query_params, style, collection, known)
    limit = collection.catalog.services.limits.map_pixels
    frame = frame_of_map(params, collection.bounds, native(collection.grid), limit)
    answer = picture(collection, params, frame, ENCODINGS[negotiated(request, MAP_FORMATS)])
    answer.headers.update(content_headers(frame))
    if collection.layer and collection.layer.time:
        answer.headers["Content-Datetime"] = collection.layer.time
    return answer


async def drawn(request: Request, collection: Collection, params: QueryParams, frame: Frame) -> Response:
    """A frame as a picture in the format that the request asks for."""
    return await pictured(collection, params, frame, ENCODINGS[negotiated(request, MAP_FORMATS)])


async def pictured(collection: Collection, params: QueryParams, frame: Frame, encoding: Encoding) -> Response:
    """A :func:`picture` that is asked for on the event loop, made in a thread unless it is at hand."""
    behind = background(params, transparent=encoding.transparent)
    if encoding.quick and behind.void is None:
        at_hand = _provider(collection).at_hand(frame, params)
        if at_hand is not None:
            # Drawn in the time that it takes to hand it to a thread and back.
            return Response(encoding.encode(at_hand.on(behind.data)), media_type=encoding.media_type)
    return await to_thread.run_sync(picture, collection, params, frame, encoding)


def picture(collection: Collection, params: QueryParams, frame: Frame, encoding: Encoding) -> Response:
    """A frame of the map that query parameters choose, on their background, as a picture."""
    behind = background(params, transparent=encoding.transparent)
    image = _provider(collection).query(frame, params).on(behind.data)
    if behind.void is not None:
        image = image.with_void(void(frame), behind.void)
    return Response(encoding.encode(image), media_type=encoding.media_type)


def _provider(collection: Collection) -> MapProvider:
    provider: MapProvider = pinned().provider(collection, "map")
    return provider


ROUTES = [Route(map_of("{collection}", style), map_image) for style in (None, "{style}")]
