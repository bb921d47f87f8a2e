"""Vector tiles (Mapbox Vector Tiles 2.1): features with their attributes, cut into squares."""

import asyncio
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import numpy as np
from anyio import CapacityLimiter, from_thread, to_thread
from numpy.typing import NDArray
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError, negotiated
from soilinfo.serve.collections import Collection
from soilinfo.serve.features.query import query_of
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.maps.addresses import PLACE
from soilinfo.serve.maps.tile_matrix_sets import Tile
from soilinfo.serve.state import pinned
from soilinfo.serve.vector_tiles.asked import asked_drawn, asked_tile
from soilinfo.serve.vector_tiles.drawn import (
    FILTERS,
    TILE_FORMATS,
    attributes,
    conditions,
    described,
    tiles_of,
)
from soilinfo.store.cancelling import CANCELLATION
from soilinfo.store.tiled.cut import cut
from soilinfo.store.tiled.generalise import MOST_BYTES
from soilinfo.store.tiled.mvt import MEDIA_TYPE

PATIENCE = 1.0
"""Seconds that clients wait for a version to be made ready from when the first one asked: who waits has a
place among those at work, and others come after."""


class _Making(NamedTuple):
    """A version that is being made ready to be cut, and since when."""

    task: "asyncio.Task[None]"
    since: float


_in_the_making: dict[Path, _Making] = {}
_one_at_a_time: dict[Path, CapacityLimiter] = {}


def tile(request: Request) -> Response:
    """/collections/{collection}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}

    A tile in which nothing lies has no content (204).
    """
    publication, params = pinned(), request.query_params
    collection = asked_drawn(publication, request)
    parameters.check(params, tile_parameters(collection))
    negotiated(request, TILE_FORMATS)
    place = asked_tile(request, collection)
    if not _place(collection).exists():
        from_thread.run(_made_ready, collection)
    content = drawn(collection, place, params)
    return Response(content, media_type=MEDIA_TYPE) if content else Response(status_code=204)


def tile_parameters(collection: Collection) -> tuple[str, ...]:
    """The query parameters that tiles of a collection know."""
    return ("properties", *FILTERS, *parameters.DOCUMENT, *conditions(collection))


async def _made_ready(collection: Collection) -> None:
    """Have a version made ready to be cut when its first tile is asked for.

    RefusedError (503) where that takes longer than PATIENCE; it goes on meanwhile. (404) where it cannot be
    done.
    """
    name, place = collection.id, _place(collection)
    if not collection.store.tiles.writable:
        raise RefusedError(
            404,
            "NotFound",
            f"the tiles of '{name}' were not made when it was published, and this server only reads its "
            f"store: see /collections/{name}/items",
        )
    if place not in _in_the_making:
        task = asyncio.create_task(_make_ready(collection))
        _in_the_making[place] = _Making(task, monotonic())
        task.add_done_callback(lambda _: _in_the_making.pop(place))
    task, since = _in_the_making[place]
    done, _ = await asyncio.wait({task}, timeout=max(0.0, PATIENCE - (monotonic() - since)))
    if not done:
        raise RefusedError(
            503, "ServiceUnavailable", f"the tiles of '{name}' are being made ready; ask again soon"
        )
    task.result()


def _place(collection: Collection) -> Path:
    return collection.store.tiles.place(collection.id, collection.version)


async def _make_ready(collection: Collection) -> None:
    # It is for all who ask later too, whether or not the first one still waits.
    CANCELLATION.set(None)
    store = collection.store
    # One at a time, and waiting costs no thread.
    limiter = _one_at_a_time.setdefault(store.directory, CapacityLimiter(1))
    await to_thread.run_sync(store.tiles.open, collection.id, collection.version, limiter=limiter)


def drawn(collection: Collection, place: Tile, params: QueryParams) -> bytes:
    """A tile with what the query parameters choose; InputError for a choice that cannot be read.

    RefusedError (413) for a tile of more than MOST_BYTES, which only tables of several rows for a place
    have.
    """
    given = tuple((name, value) for name, value in sorted(params.items()) if _chooses(collection, name))
    query = query_of(QueryParams([*given]), collection, described(collection).fields, None)
    tiled = collection.store.tiles.open(collection.id, collection.version)
    chosen = _chosen(collection, given) if query.has_conditions else None
    content = cut(tiled, collection.id, place, query.fields or attributes(collection), chosen)
    if len(content) > MOST_BYTES:
        raise RefusedError(
            413,
            "ContentTooLarge",
            f"the tile would have {len(content):,} bytes; at most {MOST_BYTES:,} are allowed. Choose rows by "
            "the values of columns or with 'filter', and columns with 'properties'",
        )
    return content


def _chooses(collection: Collection, name: str) -> bool:
    return name == "properties" or name in FILTERS or name in conditions(collection)


@kept_with_it(16)
def _chosen(collection: Collection, given: tuple[tuple[str, str], ...]) -> NDArray[np.bool_]:
    """(rows,): which features fulfil the conditions among the parameters given, as the store finds them."""
    about, store = described(collection), collection.store
    query = query_of(QueryParams([*given]), collection, about.fields, None)
    asked = replace(query, fields=(about.id_field,), geometry=False)
    found = store.vector.read(collection.id, collection.version, asked)[about.id_field]
    ids = store.tiles.open(collection.id, collection.version).ids
    return np.asarray(ids.isin(found.astype(str)))


ROUTES = [Route(f"{tiles_of('{collection}')}/{{matrixSet}}/{PLACE}", tile)]
"""Tiles; what describes them is in :mod:`soilinfo.serve.vector_tiles.tilesets`."""
