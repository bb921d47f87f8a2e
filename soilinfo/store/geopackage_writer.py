"""Writing one GeoPackage: layers by pyogrio, then indexes, the view over shared shapes and a description."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio
from geopandas import GeoDataFrame

from soilinfo.store.clause import quoted
from soilinfo.store.frames import Prepared
from soilinfo.store.vector import Collection

DESCRIPTION = "SELECT description FROM gpkg_contents WHERE table_name = ?"
"""Where the JSON text of the :class:`Collection` lies in a GeoPackage."""


def rows_table(name: str) -> str:
    """Table of the rows of a collection with shared shapes."""
    return f"{name}_rows"


def shapes_table(name: str) -> str:
    """Table of the shapes that rows share."""
    return f"{name}_shapes"


def write_geopackage(path: Path, name: str, prepared: Prepared) -> None:
    """Write a new GeoPackage with one collection; the caller syncs and renames it."""
    collection, rows, shapes = prepared.collection, prepared.rows, prepared.shapes
    if collection.shape_field is None:
        _write_layer(path, name, GeoDataFrame(rows, geometry=shapes))
    else:
        keys = pd.DataFrame({collection.shape_field: shapes.index})
        _write_layer(path, shapes_table(name), GeoDataFrame(keys, geometry=shapes.reset_index(drop=True)))
        _write_layer(path, rows_table(name), rows)
    with closing(sqlite3.connect(path)) as connection, connection:
        _complete(connection, name, prepared)
        # How many rows share a value decides which index leads to the fewest.
        connection.execute("ANALYZE")


def _write_layer(path: Path, name: str, frame: pd.DataFrame) -> None:
    has_geometry = isinstance(frame, GeoDataFrame)
    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        # Older readers (GDAL 3.6, QGIS 3.22) warn about a later version of the format.
        dataset_options={"VERSION": "1.3"},
        layer_options={"GEOMETRY_NAME": "geom"} if has_geometry else {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"},
        **({"promote_to_multi": False} if has_geometry else {}),
    )


def _complete(connection: sqlite3.Connection, name: str, prepared: Prepared) -> None:
    collection = prepared.collection
    rows = name if collection.shape_field is None else rows_table(name)
    _index(connection, rows, collection.id_field, "UNIQUE")
    for column in prepared.indexed:
        _index(connection, rows, column)
    if collection.shape_field is not None:
        _index(connection, shapes_table(name), collection.shape_field, "UNIQUE")
        _create_view(connection, name, collection)
    connection.execute(
        "UPDATE gpkg_contents SET description = ? WHERE table_name = ?", (collection.to_json(), name)
    )


def _index(connection: sqlite3.Connection, table: str, column: str, kind: str = "") -> None:
    connection.execute(
        f"CREATE {kind} INDEX {quoted(f'{table}_{column}')} ON {quoted(table)} ({quoted(column)})"
    )


def _create_view(connection: sqlite3.Connection, name: str, collection: Collection) -> None:
    """A view registered as OGR documents it: the column OGC_FID makes it an ordinary layer."""
    shapes, rows = shapes_table(name), rows_table(name)
    columns = ", ".join(f"r.{quoted(column)}" for column in collection.fields)
    key = quoted(str(collection.shape_field))
    connection.execute(
        f"CREATE VIEW {quoted(name)} AS SELECT r.fid AS OGC_FID, {columns}, s.geom "
        f"FROM {quoted(rows)} r JOIN {quoted(shapes)} s ON s.{key} = r.{key}"
    )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id, min_x, min_y, max_x, max_y) "
        "SELECT ?, ?, data_type, srs_id, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?",
        (name, name, shapes),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m) "
        "SELECT ?, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns "
        "WHERE table_name = ?",
        (name, shapes),
    )
