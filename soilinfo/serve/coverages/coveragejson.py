"""CoverageJSON (OGC 21-069r2): a Grid domain, one parameter for each band, null where there is no data.

Depth and time stand in the domain where they are known: the middle of the depth and the beginning of the
time, with their ends as bounds.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.bands import Band, Field
from soilinfo.serve.coverages.decimals import json_array
from soilinfo.serve.coverages.extents import described
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.systems import System

MEDIA_TYPE = "application/vnd.cov+json"
EXTENSION = "covjson"

UCUM = "http://www.opengis.net/def/uom/UCUM/"
REFERENCES: Mapping[str, Mapping[str, Any]] = {
    "z": {
        "coordinates": ["z"],
        "system": {
            "type": "VerticalCRS",
            "cs": {"csAxes": [{"name": {"en": "Depth"}, "direction": "down", "unit": {"symbol": "cm"}}]},
        },
    },
    "t": {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
}
"""What the axes of depth and time count in."""


def encode(
    collection: Collection,
    bands: Sequence[Band],
    arrays: Sequence[NDArray[np.integer]],
    frame: Frame,
    sliced: frozenset[str] = frozenset(),
) -> bytes:
    """The whole document as JSON bytes; a ``sliced`` axis is one of the domain, but not of the values."""
    shape = {name: size for name, size in (("y", frame.height), ("x", frame.width)) if name not in sliced}
    coverage = {
        "type": "Coverage",
        "domain": _domain(collection, frame),
        "parameters": {band.name: _parameter(band) for band in bands},
        "ranges": {
            band.name: _range(collection, band, packed, shape)
            for band, packed in zip(bands, arrays, strict=True)
        },
    }
    return orjson.dumps(coverage, option=orjson.OPT_SERIALIZE_NUMPY)


def _domain(collection: Collection, frame: Frame) -> dict[str, Any]:
    system, beside = System(frame.crs), described(collection)
    kind = "GeographicCRS" if system.is_geographic else "ProjectedCRS"
    order = ["y", "x"] if system.northing_first else ["x", "y"]
    return {
        "type": "Domain",
        "domainType": "Grid",
        "axes": {"x": _axis(frame.x), "y": _axis(frame.y), **beside},
        "referencing": [
            {"coordinates": order, "system": {"type": kind, "id": system.uri}},
            *(REFERENCES[name] for name in beside),
        ],
    }


def _axis(centres: NDArray[np.float64]) -> dict[str, Any]:
    return {"start": centres[0], "stop": centres[-1], "num": len(centres)}


def _parameter(band: Band) -> dict[str, Any]:
    field = band.field
    observed: dict[str, Any] = {"label": dict(field.title)}
    if field.description:
        observed["description"] = dict(field.description)
    parameter = {"type": "Parameter", "description": dict(band.title), "observedProperty": observed}
    if field.categories:
        observed["categories"] = [{"id": each.id, "label": dict(each.title)} for each in field.categories]
        colours = {each.id: each.colour for each in field.categories if each.colour}
        encoding = {each.id: each.code for each in field.categories}
        coloured = {"x-soilinfo-colours": colours} if colours else {}
        return parameter | {"categoryEncoding": encoding} | coloured
    return parameter | unit_of(field)


def unit_of(field: Field) -> dict[str, Any]:
    """The member of a parameter that says its unit; nothing for what has none."""
    if not field.unit:
        return {}
    return {"unit": {"label": {"en": field.unit}, "symbol": {"value": field.ucum, "type": UCUM}}}


def _range(
    collection: Collection, band: Band, packed: NDArray[np.integer], shape: dict[str, int]
) -> dict[str, Any]:
    layer, codes = collection.store.cube.open(*band.cube), band.field.categories or band.field.flags
    values = np.asarray if codes else partial(layer.decode, band.variable)
    return {
        "type": "NdArray",
        "dataType": "integer" if codes else "float",
        "axisNames": [*shape],
        "shape": [*shape.values()],
        "values": orjson.Fragment(json_array(packed, layer.variable(band.variable).nodata, values)),
    }
