"""Questions about soil profiles: their list, one of them, those of an area, the nearest ones."""

from collections.abc import Sequence

import shapely
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.errors import InputError
from soilinfo.serve import parameters
from soilinfo.serve.answers import GEOJSON, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.collections import VECTORS
from soilinfo.serve.edr.asked import Question, address_of
from soilinfo.serve.edr.forms import AT_POINTS, NAMES, OF_LOCATIONS
from soilinfo.serve.edr.levels import levels
from soilinfo.serve.edr.observed import Depth
from soilinfo.serve.edr.places import DEGREES, POLYGONS, bbox_of, depth_of, geometry_of, system_of
from soilinfo.serve.edr.profile_answers import answer
from soilinfo.serve.edr.profile_locations import LISTING, listed
from soilinfo.serve.edr.profile_parameters import PROFILED, parameters_of_profiles
from soilinfo.serve.edr.profile_places import distance_of, profile, within_area, within_distance
from soilinfo.serve.state import pinned
from soilinfo.serve.systems import System, moved

COMMON = ("crs", "z", *NAMES, *parameters.DOCUMENT)
LOCATION = COMMON
AREA = ("coords", "datetime", *COMMON)
CUBE = ("bbox", "datetime", *COMMON)
RADIUS = ("coords", "within", "within-units", "limit", "datetime", *COMMON)


def locations(request: Request) -> Response:
    """The profiles that can be asked for."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, VECTORS)
    parameters.check(params, LISTING)
    negotiated(request, OF_LOCATIONS)
    return Response(listed(publication.base_url, collection, params), media_type=GEOJSON)


def location(request: Request) -> Response:
    """What is known of one profile."""
    question = _question(request, LOCATION)
    found = profile(question.collection, request.path_params["location"])
    return answer(question, found, _depths(question), _system(question))


def area(request: Request) -> Response:
    """What is known of the profiles in a polygon."""
    question = _question(request, AREA)
    system = _system(question)
    shape = geometry_of(question.params, POLYGONS, system)
    return answer(
        question, within_area(question.collection, shape, question.params), _depths(question), system
    )


def cube(request: Request) -> Response:
    """What is known of the profiles in a rectangle, at some depths."""
    question = _question(request, CUBE)
    system, asked = _system(question), depth_of(question.params)
    corners = shapely.box(*bbox_of(question.params, system))
    shape = shapely.transform(corners, lambda xy: moved(xy, system, DEGREES))
    depths = levels(asked) if asked else _depths(question)
    return answer(question, within_area(question.collection, shape, question.params), depths, system)


def radius(request: Request) -> Response:
    """What is known of the profiles within a distance of a point, the nearest first."""
    question = _question(request, RADIUS)
    system = _system(question)
    ((x, y),) = shapely.get_coordinates(geometry_of(question.params, ("POINT",), system)).tolist()
    metres = distance_of(question.params)
    found = within_distance(question.collection, (x, y), metres, question.params)
    return answer(question, found, _depths(question), system)


def _question(request: Request, allowed: Sequence[str]) -> Question:
    """The question of a request; InputError for what is unknown or cannot be read."""
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, VECTORS)
    parameters.check(params, allowed)
    known = parameters_of_profiles(collection)
    names = [
        parameters.one_of(NAMES[0], each, known) for name in NAMES for each in parameters.listed(params, name)
    ]
    if not known:
        raise InputError(f"'{collection.id}' has no values; its profiles are listed at /locations")
    return Question(
        publication=publication,
        collection=collection,
        address=address_of(publication, request),
        params=params,
        parameters=tuple(known[name] for name in names or known),
        named=bool(names),
        format=negotiated(request, AT_POINTS),
    )


def _depths(question: Question) -> Sequence[Depth]:
    return levels(question.params["z"]) if "z" in question.params else ()


def _system(question: Question) -> System:
    return system_of(question.params, question.collection, cells=False) or DEGREES


class _Profiled(Convertor[str]):
    """The part of an address that names one of PROFILED."""

    regex = "|".join(PROFILED)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("profiled", _Profiled())
ROUTES = [
    Route("/collections/{collection:profiled}/locations", locations),
    Route("/collections/{collection:profiled}/locations/{location}", location),
    Route("/collections/{collection:profiled}/area", area),
    Route("/collections/{collection:profiled}/cube", cube),
    Route("/collections/{collection:profiled}/radius", radius),
]
