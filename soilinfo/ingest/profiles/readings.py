"""What is written of soil profiles, read: numbers in the properties' units, days, places, belongings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo import units
from soilinfo.catalog.models import Property
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.errors import UnitError
from soilinfo.grid import Grid
from soilinfo.ingest.profiles.munsell import with_colours
from soilinfo.ingest.profiles.numbers import days, numbers, significant
from soilinfo.ingest.profiles.places import places
from soilinfo.ingest.profiles.written import Written

NUMBERS = ("altitude_m", "positional_accuracy_m", "bedrock_cm")
"""Numbers that are said of a profile."""
_ORGANIC = r"\d*'?(?:O|H(?![A-Z0-9]))"
_MINERAL = r"\d*'?(?:[AEBC]|R(?![a-z]))"
"""Beginnings of FAO (2006) designations; 'H1' may as well be the first horizon of any kind."""
_ROCK = r"\d*R(?![a-z])"


@dataclass(frozen=True)
class Readings:
    """Profiles, elements and observations as read, also those that cannot be kept; each has its ``row``.

    ``elements`` has the position of its ``profile`` and ``observations`` that of its ``element``, -1 where
    there is none. What could not be read is missing, and ``fault`` (``date_fault``, ``place_fault``) is the
    id of the check that tells it.
    """

    dataset: SoilProfiles
    properties: Mapping[str, Property]
    written: Written
    profiles: pd.DataFrame
    elements: pd.DataFrame
    observations: pd.DataFrame


def read_all(
    written: Written, dataset: SoilProfiles, properties: Mapping[str, Property], grid: Grid
) -> Readings:
    """What is written, read. ``grid``: the nation's, to tell places that lie in it."""
    profiles = _profiles(written, dataset, grid)
    elements = _elements(written, profiles)
    observations = _observations(written, properties)
    return Readings(dataset, properties, written, profiles, elements, observations)


# ---- profiles ---------------------------------------------------------------------------


def _profiles(written: Written, dataset: SoilProfiles, grid: Grid) -> pd.DataFrame:
    """One row a profile: the first that tells of it; ``differs`` where another one tells something else."""
    rows, decimal = written.profiles, written.decimals["profiles"]
    coded = rows[rows["profile_code"].notna()]
    again = coded["profile_code"][coded["profile_code"].duplicated()]
    told = coded.drop_duplicates("profile_code").reset_index(drop=True)
    day = days(told["date"], dataset.dates)
    read = {name: numbers(told[name], decimal) for name in ("longitude", "latitude", *NUMBERS)}
    at = places(read["longitude"], read["latitude"], dataset.crs, grid)
    project = told["project"].fillna(dataset.id)
    said = [dataset.privacy_of(one) for one in project]
    return told.assign(
        id=dataset.id + "." + told["profile_code"].str.replace(r"[^A-Za-z0-9_-]", "-", regex=True),
        dataset=dataset.id,
        project=project,
        date=day["value"],
        date_fault=day["fault"],
        differs=told["profile_code"].isin(set(again)),
        **at,
        **{name: read[name]["value"] for name in NUMBERS},
        number_fault=np.any([read[name]["fault"].notna() for name in NUMBERS], axis=0),
        share=[one.share for one in said],
        blur_m=[float(one.blur_m) for one in said],
        laboratory=told["laboratory"].where(told["laboratory"].notna(), dataset.laboratory),
    )


# ---- elements ---------------------------------------------------------------------------


def _elements(written: Written, profiles: pd.DataFrame) -> pd.DataFrame:
    """Elements in the order of the source, with their depth and their place downwards (``order``)."""
    rows, decimal = written.elements, written.decimals["elements"]
    upper, lower = (numbers(rows[name], decimal) for name in ("upper", "lower"))
    known = pd.Series(profiles.index, index=profiles["profile_code"])
    elements = rows.assign(
        profile=rows["profile_code"].map(known).fillna(-1).astype(int),
        upper_cm=significant(upper["value"].to_numpy()),
        lower_cm=significant(lower["value"].to_numpy()),
        fault=upper["fault"].combine_first(lower["fault"]),
        kind=_kinds(rows["kind"]),
        is_organic=_organic(rows["horizon_code"]),
    )
    down = elements.sort_values(["profile", "upper_cm", "lower_cm"], kind="stable")
    elements["order"] = down.groupby("profile").cumcount() + 1
    return elements


def _kinds(written: "pd.Series[Any]") -> "pd.Series[str]":
    """ISO 28258 knows horizons and layers; what is called otherwise, or not told, is a horizon."""
    return written.str.casefold().map({"layer": "Layer"}).fillna("Horizon")


def _organic(codes: "pd.Series[Any]") -> "pd.Series[Any]":
    """Whether a designation is that of an organic horizon; None where it does not tell."""
    organic, mineral = (codes.str.match(pattern).eq(True) for pattern in (_ORGANIC, _MINERAL))
    return organic.astype(object).where(organic | mineral, None)


def bedrock(elements: pd.DataFrame) -> "pd.Series[float]":
    """Depth in cm at which rock (R) begins, by position of the profile."""
    rock = elements["horizon_code"].str.match(_ROCK).eq(True)
    return elements[rock].groupby("profile")["upper_cm"].min()


# ---- observations -----------------------------------------------------------------------


def _observations(written: Written, properties: Mapping[str, Property]) -> pd.DataFrame:
    """Values in the unit of their property; without one, as they were written.

    A value whose unit is not known, or is one of another quantity, is missing ('unknown_units').
    """
    rows = written.observations
    is_class = rows["property"].map(lambda name: name in properties and properties[name].kind == "class")
    is_class = is_class.astype(bool)
    read = with_colours(numbers(rows["cell"].mask(is_class), written.decimals["observations"]), rows)
    classes = _classes(rows[is_class], written.codes).reindex(rows.index)
    told = rows.assign(**read, **{"class": classes, "is_class": is_class})
    told.loc[is_class & classes.isna(), "fault"] = "unknown_codes"
    return _converted(told, properties)


def _classes(rows: pd.DataFrame, codes: Mapping[str, Mapping[str, str]]) -> "pd.Series[Any]":
    """The class that each cell stands for."""
    known = {(name, cell): each for name, table in codes.items() for cell, each in table.items()}
    pairs = zip(rows["source_property"], rows["cell"], strict=True)
    return pd.Series([known.get(pair) for pair in pairs], index=rows.index, dtype=object)


def _converted(rows: pd.DataFrame, properties: Mapping[str, Property]) -> pd.DataFrame:
    value, unit = rows["value"].to_numpy(dtype=np.float64).copy(), rows["unit"].to_numpy(dtype=object).copy()
    fault = rows["fault"].to_numpy(dtype=object).copy()
    numeric = ~rows["is_class"]
    for (name, source), members in rows[numeric].groupby(["property", "unit"], dropna=False):
        at = rows.index.get_indexer(members.index)
        target = properties[str(name)].unit if name in properties else source
        changed = _in_unit(value[at], source, target)
        value[at], unit[at] = (np.nan, None) if changed is None else (changed, target)
        if changed is None:
            fault[at] = np.where(pd.isna(fault[at]), "unknown_units", fault[at])
    return rows.assign(value=value, unit=unit, fault=fault)


def _in_unit(values: NDArray[np.float64], source: Any, target: Any) -> NDArray[np.float64] | None:
    """Values converted, None where their unit does not lead to the one wanted."""
    if pd.isna(source):
        return None if pd.notna(target) else significant(values)
    try:
        return significant(np.asarray(units.convert(values, source, target), dtype=np.float64))
    except UnitError:
        return None
