"""Writes the administrative units of the sample nation as one GeoPackage, as an authority would send them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import Geod
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from soilinfo.sample.gazetteer import PROVINCES, REGENCIES, SPLIT, SPLIT_ON, Province, Regency
from soilinfo.sample.noise import generator
from soilinfo.sample.regions import Units, united

WITHOUT_OFFICIAL_AREA = "06.06"
"""Code of the regency for which no official area is stated yet: one of the two new ones."""
BOW_TIE = "04.02"
"""Code of the regency whose outline crosses itself."""

_WGS84 = Geod(ellps="WGS84")


def levels(
    districts: Units, drawn: Sequence[Regency] = (), beside: Sequence[Province] = ()
) -> dict[str, Units]:
    """Districts, regencies and provinces by the name of their level; each is the union of the one below.

    ``drawn`` and ``beside`` are the regencies and provinces besides those of the sample nation.
    """
    regencies = united(districts, {unit.code: unit.title for unit in (*REGENCIES, *drawn)})
    provinces = united(regencies, {unit.code: unit.name for unit in (*PROVINCES, *beside)})
    return {"provinces": provinces, "regencies": regencies, "districts": districts}


def write_regions(path: Path, units: dict[str, Units]) -> None:
    """Write the levels and the table of the split to ``path``, the same bytes in every run."""
    with fixed_date():
        for name, frame in (
            ("provinces", _frame(units["provinces"], "KDPPUM", "WADMPR", "LUAS_HA", 1e4)),
            ("regencies", _regencies(units["regencies"])),
            ("districts", _frame(units["districts"], "KDCPUM", "WADMKC", "LUAS_HA", 1e4)),
            ("regency_history", _history()),
        ):
            pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=path.exists())


@contextmanager
def fixed_date() -> Iterator[None]:
    """GDAL writes the time of day into a GeoPackage; give it one that never changes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _frame(units: Units, code: str, name: str, area: str, square_metres: float) -> gpd.GeoDataFrame:
    """Units with the columns of an official list; ``area`` in units of so many square metres."""
    columns = {
        code: units.codes,
        name: units.names,
        area: np.round(_official_area(units, code) / square_metres, 2),
    }
    return gpd.GeoDataFrame(columns, geometry=list(units.shapes), crs="EPSG:4326")


def _official_area(units: Units, stream: str) -> Any:
    """Square metres as stated officially: within about one percent of what the shapes measure."""
    measured = [_WGS84.geometry_area_perimeter(shapely.orient_polygons(shape))[0] for shape in units.shapes]
    return np.array(measured) * (1.0 + 0.006 * generator(stream).standard_normal(len(measured)))


def _regencies(units: Units) -> gpd.GeoDataFrame:
    """Current regencies and, ended, the one that was split; one outline made to cross itself."""
    frame = _frame(units, "KDPKAB", "WADMKK", "LUAS_KM2", 1e6)
    since = {unit.code: unit.valid_from for unit in REGENCIES}
    frame["VALID_FROM"] = pd.to_datetime(frame["KDPKAB"].map(since))
    frame["VALID_TO"] = pd.Series(pd.NaT, index=frame.index, dtype=frame["VALID_FROM"].dtype)
    frame.loc[frame["KDPKAB"] == WITHOUT_OFFICIAL_AREA, "LUAS_KM2"] = np.nan
    ended = _ended(frame)
    crossed = frame["KDPKAB"] == BOW_TIE
    frame.loc[crossed, "geometry"] = [_crossed(frame.loc[crossed, "geometry"].iloc[0], units)]
    return pd.concat([frame, ended], ignore_index=True).sort_values("KDPKAB", ignore_index=True)


def _ended(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The regency that was split, as the union of its successors."""
    code, name, successors = SPLIT
    parts = frame[frame["KDPKAB"].isin(successors)]
    old = parts.iloc[:1].copy()
    old["KDPKAB"], old["WADMKK"], old["LUAS_KM2"] = code, f"Kabupaten {name}", np.nan
    old["VALID_FROM"], old["VALID_TO"] = pd.NaT, pd.Timestamp(SPLIT_ON - timedelta(days=1))
    old["geometry"] = [shapely.coverage_union_all(parts.geometry.to_numpy())]
    return old


def _crossed(shape: BaseGeometry, units: Units) -> MultiPolygon:
    """The shape with two neighbouring points of its coast exchanged, so that its ring crosses itself."""
    largest, *islets = sorted(shapely.get_parts([shape]), key=shapely.area, reverse=True)
    ring = shapely.get_coordinates(largest.exterior)
    coast = shapely.get_coordinates(shapely.boundary(shapely.coverage_union_all(list(units.shapes))))
    on_coast = np.isin(ring @ (1, 1j), coast @ (1, 1j))
    for place in range(2, len(ring) - 3):
        turned = ring.copy()
        turned[[place, place + 1]] = ring[[place + 1, place]]
        crossed = Polygon(turned, [hole.coords for hole in largest.interiors])
        if on_coast[place - 1 : place + 3].all() and not crossed.is_valid:
            return MultiPolygon([crossed, *islets])
    raise AssertionError("a coast has points that can be exchanged")


def _history() -> pd.DataFrame:
    """One row for each successor of a unit that ended."""
    code, name, successors = SPLIT
    titles = {unit.code: unit.title for unit in REGENCIES}
    return pd.DataFrame(
        {
            "OLD_CODE": code,
            "OLD_NAME": f"Kabupaten {name}",
            "NEW_CODE": list(successors),
            "NEW_NAME": [titles[each] for each in successors],
            "CHANGED_ON": SPLIT_ON.isoformat(),
            "CHANGE": "split",
        }
    )
