"""A GeoPackage to hand out: several collections in one file, as QGIS users expect to find them.

Shapes are stored once: rows about the areas of a collection are a table without geometry, and a view shows
them on these areas. Default styles lie in the table ``layer_styles``, which QGIS reads by itself.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyogrio

from soilinfo.errors import StoreError
from soilinfo.store.clause import quoted
from soilinfo.store.files import PARTIAL, remove
from soilinfo.store.geopackage_writer import rows_table

STYLES = "layer_styles"


@dataclass(frozen=True)
class Handout:
    """One collection of the file."""

    name: str
    title: str
    frame: pd.DataFrame
    """With geometries (EPSG:4326), or without where ``areas`` has them."""
    areas: str | None = None
    """The collection before it that has the shapes of these rows."""
    key: str = "code"
    """The column that rows and areas share."""
    styles: Mapping[str, str] | None = None
    """QML by the name of a style, the default one first."""


def write_handout(path: Path, collections: Sequence[Handout], written: datetime) -> None:
    """Write a new GeoPackage dated ``written``: the same bytes for the same collections.

    Raises StoreError when the disk does not take it.
    """
    draft = path.with_name(f"{PARTIAL}{path.name}")
    date = f"{written:%Y-%m-%dT%H:%M:%S}.000Z"
    try:
        for each in collections:
            _write(draft, rows_table(each.name) if each.areas else each.name, each.frame)
        styles = [(*row, date) for each in collections for row in _styles(each)]
        _write(draft, STYLES, pd.DataFrame(styles, columns=_STYLE_COLUMNS))
        with closing(sqlite3.connect(draft)) as connection:
            with connection:
                _complete(connection, collections, date)
            # A draft tells how often it was written, and in free space still what its pages held before.
            connection.execute("VACUUM INTO ?", (str(path),))
    except (OSError, sqlite3.Error, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise StoreError(f"the GeoPackage {path.name} cannot be written: {error}") from error
    finally:
        remove(draft)


def _write(path: Path, table: str, frame: pd.DataFrame) -> None:
    has_shapes = "geometry" in frame
    pyogrio.write_dataframe(
        frame,
        path,
        layer=table,
        driver="GPKG",
        append=path.exists(),
        dataset_options={"VERSION": "1.3"},
        layer_options={"GEOMETRY_NAME": "geom"} if has_shapes else {"ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"},
        **({"promote_to_multi": True} if has_shapes else {}),
    )


_STYLE_COLUMNS = (
    *("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column"),
    *("styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time"),
)
"""As QGIS makes the table."""


def _styles(each: Handout) -> list[tuple[object, ...]]:
    return [
        ("", "", each.name, "geom", name, qml, "", at == 0, each.title, "", "")
        for at, (name, qml) in enumerate((each.styles or {}).items())
    ]


def _complete(connection: sqlite3.Connection, collections: Sequence[Handout], written: str) -> None:
    for each in collections:
        if each.areas:
            _create_view(connection, each)
        connection.execute(
            "UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?", (each.title, each.name)
        )
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (written,))


def _create_view(connection: sqlite3.Connection, each: Handout) -> None:
    """A view registered as OGR documents it: the column OGC_FID makes it an ordinary layer."""
    rows, areas, key = quoted(rows_table(each.name)), quoted(str(each.areas)), quoted(each.key)
    columns = ", ".join(f"r.{quoted(str(column))}" for column in each.frame.columns)
    connection.execute(
        f"CREATE INDEX {quoted(f'{each.name}_{each.key}')} ON {rows} ({key})",
    )
    connection.execute(
        f"CREATE VIEW {quoted(each.name)} AS SELECT r.fid AS OGC_FID, {columns}, a.geom "
        f"FROM {rows} r JOIN {areas} a ON a.{key} = r.{key}"
    )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id, min_x, min_y, max_x, max_y) "
        "SELECT ?, ?, data_type, srs_id, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?",
        (each.name, each.title, each.areas),
    )
    connection.execute(
        "INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m) "
        "SELECT ?, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns "
        "WHERE table_name = ?",
        (each.name, each.areas),
    )
