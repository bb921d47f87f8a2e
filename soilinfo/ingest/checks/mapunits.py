"""Checks of one soil map: each one small named function that looks and, perhaps, finds.

A check gets what was read and returns one finding or None. Its own severity can be changed per map
in config (``severity: {check: warn}``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.mapunits import SoilMap
from soilinfo.catalog.models import Property
from soilinfo.findings import Finding, Severity
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.mapunits import DEPTH, KEY, text
from soilinfo.ingest.vector import geodesic_hectares, place_of

LEGIBLE_CM2 = 0.4
"""Smallest area on the map that can be read and labelled (Vink 1975; USDA Soil Survey Manual 2017, ch. 4)."""
OVERLAP_HA = 0.01
"""Overlaps up to this area are the noise of coordinates."""


@dataclass(frozen=True)
class SoilMapEvidence:
    """All that a check of a soil map may look at; ``geometry`` is that of ``polygons`` once repaired."""

    map_id: str
    soil_map: SoilMap
    properties: Mapping[str, Property]
    polygons: gpd.GeoDataFrame
    geometry: NDArray[np.object_]
    repairs: tuple[str, ...]
    as_read: pd.DataFrame
    rows: pd.DataFrame

    @cached_property
    def components(self) -> pd.DataFrame:
        """One row for each component."""
        return self.rows.drop_duplicates(KEY)

    @cached_property
    def shares(self) -> "pd.Series[float]":
        """Sum of the shares by unit; NaN where one is missing."""
        return self.components.groupby("unit_code")["share_pct"].sum(skipna=False)

    @cached_property
    def area_ha(self) -> NDArray[np.float64]:
        """Hectares of each polygon."""
        return geodesic_hectares(self.geometry)

    def found(
        self, check: str, severity: Severity, what: str, named: Iterable[Any], at: Collection[Any] = ()
    ) -> Finding | None:
        """A finding that says ``what`` of the first of ``named``, with a place in one of the units ``at``."""
        inside = self.polygons["unit_code"].isin(list(at)).to_numpy()
        return self.drawn(check, severity, what, named, self.geometry[inside])

    def drawn(
        self, check: str, severity: Severity, what: str, named: Iterable[Any], shapes: NDArray[np.object_]
    ) -> Finding | None:
        """A finding that says ``what`` of the first of ``named``, with a place in the first of ``shapes``."""
        names = list(named)
        if not names:
            return None
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        message = f"{what}: {', '.join(map(str, names[:5]))}{more}"
        somewhere = shapes[~shapely.is_empty(shapes)]
        place = {"place": place_of(somewhere[0])} if len(somewhere) else {}
        evidence = {"examples": [str(name) for name in names[:20]], **place}
        return Finding(check, severity, self.map_id, message, len(names), evidence)


Check = Callable[[SoilMapEvidence], Finding | None]


def _labels(rows: pd.DataFrame) -> list[str]:
    """'unit/component' of each row, once."""
    return list(
        dict.fromkeys(f"{unit}/{part}" for unit, part in zip(rows.unit_code, rows.component, strict=True))
    )


# ---- units and components ---------------------------------------------------------------


def missing_codes(seen: SoilMapEvidence) -> Finding | None:
    """Block polygons without a unit, and components without a unit, an id of their own or a soil."""
    lost = seen.polygons.index[seen.polygons["unit_code"].isna()]
    named = [f"polygon {at + 1} (unit_code)" for at in lost]
    for column in (*KEY, "soil_name"):
        # A soil whose code is not in the legend has a name in the source: unknown_soils tells.
        empty = seen.as_read.index[seen.as_read[column].isna()]
        named += [f"row {at + 1} ({column})" for at in empty]
    return seen.found("missing_codes", "block", "polygons or rows of components that lack a code", named)


def units_without_components(seen: SoilMapEvidence) -> Finding | None:
    """Block polygons of which nobody says what soils are there, unless config says that they are no soil."""
    known = {*seen.rows["unit_code"], *seen.soil_map.non_soil}
    lost = sorted(set(seen.polygons["unit_code"].dropna()) - known)
    what = "map units without components (name them in 'non_soil' where there is no soil)"
    return seen.found("units_without_components", "block", what, lost, lost)


def components_without_polygon(seen: SoilMapEvidence) -> Finding | None:
    """Warn of units that are described but drawn nowhere: a misspelt code, or a sheet that is missing."""
    lost = sorted(set(seen.rows["unit_code"].dropna()) - set(seen.polygons["unit_code"]))
    return seen.found("components_without_polygon", "warn", "map units with components but no polygon", lost)


def non_soil_units(seen: SoilMapEvidence) -> Finding | None:
    """Note the units that config declares to be no soil, and their hectares."""
    here = seen.polygons["unit_code"].isin(list(seen.soil_map.non_soil)).to_numpy()
    codes = sorted(set(seen.polygons["unit_code"][here]))
    what = f"map units that are no soil ({seen.area_ha[here].sum():.0f} ha)"
    return seen.found("non_soil_units", "note", what, codes, codes)


def duplicate_components(seen: SoilMapEvidence) -> Finding | None:
    """Block components told twice: two rows for one depth, or rows that differ in soil or share."""
    twice = seen.rows[seen.rows.duplicated([*KEY, "upper_cm"], keep=False)]
    told = seen.rows.groupby(KEY)[["soil_name", "share_pct"]].nunique(dropna=False)
    differ = told[(told > 1).any(axis=1)].index
    named = list(dict.fromkeys([*_labels(twice), *(f"{unit}/{part}" for unit, part in differ)]))
    units = [*twice["unit_code"], *(unit for unit, _ in differ)]
    return seen.found("duplicate_components", "block", "components that are told twice", named, units)


def share_range(seen: SoilMapEvidence) -> Finding | None:
    """Block shares that are missing, not above 0, or above 100 %."""
    share = seen.components["share_pct"]
    wrong = seen.components[~((share > 0) & (share <= 100))]
    named = [
        f"{label} {'none' if pd.isna(value) else f'{value:g} %'}"
        for label, value in zip(_labels(wrong), wrong["share_pct"], strict=True)
    ]
    what = "components whose share is not between 0 and 100 %"
    return seen.found("share_range", "block", what, named, list(wrong["unit_code"]))


def shares_add_up(seen: SoilMapEvidence) -> Finding | None:
    """Block map units whose shares do not add up to 100 %: whatever is counted by share would be wrong."""
    tolerance = seen.soil_map.share_tolerance_pct
    # Sums of decimal shares are not exact: 33.3 + 33.3 + 33.4 is 100 within a billionth.
    wrong = seen.shares[(seen.shares - 100).abs() > tolerance + 1e-9]
    named = [f"{unit} {total:g} %" for unit, total in wrong.items()]
    what = f"map units whose shares do not add up to 100 % (within {tolerance:g})"
    return seen.found("shares_add_up", "block", what, named, list(wrong.index))


def unknown_soils(seen: SoilMapEvidence) -> Finding | None:
    """Block soil codes for which the map's legend in config has no name; a legend is never guessed."""
    legend = seen.soil_map.soil_legend
    if legend is None:
        return None
    given = text(seen.as_read["soil_name"])
    unknown = given.notna() & ~given.isin(list(legend))
    units = list(seen.as_read["unit_code"][unknown])
    named = sorted(set(given[unknown]))
    return seen.found("unknown_soils", "block", "soil codes without a name in 'soil_legend'", named, units)


