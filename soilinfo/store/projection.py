"""Coordinate reference systems of answers: order of the axes, decimals, and the way there from CRS84.

Both homes compute coordinates here, by pyproj, and not by ST_Transform: where two datums are joined by
several transformations PostGIS's own PROJ may choose another (SRGI2013: 0.2 m), it lacks codes, and a
role may be forbidden to add them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from soilinfo.errors import InputError

CRS84 = "OGC:CRS84"
"""Longitude, latitude in degrees: how coordinates are stored."""
STORED = (CRS84, "EPSG:4326")
"""Systems whose coordinates are those that are stored, at most in another order."""
DEGREE_DECIMALS, METRE_DECIMALS = 6, 2
"""Decimals of coordinates in answers: about 0.1 m of a degree, 1 cm of a metre."""


@dataclass(frozen=True)
class Projection:
    """How stored coordinates become those of one system, in the order of axes of its authority."""

    name: str
    decimals: int
    _transformer: Transformer

    @property
    def is_stored(self) -> bool:
        """True where coordinates stay what they are, at most in another order."""
        return self.name in STORED

    @property
    def northing_first(self) -> bool:
        """True for latitude before longitude of the stored coordinates."""
        return self.name == "EPSG:4326"

    def shapes(self, stored: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries (None stays None) with coordinates in this system, rounded to its decimals.

        InputError where a point has no place in it.
        """
        projected: NDArray[np.object_] = shapely.transform(stored, self.points)
        return projected

    def frame(self, stored: GeoDataFrame) -> GeoDataFrame:
        """A frame in this system with full coordinates, x before y as in files; InputError as above."""
        if self.is_stored:
            return stored
        frame = stored.to_crs(self.name)
        self._check(np.asarray(frame.geometry.bounds.loc[~frame.geometry.is_empty & frame.geometry.notna()]))
        return frame

    def _check(self, coordinates: NDArray[np.float64]) -> None:
        if not np.isfinite(coordinates).all():
            raise InputError(f"some of the features asked for have no place in {self.name}")

    def points(self, stored: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coordinates of shape (n, 2) as those of :meth:`shapes`; InputError as there."""
        if self.is_stored:
            return np.round(stored[:, ::-1] if self.northing_first else stored, self.decimals)
        points = np.column_stack(self._transformer.transform(stored[:, 0], stored[:, 1]))
        self._check(points)
        return np.round(points, self.decimals)


@lru_cache(maxsize=64)
def projection(name: str) -> Projection:
    """The system of that name ('EPSG:9487', 'OGC:CRS84'); InputError where there is none of two axes."""
    # Without a code PROJ searches the names of all systems, for seconds.
    if not re.fullmatch(r"[A-Z]+:\w+", name):
        raise InputError(f"'{name}' is no coordinate reference system: name it as authority and code")
    try:
        crs = CRS.from_user_input(name)
        decimals = DEGREE_DECIMALS if crs.axis_info[0].unit_name == "degree" else METRE_DECIMALS
        if len(crs.axis_info) == 2:
            return Projection(name, decimals, Transformer.from_crs(CRS84, crs))
    except CRSError as error:
        raise InputError(f"'{name}' is no coordinate reference system that is known here") from error
    raise InputError(f"'{name}' has {len(crs.axis_info)} axes; features have two")
