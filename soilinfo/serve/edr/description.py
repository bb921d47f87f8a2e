"""What the description of a collection says of Environmental Data Retrieval: queries, parameters, extent.

OGC 19-086r6, requirements /req/edr/rc-collection-info, rc-data-queries and rc-parameters.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from soilinfo.catalog.text import texts
from soilinfo.serve.answers import GEOJSON, Formats
from soilinfo.serve.asking import VERSION
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr import coveragejson
from soilinfo.serve.edr.forms import AT_POINTS, OF_CELLS, SAMPLED
from soilinfo.serve.edr.observed import Parameter, parameters_of
from soilinfo.serve.edr.places import systems
from soilinfo.serve.instants import interval, rfc3339

QUERIES: Mapping[str, Formats] = {
    "position": AT_POINTS,
    "area": OF_CELLS,
    "cube": OF_CELLS,
    "locations": OF_CELLS,
}
"""Formats of each query."""

DEPTH_BELOW_SURFACE = (
    'VERTCRS["Depth below the soil surface",VDATUM["Soil surface"],CS[vertical,1],'
    'AXIS["depth (D)",down],LENGTHUNIT["centimetre",0.01]]'
)
GREGORIAN = 'TIMECRS["DateTime",TDATUM["Gregorian Calendar"],CS[TemporalDateTime,1],AXIS["Time (T)",future]]'

Part = dict[str, Any]


def amended(document: Part, collection: Collection, base_url: str, language: str) -> Part:
    """The description of a collection of cubes, as every list has it, with what can be asked of it.

    Others are left as they are.
    """
    if collection.kind not in SAMPLED:
        return document
    address = f"{base_url}/collections/{collection.id}"
    words = texts(language, collection.catalog.directory)
    queries = {name: {"link": _query(name, address, language, words)} for name in QUERIES}
    names = parameters_of(collection).items()
    link = queries["locations"]["link"]
    return document | {
        "extent": document["extent"] | _extent([each for _, each in names]),
        "data_queries": queries,
        "crs": [system.uri for system in systems(collection, cells=False)],
        "output_formats": [*dict.fromkeys(name for formats in QUERIES.values() for name in formats)],
        "parameter_names": {name: _parameter(each, address) for name, each in names},
        "links": [*document["links"], {name: link[name] for name in ("rel", "type", "title", "href")}],
    }


def detailed(document: Part, collection: Collection, version: str | None) -> Part:
    """An amended description that tells of every system of each query what it is: too much for a list.

    ``version``: the one that was asked for, which its queries then are of as well.
    """
    if collection.kind not in SAMPLED:
        return document
    for name, query in document["data_queries"].items():
        known = systems(collection, cells=name != "position")
        link = query["link"]
        link["variables"]["crs_details"] = [{"crs": each.uri, "wkt": each.wkt} for each in known]
        link["href"] += f"?{urlencode({VERSION: version})}" if version else ""
    return document


def _extent(parameters: list[Parameter]) -> Part:
    sheets = [sheet for each in parameters for sheet in each.sheets]
    depths = sorted({sheet.depth for sheet in sheets if sheet.depth})
    times = sorted({interval(sheet.time) for sheet in sheets if sheet.time})
    found: Part = {}
    if times:
        whole = (times[0][0], max(last for _, last in times))
        found["temporal"] = {
            "interval": [[*map(rfc3339, whole)]],
            "values": ["/".join(map(rfc3339, time)) for time in times],
            "trs": GREGORIAN,
        }
    if depths:
        ends = [depths[0][0], max(bottom for _, bottom in depths)]
        found["vertical"] = {
            "interval": [[f"{end:g}" for end in ends]],
            "values": [f"{top:g}/{bottom:g}" for top, bottom in depths],
            "vrs": DEPTH_BELOW_SURFACE,
        }
    return found


def _query(name: str, address: str, language: str, words: Mapping[str, str]) -> Part:
    formats, title = QUERIES[name], words[f"serve.edr.{name}"]
    variables = {
        "title": title,
        "query_type": name,
        "output_formats": [*formats],
        "default_output_format": next(iter(formats)),
        **({"height_units": ["cm"]} if name == "cube" else {}),
    }
    # The locations themselves are features; what the default format is of are the values of one.
    media_type = GEOJSON if name == "locations" else next(iter(formats.values()))[0]
    link = {"href": f"{address}/{name}", "rel": "data", "type": media_type, "title": title}
    return link | {"hreflang": language, "templated": False, "variables": variables}


def _parameter(parameter: Parameter, address: str) -> Part:
    """A parameter as answers describe it, with what can be asked of it and the colours of its classes."""
    about = coveragejson.parameter(parameter, f"{address}/schema")
    coloured = _coloured(parameter, about["observedProperty"])
    own = {"data-type": coveragejson.data_type(parameter), "observedProperty": coloured}
    return about | own | ({"extent": _extent([parameter])} if _extent([parameter]) else {})


def _coloured(parameter: Parameter, observed: Part) -> Part:
    if "categories" not in observed:
        return observed
    colours = [category.colour for category in parameter.field.categories]
    return observed | {
        "categories": [
            {**category, **({"preferredColor": colour} if colour else {})}
            for category, colour in zip(observed["categories"], colours, strict=True)
        ]
    }
