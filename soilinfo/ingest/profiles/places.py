"""Where profiles are, and coordinates that tell no place."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from soilinfo.grid import Grid

Array = NDArray[np.float64]


def places(x: pd.DataFrame, y: pd.DataFrame, crs: str, grid: Grid) -> dict[str, Any]:
    """``lon``, ``lat`` (EPSG:4326; NaN where no place is told) and ``place_fault`` of coordinates in ``crs``.

    ``x``, ``y``: easting or longitude, and northing or latitude, as :func:`~.numbers.numbers` reads them.
    Both missing are no fault: many profiles have never been placed.
    """
    east, north = x["value"].to_numpy(dtype=float), y["value"].to_numpy(dtype=float)
    lon, lat = _degrees(east, north, crs)
    fault = np.select(
        [
            np.isnan(east) & np.isnan(north) & (x["fault"].isna() & y["fault"].isna()).to_numpy(),
            (east == 0) & (north == 0),
            _inside(lon, lat, grid),
            _inside(*_degrees(north, east, crs), grid),
            ~np.isfinite(lon) | ~np.isfinite(lat) | (np.abs(lat) > 90) | (np.abs(lon) > 180),
        ],
        ["missing_place", "coordinates_zero", "", "swapped_coordinates", "impossible_coordinates"],
        "outside_country",
    ).astype(object)
    is_placed = fault == ""
    fault[is_placed] = None
    return {
        "lon": np.where(is_placed, lon, np.nan),
        "lat": np.where(is_placed, lat, np.nan),
        "place_fault": fault,
    }


def _degrees(x: Array, y: Array, crs: str) -> tuple[Array, Array]:
    """Longitude and latitude; not finite where the system has no such place."""
    if CRS.from_user_input(crs).to_epsg() == 4326:
        return x, y
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _inside(lon: Array, lat: Array, grid: Grid) -> NDArray[np.bool_]:
    """Which places lie in the grid's rectangle."""
    possible = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    x, y = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True).transform(
        np.where(possible, lon, 0), np.where(possible, lat, 0)
    )
    west, south, east, north = grid.bounds
    found = possible & (west <= x) & (x <= east) & (south <= y) & (y <= north)
    return np.asarray(found, dtype=bool)
