"""Polygons that a person brings along, read as they are: shapes in EPSG:4326, every row and field kept."""

import codecs
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import ShapelyError

from soilinfo.errors import InputError, LimitError, UnknownNameError
from soilinfo.findings import Finding, some
from soilinfo.ingest.offered_files import FORMS, readable

SUBJECT = "polygons"
"""What findings about them are about."""
POLYGONS = ("Polygon", "MultiPolygon")
_LEGACY = "cp1252"
"""Of a shapefile that does not tell and is no UTF-8: what most programs then wrote."""


@dataclass(frozen=True)
class Limits:
    """The most that is read: bytes once unpacked, features, and vertices of all of them."""

    bytes: int
    features: int
    vertices: int


UPLOAD = Limits(bytes=200_000_000, features=20_000, vertices=2_000_000)
"""Of files that anyone may send."""
LOCAL = Limits(bytes=10_000_000_000, features=1_000_000, vertices=200_000_000)
"""Of files of the person who runs the program."""


@dataclass(frozen=True)
class Offered:
    """A row for each feature of a file, in its order, and what was found of them.

    The index counts from 1; geometry in EPSG:4326, None where there is none, of any kind, not yet judged.
    ``kind`` is the format's name of GDAL.
    """

    frame: gpd.GeoDataFrame
    kind: str
    findings: tuple[Finding, ...] = ()


def read_polygons(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    limits: Limits = LOCAL,
) -> Offered:
    """The polygons of a zipped shapefile, a GeoPackage or GeoJSON, or of a shapefile as it lies there.

    ``layer``: which of several; ``crs``: of a file that tells none, which is never guessed; ``encoding`` of
    the texts of a shapefile that does not tell. InputError or LimitError say what the file is and what it
    must be, SourceError that there is none.
    """
    with TemporaryDirectory() as directory:
        source = readable(path, Path(directory), limits.bytes, layer)
        try:
            return _read(source, layer, crs, encoding, limits)
        except (UnicodeError, LookupError) as error:
            raise InputError(
                f"the texts of the file are not in the encoding assumed; state the right one: {error}"
            ) from error
        except (DataSourceError, DataLayerError, ShapelyError) as error:
            said = str(error).replace(f"{directory}/", "").partition(";")[0].rstrip(".")
            raise InputError(f"the file cannot be read as {FORMS}: {said}") from error


def polygons_in(content: bytes, *, limits: Limits = UPLOAD, **told: str | None) -> Offered:
    """The polygons of a file that was sent; ``told`` as for :func:`read_polygons`."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "polygons"
        path.write_bytes(content)
        return read_polygons(path, limits=limits, **told)


def _read(source: Path, layer: str | None, crs: str | None, encoding: str | None, limits: Limits) -> Offered:
    layer = _layer(source, layer)
    info = pyogrio.read_info(source, layer, force_feature_count=True)
    if info["features"] > limits.features:
        raise LimitError(f"the file has {info['features']:,} features; at most {limits.features:,} are read")
    encoding, found = _encoding(source, encoding)
    frame, closed = _frame(source, layer, encoding)
    if frame.empty:
        raise InputError("the file has no features")
    _refuse_other_kinds(frame)
    vertices = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
    if vertices > limits.vertices:
        raise LimitError(f"the file has {vertices:,} vertices; at most {limits.vertices:,} are read")
    flat, heights = _without_heights(_placed(frame, crs))
    flat.index = pd.RangeIndex(1, len(flat) + 1)
    return Offered(flat, str(info["driver"]), (*found, *closed, *heights))


def _frame(source: Path, layer: str | None, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Every row, whatever one shape is like: a ring that is not closed is, one of a point is no geometry."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", RuntimeWarning)  # what GDAL has to say of the file
        frame = pyogrio.read_dataframe(source, layer=layer, encoding=encoding, on_invalid="fix")
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("the file has no geometry")
    if not any("Non closed ring" in str(each.message) for each in heard):
        return frame, []
    message = "rings that do not end where they begin were closed"
    return frame, [Finding("rings_closed", "warn", SUBJECT, message)]


def _layer(source: Path, layer: str | None) -> str | None:
    """The one layer with shapes, or the one that is named."""
    if source.suffix.lower() == ".shp":
        return None
    names = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
    if not names:
        raise InputError("the file has no layer with geometry")
    if layer is None and len(names) > 1:
        raise InputError(f"the file holds several layers; name one of them: {some(names, 30)}")
    if layer is not None and layer not in names and source.suffix == ".gpkg":
        raise UnknownNameError("layer", layer, names)
    return layer if layer in names else names[0]


def _encoding(source: Path, encoding: str | None) -> tuple[str | None, list[Finding]]:
    """The encoding to read texts in; None where the format or the file itself tells.

    Of a shapefile without .cpg and without a language driver: UTF-8 if its table is such, else Windows'.
    """
    table = next(
        (each for each in source.parent.glob(f"{source.stem}.*") if each.suffix.lower() == ".dbf"), None
    )
    if encoding or source.suffix.lower() != ".shp" or table is None:
        return encoding, []
    tells = any(each.suffix.lower() == ".cpg" for each in source.parent.glob(f"{source.stem}.*"))
    content = table.read_bytes()
    if tells or content[29:30] != b"\0" or content.isascii():
        return None, []
    assumed = "utf-8" if _is_utf8(content[32:]) else _LEGACY
    message = f"the shapefile does not tell the encoding of its texts, which were read as {assumed}"
    return assumed, [Finding("encoding_assumed", "note", SUBJECT, message, evidence={"encoding": assumed})]


def _is_utf8(content: bytes) -> bool:
    try:
        codecs.decode(content, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_other_kinds(frame: gpd.GeoDataFrame) -> None:
    """InputError for a file without any polygon; a row of another kind among polygons is judged later."""
    kinds = {str(kind) for kind in frame.geom_type if isinstance(kind, str)}
    if kinds and not kinds.intersection(POLYGONS):
        raise InputError(f"the file must hold polygons; it holds: {', '.join(sorted(kinds))}")


def _placed(frame: gpd.GeoDataFrame, crs: str | None) -> gpd.GeoDataFrame:
    """The frame in EPSG:4326, longitude before latitude."""
    if frame.crs is None and crs is None:
        raise InputError(
            "the file does not tell its coordinate reference system (a shapefile does so in its .prj); state "
            "it ('crs', such as EPSG:4326): it is not guessed"
        )
    try:
        stated = CRS.from_user_input(crs) if crs is not None else None
        if frame.crs is not None and stated is not None and frame.crs != stated:
            raise InputError(
                f"the file says itself that its coordinates are in '{frame.crs.name}', not '{stated.name}'"
            )
        return (frame if frame.crs is not None else frame.set_crs(stated)).to_crs("EPSG:4326")
    except (CRSError, ProjError) as error:
        told = crs if frame.crs is None else frame.crs.name
        raise InputError(f"'{told}' is no coordinate reference system that leads to degrees") from error


def _without_heights(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    high = int(frame.geometry.has_z.sum())
    if not high:
        return frame, []
    flat = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs)
    evidence: dict[str, Any] = {"features": high}
    return flat, [
        Finding("heights_dropped", "note", SUBJECT, "heights of vertices are not used", high, evidence)
    ]
