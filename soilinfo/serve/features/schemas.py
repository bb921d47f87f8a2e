"""What the features of a collection consist of: /schema and /queryables (Features Parts 3 and 5)."""

from typing import Any

from pygeofilter import ast
from starlette.requests import Request
from starlette.responses import Response

from soilinfo.catalog.columns import ENDINGS, Columns
from soilinfo.catalog.models import Property
from soilinfo.catalog.names import AS_OBSERVED, FINDINGS, HARMONIZED, HORIZONS, MAP_RESIDUALS
from soilinfo.catalog.schema import DIALECT
from soilinfo.catalog.text import in_language
from soilinfo.serve import parameters
from soilinfo.serve.answers import SCHEMA, json_answer, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.bridge import DOCUMENT_FORMATS
from soilinfo.serve.collections import VECTORS, Collection
from soilinfo.serve.documents.wording import asked
from soilinfo.serve.features.query import queryables
from soilinfo.serve.features.times import DAYS, time_column
from soilinfo.serve.language import language_of
from soilinfo.store import vector as stored
from soilinfo.store.vector import GEOMETRY, Query
from soilinfo.units import UNITS

Schema = dict[str, Any]

POINTS = (FINDINGS, *AS_OBSERVED, HARMONIZED, MAP_RESIDUALS)
"""Collections of points."""


def queryables_document(request: Request) -> Response:
    """/collections/{collection}/queryables: what conditions may name; nothing else may be."""
    publication = asked(request, parameters.DOCUMENT)
    collection = asked_collection(publication, request, VECTORS)
    language = language_of(request, publication.catalog)
    negotiated(request, FORMATS)
    described = properties(collection, language)
    address = f"{publication.base_url}/collections/{collection.id}/queryables"
    return _document(address, collection, queryables(collection, described), language)


def schema_document(request: Request, collection: Collection, base_url: str) -> Response:
    """/collections/{collection}/schema of a collection of features."""
    language = language_of(request, collection.catalog)
    negotiated(request, FORMATS)
    described = properties(collection, language)
    return _document(f"{base_url}/collections/{collection.id}/schema", collection, described, language)


FORMATS = {"json": (SCHEMA, *DOCUMENT_FORMATS["json"]), "html": DOCUMENT_FORMATS["html"]}


def _document(address: str, collection: Collection, properties: Schema, language: str) -> Response:
    document = {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": in_language(collection.title, language),
        "properties": properties,
        "additionalProperties": False,
    }
    answer = json_answer(document, SCHEMA)
    answer.headers["Content-Language"] = language
    return answer


def _known(collection: Collection) -> stored.Collection:
    return collection.store.vector.description(collection.id, collection.version)


def properties(collection: Collection, language: str) -> Schema:
    """JSON Schema of each property of a feature by name, its geometry last, in one language."""
    columns, known = Columns(collection.catalog, language), _known(collection)
    described = {name: _property(collection, columns, known, name) for name in known.fields}
    return described | _geometry(collection, known)


def _property(collection: Collection, columns: Columns, known: stored.Collection, name: str) -> Schema:
    kind = known.fields[name]
    shape: Schema = (
        {"type": "array", "items": {"type": "object"}} if name in collection.nested else {"type": kind}
    )
    title, about = _title(collection, columns, name), _about(collection, columns, name)
    unit, role = _unit(collection, name) if kind == "number" else "", _role(collection, known, name)
    return {
        **shape,
        "title": title,
        **({"description": about} if about else {}),
        **({"x-ogc-unit": UNITS[unit].ucum} if unit else {}),
        **role,
    }


def _measured(collection: Collection, name: str) -> Property | None:
    """The property of the soil that a column of a soil map, or of horizons, holds."""
    of_soil = collection.related or collection.id == HORIZONS
    return collection.catalog.properties.get(name) if of_soil else None


def _title(collection: Collection, columns: Columns, name: str) -> str:
    known = _measured(collection, name)
    return in_language(known.title, columns.language) if known else columns.title(name, collection.id)


def _about(collection: Collection, columns: Columns, name: str) -> str:
    """What there is to say of a column: how the property of a soil was measured, or how to read a figure."""
    known = _measured(collection, name)
    return (known.method or "") if known else columns.about(name)


def _unit(collection: Collection, name: str) -> str:
    """The unit of a number: of a soil's property, of a table's column, else what its name ends in."""
    known, table = _measured(collection, name), collection.catalog.tables.get(collection.id)
    if known is not None:
        return known.unit
    if table is not None and name in table.columns:
        return table.columns[name].unit or ""
    return next((symbol for ending, symbol in ENDINGS.items() if name.endswith(ending)), "")


def _role(collection: Collection, known: stored.Collection, name: str) -> Schema:
    """What the standard knows a property as: the id, or the time; and how a time is written."""
    table = collection.catalog.tables.get(collection.id)
    if name == known.id_field:
        return {"x-ogc-role": "id"}
    role = {"x-ogc-role": "primary-instant"} if name == time_column(collection) else {}
    described = table.columns.get(name) if table else None
    if (role and collection.id in DAYS) or (described and described.type == "date"):
        return {"format": "date", **role}
    return {"format": "date-time", **role} if role else {}


def _geometry(collection: Collection, known: stored.Collection) -> Schema:
    """The geometry as the standard wants it, without a type; nothing where no feature has one.

    Findings and profiles are points; everything else is land, which the store holds either all as polygons
    or all as multipolygons, so that one of them tells.
    """
    if known.bounds is None:
        return {}
    kind = "point"
    if collection.id not in POINTS:
        placed = Query(where=ast.IsNull(ast.Attribute(GEOMETRY), not_=True), fields=(), limit=1)
        frame = collection.store.vector.read(collection.id, collection.version, placed)
        kind = frame.geometry.iloc[0].geom_type.lower()
    return {GEOMETRY: {"format": f"geometry-{kind}", "x-ogc-role": "primary-geometry"}}
