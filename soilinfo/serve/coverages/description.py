"""What a collection says of itself as a coverage: its systems, its domain and the type of its values."""

from collections.abc import Iterable, Mapping
from itertools import count
from math import ceil
from typing import Any

from soilinfo.catalog.text import in_language
from soilinfo.serve.bridge import Document
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import CROP, fields
from soilinfo.serve.coverages.provider import FORMATS
from soilinfo.serve.coverages.selection import axis_names, native
from soilinfo.serve.systems import CRS84, offered

COVERAGE_REL = "http://www.opengis.net/def/rel/ogc/1.0/coverage"
PREVIEW = "preview"
"""Relation (RFC 6903) to the whole coverage in so few cells that one answer holds them."""


def described(document: Document, collection: Collection) -> Document:
    """The document of a collection with what clients need to ask for its coverage."""
    system = native(collection.grid)
    extent = document["extent"]
    if system != CRS84:
        spatial = extent["spatial"] | {"storageCrsBbox": [list(collection.grid.bounds)]}
        extent = extent | {"spatial": spatial}
    systems = dict.fromkeys(each.uri for each in (system, *offered(collection.catalog)))
    return document | {
        "extent": extent,
        "crs": [*systems],
        "storageCrs": system.uri,
        "domainSet": _domain_set(collection),
        "rangeType": _range_type(collection),
    }


def coverage_links(links: Iterable[Mapping[str, Any]], collection: Collection) -> list[Document]:
    """One link to each encoding of a coverage, which names it: there is no HTML form.

    Where all cells are too many for one answer they are told to be asked for in parts, and beside them stands
    the whole coverage as fine as one answer can be.
    """
    kept = [dict(link) for link in links if link["rel"] != COVERAGE_REL]
    (pattern, *_) = (link for link in links if link["rel"] == COVERAGE_REL)
    address, factor = pattern["href"].partition("?")[0], smallest_factor(collection)
    asked = {COVERAGE_REL: (pattern["title"] if factor == 1 else "Parts of coverage data", "")}
    if factor > 1:
        asked[PREVIEW] = ("Coarse coverage data", f"&scale-factor={factor}")
    return kept + [
        {"rel": rel, "type": encoder.MEDIA_TYPE, "title": title, "href": f"{address}?f={name}{scale}"}
        for rel, (title, scale) in asked.items()
        for name, encoder in FORMATS.items()
    ]


def smallest_factor(collection: Collection) -> int:
    """The least whole ``scale-factor`` at which one answer holds all fields of a whole coverage."""
    grid, limit = collection.grid, collection.catalog.services.limits.coverage_cells
    several = len(fields(collection))
    return next(
        factor
        for factor in count(1)
        if ceil(grid.width / factor) * ceil(grid.height / factor) * several <= limit or factor >= grid.width
    )


def _domain_set(collection: Collection) -> Document:
    """CIS JSON, as GDAL's OGCAPI driver reads it: outer edges and cell size of each axis."""
    grid, system = collection.grid, native(collection.grid)
    west, south, east, north = grid.bounds
    names: tuple[str, ...] = axis_names(system)
    axes: list[Document] = [
        {
            "type": "RegularAxis",
            "axisLabel": name,
            "lowerBound": low,
            "upperBound": high,
            "resolution": grid.resolution,
            "uomLabel": "deg" if system.is_geographic else "m",
        }
        for name, low, high in zip(names, (west, south), (east, north), strict=True)
    ]
    if collection.kind == "suitability":
        names = (*names, CROP)
        axes.append({"type": "IrregularAxis", "axisLabel": CROP, "coordinate": [*collection.versions]})
    general: Document = {"type": "GeneralGridCoverage", "srsName": system.uri}
    return {"type": "DomainSet", "generalGrid": general | {"axisLabels": list(names), "axis": axes}}


def _range_type(collection: Collection) -> Document:
    """CIS JSON: the fields, the same as in the schema."""
    described = []
    for name, field in fields(collection).items():
        kind = "unsignedByte" if field.categories else "float32"
        one: dict[str, Any] = {
            "type": "Quantity",
            "id": name,
            "name": name,
            "description": in_language(field.title, collection.catalog.services.languages[0]),
            "definition": f"http://www.opengis.net/def/dataType/OGC/0/{kind}",
        }
        described.append(one | ({"uom": {"type": "UnitReference", "code": field.ucum}} if field.ucum else {}))
    return {"type": "DataRecord", "field": described}
