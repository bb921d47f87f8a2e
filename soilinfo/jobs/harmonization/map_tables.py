"""How far maps agree with profiles, as the two tables that are published: by region, and place by place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.agreement import MapAgreement
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.catalog.text import in_language
from soilinfo.harmonize.agreement import Agreement, agreement
from soilinfo.jobs.harmonization.map_pairs import Map, pairs_of

INDEPENDENT = ("yes", "unknown", "no")
"""Whether a map was made without the profiles that it is compared with, as far as config tells."""


def independent(catalog: Catalog, dataset: str, layer: str) -> str:
    """Whether a layer was made without the profiles of a dataset."""
    made_of_them = catalog.dataset(dataset).calibrates
    if made_of_them is None:
        return "unknown"
    return "no" if layer in made_of_them else "yes"


def _kinds(catalog: Catalog, one: Map, rows: pd.DataFrame) -> "pd.Series[str]":
    datasets = rows["dataset"].unique()
    return rows["dataset"].map({each: independent(catalog, each, one.layer.id) for each in datasets})


# ---- by region ---------------------------------------------------------------------------


class Regions:
    """The nation and the units of its coarsest published level, and which profiles lie in each."""

    def __init__(
        self, catalog: Catalog, level: str | None, units: gpd.GeoDataFrame, profiles: gpd.GeoDataFrame
    ) -> None:
        name = in_language(catalog.country.title, catalog.services.languages[0])
        self._nation = {"level": NATION, "code": NATION, "name": name}
        self._level, self._units = level, units[["code", "name", "geometry"]]
        self._profiles = profiles

    @property
    def shapes(self) -> gpd.GeoSeries:
        """Shape by code; the nation, which is drawn nowhere else before it is evaluated, has none."""
        return self._units.set_index("code").geometry

    def __call__(self, rows: gpd.GeoDataFrame, least: int) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
        """What each region is called, with the rows (points) that lie in it; the nation with all of them.

        But for those of hidden places, where fewer than ``least`` would be told of together: what the map
        says of one of them could be computed from the rest, or from nation and regions. They count for the
        nation alone, or nowhere.
        """
        hidden = ~rows["is_exact"].to_numpy(bool)
        counted = hidden & rows["mapped"].notna().to_numpy()

        def together(at: NDArray[np.intp]) -> NDArray[np.intp]:
            """Positions, without those of hidden places where the map has a value of too few of these."""
            return at if counted[at].sum() >= least else at[~hidden[at]]

        at = pd.DataFrame({"at": np.arange(len(rows))}, rows.index).join(self._inside, how="inner")
        units = {
            (str(code), str(name)): together(found["at"].to_numpy())
            for (code, name), found in at.groupby(["code", "name"])
        }
        is_told = np.zeros(len(rows), bool)
        for found in units.values():
            is_told[found] = True
        is_told[together(np.flatnonzero(~is_told))] = True
        yield self._nation, rows[is_told]
        for (code, name), found in units.items():
            if len(found):
                yield {"level": str(self._level), "code": code, "name": name}, rows.iloc[found]

    @cached_property
    def _inside(self) -> pd.DataFrame:
        """Code and name of each unit that a profile lies in, found once for all maps."""
        return pd.DataFrame(self._profiles[["geometry"]].sjoin(self._units)[["code", "name"]])


def agreement_rows(
    catalog: Catalog, one: Map, compared: gpd.GeoDataFrame, regions: Regions, rules: MapAgreement
) -> Iterator[dict[str, Any]]:
    """A row for each region and kind of independence; one that says why, where nothing can be compared."""
    about = _about(catalog, one)
    kinds = _kinds(catalog, one, compared)
    for kind in INDEPENDENT:
        rows = compared[kinds == kind]
        for region, here in regions(rows, rules.least) if len(rows) else ():
            key = {"id": f"{one.layer.id}.{kind}.{region['code']}"}
            yield {**key, **about, **region, "independent": kind, **_compared(here, rules)}
    if compared.empty:
        region, _ = next(regions(compared, rules.least))
        why = "no_profiles" if one.parts else "depth_differs"
        yield {"id": f"{one.layer.id}.{NATION}", **about, **region, "state": why, **asdict(Agreement(0))}


def _about(catalog: Catalog, one: Map) -> dict[str, Any]:
    upper, lower = one.layer.depth or (None, None)
    kinds = {"q05": "quantiles", "sd": "normal"}
    return {
        "layer": one.layer.id,
        "property": one.layer.property,
        "unit": catalog.property(one.layer.property).unit,
        "upper_cm": upper,
        "lower_cm": lower,
        "time": one.layer.time,
        "interval": next((kinds[each] for each in one.spread if each in kinds), None),
    }


def _compared(rows: pd.DataFrame, rules: MapAgreement) -> dict[str, Any]:
    """What rows of one region say; those where the map has no data are only counted."""
    known = rows[rows["mapped"].notna()]
    found = agreement(pairs_of(known), rules.least)
    dates = known["date"].dropna()
    dates = dates[dates <= date.today().isoformat()]  # ingestion warns of days that are yet to come
    return {
        "datasets": ", ".join(sorted(rows["dataset"].unique())),
        "first_date": dates.min() if len(dates) else None,
        "last_date": dates.max() if len(dates) else None,
        "state": "compared" if found.n >= rules.least else "too_few",
        "unmapped": len(rows) - len(known),
        **asdict(found),
    }


_TEXTS = (
    *("id", "layer", "property", "unit", "time", "level", "code", "name", "independent", "datasets"),
    *("first_date", "last_date", "state", "interval"),
)
_COUNTS = ("n", "unmapped", "n_interval", "n_observed_sd", "n_conversion_sd")
_ORDER = (
    *("id", "layer", "property", "unit", "upper_cm", "lower_cm", "time", "level", "code", "name"),
    *("independent", "datasets", "first_date", "last_date", "state", "n", "unmapped", "bias", "mae", "rmse"),
    *("ccc", "mec", "r2", "interval", "n_interval", "sd_mean", "coverage_pct", "standardised_mean"),
    *("standardised_sd", "n_observed_sd", "observed_error_pct", "n_conversion_sd", "conversion_error_pct"),
)


def agreement_frame(rows: Sequence[Mapping[str, Any]], regions: Regions) -> gpd.GeoDataFrame:
    """The rows with the shapes of their regions."""
    kinds = {**dict.fromkeys(_TEXTS, "object"), **dict.fromkeys(_COUNTS, "Int64")}
    types = {name: kinds.get(name, "float64") for name in _ORDER}
    frame = pd.DataFrame(list(rows), columns=list(_ORDER)).astype(types)
    frame["unmapped"] = frame["unmapped"].fillna(0)
    shapes = regions.shapes.reindex(frame["code"]).set_axis(frame.index)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def national(rows: gpd.GeoDataFrame) -> dict[str, list[dict[str, Any]]]:
    """The rows of the whole nation that say more than a number of profiles, JSON-ready, by layer."""
    told = ["independent", "datasets", "first_date", "last_date", "unit", *_ORDER[_ORDER.index("n") :]]
    whole = rows[(rows["code"] == NATION) & (rows["state"] == "compared")]
    return {
        str(layer): [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in found[told].to_dict("records")
        ]
        for layer, found in whole.groupby("layer")
    }


# ---- place by place ----------------------------------------------------------------------


def residual_rows(catalog: Catalog, one: Map, compared: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A row for each profile whose exact place the public knows: what the map says less what was observed."""
    rows = compared[compared["is_exact"].astype(bool) & compared["mapped"].notna()]
    error = rows["mapped"] - rows["value"]
    inside = (rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])
    about = {name: value for name, value in _about(catalog, one).items() if name != "interval"}
    return gpd.GeoDataFrame(
        {
            "id": [f"{one.layer.id}.{profile}" for profile in rows.index],
            "profile_id": rows.index,
            "dataset": rows["dataset"],
            **about,
            "date": rows["date"],
            "independent": _kinds(catalog, one, rows),
            "observed": rows["value"],
            "observed_sd": rows["sd"],
            "conversion_sd": rows["sd_conversion"],
            "mapped": rows["mapped"],
            "map_sd": rows["map_sd"],
            "error": error,
            "standardised_error": error / rows["map_sd"].where(rows["map_sd"] > 0),
            "inside": pd.Series(np.where(rows["low"].notna(), inside, None), rows.index).astype("boolean"),
        },
        geometry=rows.geometry,
        crs=4326,
    )
