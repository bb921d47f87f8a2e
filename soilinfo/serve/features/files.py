"""Formats of features, and how files are written: GeoPackage, FlatGeobuf, GeoParquet, CSV.

The same features are the same bytes.

In files x stands before y, whatever the authority of their CRS says: so their own standards have it.
Numbers, texts, truths and missing values stay what they are; lists are texts of JSON.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from csv import QUOTE_NONNUMERIC
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import pyogrio
from geopandas import GeoDataFrame

from soilinfo.report.workbook import CSV, XLSX, harmless
from soilinfo.serve.answers import GEOJSON, Formats
from soilinfo.serve.collections import Collection

WKT_DECIMALS = 6
"""Decimals of coordinates in a CSV: a decimetre in degrees."""


@dataclass(frozen=True)
class Contents:
    """What a file is written from."""

    frame: GeoDataFrame
    name: str
    """What the table or layer in it is called."""
    created: datetime
    """When what it holds was made."""
    has_geometry: bool
    is_sorted: bool
    """Whether an order was asked for."""

    @property
    def table(self) -> pd.DataFrame:
        """The frame, without its geometry where none was asked for."""
        return self.frame if self.has_geometry else pd.DataFrame(self.frame.drop(columns="geometry"))


def flatgeobuf(contents: Contents) -> bytes:
    """FlatGeobuf, with the spatial index that it may have.

    The index sorts features by place, so there is none where another order was asked for, nor where a
    feature has no place.
    """
    placed = contents.has_geometry and not contents.frame.geometry.isna().any()
    index = "YES" if placed and not contents.is_sorted else "NO"
    return _written(contents, "FlatGeobuf", layer_options={"SPATIAL_INDEX": index})


_DATING = threading.Lock()


def geopackage(contents: Contents) -> bytes:
    """GeoPackage 1.3, which GDAL 3.6 and QGIS 3.22 read without a warning."""
    # GDAL takes the date in a GeoPackage from a setting of the whole process.
    with _DATING:
        date = contents.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": date})
        try:
            return _written(contents, "GPKG", dataset_options={"VERSION": "1.3"})
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _written(contents: Contents, driver: str, **options: Mapping[str, str]) -> bytes:
    target = BytesIO()
    pyogrio.write_dataframe(contents.table, target, driver=driver, layer=contents.name, **options)
    return target.getvalue()


def geoparquet(contents: Contents) -> bytes:
    """GeoParquet 1.0."""
    target = BytesIO()
    contents.table.to_parquet(target, index=False)
    return target.getvalue()


def csv(contents: Contents) -> bytes:
    """CSV (UTF-8), the geometry as WKT in a last column.

    Numbers have every digit that they have in other formats. Texts are quoted, so that a spreadsheet does
    not take a code for a number, and never a formula.
    """
    table = pd.DataFrame(contents.frame.drop(columns="geometry")).map(harmless)
    if contents.has_geometry:
        table["geometry"] = contents.frame.geometry.to_wkt(rounding_precision=WKT_DECIMALS)
    return table.to_csv(index=False, quoting=QUOTE_NONNUMERIC).encode()


@dataclass(frozen=True)
class FileFormat:
    """A format of files: what it is called, its media type and how it is written."""

    title: str
    media_type: str
    write: Callable[[Contents], bytes]


FILE_FORMATS: Mapping[str, FileFormat] = {
    "fgb": FileFormat("FlatGeobuf", "application/flatgeobuf", flatgeobuf),
    "gpkg": FileFormat("GeoPackage", "application/geopackage+sqlite3", geopackage),
    "parquet": FileFormat("GeoParquet", "application/vnd.apache.parquet", geoparquet),
    "csv": FileFormat("CSV", CSV, csv),
}
"""By the name in ``f``, which is also the ending of their names."""

ITEM_FORMATS: Formats = {
    "json": (GEOJSON, "application/json"),
    "html": ("text/html",),
    **{name: (each.media_type,) for name, each in FILE_FORMATS.items()},
}
"""Media types of one feature by format, that of links first; HTML is the page of the same address."""
ITEMS_FORMATS: Formats = {**ITEM_FORMATS, "xlsx": (XLSX,)}
"""The same of several features."""


def links(collection: Collection, base_url: str) -> Iterator[dict[str, Any]]:
    """Links of a collection to all its features as a file, titled in every language."""
    titles = {name: each.title for name, each in FILE_FORMATS.items()} | {"xlsx": "XLSX (Excel)"}
    for name, title in titles.items():
        yield {
            "rel": "items",
            "type": ITEMS_FORMATS[name][0],
            "href": f"{base_url}/collections/{collection.id}/items?f={name}",
            "title": collection.source.label("serve.link.file", format=title),
        }
