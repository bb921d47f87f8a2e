"""What the owners of profiles let the public see: all, only places, or nothing; places exact or blurred."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog

METRES_PER_DEGREE = 111_320.0
"""Length of a degree of the equator; cells of a blurring grid need not be truer than that."""
FOUND = ("soil_wrb", "soil_usda", "soil_name", "land_use", "bedrock_cm")
"""What was found at a place beside horizons and values; not told where only the place is shared."""


def shown(catalog: Catalog, profiles: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The profiles that are not withheld, as their owners let them be seen.

    ``share`` and ``blur_m`` are what config says today, whatever it said when they were ingested. A blurred
    profile has the centre of a cell for its place, an accuracy no better than the cell's side, and no
    altitude, which with a terrain model would tell where in the cell it lies. Of a profile of which only the
    place is shared nobody is told what soil was found there.
    """
    said = [
        catalog.dataset(dataset).privacy_of(project)
        for dataset, project in zip(profiles["dataset"], profiles["project"], strict=True)
    ]
    told = profiles.assign(share=[one.share for one in said], blur_m=[float(one.blur_m) for one in said])
    told = told[told["share"] != "nothing"].reset_index(drop=True)
    is_blurred, is_place = told["blur_m"] > 0, told["share"] == "locations"
    places = blurred(told.geometry.to_numpy(), told["blur_m"].to_numpy())
    return told.assign(
        **{name: told[name].mask(is_place) for name in FOUND},
        altitude_m=told["altitude_m"].mask(is_blurred),
        positional_accuracy_m=np.fmax(told["positional_accuracy_m"], told["blur_m"].where(is_blurred)),
    ).set_geometry(gpd.GeoSeries(places, crs=4326))


def blurred(places: NDArray[np.object_], side_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Each point (longitude, latitude) moved to the centre of its cell of a grid of ``side_m`` metres.

    Nobody can compute the point from the centre, and the same point always has the same one, so that asking
    again tells no more. 0 m: the point itself; no point: None. Rows of cells are equally high, and cells of
    a row about as wide as they are high.
    """
    moved = places.copy()
    at = (side_m > 0) & ~shapely.is_missing(places)
    height = side_m[at] / METRES_PER_DEGREE
    latitude = _centres(shapely.get_y(places[at]), height, 90)
    width = height / np.cos(np.radians(np.minimum(np.abs(latitude), 89)))
    moved[at] = shapely.points(_centres(shapely.get_x(places[at]), width, 180), latitude)
    return moved


def _centres(degrees: NDArray[np.float64], side: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    return np.clip((np.floor(degrees / side) + 0.5) * side, -limit, limit)
