"""Which questions there are: what each can be asked with, and the forms of its answers."""

from soilinfo.report.workbook import CSV
from soilinfo.serve import parameters
from soilinfo.serve.answers import GEOJSON, Formats
from soilinfo.serve.collections import RASTERS, THEMES
from soilinfo.serve.coverages import coveragejson, geotiff, netcdf

SAMPLED = (*RASTERS, *THEMES)
"""Kinds of collections that can be asked for at places and in areas."""

STATISTIC = "statistic"
"""Parameter of our own: one number for a whole area in place of its cells."""
MEAN_OF_AREA = "mean"

NAMES = ("parameter-name", "parameter_names")
"""Parameters to answer with, in the words of the standard and in those of OWSLib."""
COMMON = ("z", "datetime", *NAMES, *parameters.DOCUMENT)
POSITION = ("coords", "crs", *COMMON)
AREA = ("coords", "crs", STATISTIC, *COMMON)
CUBE = ("bbox", "crs", *COMMON)
LOCATION = ("crs", STATISTIC, *COMMON)
LOCATIONS = ("bbox", "datetime", "level", "limit", "offset", *parameters.DOCUMENT)

COVERAGEJSON = (coveragejson.MEDIA_TYPE, "application/prs.coverage+json", "application/json")
AT_POINTS: Formats = {"CoverageJSON": COVERAGEJSON, "GeoJSON": (GEOJSON,), "CSV": (CSV,)}
OF_CELLS: Formats = {
    "CoverageJSON": COVERAGEJSON,
    "CSV": (CSV,),
    "GeoTIFF": ("image/tiff",),
    "NetCDF": (netcdf.MEDIA_TYPE, "application/netcdf"),
}
OF_AREA: Formats = {"GeoJSON": (GEOJSON, "application/json"), "CSV": (CSV,)}
OF_LOCATIONS: Formats = {"GeoJSON": (GEOJSON, "application/json")}
"""Formats of each kind of answer by their names in ``f``, the default first."""
MEDIA_TYPES = {
    **{name: types[0] for name, types in {**AT_POINTS, **OF_CELLS, **OF_AREA}.items()},
    "GeoTIFF": geotiff.MEDIA_TYPE,
}
"""Media type of each format."""
EXTENSIONS = {"CoverageJSON": "covjson", "GeoJSON": "geojson", "CSV": "csv", "GeoTIFF": "tif", "NetCDF": "nc"}
"""How a file of each format ends."""
