"""Vector sources in: any format OGR reads, its shapes repaired and measured."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Geod
from pyproj.exceptions import CRSError, ProjError
from shapely import MultiPolygon
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import SourceError
from soilinfo.ingest.files import require

WGS84 = Geod(ellps="WGS84")

Shapes = npt.NDArray[np.object_]
"""Geometries of shapely, one for each row."""


def read_source(path: str, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """A vector file as it is, in EPSG:4326; ``encoding`` of its texts where the file does not tell.

    Raises SourceError when it is missing, unreadable, without such a layer, with several of which none is
    named, without geometry or without a coordinate reference system.
    """
    require(path)
    try:
        frame = pyogrio.read_dataframe(path, layer=layer or _only_layer(path), encoding=encoding)
    except (UnicodeError, LookupError) as error:
        message = f"{path}: its texts are not in the encoding assumed: {error}; state the right 'encoding'"
        raise SourceError(message) from error
    except (DataSourceError, DataLayerError, ShapelyError, CRSError) as error:
        raise SourceError(f"{path}: not a readable vector source: {error}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(f"{path}: has no geometry")
    if frame.crs is None:
        raise SourceError(f"{path}: no coordinate reference system")
    try:
        return frame.to_crs("EPSG:4326")
    except ProjError as error:
        message = f"{path}: its coordinate reference system does not lead to longitude and latitude"
        raise SourceError(message) from error


def column_of(path: str, field: str, layer: str | None = None, encoding: str | None = None) -> list[Any]:
    """One column of a vector file, without its shapes; SourceError when there is no such file or column."""
    require(path)
    try:
        frame = pyogrio.read_dataframe(
            path, layer=layer or _only_layer(path), encoding=encoding, columns=[field], read_geometry=False
        )
    except (UnicodeError, LookupError, ValueError, DataSourceError, DataLayerError) as error:
        raise SourceError(f"{path}: not a readable vector source: {error}") from error
    if field not in frame:
        raise SourceError(f"{path}: no column '{field}'")
    return list(frame[field])


def _only_layer(path: str) -> str | None:
    """The one layer with shapes of a file; None where there is none."""
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(names) > 1:
        raise SourceError(f"{path}: state which 'source_layer' is meant; there are: {', '.join(names)}")
    return names[0] if names else None


def repair(geometry: Shapes) -> tuple[Shapes, list[str]]:
    """Valid MultiPolygons and, for each, what was wrong before ('' when nothing was).

    Uses GEOS' structure method: rings keep their role as shell or hole, so a hole that pokes
    out does not turn into land. Points and lines left over by a repair are dropped.
    """
    reasons = shapely.is_valid_reason(geometry)
    broken = ~shapely.is_valid(geometry)
    mended = geometry.copy()
    mended[broken] = shapely.make_valid(geometry[broken], method="structure", keep_collapsed=False)
    repairs = [reason if bad else "" for reason, bad in zip(reasons, broken, strict=True)]
    return polygons(shapely.force_2d(mended)), repairs


def polygons(shapes: Shapes) -> Shapes:
    """The polygons within each geometry as one MultiPolygon, empty where there are none."""
    return np.array([_polygons(shape) for shape in shapes], dtype=object)


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts([shape]) if part.geom_type in ("Polygon", "MultiPolygon")]
    return MultiPolygon([polygon for part in parts for polygon in shapely.get_parts([part])])


def geodesic_hectares(geometry: Shapes) -> npt.NDArray[np.float64]:
    """Area of each geometry (EPSG:4326) on the WGS 84 ellipsoid in hectares, never negative."""
    with np.errstate(invalid="ignore"):  # a coordinate that is no number has no direction either
        oriented = shapely.orient_polygons(geometry)
    # A ring that crosses itself has no direction, so that its area may come out negative all the same.
    return np.array([abs(WGS84.geometry_area_perimeter(shape)[0]) / 1e4 for shape in oriented])


def mean_widths(geometry: Shapes) -> npt.NDArray[np.float64]:
    """Mean width of each polygon (EPSG:4326) in metres: twice its area by its perimeter; 0 where empty.

    That of a long strip is the strip's own width.
    """
    perimeters = np.array([WGS84.geometry_area_perimeter(shape)[1] for shape in geometry], dtype=np.float64)
    metres = np.zeros(len(geometry))
    np.divide(2e4 * geodesic_hectares(geometry), perimeters, out=metres, where=perimeters > 0)
    return metres


def place_of(shape: BaseGeometry | None) -> list[float] | None:
    """[longitude, latitude] of a point of a geometry (EPSG:4326), 6 decimals; None where there is none."""
    if shape is None or shape.is_empty:
        return None
    first = shapely.get_coordinates(shape.representative_point() if shape.is_valid else shape)[0]
    return [round(float(first[0]), 6), round(float(first[1]), 6)]
