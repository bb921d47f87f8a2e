"""Tiles as one raster: a VRT over them, and where they overlap; checks judge what they disagree in."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely import STRtree, box, union_all
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import ClassTable, Layer, Property
from soilinfo.errors import SourceError
from soilinfo.grid import CHUNK, Window
from soilinfo.ingest.placement import blocks_of, overlap
from soilinfo.ingest.source import Reader, Source, inspect
from soilinfo.ingest.survey import read

OFF_GRID = 0.01
"""Share of a cell by which a tile may lie off the grid of the first one. Ours."""
_WIDER = {"uint8": "int16", "int8": "int16", "int16": "int32", "uint16": "int32", "int32": "float64"}
"""A type that holds every value of another and has one to spare for no data."""
_READ_AS = {"int64": "float64", "uint64": "float64", "float16": "float32"}
"""What tiles are read as whose no-data value a VRT would cut (-9e18 to -9), or whose type it may not know."""
_GDAL_TYPES = {
    "uint8": "Byte",
    "int8": "Int8",
    "int16": "Int16",
    "uint16": "UInt16",
    "int32": "Int32",
    "uint32": "UInt32",
    "float32": "Float32",
    "float64": "Float64",
}


@dataclass(frozen=True)
class Tile:
    """One tile, and the window of the mosaic that it covers."""

    source: Source
    window: Window


@dataclass(frozen=True)
class Mosaic:
    """Tiles on one grid of cells; ``dtype`` and ``nodata`` are those of the whole."""

    tiles: tuple[Tile, ...]
    shape: tuple[int, int]
    dtype: str
    nodata: float

    def at(self, row: float, col: float) -> tuple[float, float]:
        """Coordinates of a place between the cells of the mosaic, in its CRS."""
        first = self.tiles[0]
        x, y = first.source.transform @ (col - first.window.col, row - first.window.row)
        return x, y


def mosaic(paths: Sequence[str], band: int) -> Mosaic:
    """The tiles at ``paths`` as one raster.

    Raises SourceError ('tiles_differ') when they do not share one grid of cells and one meaning of numbers.
    """
    sources = [inspect(path, band) for path in paths]
    for source in sources:
        _require_alike(sources[0], source)
    corners = [_corner(sources[0], source) for source in sources]
    top, left = (min(corner[axis] for corner in corners) for axis in (0, 1))
    tiles = tuple(
        Tile(source, Window(row - top, col - left, source.height, source.width))
        for source, (row, col) in zip(sources, corners, strict=True)
    )
    height = max(tile.window.row + tile.window.height for tile in tiles)
    width = max(tile.window.col + tile.window.width for tile in tiles)
    dtype, nodata = _stored(sources)
    return Mosaic(tiles, (height, width), dtype, nodata)


def _require_alike(first: Source, other: Source) -> None:
    kinds = {
        "coordinate reference system": CRS.from_wkt(first.crs) == CRS.from_wkt(other.crs),
        "cell size": np.allclose(_cell(first), _cell(other), rtol=1e-6, atol=0),
        "scale or offset": (first.scale, first.offset) == (other.scale, other.offset),
    }
    if differing := [kind for kind, same in kinds.items() if not same]:
        raise SourceError(f"{other.path}: not the {' and '.join(differing)} of {first.path}", "tiles_differ")
    if other.has_mask:
        raise SourceError(f"{other.path}: a tile needs a no-data value, not a mask", "tiles_differ")


def _cell(source: Source) -> tuple[float, float]:
    return source.transform.a, source.transform.e


def _corner(first: Source, other: Source) -> tuple[int, int]:
    """Row and column of a tile's first cell, counted from the first cell of the first tile."""
    col, row = ~first.transform @ (other.transform.c, other.transform.f)
    if max(abs(row - round(row)), abs(col - round(col))) > OFF_GRID:
        raise SourceError(f"{other.path}: its cells lie between those of {first.path}", "tiles_differ")
    return round(row), round(col)


def _stored(sources: Sequence[Source]) -> tuple[str, float]:
    """A type for all tiles and a value for no data which in none of them means anything else."""
    dtype = str(np.result_type(*(_READ_AS.get(source.dtype, source.dtype) for source in sources)))
    declared = {source.nodata for source in sources}
    value = sources[0].nodata
    if len(declared) == 1 and value is not None:
        return dtype, value
    if dtype.startswith("float"):
        return dtype, float("nan")
    wider = _WIDER.get(dtype, "float64")
    return wider, float("nan") if wider == "float64" else float(np.iinfo(wider).min)


