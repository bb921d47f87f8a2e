"""EDR GeoJSON (OGC 19-086r6, class edr-geojson): features that tell what is asked of them, and where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import orjson
from starlette.datastructures import QueryParams

from soilinfo.serve.answers import GEOJSON
from soilinfo.serve.edr.domains import Slice
from soilinfo.serve.edr.rows import Columns
from soilinfo.serve.instants import interval, rfc3339
from soilinfo.serve.systems import System

Feature = Mapping[str, Any]
Tables = Iterable[tuple[Slice, Columns]]


def points(tables: Tables, system: System, address: str) -> Iterator[Feature]:
    """A feature for each row, coordinates in the order of the system's axes; ``address``: of the query."""
    for of, table in tables:
        for row in rows(table):
            (place,) = system.ordered(np.array([[row.pop("x"), row.pop("y")]])).tolist()
            label = f"{place[0]:.10g} {place[1]:.10g}"
            told = edr_properties(label, _names(of), f"{address}?coords=POINT({label})", of.time)
            yield feature({"type": "Point", "coordinates": place}, {**told, **row})


def areas(tables: Tables, geometry: Any, label: str, address: str) -> Iterator[Feature]:
    """A feature for each row about one area; ``address``: of the question."""
    for of, table in tables:
        told = edr_properties(label, _names(of), address, of.time)
        yield from (feature(geometry, {**told, **row}) for row in rows(table))


def edr_properties(label: str, names: Sequence[str], address: str, time: str | None = None) -> Feature:
    """The properties that every feature of EDR has; what has no time is of every time."""
    period = "/".join(map(rfc3339, interval(time))) if time else "../.."
    return {"label": label, "datetime": period, "parameter-name": names, "edrqueryendpoint": address}


def feature(geometry: Any, properties: Mapping[str, Any], **members: Any) -> Feature:
    """One feature."""
    return {"type": "Feature", **members, "geometry": geometry, "properties": properties}


def collection(features: Iterable[Feature], links: Sequence[Feature], **members: Any) -> bytes:
    """A feature collection with links and further members; NaN is written as null."""
    found = {"type": "FeatureCollection", "features": list(features), **members, "links": links}
    return orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY)


def links(asked: str, collection: str) -> list[Feature]:
    """Links to the answer itself, by the address that was asked, and to its collection."""
    return [
        {"rel": "self", "type": GEOJSON, "href": asked},
        {"rel": "collection", "type": "application/json", "href": collection},
    ]


def page(base: str, params: QueryParams, rel: str, offset: int, limit: int) -> Feature:
    """Link to another page of a list at ``base``."""
    kept = [(name, value) for name, value in params.multi_items() if name not in ("offset", "limit")]
    asked = urlencode([*kept, ("limit", limit), ("offset", offset)])
    return {"rel": rel, "type": GEOJSON, "href": f"{base}?{asked}"}


def _names(of: Slice) -> list[str]:
    return [parameter.name for parameter in of.sheets]


def rows(table: Columns) -> Iterator[dict[str, Any]]:
    """Each row by itself, its values by the names of the columns."""
    values = [each if isinstance(each, list) else each.tolist() for each in table.values()]
    return (dict(zip(table, row, strict=True)) for row in zip(*values, strict=True))