# ---- values -----------------------------------------------------------------------------


def _named(seen: SoilMapEvidence, kind: str) -> list[str]:
    """The properties of the map that are of a kind."""
    named = dict.fromkeys(each.property for each in seen.soil_map.properties)
    return [name for name in named if seen.properties[name].kind == kind]


def _unread(seen: SoilMapEvidence, names: Iterable[str]) -> list[tuple[str, Any]]:
    """(column, row) of every value that the source has and that could not be read."""
    given = {name: text(seen.as_read[name]).notna() & seen.rows[name].isna() for name in names}
    return [(name, at) for name, wrong in given.items() for at in seen.rows.index[wrong]]


def _values(
    seen: SoilMapEvidence, check: str, what: str, frame: pd.DataFrame, wrong: list[tuple[str, Any]]
) -> Finding | None:
    """A blocking finding about single values, as "ph_h2o 55 (KA-1/2, 0-30 cm)"; ``frame`` has the values."""
    named = []
    for name, at in wrong:
        row, value = seen.rows.loc[at], frame.loc[at, name]
        depth = "" if row[DEPTH].isna().any() else f", {row['upper_cm']:g}-{row['lower_cm']:g} cm"
        named.append(f"{name} {value} ({row['unit_code']}/{row['component']}{depth})")
    return seen.found(check, "block", what, named, [seen.rows.loc[at, "unit_code"] for _, at in wrong])


def unreadable_values(seen: SoilMapEvidence) -> Finding | None:
    """Block values, shares and depths that are not numbers: to leave them out would be a guess."""
    wrong = _unread(seen, ("share_pct", *DEPTH, *_named(seen, "numeric")))
    return _values(seen, "unreadable_values", "values that are not numbers", seen.as_read, wrong)


def unknown_codes(seen: SoilMapEvidence) -> Finding | None:
    """Block class codes for which the property's 'codes' have no class; a legend is never guessed."""
    wrong = _unread(seen, _named(seen, "class"))
    return _values(seen, "unknown_codes", "codes without a class in 'codes'", seen.as_read, wrong)


def value_range(seen: SoilMapEvidence) -> Finding | None:
    """Block values outside the property's physically possible range, saying of which soil and depth."""
    wrong = []
    for name in _named(seen, "numeric"):
        low, high = seen.properties[name].valid_range or (-np.inf, np.inf)
        outside = seen.rows[name].notna() & ~seen.rows[name].between(low, high)
        wrong += [(name, at) for at in seen.rows.index[outside]]
    return _values(seen, "value_range", "values that cannot be", seen.rows, wrong)


