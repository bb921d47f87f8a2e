"""OGC WMTS 1.0.0: capabilities and tiles for clients that read legends there, QGIS before all.

KVP at /wmts and RESTful: tiles are those of OGC API - Tiles, whose addresses the capabilities name.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from anyio import to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.addresses import CAPABILITIES_SAY, WMTS, WMTS_CAPABILITIES, WMTS_TILE
from soilinfo.serve.maps.drawing import Drawing, drawn_by
from soilinfo.serve.maps.image import ENCODINGS
from soilinfo.serve.maps.legends import legend_answer
from soilinfo.serve.maps.picture import pictured
from soilinfo.serve.maps.tile_matrix_sets import known_set
from soilinfo.serve.maps.tiles import asked_tile, frame_of_tile
from soilinfo.serve.maps.wmts_capabilities import VERSION, XML, capabilities, exception_report, layers
from soilinfo.serve.state import pinned

MISSING, INVALID = "MissingParameterValue", "InvalidParameterValue"
NOT_SUPPORTED, OUT_OF_RANGE = "OperationNotSupported", "TileOutOfRange"
STATUS: Mapping[str, int] = {NOT_SUPPORTED: 501}
"""HTTP status of an exception code, where it is not 400 (OGC 06-121r9, table 28)."""


class WmtsError(Exception):
    """A request that WMTS answers with an exception report."""

    def __init__(self, code: str, locator: str, text: str) -> None:
        super().__init__(text)
        self.code, self.locator = code, locator


Named = Mapping[str, str]
"""The query parameters by their names in small letters: in KVP their case has no meaning."""


async def kvp(request: Request) -> Response:
    """/wmts?service=WMTS&request=GetCapabilities, or GetTile"""
    try:
        named = _named(request.query_params)
        _required(named, ("service", "request"))
        if named["service"].upper() != "WMTS":
            raise WmtsError(INVALID, "service", f"no service '{named['service']}' here; there is: WMTS")
        operation = OPERATIONS.get(named["request"].lower())
        if operation is None:
            known = "GetCapabilities, GetTile, GetLegendGraphic"
            raise WmtsError(NOT_SUPPORTED, "request", f"no '{named['request']}' here; there are: {known}")
        return await operation(request, named)
    except WmtsError as error:
        status = STATUS.get(error.code, 400)
        return Response(exception_report(error.code, error.locator, str(error)), status, media_type=XML)


async def _get_capabilities(request: Request, named: Named) -> Response:
    wanted = named.get("acceptversions", named.get("version", VERSION)).split(",")
    if VERSION not in wanted:
        raise WmtsError("VersionNegotiationFailed", "acceptversions", f"the only version is {VERSION}")
    return await _described(request)


async def _get_legend_graphic(request: Request, named: Named) -> Response:
    """What LegendURL leads to: QGIS adds the parameters of WMS to it, which no other address would take."""
    _required(named, ("layer", "style"))
    collection, crop = layers(pinned())[_one_of("layer", named, layers(pinned()))]
    shown = Drawing(collection, _one_of("style", named, drawn_by(collection)[1]), crop)
    language = language_of(request, pinned().catalog)
    return await to_thread.run_sync(legend_answer, shown, language, "png")


async def _get_tile(_: Request, named: Named) -> Response:
    _required(named, ("version", *WMTS_TILE))
    if named["version"] != VERSION:
        raise WmtsError(INVALID, "version", f"the only version is {VERSION}")
    collection, crop = layers(pinned())[_one_of("layer", named, layers(pinned()))]
    formats = {encoding.media_type: encoding for encoding in ENCODINGS.values()}
    encoding = formats[_one_of("format", named, formats)]
    name, drawn = drawn_by(collection)
    params = QueryParams({name: _one_of("style", named, drawn)} | ({"crop": crop} if crop else {}))
    return await pictured(collection, params, _frame(named), encoding)


def _frame(named: Named) -> Frame:
    try:
        set_ = known_set(named["tilematrixset"])
        tile = asked_tile(set_, named["tilematrix"], named["tilerow"], named["tilecol"])
    except UnknownNameError as error:
        raise WmtsError(INVALID, error.kind.replace(" ", ""), str(error)) from None
    except RefusedError as error:
        locator = "tilerow" if "tileRow" in str(error) else "tilecol"
        raise WmtsError(OUT_OF_RANGE, locator, str(error)) from None
    return frame_of_tile(set_, tile)


def _named(params: QueryParams) -> Named:
    named: dict[str, str] = {}
    for name, value in params.multi_items():
        if name.lower() in named:
            raise WmtsError(INVALID, name, f"'{name}' is given more than once")
        named[name.lower()] = value
    return named


def _required(named: Named, names: Iterable[str]) -> None:
    for name in names:
        if not named.get(name):
            raise WmtsError(MISSING, name, f"'{name}' is missing")


def _one_of(name: str, named: Named, known: Iterable[str]) -> str:
    known = [*known]
    if named[name] not in known:
        raise WmtsError(INVALID, name, f"no {name} '{named[name]}'; there are: {', '.join(known)}")
    return named[name]


async def restful(request: Request) -> Response:
    """/wmts/1.0.0/WMTSCapabilities.xml"""
    parameters.check(request.query_params, ("lang", *CAPABILITIES_SAY))
    for name, value in CAPABILITIES_SAY.items():
        parameters.one_of(name, request.query_params.get(name, value), (value,))
    return await _described(request)


async def _described(request: Request) -> Response:
    publication = pinned()
    language = language_of(request, publication.catalog)
    content = await to_thread.run_sync(capabilities, publication, language)
    return Response(content, media_type=XML)


OPERATIONS: Mapping[str, Callable[[Request, Named], Awaitable[Response]]] = {
    "getcapabilities": _get_capabilities,
    "getlegendgraphic": _get_legend_graphic,
    "gettile": _get_tile,
}
"""By their names in small letters."""

ROUTES = [Route(WMTS, kvp), Route(WMTS_CAPABILITIES, restful)]
