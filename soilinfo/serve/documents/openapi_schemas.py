"""Schemas in the OpenAPI document, of the documents that every client reads: what is always there."""

from typing import Any

Part = dict[str, Any]

TEXT: Part = {"type": "string"}
NUMBER: Part = {"type": "number"}


def _object(*required: str, **properties: Part) -> Part:
    return {"type": "object", "required": [*required], "properties": properties}


def _list_of(items: Part) -> Part:
    return {"type": "array", "items": items}


def of(name: str) -> Part:
    """A reference to the schema of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


LINKS = _list_of(of("link"))
GEOMETRY: Part = {"type": "object", "nullable": True}

SCHEMAS: dict[str, Part] = {
    "exception": _object(
        *("type", "title", "status", "detail", "code"),
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        code=TEXT,
        description=TEXT,
    ),
    "link": _object("href", "rel", href=TEXT, rel=TEXT, type=TEXT, title=TEXT),
    "landingPage": _object("title", "links", title=TEXT, description=TEXT, links=LINKS),
    "conformance": _object("conformsTo", conformsTo=_list_of(TEXT)),
    "collection": _object(
        *("id", "title", "links", "extent"),
        id=TEXT,
        title=TEXT,
        description=TEXT,
        itemType=TEXT,
        extent={"type": "object"},
        links=LINKS,
    ),
    "collections": _object("collections", "links", collections=_list_of(of("collection")), links=LINKS),
    "versions": _object(
        *("collection", "versions", "links"),
        collection=TEXT,
        versions=_list_of(_object("version", "snapshot", "since", version=TEXT, since=TEXT)),
        links=LINKS,
    ),
    "jsonSchema": _object("type", "properties", type=TEXT, properties={"type": "object"}),
    "feature": _object(
        *("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        geometry=GEOMETRY,
        properties={"type": "object", "nullable": True},
        links=LINKS,
    ),
    "featureCollection": _object(
        *("type", "features"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list_of(of("feature")),
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
        links=LINKS,
    ),
    "process": _object(
        *("id", "version", "jobControlOptions", "outputTransmission"),
        id=TEXT,
        version=TEXT,
        title=TEXT,
        description=TEXT,
        jobControlOptions=_list_of(TEXT),
        outputTransmission=_list_of(TEXT),
        inputs={"type": "object"},
        outputs={"type": "object"},
        links=LINKS,
    ),
    "processes": _object("processes", "links", processes=_list_of(of("process")), links=LINKS),
    "statusInfo": _object(
        *("jobID", "status", "type"),
        jobID=TEXT,
        processID=TEXT,
        type=TEXT,
        status={
            "type": "string",
            "enum": ["accepted", "running", "successful", "failed", "dismissed"],
        },
        message=TEXT,
        progress={"type": "integer", "minimum": 0, "maximum": 100},
        links=LINKS,
    ),
    "qualifiedValue": _object("value", value={}, mediaType=TEXT),
    "reference": _object("href", href=TEXT, type=TEXT),
    "execute": _object(
        "inputs",
        inputs={"type": "object"},
        outputs={"oneOf": [{"type": "object"}, _list_of(TEXT)]},
        response={"type": "string", "enum": ["raw", "document"]},
    ),
    "jobs": _object("jobs", "links", jobs=_list_of(of("statusInfo")), links=LINKS),
}
"""Schema by name."""
