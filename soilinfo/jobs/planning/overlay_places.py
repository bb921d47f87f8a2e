"""In which unit of a published collection of polygons most of each shape lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.ingest.vector import geodesic_hectares
from soilinfo.jobs.planning.overlay_columns import Column, measured
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

Values = dict[str, NDArray[np.object_]]
MOST_TOLD = 10
"""Units of a soil map that are listed, the largest first."""


@dataclass(frozen=True)
class Units:
    """A collection whose rows have a ``code`` and a ``name``; several rows may be of one unit."""

    collection: str
    version: str
    code: str
    with_list: bool = False
    """Whether every unit of a shape is told, and not the largest alone."""

    def columns(self, catalog: Catalog) -> list[Column]:
        """Code and name of the unit with most of the shape, its share, and that of all units."""
        subject = _title(catalog, self.collection)
        columns = [
            measured(catalog, f"{self.collection}_code", subject, "code"),
            measured(catalog, f"{self.collection}_name", subject, "name"),
            measured(catalog, f"{self.collection}_pct", subject, "share", "%"),
            measured(catalog, f"{self.collection}_covered_pct", subject, "covered", "%"),
        ]
        told = [measured(catalog, f"{self.collection}_units", subject, "units")] if self.with_list else []
        return columns + told

    def of(self, store: Store, shapes: NDArray[np.object_]) -> Values:
        """The columns of some shapes (EPSG:4326, valid); None in a shape that no unit touches."""
        units = store.vector.read(
            self.collection,
            self.version,
            Query(
                bbox=_around(shapes),
                fields=("id", self.code, "name") if self.with_list else (self.code, "name"),
            ),
        )
        shares = _shares(shapes, units, self.code)
        first = shares.groupby("shape").first()
        values: Values = {
            f"{self.collection}_code": _filled(len(shapes), first["code"]),
            f"{self.collection}_name": _filled(len(shapes), first["name"]),
            f"{self.collection}_pct": _filled(len(shapes), first["pct"]),
        }
        covered = shares.groupby("shape")["pct"].sum().clip(upper=100).round(3)
        values[f"{self.collection}_covered_pct"] = _filled(len(shapes), covered, 0.0)
        if self.with_list:
            values[f"{self.collection}_units"] = _filled(len(shapes), _listed(shares))
        return values


def units_asked(catalog: Catalog, published: Mapping[str, str], about: tuple[str, ...]) -> list[Units]:
    """The administrative levels and soil maps that are published, as far as asked about."""
    levels = [*catalog.levels] if "regions" in about else []
    maps = [*catalog.soil_maps] if "soil_map" in about else []
    found = [Units(name, published[name], "code") for name in levels if name in published]
    return found + [Units(name, published[name], "unit_code", True) for name in maps if name in published]


def _title(catalog: Catalog, collection: str) -> Mapping[str, str]:
    if collection in catalog.soil_maps:
        return catalog.soil_maps[collection].title
    return catalog.level(collection).singular


def _around(shapes: NDArray[np.object_]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(each) for each in shapely.total_bounds(shapes))
    return west, south, east, north


def _shares(shapes: NDArray[np.object_], units: gpd.GeoDataFrame, code: str) -> pd.DataFrame:
    """Percent of each shape in each unit that it shares land with: the largest first, by code where equal.

    Equal is what is told as equal: of halves, the last digits of a product differ as they like.
    """
    at, unit = units.sindex.query(shapes, predicate="intersects")
    within = units.geometry.to_numpy()[unit]
    shapely.prepare(within)
    pct = np.full(len(at), 100.0)
    parts = np.flatnonzero(~shapely.contains(within, shapes[at]))
    cut = shapely.intersection(within[parts], shapes[at[parts]])
    pct[parts] = 100 * geodesic_hectares(cut) / geodesic_hectares(shapes[at[parts]])
    rows = pd.DataFrame({"shape": at, "pct": pct})
    rows["code"], rows["name"] = (units[name].to_numpy()[unit] for name in (code, "name"))
    summed = (
        rows[rows["pct"] > 0].groupby(["shape", "code"], as_index=False).agg({"pct": "sum", "name": "first"})
    )
    summed["pct"] = summed["pct"].round(3)
    return summed.sort_values(["shape", "pct", "code"], ascending=[True, False, True])


def _listed(shares: pd.DataFrame) -> "pd.Series[Any]":
    """By shape the units that it has land of: 'A1 60.1 %; B2 39.9 %'."""
    told: dict[int, list[str]] = {}
    for shape, code, pct in zip(shares["shape"], shares["code"], shares["pct"], strict=True):
        told.setdefault(shape, []).append(f"{code} {pct:.1f} %")
    return pd.Series({shape: "; ".join(_first(units)) for shape, units in told.items()}, dtype=object)


def _first(units: list[str]) -> list[str]:
    return units if len(units) <= MOST_TOLD else [*units[:MOST_TOLD], "..."]


def _filled(size: int, known: "pd.Series[Any]", missing: object = None) -> NDArray[np.object_]:
    values = np.full(size, missing, dtype=object)
    values[known.index.to_numpy(dtype=np.int64)] = known.to_numpy(dtype=object)
    return values
