"""How the values of inputs are given: as they are, qualified, or by reference (Processes 1.0, 7.11.1)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import VECTORS, collection_of
from soilinfo.serve.state import Publication
from soilinfo.serve.systems import CRS84

QUALIFIED = frozenset(("value", "mediaType", "encoding", "schema", "format"))
LINK = frozenset(("href", "rel", "type", "hreflang", "title", "length"))
"""Members of a qualified value, and of a link to one."""

FEATURE = re.compile(r"/collections/([^/?#]+)/items/([^/?#]+)(?:\?f=json)?")


def values_of(inputs: Mapping[str, Any], publication: Publication) -> dict[str, Any]:
    """The inputs by value, without those that are null, which is as if they were not given.

    InputError for a reference to anything but a feature of this service.
    """
    values = {name: _value(name, given, publication) for name, given in inputs.items()}
    return {name: value for name, value in values.items() if value is not None}


def _value(name: str, given: Any, publication: Publication) -> Any:
    if isinstance(given, dict) and "value" in given and QUALIFIED.issuperset(given):
        if not isinstance(given.get("mediaType", ""), str):
            raise InputError(f"the mediaType of input '{name}' must be text")
        return given["value"]
    if isinstance(given, dict) and "href" in given and LINK.issuperset(given):
        return _feature(name, str(given["href"]), publication)
    return given


def _feature(name: str, href: str, publication: Publication) -> Any:
    """The feature that an address of this service names, in CRS84.

    Nothing is fetched from elsewhere: what the server can reach is not for every client to read.
    """
    items = f"{publication.base_url}/collections/.../items/..."
    match = FEATURE.fullmatch(href.removeprefix(publication.base_url))
    if match is None or not href.startswith(publication.base_url):
        raise InputError(
            f"input '{name}' by reference must be a feature of this service ({items}), not '{href}': nothing "
            "is fetched from elsewhere. Send the value itself"
        )
    collection, identifier = map(unquote, match.groups())
    try:
        found = collection_of(publication.collections, collection, VECTORS)
        provider = publication.provider(found, "feature")
        return orjson.loads(provider.feature(identifier, CRS84.name, ()))
    except (UnknownNameError, RefusedError) as error:
        raise InputError(f"input '{name}': {error}") from None
