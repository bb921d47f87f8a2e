"""What the description of a collection says of Environmental Data Retrieval: queries, parameters, extent.

OGC 19-086r6, requirements /req/edr/rc-collection-info, rc-data-queries and rc-parameters.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from soilinfo.catalog.text import texts
from soilinfo.serve.answers import GEOJSON, Formats
from soilinfo.serve.asking import VERSION
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr import coveragejson
from soilinfo.serve.edr.asked import described_at
from soilinfo.serve.edr.forms import AT_POINTS, OF_CELLS, SAMPLED
from soilinfo.serve.edr.observed import Parameter, Parameters, parameters_of
from soilinfo.serve.edr.places import systems
from soilinfo.serve.edr.profile_parameters import PROFILED, parameters_of_profiles
from soilinfo.serve.edr.profile_places import METRES
from soilinfo.serve.edr.profile_values import ends_of_profiles
from soilinfo.serve.instants import interval, rfc3339

OF_CUBES: Mapping[str, Formats] = {
    "position": AT_POINTS,
    "area": OF_CELLS,
    "cube": OF_CELLS,
    "locations": OF_CELLS,
}
"""Formats of each query of a collection of cubes."""
OF_PROFILES: Mapping[str, Formats] = dict.fromkeys(("area", "cube", "radius", "locations"), AT_POINTS)
"""Formats of each query of a collection of soil profiles."""

DEPTH_BELOW_SURFACE = (
    'VERTCRS["Depth below the soil surface",VDATUM["Soil surface"],CS[vertical,1],'
    'AXIS["depth (D)",down],LENGTHUNIT["centimetre",0.01]]'
)
GREGORIAN = 'TIMECRS["DateTime",TDATUM["Gregorian Calendar"],CS[TemporalDateTime,1],AXIS["Time (T)",future]]'

Part = dict[str, Any]


def amended(document: Part, collection: Collection, base_url: str, language: str) -> Part:
    """The description of a collection of cubes or profiles, as lists have it, with what can be asked of it.

    Others are left as they are.
    """
    queries, names = _queries(collection), _parameters(collection)
    if not queries:
        return document
    address = f"{base_url}/collections/{collection.id}"
    words = texts(language, collection.catalog.directory)
    about, title = described_at(collection, address), _title_of(collection)
    links = {
        name: {"link": _query(name, formats, address, language, words[title(name)])}
        for name, formats in queries.items()
    }
    link = links["locations"]["link"]
    return document | {
        "extent": document["extent"] | _extent_of(collection),
        "data_queries": links,
        "crs": [system.uri for system in systems(collection, cells=False)],
        "output_formats": [*dict.fromkeys(name for formats in queries.values() for name in formats)],
        "parameter_names": {name: _parameter(each, about) for name, each in names.items()},
        "links": [*document["links"], {name: link[name] for name in ("rel", "type", "title", "href")}],
    }


def detailed(document: Part, collection: Collection, version: str | None) -> Part:
    """An amended description that tells of every system of each query what it is: too much for a list.

    ``version``: the one that was asked for, which its queries then are of as well.
    """
    for name in _queries(collection):
        cells = collection.kind in SAMPLED and name != "position"
        link = document["data_queries"][name]["link"]
        known = systems(collection, cells=cells)
        link["variables"]["crs_details"] = [{"crs": each.uri, "wkt": each.wkt} for each in known]
        link["href"] += f"?{urlencode({VERSION: version})}" if version else ""
    return document


def _queries(collection: Collection) -> Mapping[str, Formats]:
    """What a collection is asked by; nothing for tables and maps of features."""
    if collection.kind in SAMPLED:
        return OF_CUBES
    return OF_PROFILES if collection.id in PROFILED else {}


def _parameters(collection: Collection) -> Parameters:
    if collection.kind in SAMPLED:
        return parameters_of(collection)
    return parameters_of_profiles(collection) if collection.id in PROFILED else {}


def _title_of(collection: Collection) -> Callable[[str], str]:
    """The key of the title of a query."""
    start = "serve.edr" if collection.kind in SAMPLED else "serve.edr.profiles"
    return lambda name: f"{start}.{name}"


def _extent_of(collection: Collection) -> Part:
    if collection.kind in SAMPLED:
        return _extent([*parameters_of(collection).values()])
    days, deepest = ends_of_profiles(collection)
    temporal = {"interval": [[*map(rfc3339, days)]], "trs": GREGORIAN} if days else {}
    vertical = {"interval": [["0", f"{deepest:g}"]], "vrs": DEPTH_BELOW_SURFACE} if deepest else {}
    both = {"temporal": temporal, "vertical": vertical}
    return {name: extent for name, extent in both.items() if extent}


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


def _query(name: str, formats: Formats, address: str, language: str, title: str) -> Part:
    variables = {
        "title": title,
        "query_type": name,
        "output_formats": [*formats],
        "default_output_format": next(iter(formats)),
        **({"height_units": ["cm"]} if name == "cube" else {}),
        **({"within_units": [*METRES]} if name == "radius" else {}),
    }
    # The locations themselves are features; what the default format is of are the values of one.
    media_type = GEOJSON if name == "locations" else next(iter(formats.values()))[0]
    link = {"href": f"{address}/{name}", "rel": "data", "type": media_type, "title": title}
    return link | {"hreflang": language, "templated": False, "variables": variables}


def _parameter(parameter: Parameter, described: str) -> Part:
    """A parameter as answers describe it, with what can be asked of it and the colours of its classes."""
    about = coveragejson.parameter(parameter, described)
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
