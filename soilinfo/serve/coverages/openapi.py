"""Coverages in the OpenAPI document."""

from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages import coveragejson, geotiff, netcdf
from soilinfo.serve.coverages.bands import CROP
from soilinfo.serve.documents.openapi_parts import HERE, WORDS, Part, get, parameter, parameters
from soilinfo.serve.parameters import COVERAGE, SUITABILITY_COVERAGE

MEDIA_TYPES = (coveragejson.MEDIA_TYPE, geotiff.MEDIA_TYPE, netcdf.MEDIA_TYPE)
SYSTEM: Part = {"type": "string", "example": "http://www.opengis.net/def/crs/EPSG/0/4326"}
"""A reference system by its address, as safe CURIE or by its code; the collection lists them in ``crs``."""
SCALING: Part = {"type": "string", "example": "Lon(2),Lat(2)"}


def paths(collection: Collection) -> Part:
    """The address of the values of a coverage; its fields are those of its schema."""
    several = collection.kind == "suitability"
    one = {"type": "string", "enum": [*collection.versions]}
    own = [parameter(name, WORDS) for name in ("properties", "exclude-properties")]
    own += [parameter(name, SYSTEM) for name in ("bbox-crs", "crs", "subset-crs")]
    own += [parameter(name, SCALING) for name in ("scale-axes", "scaleAxes", "scale-size", "scaleSize")]
    own += [parameter(CROP, {"type": "array", "items": one})] if several else []
    known = SUITABILITY_COVERAGE if several else COVERAGE
    asked = parameters(known, ("json", "tiff", "netcdf", "html"), own)
    return {f"{HERE}/coverage": get("Values", asked, *MEDIA_TYPES, id_=".collection.coverage.getCoverage")}
