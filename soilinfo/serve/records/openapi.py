"""The catalogue in the OpenAPI document."""

from soilinfo.serve.documents.openapi_parts import Part, get, parameter, parameters
from soilinfo.serve.parameters import SERVICE
from soilinfo.serve.records.provider import field
from soilinfo.serve.records.search import QUERYABLES, SORTABLES

HERE = "/collections/records"


def paths(title: str) -> Part:
    """The addresses of the catalogue."""
    described = parameters(SERVICE, ("json", "html"))
    record = parameter("record", {"type": "string"}, where="path")
    page, every = ("application/geo+json", "text/html"), _searched()
    schemas = {
        f"{HERE}/{part}": get(
            f"{title}: {part}", described, "application/schema+json", "text/html", schema="jsonSchema"
        )
        for part in ("schema", "queryables", "sortables")
    }
    return {
        HERE: get(title, described, "application/json", "text/html", schema="collection"),
        **schemas,
        f"{HERE}/items": get(f"{title}: records", every, *page, "text/csv", schema="featureCollection"),
        f"{HERE}/items/{{record}}": get(
            f"{title}: one record", [record, *described], *page, schema="feature"
        ),
    }


def _searched() -> list[Part]:
    words: Part = {"type": "array", "items": {"type": "string"}}
    keys: Part = {
        "type": "array",
        "items": {"type": "string", "enum": [*SORTABLES, *(f"-{key}" for key in SORTABLES)]},
    }
    own = [
        parameter("q", words) | {"description": "Terms, of which a record's texts have at least one"},
        parameter("words", {"type": "string"}) | {"description": "Words, all of which a record's texts have"},
        parameter("externalIds", words) | {"description": "SHA-256 of sources"},
        parameter("sortby", keys),
        parameter("type", {"type": "array", "items": field("type")}),
        # Without a value they ask nothing, so that none has a format.
        *(parameter(name, {"type": "string"}) for name in QUERYABLES if name != "type"),
    ]
    shared = ("bbox", "datetime", "limit", "offset", "ids", *SERVICE)
    return parameters(shared, ("json", "html", "csv"), own)
