"""What is kept of a dataset of soil profiles: three tables, in which each row has an id of its own.

The places are exact; what of it the public sees is decided when it is published.
"""

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from soilinfo.ingest.profiles.readings import Readings, bedrock

_PROFILE = (
    *(
        "id",
        "dataset",
        "project",
        "site_code",
        "plot_code",
        "profile_code",
        "plot_type",
        "date",
        "altitude_m",
    ),
    *("positional_accuracy_m", "soil_wrb", "soil_usda", "soil_name", "land_use", "bedrock_cm", "laboratory"),
    *("share", "blur_m"),
)
_ELEMENT = (
    *("id", "profile_id", "element_code", "order", "kind", "horizon_code", "upper_cm", "lower_cm"),
    "is_organic",
)
_OBSERVATION = (
    *("id", "profile_id", "element_id", "specimen_code", "property", "procedure", "value", "class", "unit"),
    *("source_value", "source_unit", "source_property", "qualifier", "sd", "laboratory", "date"),
    *("flag", "flag_reason"),
)


@dataclass(frozen=True)
class Held:
    """Profiles (with places, EPSG:4326), their elements, and observations (both without geometry)."""

    profiles: gpd.GeoDataFrame
    elements: gpd.GeoDataFrame
    observations: gpd.GeoDataFrame

    @property
    def frames(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """The three, in the order of ``catalog.names.held_profiles``."""
        return self.profiles, self.elements, self.observations


def held(seen: Readings, flags: pd.DataFrame) -> Held:
    """The frames of what was read; elements of no profile and observations of no element are left out.

    ``flags``: ``flag`` and ``flag_reason`` of each observation.
    """
    profiles = seen.profiles.assign(bedrock_cm=seen.profiles["bedrock_cm"].fillna(bedrock(seen.elements)))
    elements = _elements(seen)
    observations = _observations(seen, elements, flags)
    points = gpd.points_from_xy(profiles["lon"], profiles["lat"])
    places = gpd.GeoSeries(points, crs=4326).where(profiles["lon"].notna(), None)
    return Held(
        gpd.GeoDataFrame(profiles[list(_PROFILE)], geometry=places),
        _placeless(elements[list(_ELEMENT)]),
        _placeless(observations[list(_OBSERVATION)]),
    )


def _elements(seen: Readings) -> pd.DataFrame:
    elements = seen.elements[seen.elements["profile"] >= 0]
    profile_id = seen.profiles["id"].reindex(elements["profile"]).set_axis(elements.index)
    return elements.assign(profile_id=profile_id, id=profile_id + "." + elements["order"].astype(str))


def _observations(seen: Readings, elements: pd.DataFrame, flags: pd.DataFrame) -> pd.DataFrame:
    """Observations of the elements kept; what a profile says of all of them is repeated on each."""
    rows = seen.observations.join(flags)
    rows = rows[rows["element"].isin(elements.index)]
    of = elements.loc[rows["element"]].set_axis(rows.index)
    told = seen.profiles.loc[of["profile"], ["laboratory", "date"]].set_axis(rows.index)
    return rows.assign(
        id=_ids(of["id"], rows),
        profile_id=of["profile_id"],
        element_id=of["id"],
        source_value=rows["cell"],
        sd=np.nan,
        laboratory=told["laboratory"],
        date=told["date"],
    )


def _ids(element: "pd.Series[str]", rows: pd.DataFrame) -> "pd.Series[str]":
    """Element and property; from the second observation of both on with its number."""
    headings = {
        each: re.sub(r"[^a-z0-9]+", "-", each.lower()).strip("-") for each in rows["source_property"].unique()
    }
    name = element + "." + rows["property"].fillna(rows["source_property"].map(headings))
    number = name.groupby(name).cumcount() + 1
    return name.where(number == 1, name + "." + number.astype(str))


def _placeless(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), index=frame.index, crs=4326))
