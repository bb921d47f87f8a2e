"""Operations of an OpenAPI document by what they are about, as a reader looks for them."""

import re
from collections.abc import Mapping

from soilinfo.serve.config import RECORDS
from soilinfo.serve.documents.openapi_parts import Part

TAGS = {
    r"/(tileMatrixSets|wmts)(/.*)?|/collections/[^/]+/(map|legend|tiles|styles)(/.*)?": "Maps and tiles",
    rf"/collections/{RECORDS}(/.*)?": "Catalogue",
    r"/collections/[^/]+/(items|queryables|sortables)(/.*)?": "Rows of tables",
    r"/collections/[^/]+/coverage|/cog/.*": "Cells of rasters",
    r"/collections/[^/]+/(position|area|cube|locations|radius)(/.*)?": "Values at places",
    r"/collections(/.*)?": "Collections",
    r"/(processes|equations)(/.*)?|/factsheets/.*": "Analyses",
    r"/jobs(/.*)?": "Jobs",
    r"/(reports|schemas|region)(/.*)?": "Reports",
    r".*": "Service",
}
"""Pattern of a whole path -> tag; the first that fits."""


def tags() -> list[Part]:
    """What a document says of the tags themselves: their order."""
    return [{"name": name} for name in reversed(TAGS.values())]


def tagged(paths: Mapping[str, Part]) -> dict[str, Part]:
    """The paths with the tag of each in its operations."""
    return {
        path: {method: {"tags": [_tag(path)], **operation} for method, operation in methods.items()}
        for path, methods in paths.items()
    }


def _tag(path: str) -> str:
    return next(tag for pattern, tag in TAGS.items() if re.fullmatch(pattern, path))
