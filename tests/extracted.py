"""exactextract as a peer: polygons as it reads them fastest, cells weighted by their area on the earth."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import NumPyRasterSource
from shapely.geometry.base import BaseGeometry

from soilinfo.grid import Grid


def edges(grid: Grid) -> dict[str, float]:
    """The grid's bounds as exactextract names them."""
    return dict(zip(("xmin", "ymin", "xmax", "ymax"), grid.bounds, strict=True))


def extracted(
    grid: Grid, shapes: Sequence[BaseGeometry], rasters: Sequence[Any], operations: Any
) -> pd.DataFrame:
    """One row per shape of what ``operations(raster, weights, number)`` yields for each raster."""
    areas = np.broadcast_to(grid.row_areas()[:, np.newaxis], grid.shape)
    weights = NumPyRasterSource(areas, **edges(grid))
    asked = [one for at, raster in enumerate(rasters) for one in operations(raster, weights, at)]
    return exact_extract(rasters, _Shapes(shapes), asked, weights=weights, output="pandas")


class _Shapes(FeatureSource):  # type: ignore[misc]
    """Polygons as exactextract reads them fastest."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        super().__init__()
        self.texts = [shapely.to_wkb(shape) for shape in shapes]

    def count(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Feature]:
        return map(_Shape, self.texts)

    def srs_wkt(self) -> None:
        return None


class _Shape(Feature):  # type: ignore[misc]
    def __init__(self, text: bytes) -> None:
        super().__init__()
        self.text = text

    def geometry(self) -> bytes:
        return self.text

    def fields(self) -> list[str]:
        return []
