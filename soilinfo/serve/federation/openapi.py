"""The addresses of the federation in the OpenAPI document of a node that takes part."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.serve.documents.openapi_parts import BBOX, Part, get, parameter
from soilinfo.serve.federation.access import HEADER

KEY = "federationKey"
SCHEMES: Part = {KEY: {"type": "apiKey", "in": "header", "name": HEADER}}


def paths(catalog: Catalog) -> Iterator[tuple[str, Part]]:
    """Path and operation of each address; none where the node takes no part."""
    terms = catalog.services.federation
    if not terms.enabled:
        return
    text, most = {"type": "string"}, catalog.services.limits.file_features
    named = [parameter(name, text) for name in ("datetime", "dataset", "project", "profile_code", "property")]
    page = [
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": most}),
        parameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
    ]
    chosen = [parameter("bbox", BBOX), *named, *page]
    for path, summary, asked in (
        ("/manifest", "Federation: how much there is of each property", []),
        ("/profile", "Federation: soil profiles", chosen),
        ("/observation", "Federation: observations of soil profiles", chosen),
    ):
        described = get(summary, asked, "application/json")
        if terms.keys == "needed":
            described["get"]["security"] = [{KEY: []}]
        described["get"]["responses"] |= {
            status: {"description": why, "content": {"application/problem+json": {}}}
            for status, why in (("401", f"No known key in {HEADER}"), ("403", "This node takes no part"))
        }
        yield path, described
