"""The public collections of soil profiles as they were observed: sites, profiles, horizons, observations."""

from collections.abc import Mapping
from functools import cached_property

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HORIZONS, OBSERVATIONS, PROFILES, SITES, held_profiles
from soilinfo.jobs.harmonization.held import Held
from soilinfo.jobs.harmonization.privacy import shown

_PROFILE = (
    *("id", "dataset", "project", "site_id", "site_code", "plot_code", "profile_code", "plot_type", "date"),
    *("altitude_m", "soil_wrb", "soil_usda", "soil_name", "land_use", "bedrock_cm", "depth_cm"),
    *("element_count", "observation_count", "properties", "positional_accuracy_m", "blur_m", "share"),
    *("licence", "attribution", "version"),
)
_ELEMENT = (
    *("id", "profile_id", "dataset", "element_code", "order", "kind", "horizon_code", "upper_cm", "lower_cm"),
    "is_organic",
)
_OBSERVATION = (
    *("id", "profile_id", "element_id", "dataset", "project", "specimen_code", "upper_cm", "lower_cm"),
    *("property", "procedure", "value", "class", "unit", "source_value", "source_unit"),
    *("source_property", "qualifier", "sd", "laboratory", "date", "flag", "flag_reason", "version"),
)
_INHERITED = ("dataset", "project", "version")
"""What elements and observations are told of their profile."""


class Public:
    """What the public sees of what is held, each frame made when it is first asked for."""

    def __init__(self, catalog: Catalog, held: Held) -> None:
        self._catalog, self._held = catalog, held

    @cached_property
    def frames(self) -> Mapping[str, gpd.GeoDataFrame]:
        """Frame by collection."""
        return {
            SITES: self.sites,
            PROFILES: self.profiles[[*_PROFILE, "geometry"]],
            HORIZONS: self.horizons,
            OBSERVATIONS: self.placed(self.observations, _OBSERVATION),
        }

    @cached_property
    def withheld(self) -> dict[str, int]:
        """How many profiles of each dataset are not shown."""
        ingested, seen = (frame["dataset"].value_counts() for frame in (self._held.profiles, self._shown))
        hidden = ingested.sub(seen, fill_value=0).astype(int)
        return {str(name): int(count) for name, count in hidden.sort_index().items() if count}

    @cached_property
    def _shown(self) -> gpd.GeoDataFrame:
        """The profiles shown, with what their dataset says of them."""
        told, catalog = shown(self._catalog, self._held.profiles), self._catalog
        datasets = {name: catalog.dataset(name) for name in told["dataset"].unique()}
        versions = {name: self._held.versions[held_profiles(name)[0]] for name in datasets}
        return told.assign(
            licence=told["dataset"].map({name: each.licence for name, each in datasets.items()}),
            attribution=told["dataset"].map({name: each.attribution for name, each in datasets.items()}),
            version=told["dataset"].map(versions),
            site_id=site_ids(told),
        )

    @cached_property
    def whole(self) -> gpd.GeoDataFrame:
        """The profiles that are shown with all that was observed of them."""
        return self._shown[self._shown["share"] == "all"].reset_index(drop=True)

    @cached_property
    def elements(self) -> pd.DataFrame:
        """Elements of the profiles that are shown whole, from the top of each profile down."""
        about = self.whole[["id", *_INHERITED]]
        elements = self._held.elements.merge(about.rename(columns={"id": "profile_id"}), on="profile_id")
        return elements.sort_values(["profile_id", "order"], ignore_index=True).astype({"order": "int64"})

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Observations of these elements, with the depth that they are of."""
        about = self.elements[["id", "upper_cm", "lower_cm", *_INHERITED]].rename(
            columns={"id": "element_id"}
        )
        return self._held.observations.merge(about, on="element_id")

    @cached_property
    def profiles(self) -> gpd.GeoDataFrame:
        """Profiles, with how much is shown of each; missing, not 0, where its owner shows only its place."""
        told, whole = self._shown, self._shown["share"] == "all"
        elements, observations = self.elements.groupby("profile_id"), self.observations.groupby("profile_id")
        known = self.observations.dropna(subset=["property"]).drop_duplicates(["profile_id", "property"])
        listed = known.sort_values("property").groupby("profile_id")["property"].agg(", ".join)
        return told.assign(
            depth_cm=told["id"].map(elements["lower_cm"].max()),
            element_count=_count(told["id"], elements.size(), whole),
            observation_count=_count(told["id"], observations.size(), whole),
            properties=told["id"].map(listed),
        )

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """Sites, each in the middle of the places that are shown of its profiles."""
        by = self._shown.assign(x=self._shown.geometry.x, y=self._shown.geometry.y).groupby("site_id")
        first = by[["dataset", "project", "site_code"]].first().assign(profile_count=by.size())
        middle = by[["x", "y"]].mean()
        places = gpd.GeoSeries(gpd.points_from_xy(middle["x"], middle["y"]), middle.index, crs=4326)
        placed = places.where(middle["x"].notna())
        return gpd.GeoDataFrame(first, geometry=placed, crs=4326).reset_index(names="id")

    @cached_property
    def horizons(self) -> gpd.GeoDataFrame:
        """Elements with the mean of what was measured of them, a column for each property.

        Values that were rejected, or lie beyond what the laboratory could detect, are no part of a mean; the
        collection of observations has them.
        """
        values = measured(self.observations)
        means = values.pivot_table(index="element_id", columns="property", values="value", aggfunc="mean")
        classes = self._classes
        told = self.elements.join(means, on="id").join(classes, on="id")
        return self.placed(told, (*_ELEMENT, *means.columns, *classes.columns))

    @property
    def _classes(self) -> pd.DataFrame:
        """Class of each element, a column for each property of classes: the first that was observed."""
        kept = self.observations[self.observations["flag"] != "rejected"].dropna(subset=["class"])
        classes = [each.id for each in self._catalog.properties.values() if each.kind == "class"]
        first = kept[kept["property"].isin(classes)].drop_duplicates(["element_id", "property"])
        return first.pivot_table(index="element_id", columns="property", values="class", aggfunc="first")

    def placed(self, rows: pd.DataFrame, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
        """Rows about profiles, at the places that are shown of these."""
        places = self._shown.set_index("id").geometry
        at = places.reindex(rows["profile_id"]).set_axis(rows.index)
        return gpd.GeoDataFrame(rows[list(columns)], geometry=at, crs=4326)


def measured(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations that are numbers of a known property, not rejected and not beyond a limit."""
    is_whole = (observations["qualifier"].fillna("") == "") & (observations["flag"] != "rejected")
    return observations[is_whole].dropna(subset=["property", "value"])


def site_ids(profiles: pd.DataFrame) -> "pd.Series[str]":
    """The id of each profile's site; a profile of no named site is one by itself."""
    codes = profiles["site_code"].str.replace(r"[^A-Za-z0-9_-]", "-", regex=True)
    return (profiles["dataset"] + "." + codes).fillna(profiles["id"])


def _count(ids: "pd.Series[str]", sizes: "pd.Series[int]", whole: "pd.Series[bool]") -> "pd.Series[int]":
    return ids.map(sizes).fillna(0).where(whole).astype("Int64")
