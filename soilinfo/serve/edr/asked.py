"""A question of Environmental Data Retrieval, read from its address: of what, and in which form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from soilinfo.grid import Grid
from soilinfo.serve import parameters
from soilinfo.serve.answers import Formats, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.collections import VECTORS, Collection
from soilinfo.serve.coverages.bands import CROP
from soilinfo.serve.edr.forms import NAMES, SAMPLED
from soilinfo.serve.edr.geojson import Feature, links
from soilinfo.serve.edr.levels import chosen
from soilinfo.serve.edr.observed import Parameter, parameters_of
from soilinfo.serve.state import Publication, pinned


@dataclass(frozen=True)
class Question:
    """Which parameters of a collection are asked for, and how they are to be answered."""

    publication: Publication
    collection: Collection
    address: str
    """Of the question, without its parameters."""
    params: QueryParams
    parameters: tuple[Parameter, ...]
    named: bool
    """True when the parameters were asked for by name, so that none may be left out."""
    format: str

    @property
    def about(self) -> str:
        """The address at which the parameters are described."""
        return described_at(self.collection, self._collection)

    @property
    def links(self) -> list[Feature]:
        """Links of a GeoJSON answer."""
        return links(f"{self.address}?{urlencode(self.params.multi_items())}", self._collection)

    @property
    def _collection(self) -> str:
        return f"{self.publication.base_url}/collections/{self.collection.id}"

    @property
    def grid(self) -> Grid:
        """The grid of the collection's cells."""
        return self.collection.grid


def described_at(collection: Collection, address: str) -> str:
    """Where the parameters of a collection at an address are described.

    Those of cubes are its properties; those of profiles are not, they stand in its own description.
    """
    return address if collection.kind in VECTORS else f"{address}/schema"


def question(
    request: Request, allowed: Sequence[str], formats: Formats, depth: str | None = None
) -> Question:
    """The question of a request for one of :data:`SAMPLED`; ``depth``: used where there is no ``z``.

    InputError for what is unknown, cannot be read or is not there.
    """
    publication, params = pinned(), request.query_params
    collection = asked_collection(publication, request, SAMPLED)
    parameters.check(params, _with_crop(allowed, collection))
    known = parameters_of(collection, parameters.listed(params, CROP))
    names = [
        parameters.one_of(NAMES[0], each, known) for name in NAMES for each in parameters.listed(params, name)
    ]
    found = chosen(known, dict.fromkeys(names), params.get("z", depth), params.get("datetime"))
    return Question(
        publication=publication,
        collection=collection,
        address=address_of(publication, request),
        params=params,
        parameters=tuple(found),
        named=bool(names),
        format=negotiated(request, formats),
    )


def address_of(publication: Publication, request: Request) -> str:
    """The public address that was asked for, without its parameters."""
    path = request.url.path
    return f"{publication.base_url}{quote(path[path.index('/collections/') :])}"


def _with_crop(allowed: Iterable[str], collection: Collection) -> tuple[str, ...]:
    return (*allowed, *((CROP,) if collection.kind == "suitability" else ()))
