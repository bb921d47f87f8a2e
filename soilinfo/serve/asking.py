"""What a request is about: the collection that its address names, in the version that it asks for.

The store may be asked for it, so addresses that name a collection are answered in threads (as plain
functions, which Starlette calls there); the few that are answered on the event loop ask from it.
"""

from dataclasses import replace

from anyio import to_thread
from starlette.requests import Request

from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import THEMES, Collection, collection_of
from soilinfo.serve.past import collection_at
from soilinfo.serve.state import Publication

VERSION = "version"
"""The query parameter, known to every address of a collection, that asks for what was once published."""


def asked_collection(publication: Publication, request: Request, kinds: tuple[str, ...]) -> Collection:
    """The collection that the address names, if it is of one of these kinds.

    It is the published one, or that of the version asked for; RefusedError (404) for a version of a theme,
    which has none of its own. Otherwise raises as
    :func:`soilinfo.serve.collections.collection_of` and :func:`soilinfo.serve.past.collection_at`.
    """
    name, version = request.path_params["collection"], request.query_params.get(VERSION)
    if version is None:
        return collection_of(publication.collections, name, kinds)
    if name in publication.collections and publication.collections[name].kind in THEMES:
        layers = ", ".join(publication.collections[name].versions)
        none = f"no version of '{name}' '{version}': it has none of its own, its layers have: {layers}"
        raise RefusedError(404, "NotFound", none)
    known = {**publication.collections, name: collection_at(publication.source, name, version)}
    return collection_of(known, name, kinds)


async def asked_from_loop(publication: Publication, request: Request, kinds: tuple[str, ...]) -> Collection:
    """The same for an address that is answered on the event loop: the store is asked in a thread."""
    if VERSION in request.query_params:
        return await to_thread.run_sync(asked_collection, publication, request, kinds)
    return asked_collection(publication, request, kinds)


def publication_of(publication: Publication, collection: Collection) -> Publication:
    """A publication that has this collection: itself, or one of a past version alone."""
    if publication.collections.get(collection.id) is collection:
        return publication
    return replace(publication, source=collection.source, collections={collection.id: collection})
