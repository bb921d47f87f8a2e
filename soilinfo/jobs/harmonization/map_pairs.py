"""What maps say of the places of profiles beside what was observed there."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.catalog.names import HARMONIZED
from soilinfo.harmonize.agreement import Interval, Pairs, integrated, tiling
from soilinfo.intervals import INTERVAL_SD
from soilinfo.jobs.harmonization.held import held_versions
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.store.home import Store
from soilinfo.store.points import values_at
from soilinfo.store.vector import Query

_COLUMNS = ("profile_id", "value", "sd", "sd_conversion", "equations")


@dataclass(frozen=True)
class Map:
    """A published map that profiles have something to say of.

    ``parts`` are the intervals that its depth is made of, none where the profiles are told for others.
    ``spread`` says how sure it is: statistic -> layer, of a standard deviation or of two quantiles.
    """

    layer: Layer
    parts: tuple[Interval, ...]
    spread: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Every layer that is read for it."""
        return (self.layer.id, *self.spread.values())


def maps(store: Store, catalog: Catalog, published: Mapping[str, str]) -> list[Map]:
    """The published maps of means of a property that profiles are harmonized to, in the order of config.

    Without those that config would misread. Raises nothing where config harmonizes nothing: there are none.
    """
    rules = catalog.harmonization
    if rules is None:
        return []
    old = outdated(store, catalog, store.ledger.current())
    usable = {name for name in catalog.layers if name in published and name not in old}
    intervals = [*rules.intervals, *rules.further_intervals]
    return [
        Map(layer, tiling(layer.depth, intervals) if layer.depth else (), _spread(catalog, layer, usable))
        for layer in catalog.layers.values()
        if layer.id in usable
        and layer.statistic == "mean"
        and layer.property in rules.properties
        and catalog.property(layer.property).kind == "numeric"
    ]


def _spread(catalog: Catalog, mean: Layer, usable: set[str]) -> dict[str, str]:
    """Layers that tell how sure a map is, by statistic: quantiles, or else a standard deviation."""
    alike = [
        other
        for other in catalog.layers.values()
        if (other.property, other.depth, other.time) == (mean.property, mean.depth, mean.time)
    ]
    # Of two maps of the same (one of them from elsewhere, say) only its name tells whose error it is.
    is_alone = sum(other.statistic == "mean" for other in alike) == 1
    own = {
        other.statistic: other.id
        for other in alike
        if other.id in usable and (is_alone or other.id == f"{mean.id}_{other.statistic}")
    }
    for wanted in (("q05", "q95"), ("sd",)):
        if all(each in own for each in wanted):
            return {each: own[each] for each in wanted}
    return {}


class Places:
    """The profiles whose values the public may see, at their exact places, and what was observed there.

    Places that are blurred for the public are exact here: what is told of them is told of many together
    (:class:`soilinfo.jobs.harmonization.map_tables.Regions`).
    """

    def __init__(self, store: Store, catalog: Catalog, published: Mapping[str, str]) -> None:
        self._store, self._catalog, self._published = store, catalog, published

    @cached_property
    def profiles(self) -> gpd.GeoDataFrame:
        """By id: dataset, date, x and y in the grid's CRS, shape, and whether its place is told exactly."""
        held = held_versions(self._catalog, self._published)
        frames = [self._store.vector.read(*next(iter(one.items()))) for one in held.values()]
        every = pd.concat([frame[["id", "dataset", "project", "date", "geometry"]] for frame in frames])
        owners = zip(every["dataset"], every["project"], strict=True)
        said = [self._catalog.dataset(dataset).privacy_of(project) for dataset, project in owners]
        every["is_exact"] = [one.blur_m == 0 for one in said]
        is_told = np.array([one.share == "all" for one in said]) & every.geometry.notna()
        known = gpd.GeoDataFrame(every[is_told], crs=4326).set_index("id")
        to_grid = Transformer.from_crs("EPSG:4326", self._catalog.grid.crs, always_xy=True)
        x, y = to_grid.transform(known.geometry.x.to_numpy(), known.geometry.y.to_numpy())
        return known.assign(x=x, y=y)

    def observed(self, property: str, parts: tuple[Interval, ...]) -> pd.DataFrame:
        """Value, standard deviation and that of the conversions (NaN unknown) of each profile that was
        observed throughout the intervals; none without intervals."""
        columns = ("value", "sd", "sd_conversion")
        if not parts:
            return pd.DataFrame(columns=[*columns], dtype="float64")
        wide = pd.concat([self._part(property, part)[[*columns]] for part in parts], axis=1)
        means = {name: integrated(wide[[name]].to_numpy(), parts) for name in columns}
        return pd.DataFrame(means, index=wide.index).dropna(subset=["value"])

    def _part(self, property: str, part: Interval) -> pd.DataFrame:
        """What was observed throughout one interval, by profile."""
        equal = {"property": property, "state": "known", "upper_cm": part[0], "lower_cm": part[1]}
        query = Query(equal=equal, fields=_COLUMNS, geometry=False)
        read = self._store.vector.read(HARMONIZED, self._published[HARMONIZED], query)
        rows = pd.DataFrame(read).set_index("profile_id")
        numbers = rows[["value", "sd", "sd_conversion"]].astype("float64")
        # Nothing was converted, so nothing was added; an error that is not known stays unknown.
        numbers["sd_conversion"] = numbers["sd_conversion"].mask(rows["equations"].fillna("") == "", 0.0)
        return numbers

    def compared(self, one: Map) -> gpd.GeoDataFrame:
        """What a map says of every profile that was observed at its depth; NaN where it has no data.

        By id of the profile, with what is known of it. A dataset that has the same value twice of the same
        place and day has entered one profile again, and it counts once.
        """
        found = self.profiles.join(self.observed(one.layer.property, one.parts), how="inner")
        found = found[~found.duplicated(["dataset", "x", "y", "date", "value"])]
        mapped, spread = (
            self._at(one.layer.id, found),
            {statistic: self._at(layer, found) for statistic, layer in one.spread.items()},
        )
        return found.assign(mapped=mapped, **_sureness(mapped, spread))

    def _at(self, layer: str, found: pd.DataFrame) -> Any:
        cube = self._store.cube.open(layer, self._published[layer])
        return values_at(cube, layer, found["x"].to_numpy(), found["y"].to_numpy())


def _sureness(mapped: Any, spread: Mapping[str, Any]) -> dict[str, Any]:
    """Standard deviation and 90 % interval: by normal errors where a map states only the first."""
    if "q05" in spread:
        low, high = spread["q05"], spread["q95"]
        return {"map_sd": (high - low) / (2 * INTERVAL_SD), "low": low, "high": high}
    sd = spread.get("sd", np.full(len(mapped), np.nan))
    return {"map_sd": sd, "low": mapped - INTERVAL_SD * sd, "high": mapped + INTERVAL_SD * sd}


def pairs_of(rows: pd.DataFrame) -> Pairs:
    """Rows of which the map has a value, as pairs."""
    names = ("mapped", "value", "map_sd", "low", "high", "sd", "sd_conversion")
    return Pairs(*(rows[name].to_numpy(np.float64) for name in names))
