"""What makes and cuts tiles as machine code, before anybody waits for it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely

from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.tiled.cut import cut
from soilinfo.store.tiled.files import TileFiles

_NAME = "sample"
_PLACES = ((0, 0, 0), (8, 127, 128), (14, 8191, 8192))
"""Tiles at the corner where the equator meets the prime meridian, and so of every shape of the sample."""


@cache
def compile_kernels() -> None:
    """Make and cut a tile of each kind of shape, once in a process.

    Of a fresh installation this takes ten seconds or more; what was compiled is then kept beside the program.
    """
    with TemporaryDirectory() as directory:
        vector = GeoPackages(Path(directory) / "vector")
        try:
            vector.write(_NAME, "1", _sample(), id_field="id")
            tiled = TileFiles(Path(directory) / "tiles", vector).open(_NAME, "1")
            for place in _PLACES:
                cut(tiled, _NAME, place)
        finally:
            vector.close()


def _sample() -> gpd.GeoDataFrame:
    """Two neighbours of many vertices, one of them with a hole, a line and a point."""
    along = np.linspace(-0.2, 0.2, 200)
    border = np.column_stack([0.002 * np.sin(200 * along), along])
    west, east = (shapely.Polygon([*border, (side, 0.2), (side, -0.2)]) for side in (-0.2, 0.2))
    holed = east - shapely.box(0.05, 0.05, 0.1, 0.1)
    shapes = [west, holed, shapely.LineString(border), shapely.Point(0.0001, 0.0001)]
    return gpd.GeoDataFrame({"id": ["a", "b", "c", "d"]}, geometry=shapes, crs="EPSG:4326")
