"""What the panels of the map have in common: the block that their scripts read, and how they are answered."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.responses import Response

from soilinfo.catalog.text import text
from soilinfo.serve.site.site import Site


def panel_data(site: Site, path: str, words: Iterable[str]) -> dict[str, Any]:
    """Where a panel asks for values, and its texts ``panel.<word>``, whose {places} its script fills."""
    texts = {word: text(f"panel.{word}", site.language, site.catalog.directory) for word in words}
    return {"address": site.path(path), "language": site.language, "words": texts}


def answered(document: Mapping[str, Any]) -> Response:
    """A panel's values as JSON."""
    return Response(orjson.dumps(document), media_type="application/json")


def in_short(title: str) -> str:
    """A title without what it explains in brackets, for which a panel has no room."""
    return title.partition(" (")[0]