# ---- depths -----------------------------------------------------------------------------


def _steps(seen: SoilMapEvidence) -> pd.DataFrame:
    """Rows with a depth, downwards within each component, with the lower end of the row above."""
    rows = seen.rows[seen.rows[DEPTH].notna().all(axis=1)].sort_values([*KEY, *DEPTH])
    return rows.assign(above=rows.groupby(KEY)["lower_cm"].shift())


def _depths(rows: pd.DataFrame) -> list[str]:
    return [
        f"{row.unit_code}/{row.component} {row.upper_cm:g}-{row.lower_cm:g} cm" for row in rows.itertuples()
    ]


def depth_intervals(seen: SoilMapEvidence) -> Finding | None:
    """Block depths that end above their beginning, begin above the surface, lack an end, or overlap."""
    rows = _steps(seen)
    overlap = rows["above"].notna() & (rows["upper_cm"] < rows["above"])
    wrong = rows[(rows["upper_cm"] < 0) | (rows["lower_cm"] <= rows["upper_cm"]) | overlap]
    half = seen.rows[seen.rows[DEPTH].isna().sum(axis=1) == 1]
    wrong = pd.concat([wrong, half])
    what = "depths that are inverted, incomplete or overlap the one above"
    return seen.found("depth_intervals", "block", what, _depths(wrong), list(wrong["unit_code"]))


def depth_gaps(seen: SoilMapEvidence) -> Finding | None:
    """Warn of soil between two depths, or above the first, of which nothing is said."""
    rows = _steps(seen)
    gaps = rows[rows["upper_cm"] > rows["above"].fillna(0)]
    what = "depths that leave out soil above them"
    return seen.found("depth_gaps", "warn", what, _depths(gaps), list(gaps["unit_code"]))


# ---- polygons ---------------------------------------------------------------------------


def _of_polygons(
    seen: SoilMapEvidence, check: str, severity: Severity, what: str, wrong: NDArray[np.bool_]
) -> Finding | None:
    """A finding about single polygons, at the first of them that has a place."""
    codes = seen.polygons["unit_code"][wrong].fillna("no unit")
    named = [f"{code} (polygon {at + 1})" for at, code in codes.items()]
    return seen.drawn(check, severity, what, named, seen.geometry[wrong])


def null_geometry(seen: SoilMapEvidence) -> Finding | None:
    """Block polygons without an area, also after repair: their soils would be on no map."""
    return _of_polygons(
        seen, "null_geometry", "block", "polygons without a geometry", shapely.is_empty(seen.geometry)
    )


def invalid_geometry(seen: SoilMapEvidence) -> Finding | None:
    """Warn of polygons that were invalid and have been repaired."""
    repaired = np.array([bool(reason) for reason in seen.repairs], dtype=bool)
    repaired &= ~shapely.is_empty(seen.geometry)
    return _of_polygons(seen, "invalid_geometry", "warn", "repaired polygons, as invalid", repaired)


def overlapping_polygons(seen: SoilMapEvidence) -> Finding | None:
    """Warn of polygons that overlap: the land between them has two answers and counts twice."""
    one, other = shapely.STRtree(seen.geometry).query(seen.geometry, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(seen.geometry[one], seen.geometry[other])
    area = geodesic_hectares(shared) if len(shared) else np.zeros(0)
    wrong = area > OVERLAP_HA
    codes = seen.polygons["unit_code"].fillna("no unit").to_numpy()
    named = [
        f"{codes[a]} and {codes[b]} ({ha:.2f} ha)"
        for a, b, ha in zip(one[wrong], other[wrong], area[wrong], strict=True)
    ]
    return seen.drawn("overlapping_polygons", "warn", "polygons that overlap", named, shared[wrong])


def small_polygons(seen: SoilMapEvidence) -> Finding | None:
    """Note polygons too small to be read at the map's scale: less than 0.4 cm2 on paper."""
    legible_ha = LEGIBLE_CM2 * (seen.soil_map.scale / 100) ** 2 / 1e4
    small = (seen.area_ha < legible_ha) & ~shapely.is_empty(seen.geometry)
    what = f"polygons below {legible_ha:g} ha, which is {LEGIBLE_CM2} cm2 at 1:{seen.soil_map.scale:,}"
    return _of_polygons(seen, "small_polygons", "note", what, small)


CHECKS: tuple[Check, ...] = (
    missing_codes,
    units_without_components,
    components_without_polygon,
    non_soil_units,
    duplicate_components,
    share_range,
    shares_add_up,
    unknown_soils,
    unreadable_values,
    unknown_codes,
    value_range,
    depth_intervals,
    depth_gaps,
    null_geometry,
    invalid_geometry,
    overlapping_polygons,
    small_polygons,
)


def judge_soil_map(seen: SoilMapEvidence) -> list[Finding]:
    """The findings of every check, with the severities the map's config asks for."""
    found = [finding for check in CHECKS if (finding := check(seen)) is not None]
    return with_severity(found, seen.soil_map.severity)
