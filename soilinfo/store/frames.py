"""Frames into and out of a collection: the one form that both homes store, and the one they give back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.store.projection import CRS84, projection
from soilinfo.store.vector import GEOMETRY, Collection, FieldType

INDEXED_FROM = 10_000
"""Rows from which on an index is faster than reading them all."""
FEWEST_VALUES = 100
"""Different values of a column from which on an index of it finds rows faster than one of their places."""
LONGEST_INDEXED = 200
"""Characters of a text that people search for; longer ones are prose or JSON."""


@dataclass(frozen=True)
class Prepared:
    """A frame fit for storing: ``rows`` without geometry, and the geometries.

    Without a shape field the two run side by side; with one, ``shapes`` is indexed by its values.
    """

    collection: Collection
    rows: pd.DataFrame
    shapes: GeoSeries

    @property
    def indexed(self) -> list[str]:
        """Columns that have an index, so that a condition on one does not read every row.

        None where few rows are read as fast; none of a few values, which leads to too many rows, or of
        texts too long for one. The id has its own.
        """
        if len(self.rows) < INDEXED_FROM:
            return []
        return [
            name for name in self.collection.fields if name != self.collection.id_field and self._tells(name)
        ]

    def _tells(self, name: str) -> bool:
        """True for a column whose value leads to few rows, by values that fit into an index."""
        values = self.rows[name].drop_duplicates()
        is_text = self.collection.fields[name] == "string"
        return len(values) >= FEWEST_VALUES and not (is_text and (values.str.len() > LONGEST_INDEXED).any())


def prepare(frame: GeoDataFrame, id_field: str, shape_field: str | None) -> Prepared:
    """Check a frame and bring it into the one form that both homes store.

    Polygons beside multipolygons become multipolygons (and so for lines and points), a third
    coordinate is dropped, NaN becomes missing. Raises StoreError for anything that could not be
    stored without loss: no or another CRS, ids missing or twice, column names other than lower-case
    identifiers, columns of mixed or unknown type, infinite numbers, different geometries that
    claim to be one shape.
    """
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise StoreError(f"a collection is stored in EPSG:4326, not in {frame.crs}")
    columns = [name for name in frame.columns if name != frame.geometry.name]
    _check_names(columns)
    rows = pd.DataFrame(frame[columns]).reset_index(drop=True)
    types = {name: _type_of(rows[name]) for name in columns}
    _check_ids(rows, id_field)
    geometry = frame.geometry.reset_index(drop=True)
    shapes = GeoSeries(
        _uniform(np.asarray(geometry if shape_field is None else _distinct(rows, geometry, shape_field)))
    )
    if shape_field is not None:
        shapes.index = pd.Index(rows[shape_field].unique())
    typed = pd.DataFrame({name: series_of(plain(rows[name]), kind) for name, kind in types.items()})
    collection = Collection(id_field, shape_field, types, _bounds(shapes), len(typed))
    return Prepared(collection, typed, shapes.set_crs(4326))


def _check_names(columns: Sequence[str]) -> None:
    reserved = {GEOMETRY, "geom", "fid", "ogc_fid"}
    wrong = [
        str(name) for name in columns if name in reserved or not re.fullmatch("[a-z][a-z0-9_]*", str(name))
    ]
    if wrong:
        raise StoreError(f"these cannot be names of columns: {', '.join(wrong)}; use lower-case identifiers")


def _check_ids(rows: pd.DataFrame, id_field: str) -> None:
    if id_field not in rows:
        raise UnknownNameError("field", id_field, rows.columns)
    ids = rows[id_field]
    if ids.isna().any():
        raise StoreError(f"{int(ids.isna().sum())} row(s) have no value in the id field '{id_field}'")
    if not ids.is_unique:
        twice = ids[ids.duplicated()].iloc[0]
        raise StoreError(f"the id field '{id_field}' has '{twice}' more than once")
    if _type_of(ids) not in ("string", "integer"):
        raise StoreError(f"the id field '{id_field}' must hold strings or integers")


_KINDS: dict[str, FieldType] = {
    "string": "string",
    "empty": "string",
    "integer": "integer",
    "boolean": "boolean",
    "floating": "number",
    "mixed-integer-float": "number",
}
"""Field type by what pandas infers from the values."""


def _type_of(column: "pd.Series[Any]") -> FieldType:
    """'string' for a column without any value, so that an empty column has a type too."""
    if pd.api.types.is_float_dtype(column.dtype):
        if np.isinf(column.to_numpy(dtype="float64", na_value=np.nan)).any():
            raise StoreError(f"column '{column.name}' holds infinite numbers")
        return "number"
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred not in _KINDS:
        raise StoreError(
            f"column '{column.name}' holds {inferred} values; use strings, integers, numbers or booleans"
        )
    return _KINDS[inferred]


def plain(column: "pd.Series[Any]") -> list[Any]:
    """Python values of a column, None for missing."""
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]


def _distinct(rows: pd.DataFrame, geometry: GeoSeries, shape_field: str) -> GeoSeries:
    if shape_field not in rows:
        raise UnknownNameError("field", shape_field, rows.columns)
    if rows[shape_field].isna().any():
        raise StoreError(f"a row has no value in '{shape_field}', so it has no shape")
    first = geometry.groupby(rows[shape_field], sort=False).transform("first")
    differs = ~shapely.equals_identical(np.asarray(geometry), np.asarray(first))
    differs &= ~(geometry.isna() & first.isna()).to_numpy()
    if differs.any():
        raise StoreError(
            f"the rows of {shape_field} '{rows[shape_field][differs].iloc[0]}' have different geometries"
        )
    return geometry[~rows[shape_field].duplicated()]


_MULTI = {
    "Point": shapely.multipoints,
    "LineString": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}


def _uniform(geometries: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    flat = shapely.force_2d(geometries)
    kinds = {geometry.geom_type for geometry in flat if geometry is not None}
    for single, multi in _MULTI.items():
        if kinds == {single, f"Multi{single}"}:
            return np.array([_promoted(geometry, single, multi) for geometry in flat], dtype=object)
    return np.asarray(flat)


def _promoted(geometry: BaseGeometry | None, single: str, multi: Any) -> BaseGeometry | None:
    return multi([geometry]) if geometry is not None and geometry.geom_type == single else geometry


def _bounds(shapes: GeoSeries) -> Bounds | None:
    bounds = shapes.total_bounds
    return None if np.isnan(bounds).any() else tuple(map(float, bounds))  # type: ignore[return-value]


# ---- after reading ----

_DTYPES: dict[FieldType, str] = {
    "string": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
}
_COMPLETE: dict[FieldType, Any] = {"integer": "int64", "boolean": "bool"}


def frame_of(
    rows: Sequence[Sequence[Any]], names: Sequence[str], collection: Collection, crs: str = CRS84
) -> GeoDataFrame:
    """A frame of rows (values in the order of ``names``, then WKB or None), missing as pandas has it.

    Coordinates are as stored (EPSG:4326), or in the system ``crs``: see :meth:`Projection.frame`.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + 1)
    data = {
        name: series_of(values, collection.field(name)) for name, values in zip(names, columns, strict=False)
    }
    geometry = GeoSeries(shapely.from_wkb(np.array(columns[-1], dtype=object)))
    return projection(crs).frame(GeoDataFrame(data, geometry=geometry, crs=4326))


def series_of(values: Sequence[Any], kind: FieldType) -> "pd.Series[Any]":
    """A column of the type; integers and booleans are nullable only where values are missing."""
    if kind == "boolean":
        values = [None if value is None else bool(value) for value in values]
    series = pd.Series(values, dtype=_DTYPES[kind])
    return series if series.isna().any() else series.astype(_COMPLETE.get(kind, series.dtype))
