"""What is kept of every dataset of soil profiles, read together: exact places, never to be served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import held_profiles
from soilinfo.store.home import Store

_PROFILES = (
    *("id", "dataset", "project", "site_code", "plot_code", "profile_code", "plot_type", "date"),
    *("soil_wrb", "soil_usda", "soil_name", "land_use", "laboratory"),
)
_PROFILE_NUMBERS = ("altitude_m", "positional_accuracy_m", "bedrock_cm")
_ELEMENTS = ("id", "profile_id", "element_code", "kind", "horizon_code", "is_organic")
_ELEMENT_NUMBERS = ("order", "upper_cm", "lower_cm")
_OBSERVATIONS = (
    *("id", "profile_id", "element_id", "specimen_code", "property", "procedure", "class", "unit"),
    *("source_value", "source_unit", "source_property", "qualifier", "laboratory", "date"),
    *("flag", "flag_reason"),
)
_OBSERVATION_NUMBERS = ("value", "sd")


@dataclass(frozen=True)
class Held:
    """Every profile, element and observation that was ingested, of the datasets that config has."""

    versions: Mapping[str, str]
    """What is kept -> the version read."""
    profiles: gpd.GeoDataFrame
    elements: pd.DataFrame
    observations: pd.DataFrame


def held_versions(catalog: Catalog, published: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Dataset -> what is kept of it -> its version, for the datasets of config that were ingested."""
    kept = {dataset: held_profiles(dataset) for dataset in catalog.soil_profiles}
    return {
        dataset: {name: published[name] for name in names}
        for dataset, names in kept.items()
        if all(name in published for name in names)
    }


def read_held(store: Store, versions: Mapping[str, Mapping[str, str]]) -> Held:
    """The frames of all datasets (``held_versions``; at least one), texts and numbers each of one type."""
    frames = [[store.vector.read(*each) for each in one.items()] for one in versions.values()]
    profiles, elements, observations = zip(*frames, strict=True)
    places = pd.concat([frame.geometry for frame in profiles], ignore_index=True)
    return Held(
        {name: version for one in versions.values() for name, version in one.items()},
        gpd.GeoDataFrame(_joined(profiles, _PROFILES, _PROFILE_NUMBERS), geometry=places, crs=4326),
        _joined(elements, _ELEMENTS, _ELEMENT_NUMBERS),
        _joined(observations, _OBSERVATIONS, _OBSERVATION_NUMBERS),
    )


def _joined(frames: Sequence[pd.DataFrame], texts: Sequence[str], numbers: Sequence[str]) -> pd.DataFrame:
    # A column without any value comes back from the store as one of texts.
    types = {**dict.fromkeys(texts, "object"), **dict.fromkeys(numbers, "float64")}
    return pd.concat([pd.DataFrame(frame[list(types)]).astype(types) for frame in frames], ignore_index=True)
