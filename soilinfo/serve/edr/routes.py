"""/collections/{collection}/position, area, cube and locations."""

from collections.abc import Callable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.serve import parameters
from soilinfo.serve.answers import GEOJSON, Formats, RefusedError, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.edr import locations, profile_routes
from soilinfo.serve.edr.asked import Question, question
from soilinfo.serve.edr.cells import Content, in_area, in_cells
from soilinfo.serve.edr.forms import (
    AREA,
    AT_POINTS,
    CUBE,
    EXTENSIONS,
    LOCATION,
    LOCATIONS,
    MEAN_OF_AREA,
    MEDIA_TYPES,
    OF_AREA,
    OF_CELLS,
    OF_LOCATIONS,
    POSITION,
    SAMPLED,
    STATISTIC,
)
from soilinfo.serve.edr.means import mean_of_area
from soilinfo.serve.edr.places import (
    DEGREES,
    MOST_POINTS,
    POINTS,
    POLYGONS,
    bbox_of,
    depth_of,
    geometry_of,
    system_of,
    systems,
)
from soilinfo.serve.edr.points import at_points
from soilinfo.serve.edr.samples import Cells
from soilinfo.serve.state import pinned
from soilinfo.serve.systems import System, reprojected


def position(request: Request) -> Response:
    """Values at one or several points."""
    asked = question(request, POSITION, AT_POINTS)
    system = system_of(asked.params, asked.collection, cells=False) or DEGREES
    degrees = shapely.get_coordinates(geometry_of(asked.params, POINTS, system))
    if len(degrees) > MOST_POINTS:
        raise RefusedError(
            413, "ContentTooLarge", f"{len(degrees):,} points; at most {MOST_POINTS:,} at a time"
        )
    return _answer(asked, system, at_points, asked, degrees, system)


def area(request: Request) -> Response:
    """Values of the cells of a polygon, or their mean."""
    asked = question(request, AREA, _formats(request))
    system = system_of(asked.params, asked.collection, cells=True)
    shape = geometry_of(asked.params, POLYGONS, system or DEGREES)
    return _of_area(asked, shape, {}, system)


def cube(request: Request) -> Response:
    """Values of the cells of a rectangle, at some depths."""
    params = request.query_params
    asked = question(request, CUBE, OF_CELLS, depth_of(params))
    system = system_of(params, asked.collection, cells=True)
    given = system or DEGREES
    bounds = bbox_of(params, given)
    window = asked.grid.window_of(reprojected(bounds, given, System(asked.grid.crs)))
    if window is None:
        return _nothing()
    shown = system or _own(asked)
    return _answer(asked, shown, in_cells, asked, Cells(window), shown)


def all_locations(request: Request) -> Response:
    """The administrative units that can be asked for."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, SAMPLED)
    parameters.check(params, LOCATIONS)
    negotiated(request, OF_LOCATIONS)
    content = locations.listed(publication, collection, params)
    return Response(content, media_type=GEOJSON)


def location(request: Request) -> Response:
    """Values of the cells of an administrative unit, or their mean."""
    asked = question(request, LOCATION, _formats(request))
    system = system_of(asked.params, asked.collection, cells=True)
    code = request.path_params["location"]
    shape, about = locations.unit(asked.publication, code)
    return _of_area(asked, shape, about, system)


def _formats(request: Request) -> Formats:
    """The formats of cells, or of their mean when that is asked for."""
    statistic = request.query_params.get(STATISTIC)
    if statistic is None:
        return OF_CELLS
    parameters.one_of(STATISTIC, statistic, (MEAN_OF_AREA,))
    return OF_AREA


def _of_area(
    asked: Question, shape: BaseGeometry, about: Mapping[str, str], system: System | None
) -> Response:
    if STATISTIC in asked.params:
        shown = system or DEGREES
        return _answer(asked, shown, mean_of_area, asked, shape, about, shown)
    shown = system or _own(asked)
    return _answer(asked, shown, in_area, asked, shape, shown)


def _own(asked: Question) -> System:
    """The system that cells are answered in without ``crs``."""
    return systems(asked.collection, cells=True)[0]


def _answer(
    asked: Question, system: System, answer: Callable[..., Content | None], *arguments: object
) -> Response:
    """What ``answer`` makes of its arguments, off the event loop; 204 when there is nothing."""
    content = answer(*arguments)
    if content is None:
        return _nothing()
    name = f'inline; filename="{asked.collection.id}.{EXTENSIONS[asked.format]}"'
    headers = {"Content-Crs": f"<{system.uri}>", "Content-Disposition": name}
    return Response(content, media_type=MEDIA_TYPES[asked.format], headers=headers)


def _nothing() -> Response:
    """The place lies beyond the collection's extent (19-086r6, 7.4: no data resulting from the request)."""
    return Response(status_code=204)


ROUTES = [
    *profile_routes.ROUTES,
    Route("/collections/{collection}/position", position),
    Route("/collections/{collection}/area", area),
    Route("/collections/{collection}/cube", cube),
    Route("/collections/{collection}/locations", all_locations),
    Route("/collections/{collection}/locations/{location}", location),
]
