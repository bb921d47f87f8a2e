"""/manifest, /profile and /observation: lists of rows, in pages that the header Link leads through."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

import orjson
from pygeofilter import ast
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.names import OBSERVATIONS, PROFILES
from soilinfo.errors import SoilinfoError, UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.places import DEGREES, bbox_of
from soilinfo.serve.edr.profile_places import described_in
from soilinfo.serve.federation import rows
from soilinfo.serve.federation.access import HEADER, NOBODY, admitted, write_down
from soilinfo.serve.state import Publication, State, pinned
from soilinfo.store.vector import Query

PAGE = ("limit", "offset")
CHOSEN = ("bbox", "datetime", "dataset", "project", "profile_code", "property")
"""Query parameters that choose rows."""

Answer = tuple[list[dict[str, Any]], int]
"""Rows of a page, and how many there are in all."""


def routes(state: State) -> list[Route]:
    """The three addresses, open to those whom the settings and the configuration admit."""

    def asked(answer: Callable[[Publication, QueryParams], Answer]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(_answered, request, state, answer)

        return endpoint

    known = {"/manifest": _manifest, "/profile": _profiles, "/observation": _observations}
    return [Route(path, asked(answer)) for path, answer in known.items()]


def _answered(
    request: Request, state: State, answer: Callable[[Publication, QueryParams], Answer]
) -> Response:
    """The rows for one who is admitted; whatever becomes of a request is written down."""
    publication, client, status = pinned(), NOBODY, 500
    found: Answer = [], 0
    try:
        client = admitted(request, publication.catalog, state.settings)
        found = answer(publication, request.query_params)
        status = 200
    except (RefusedError, SoilinfoError) as refusal:
        status = refusal.status
        raise
    finally:
        write_down(request, state.settings, client, status, len(found[0]))
    return _page(publication, request, *found)


def _page(publication: Publication, request: Request, found: list[dict[str, Any]], matched: int) -> Response:
    headers = {"OGC-NumberMatched": str(matched), "OGC-NumberReturned": str(len(found)), "Vary": HEADER}
    offset = int(request.query_params.get("offset", 0))
    if offset + len(found) < matched:
        query = dict(request.query_params) | {"offset": str(offset + len(found))}
        following = f"{publication.base_url}{request.url.path}?{urlencode(query)}"
        headers["Link"] = f'<{following}>; rel="next"'
    return Response(orjson.dumps(found), media_type=JSON, headers=headers)


def _manifest(publication: Publication, params: QueryParams) -> Answer:
    parameters.check(params, ())
    if PROFILES not in publication.collections:
        return [], 0
    found = rows.manifest(publication.collections[PROFILES], publication.collections.get(OBSERVATIONS))
    return found, len(found)


def _profiles(publication: Publication, params: QueryParams) -> Answer:
    """Profiles by place, time, dataset, project, code and what was observed of them."""
    where = [described_in(params)]
    if "property" in params:
        where.append(_among(_property(publication, params)))
    return _asked(publication, PROFILES, params, where, "id", rows.profiles)


def _observations(publication: Publication, params: QueryParams) -> Answer:
    """Observations by the same, and of one profile: 404 where there is none of that code."""
    if "profile_code" in params:
        _known_profile(publication, params["profile_code"])
    where = [described_in(params), rows.TOLD]
    if "property" in params:
        where.append(ast.Equal(ast.Attribute("property"), _property(publication, params)))
    return _asked(publication, OBSERVATIONS, params, where, "profile_id", rows.observations)


def _asked(
    publication: Publication,
    name: str,
    params: QueryParams,
    where: list[ast.Node | None],
    code: str,
    told: Callable[[Collection, Query], Iterable[dict[str, Any]]],
) -> Answer:
    parameters.check(params, (*CHOSEN, *PAGE))
    if name not in publication.collections:
        return [], 0
    collection = publication.collections[name]
    most = publication.catalog.services.limits.file_features
    conditions = [each for each in where if each is not None]
    columns = {"dataset": "dataset", "project": "project", "profile_code": code}
    query = Query(
        bbox=bbox_of(params, DEGREES) if "bbox" in params else None,
        equal={column: params[each] for each, column in columns.items() if each in params},
        where=ast.And.from_items(*conditions) if conditions else None,
        limit=parameters.integer(params, "limit", most, low=1, high=most),
        offset=parameters.integer(params, "offset", 0, low=0),
    )
    return list(told(collection, query)), collection.store.vector.count(name, collection.version, query)


def _property(publication: Publication, params: QueryParams) -> str:
    return parameters.one_of("property", params["property"], publication.catalog.properties)


def _among(name: str) -> ast.Node:
    """The condition that a list of names, with commas between them, has this one."""
    listed = ast.Attribute("properties")
    patterns = (name, f"{name}, %", f"%, {name}", f"%, {name}, %")
    return ast.Or.from_items(*(ast.Like(listed, each, False, "%", "_", "\\", False) for each in patterns))


def _known_profile(publication: Publication, code: str) -> None:
    found = publication.collections.get(PROFILES)
    if found is None or not found.store.vector.count(PROFILES, found.version, Query(ids=(code,))):
        raise UnknownNameError("profile", code, ["those that /profile lists"])
