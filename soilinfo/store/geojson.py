"""Rows of a collection as texts of GeoJSON features, where the database does not write them itself."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely import GeometryType

from soilinfo.store.projection import Projection, projection
from soilinfo.store.vector import Collection, Page, Query

Coordinates = NDArray[np.float64]


def page_of(rows: Sequence[tuple[Any, ...]], collection: Collection, query: Query) -> Page:
    """The page of a query from its rows: the chosen columns, WKB or None, then sort keys and id."""
    names = collection.chosen(query)
    width = len(names)
    geometries = _geometries([row[width] for row in rows], projection(query.crs))
    features = []
    for row, geometry in zip(rows, geometries, strict=True):
        properties = dict(zip(names, row, strict=False))
        feature = {"type": "Feature", "id": str(row[-1]), "geometry": geometry, "properties": properties}
        features.append(orjson.dumps(feature))
    return Page(features, query.last([row[width + 1 :] for row in rows]))


def _geometries(wkbs: Sequence[bytes | None], projected: Projection) -> list[orjson.Fragment | None]:
    """GeoJSON texts of geometries; features that share a shape share the work."""
    distinct = list({wkb for wkb in wkbs if wkb is not None})
    shapes = np.asarray(shapely.from_wkb(distinct), dtype=object)
    by_wkb = dict(zip(distinct, map(orjson.Fragment, _texts(shapes, projected)), strict=True))
    return [None if wkb is None else by_wkb[wkb] for wkb in wkbs]


def _texts(shapes: NDArray[np.object_], projected: Projection) -> Iterator[bytes | str]:
    kinds = set(shapely.get_type_id(shapes).tolist())
    if len(kinds) == 1 and kinds <= _NAMES.keys() and not shapely.is_empty(shapes).any():
        return _of_one_type(shapes, projected)
    # GEOS writes whatever there is, at a tenth of the speed.
    return iter(shapely.to_geojson(projected.shapes(shapes)))


_NAMES = {
    GeometryType.POINT: "Point",
    GeometryType.LINESTRING: "LineString",
    GeometryType.POLYGON: "Polygon",
    GeometryType.MULTIPOINT: "MultiPoint",
    GeometryType.MULTILINESTRING: "MultiLineString",
    GeometryType.MULTIPOLYGON: "MultiPolygon",
}


def _of_one_type(shapes: NDArray[np.object_], projected: Projection) -> Iterator[bytes]:
    """Texts of geometries that are all of one type, none empty: from one array of all their points."""
    kind, coordinates, offsets = shapely.to_ragged_array(shapes, include_z=False)
    parts: Any = np.ascontiguousarray(projected.points(coordinates))
    for ends in offsets:
        parts = [parts[begin:end] for begin, end in pairwise(ends.tolist())]
    head = f'{{"type":"{_NAMES[kind]}","coordinates":'.encode()
    for part in parts:
        yield head + orjson.dumps(part, option=orjson.OPT_SERIALIZE_NUMPY) + b"}"
