"""Files of polygons as people bring them: zipped shapefiles with whatever may be wrong in them."""

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import numpy as np
import pyogrio
from shapely import Polygon, box

from tests.country import CELL, NORTH, WEST

SIZE = 240 * CELL
DONUT, DUPLICATE = 1, 2000
"""Numbers of the polygon with a hole, and of the one that is the same as the second."""


def blocks(count: int) -> gpd.GeoDataFrame:
    """Star-shaped polygons all over the small country, the first with a hole, the last as the second."""
    random = np.random.default_rng(7)
    shapes = [_block(random) for _ in range(count)]
    x, y = WEST + SIZE / 2, NORTH - SIZE / 2
    shapes[0] = box(x, y, x + 0.05, y + 0.05).difference(box(x + 0.01, y + 0.01, x + 0.03, y + 0.03))
    shapes[-1] = shapes[1]
    fields = {
        "blok": [f"B{number:04d}" for number in range(1, count + 1)],
        "pemilik": ["Kebun Nyaï"] * count,
        "area_ha": np.arange(count, dtype="float64"),
    }
    return gpd.GeoDataFrame(fields, geometry=shapes, crs="EPSG:4326")


def _block(random: np.random.Generator) -> Polygon:
    x = random.uniform(WEST + 0.02, WEST + SIZE - 0.02)
    y = random.uniform(NORTH - SIZE + 0.02, NORTH - 0.02)
    angles = np.linspace(0, 2 * np.pi, 9)[:-1]
    radii = random.uniform(0.5, 1, 8) * random.choice([0.001, 0.004, 0.015])
    return Polygon(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)]))


def zipped(frame: gpd.GeoDataFrame, directory: Path, *, without: str = "", crs: str = "EPSG:32751") -> Path:
    """A zipped shapefile in metres and Windows' letters, with its parts in a folder; one part may lack."""
    path = directory / "blocks.shp"
    pyogrio.write_dataframe(frame.to_crs(crs), path, encoding="cp1252")
    with ZipFile(directory / "blocks.zip", "w", ZIP_DEFLATED) as archive:
        for ending in {".shp", ".shx", ".dbf", ".prj"} - {without}:
            archive.write(path.with_suffix(ending), f"Data/blocks{ending.upper()}")
    return directory / "blocks.zip"


def turn_hole(path: Path) -> None:
    """Turn round the second ring of the first record of a shapefile, so that it says to be land."""
    content = bytearray(path.read_bytes())
    begin, end = list(_rings(content, 108))[1]
    points = [bytes(content[at : at + 16]) for at in range(begin, end, 16)]
    content[begin:end] = b"".join(reversed(points))
    path.write_bytes(content)


def _rings(content: bytearray, at: int) -> Iterator[tuple[int, int]]:
    """Where the points of each ring of a record begin and end."""
    parts, points = struct.unpack("<ii", content[at + 36 : at + 44])
    firsts = [*struct.unpack(f"<{parts}i", content[at + 44 : at + 44 + 4 * parts]), points]
    start = at + 44 + 4 * parts
    yield from ((start + 16 * one, start + 16 * next_) for one, next_ in pairwise(firsts))


def rezipped(archive: Path) -> None:
    """Pack the shapefile beside an archive anew, after it was changed."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for ending in (".shp", ".shx", ".dbf", ".prj"):
            packed.write(archive.with_suffix(ending), f"Data/blocks{ending.upper()}")
