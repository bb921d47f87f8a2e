"""The table of an overlay as GeoJSON: a row for each polygon, its own fields first, nothing lost."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import label
from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.polygons import LEFT_OUT, MESSAGES, SUBJECT, Judged
from soilinfo.jobs.planning.overlay_columns import Column

FIRST, LAST = "polygon", ("left_out", "mended", "duplicate_of")
"""Columns before and behind a polygon's own fields."""
RESERVED = ("fid", "geom", "geometry", "ogc_fid", "id")
"""Names that GeoPackage and GeoJSON need for themselves."""
DECIMALS = 8
"""Of coordinates in degrees: about a millimetre."""


@dataclass(frozen=True)
class Table:
    """Columns in their order, a FeatureCollection of the rows, and what became of fields."""

    columns: Sequence[Column]
    features: dict[str, Any]
    findings: Sequence[Finding]


def table_of_polygons(
    catalog: Catalog,
    frame: gpd.GeoDataFrame,
    judged: Judged,
    columns: Sequence[Column],
    values: Mapping[str, NDArray[np.object_]],
) -> Table:
    """The rows of ``frame`` with ``values`` by column beside them; a shape left out has no geometry."""
    first, last = _column(catalog, FIRST), [_column(catalog, name) for name in LAST]
    own, findings = _own_names(frame, {each.name for each in (first, *last, *columns)})
    told: dict[str, Sequence[Any]] = {FIRST: range(1, len(frame) + 1)}
    told |= {name: [_plain(value) for value in frame[field]] for field, name in own.items()}
    told |= {"left_out": _or_none(judged.left_out), "mended": _or_none(judged.mended)}
    told |= {"duplicate_of": _or_none(judged.duplicate_of.astype(object))}
    told |= {name: column.tolist() for name, column in values.items()}
    rows = (dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True))
    shown = [first, *(Column(name, {"en": name}) for name in own.values()), *last, *columns]
    return Table(shown, {"type": "FeatureCollection", "features": list(_features(judged, rows))}, findings)


def _column(catalog: Catalog, name: str) -> Column:
    reasons = LEFT_OUT if name == "left_out" else MESSAGES if name == "mended" else ()
    titles = {reason: label(f"overlay.reason.{reason}", catalog.directory) for reason in reasons}
    return Column(name, label(f"overlay.{name}", catalog.directory), "", titles)


def _own_names(frame: gpd.GeoDataFrame, taken: set[str]) -> tuple[dict[str, str], list[Finding]]:
    """Field -> its name in the table; a field whose name is needed is called ``own_<name>``.

    Capitals make no difference, as in a GeoPackage.
    """
    names: dict[str, str] = {}
    used = {name.casefold() for name in (*taken, *RESERVED)}
    for field in map(str, frame.columns.drop(frame.geometry.name)):
        name, number = field, 1
        while name.casefold() in used:
            name = f"own_{field}" if number == 1 else f"own_{field}_{number}"
            number += 1
        used.add(name.casefold())
        names[field] = name
    renamed = [f"{field} (now {name})" for field, name in names.items() if field != name]
    message = f"fields whose names the table needs itself were renamed: {some(renamed)}"
    if not renamed:
        return names, []
    changed = [f"{field} → {name}" for field, name in names.items() if field != name]
    return names, [Finding("fields_renamed", "note", SUBJECT, message, len(renamed), {"fields": changed})]


def _plain(value: Any) -> Any:
    """A field's value as JSON has it: dates as ISO 8601, lists as texts of JSON, bytes as hexadecimal."""
    if isinstance(value, list | tuple | dict | np.ndarray):
        return json.dumps(value, default=str, ensure_ascii=False)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, date | time | pd.Timestamp):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value.item() if isinstance(value, np.generic) else value


def _or_none(values: NDArray[np.object_]) -> list[Any]:
    return [value or None for value in values.tolist()]


def _features(judged: Judged, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for shape, row in zip(judged.shapes, rows, strict=True):
        yield {"type": "Feature", "id": row[FIRST], "geometry": _geojson(shape), "properties": row}


def _geojson(shape: Any) -> dict[str, Any] | None:
    if shape is None:
        return None
    oriented = shapely.orient_polygons(shape)
    found: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.transform(oriented, lambda xy: xy.round(DECIMALS)))
    )
    return found