def vrt(whole: Mosaic, layer: Layer) -> str:
    """The VRT of a mosaic. Of tiles that overlap the last with data counts, with ``merge: first`` the first.

    No data is what a tile or ``layer`` declares so, and NaN.
    """
    first = whole.tiles[0].source
    root, band = _dataset(whole, whole.shape)
    ElementTree.SubElement(root, "SRS").text = first.crs
    x, y = whole.at(0, 0)
    width, height = _cell(first)
    ElementTree.SubElement(root, "GeoTransform").text = ", ".join(map(repr, (x, width, 0.0, y, 0.0, height)))
    for name, fact in {"Scale": first.scale, "Offset": first.offset}.items():
        ElementTree.SubElement(band, name).text = repr(float(fact))
    for tile in reversed(whole.tiles) if layer.merge == "first" else whole.tiles:
        band.append(_tile(whole, tile, layer))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _dataset(whole: Mosaic, shape: tuple[int, int]) -> tuple[ElementTree.Element, ElementTree.Element]:
    """An empty VRT, and its one band."""
    root = ElementTree.Element("VRTDataset", rasterXSize=str(shape[1]), rasterYSize=str(shape[0]))
    band = ElementTree.SubElement(root, "VRTRasterBand", dataType=_GDAL_TYPES[whole.dtype], band="1")
    ElementTree.SubElement(band, "NoDataValue").text = repr(float(whole.nodata))
    return root, band


def _tile(whole: Mosaic, tile: Tile, layer: Layer) -> ElementTree.Element:
    """A tile at its place. GDAL leaves out one value of a source: where a tile means no data by several, each
    becomes that of the mosaic in a VRT of the tile alone."""
    source, window = tile.source, tile.window
    path, band = str(Path(source.path).absolute()) if Path(source.path).exists() else source.path, source.band
    values = _no_data_of(source, layer)
    if len(values) == 1:
        return _drawn(path, band, window, values[0])
    for value in values:
        alone, cells = _dataset(whole, window.shape)
        cells.append(_drawn(path, band, Window(0, 0, *window.shape), value))
        path, band = ElementTree.tostring(alone, encoding="unicode"), 1
    return _drawn(path, band, window, whole.nodata)


def _no_data_of(source: Source, layer: Layer) -> list[float]:
    """The values that mean no data in a tile: one at least."""
    declared = [value for value in (source.nodata, *layer.nodata) if value is not None]
    numbers = list(dict.fromkeys(value for value in declared if not math.isnan(value)))
    return [*numbers, math.nan] if source.is_float or not numbers else numbers


def _drawn(path: str, band: int, window: Window, nodata: float) -> ElementTree.Element:
    """A source of a VRT, without its cells of one value."""
    drawn = ElementTree.Element("ComplexSource")
    ElementTree.SubElement(drawn, "SourceFilename", relativeToVRT="0").text = path
    ElementTree.SubElement(drawn, "SourceBand").text = str(band)
    for kind, col, row in (("SrcRect", 0, 0), ("DstRect", window.col, window.row)):
        facts = {"xOff": col, "yOff": row, "xSize": window.width, "ySize": window.height}
        ElementTree.SubElement(drawn, kind, {key: str(value) for key, value in facts.items()})
    ElementTree.SubElement(drawn, "NODATA").text = repr(float(nodata))
    return drawn


@dataclass(frozen=True)
class Seam:
    """What two tiles (``paths``) say of a block of cells that both cover, and where in the mosaic it lies.

    ``lower`` and ``upper`` as :func:`soilinfo.ingest.survey.read` gives them: NaN or class 0 for no data.
    """

    paths: tuple[str, str]
    lower: NDArray[Any]
    upper: NDArray[Any]
    window: Window


def seams(whole: Mosaic, layer: Layer, prop: Property, classes: ClassTable | None) -> Iterator[Seam]:
    """Every block of cells that two tiles cover, in the property's unit."""
    readers = [Reader(tile.source, layer, prop, classes) for tile in whole.tiles]
    for one, other in overlapping(whole):
        shared = overlap(whole.tiles[one].window, whole.tiles[other].window)
        for block in blocks_of(shared, CHUNK, CHUNK) if shared else ():
            lower = _values(readers[one], whole.tiles[one].window, block)
            upper = _values(readers[other], whole.tiles[other].window, block)
            yield Seam((readers[one].source.path, readers[other].source.path), lower, upper, block)


def _values(reader: Reader, tile: Window, block: Window) -> NDArray[Any]:
    here = Window(block.row - tile.row, block.col - tile.col, *block.shape)
    return read(reader, here)[0]


def overlapping(whole: Mosaic) -> list[tuple[int, int]]:
    """Numbers of each two tiles that share cells, the lower number first."""
    boxes = [_box(tile.window) for tile in whole.tiles]
    pairs = STRtree(boxes).query(boxes, predicate="intersects").T.tolist()
    return [(a, b) for a, b in pairs if a < b and boxes[a].intersection(boxes[b]).area > 0]


def gaps(whole: Mosaic) -> BaseGeometry:
    """What no tile covers of the rectangle around all of them, in rows and columns (y, x) of the mosaic."""
    rectangle = box(0, 0, whole.shape[1], whole.shape[0])
    return rectangle.difference(union_all([_box(tile.window) for tile in whole.tiles]))


def place_in(whole: Mosaic, row: float, col: float) -> list[float]:
    """Longitude and latitude of a place between the cells of the mosaic, to 6 decimals."""
    crs = CRS.from_wkt(whole.tiles[0].source.crs)
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return [round(float(degrees), 6) for degrees in to_degrees.transform(*whole.at(row, col))]


def _box(window: Window) -> BaseGeometry:
    return box(window.col, window.row, window.col + window.width, window.row + window.height)
