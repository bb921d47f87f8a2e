"""CoverageJSON (OGC 21-069r2): a Grid domain, one parameter for each band, null where there is no data."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from pyproj import CRS

from soilinfo.serve.collections import CRS84, Collection
from soilinfo.serve.providers.bands import Band
from soilinfo.serve.providers.raster import Frame

MEDIA_TYPE = "application/vnd.cov+json"
EXTENSION = "covjson"

UCUM = "http://www.opengis.net/def/uom/UCUM/"


def encode(
    collection: Collection, bands: Sequence[Band], arrays: Sequence[NDArray[np.integer]], frame: Frame
) -> bytes:
    """The whole document as JSON bytes."""
    ranges = {band.name: _range(collection, band, packed) for band, packed in zip(bands, arrays, strict=True)}
    coverage = {
        "type": "Coverage",
        "domain": _domain(collection, frame),
        "parameters": {band.name: _parameter(band) for band in bands},
        "ranges": ranges,
    }
    return orjson.dumps(coverage, option=orjson.OPT_SERIALIZE_NUMPY)


def _domain(collection: Collection, frame: Frame) -> dict[str, Any]:
    return {
        "type": "Domain",
        "domainType": "Grid",
        "axes": {"x": _axis(frame.x), "y": _axis(frame.y)},
        "referencing": [{"coordinates": ["x", "y"], "system": _system(collection.grid.crs)}],
    }


def _axis(centres: NDArray[np.float64]) -> dict[str, Any]:
    return {"start": centres[0], "stop": centres[-1], "num": len(centres)}


def _system(crs: str) -> dict[str, str]:
    described = CRS.from_user_input(crs)
    if described == CRS.from_epsg(4326):
        return {"type": "GeographicCRS", "id": CRS84}
    authority = described.to_authority()
    uri = (
        f"http://www.opengis.net/def/crs/{authority[0]}/0/{authority[1]}" if authority else described.to_wkt()
    )
    return {"type": "GeographicCRS" if described.is_geographic else "ProjectedCRS", "id": uri}


def _parameter(band: Band) -> dict[str, Any]:
    field = band.field
    observed: dict[str, Any] = {"label": dict(field.title)}
    if field.description:
        observed["description"] = dict(field.description)
    described = {"type": "Parameter", "description": dict(band.title), "observedProperty": observed}
    if field.categories:
        observed["categories"] = [{"id": each.id, "label": dict(each.title)} for each in field.categories]
        return described | {"categoryEncoding": {each.id: each.code for each in field.categories}}
    if not field.unit:
        return described
    return described | {"unit": {"label": {"en": field.unit}, "symbol": {"value": field.ucum, "type": UCUM}}}


def _range(collection: Collection, band: Band, packed: NDArray[np.integer]) -> dict[str, Any]:
    layer = collection.store.cube.open(*band.cube)
    shape = {"axisNames": ["y", "x"], "shape": list(packed.shape)}
    if band.field.categories:
        nodata = layer.variable(band.variable).nodata
        codes = [None if code == nodata else code for code in packed.ravel().tolist()]
        return {"type": "NdArray", "dataType": "integer", **shape, "values": codes}
    # orjson writes NaN as null and every float in the fewest digits that give it back.
    values = layer.decode(band.variable, packed).ravel()
    return {"type": "NdArray", "dataType": "float", **shape, "values": values}
