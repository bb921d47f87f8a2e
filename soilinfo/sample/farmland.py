"""How much farmland each district of the sample nation has, and what soil analyses say of its paddy land."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from soilinfo.sample.archipelago import SAMPLE
from soilinfo.sample.gazetteer import PROVINCES
from soilinfo.sample.landuse import LAND_COVER_CODES
from soilinfo.sample.noise import Array
from soilinfo.sample.rasters import frames
from soilinfo.sample.regions import Units

KINDS = ("paddy", "dryland_crops", "mixed_garden")
"""Covers of the land that subsidised crops grow on."""
STATUSES = ("low", "medium", "high")
STATUS_EDGES: Mapping[str, tuple[float, float]] = {"p2o5_hcl25": (20.0, 40.0), "k2o_hcl25": (10.0, 20.0)}
"""Edges of the nutrient status of paddy land in mg per 100 g; the lower class owns its edge."""

Owners = NDArray[np.int64]
"""Number of the district of each cell, from 1; 0 where there is none."""


def farmland(directory: Path, districts: Units) -> pd.DataFrame:
    """The sample nation's districts by code: name, hectares of each of KINDS, status of each nutrient.

    Read from the rasters in ``directory``; of a larger nation's the sample's part, in the sample's cells.
    A status is that of most of the district's paddy land; None where none of it was analysed.
    """
    grid = frames(1)["national"].grid
    home = _home(districts)
    shapes = zip(home.shapes, range(1, len(home.codes) + 1), strict=True)
    owners = rasterize(shapes, grid.shape, transform=Affine(*grid.transform), dtype="int32").astype(np.int64)
    area = np.repeat(grid.row_areas()[:, None], grid.width, axis=1)
    cover = _read(directory / "land_cover.tif", grid.shape)
    codes = {kind: code for code, kind in LAND_COVER_CODES.items()}
    found = pd.DataFrame({"name": home.names}, index=pd.Index(home.codes, name="code"))
    land = {kind: np.where((cover == codes[kind]).filled(False), area, 0.0) for kind in KINDS}
    for kind, hectares in land.items():
        found[kind] = np.bincount(owners.ravel(), hectares.ravel(), len(home.codes) + 1)[1:]
    for layer, edges in STATUS_EDGES.items():
        found[layer] = _status(_read(directory / f"{layer}.tif", grid.shape), edges, owners, land["paddy"])
    return found


def _home(districts: Units) -> Units:
    """The districts of the sample nation's own provinces."""
    own = tuple(province.code for province in PROVINCES)
    rows = zip(districts.codes, districts.names, districts.shapes, strict=True)
    codes, names, shapes = zip(*(row for row in rows if row[0].startswith(own)), strict=True)
    return Units(codes, names, shapes)


def _read(path: Path, shape: tuple[int, int]) -> Any:
    """The sample nation's part of a raster as a masked array of this shape."""
    with rasterio.open(path) as file:
        return file.read(1, window=file.window(*SAMPLE), out_shape=shape, masked=True)


def _status(values: Any, edges: tuple[float, float], owners: Owners, area: Array) -> list[str | None]:
    """The status that covers most of ``area`` of each owner."""
    known = ~np.ma.getmaskarray(values)
    groups = owners[known] * len(STATUSES) + np.digitize(values.data[known], edges, right=True)
    sums = np.bincount(groups, area[known], (owners.max() + 1) * len(STATUSES))
    by_district = sums.reshape(-1, len(STATUSES))[1:]
    return [STATUSES[row.argmax()] if row.any() else None for row in by_district]
