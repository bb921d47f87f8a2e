"""Map units: each component on each place of each polygon is evaluated by itself, and told as a share.

A map unit is never averaged to one soil, nor its land to one slope (Soil Survey Manual 2017, ch. 4; FAO
1976): where 60 % of it is one soil and 40 % another, of every place 60 % has the class of the one there,
40 % that of the other. Where in the polygon which soil is, a soil map does not tell; each component counts
with its share on every place alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Depth, Scenario, SuitabilityClass
from soilinfo.evaluate.suitability import evaluate, subclass
from soilinfo.evaluate.tables import Meaning, Packing, Tables

KEY = ["unit_code", "component"]
"""What names a component."""
CLASSES = tuple(name.lower() for name in SuitabilityClass.__members__)
"""The classes as columns are named: s1, s2, s3, n."""


def components_of(rows: pd.DataFrame) -> pd.DataFrame:
    """KEY, ``soil_name`` and ``share_pct`` of each component of a table with a row for each of its depths."""
    return rows.drop_duplicates(KEY)[[*KEY, "soil_name", "share_pct"]].reset_index(drop=True)


def composition(unit_codes: Sequence[str], components: pd.DataFrame) -> pd.DataFrame:
    """What each polygon consists of: ``polygon``, ``soil`` (position in ``components``), ``weight``.

    ``weight`` is the share 0..1; shares above 100 % in all are scaled down. The largest share of a polygon
    comes first; a polygon without components has no row.
    """
    soils = components.assign(soil=np.arange(len(components)))
    drawn = pd.DataFrame({"polygon": np.arange(len(unit_codes)), "unit_code": [*unit_codes]})
    parts = drawn.merge(soils, on="unit_code")
    parts = parts.sort_values(["polygon", "share_pct", "component"], ascending=[True, False, True])
    total = parts.groupby("polygon")["share_pct"].transform("sum")
    parts["weight"] = parts["share_pct"] / np.maximum(total, 100)
    return parts[["polygon", "soil", "weight"]].reset_index(drop=True)


# ---- what a component is ----------------------------------------------------------------


def at_depth(rows: pd.DataFrame, name: str, meaning: Meaning, depth: Depth) -> "pd.Series[int]":
    """Packed integer of one property of each component (index KEY), :func:`missing` where unknown.

    Numbers are the mean over ``depth`` (cm), weighted by how much of it each row is about; of a
    class property the class of the thickest part, the upper one of equals. A row without depths is
    about the whole soil. What lies partly within a row is known for that part only.
    """
    known = rows.assign(weight=_thickness(rows, depth))
    known = known[known[name].notna() & (known["weight"] > 0)]
    if isinstance(meaning, Packing):
        packed = _mean(known, name).div(meaning.scale).round().astype("int64")
    else:
        packed = _prevailing(known, name).map(meaning.code_of).astype("int64")
    every = pd.MultiIndex.from_frame(rows[KEY].drop_duplicates())
    return packed.reindex(every, fill_value=missing(meaning))


def missing(meaning: Meaning) -> int:
    """A packed integer that no value of the property has."""
    return meaning.low - 1 if isinstance(meaning, Packing) else 0


def is_missing(packed: NDArray[np.integer], meaning: Meaning) -> NDArray[np.bool_]:
    """Where packed integers stand for no value."""
    if isinstance(meaning, Packing):
        return (packed < meaning.low) | (packed > meaning.high)
    return ~np.isin(packed, list(meaning.code_of.values()))


def _thickness(rows: pd.DataFrame, depth: Depth) -> NDArray[np.float64]:
    """Centimetres of ``depth`` that each row is about; 1 for a row without depths."""
    top, bottom = depth
    upper, lower = (rows[name].to_numpy(np.float64) for name in ("upper_cm", "lower_cm"))
    shared = np.minimum(lower, bottom) - np.maximum(upper, top)
    return np.where(np.isnan(shared), 1.0, np.maximum(shared, 0.0))


def _mean(known: pd.DataFrame, name: str) -> "pd.Series[float]":
    weighted = known.assign(product=known[name] * known["weight"]).groupby(KEY)[["product", "weight"]].sum()
    return weighted["product"] / weighted["weight"]


def _prevailing(known: pd.DataFrame, name: str) -> "pd.Series[str]":
    sums = known.groupby([*KEY, name], sort=False)["weight"].sum().reset_index()
    thickest = sums.sort_values("weight", ascending=False, kind="stable").drop_duplicates(KEY)
    return thickest.set_index(KEY)[name]


# ---- soil and place together ------------------------------------------------------------


@dataclass(frozen=True)
class Ratings:
    """What a part of a crop's characteristics says of soils, or of places: classes and limiting qualities.

    Arrays are (soil or place,) by scenario, as :class:`Evaluation` has them. ``silent``: all of these
    characteristics may lack, so that where there is no class they say nothing instead of forbidding one.
    """

    classes: Mapping[Scenario, NDArray[np.uint8]]
    limiting: Mapping[Scenario, NDArray[np.uint16]]
    silent: bool

    @classmethod
    def of(cls, tables: Tables, inputs: Mapping[str, NDArray[np.integer]], size: int) -> "Ratings":
        """``tables`` of one crop, compiled with what is known on this side; ``inputs``: (soil or place,)."""
        if not tables.inputs:
            nothing = dict.fromkeys(SCENARIOS, np.zeros(size, np.uint8))
            return cls(nothing, {name: each.astype(np.uint16) for name, each in nothing.items()}, silent=True)
        result = evaluate(tables, {name: inputs[name][np.newaxis] for name in tables.inputs})
        classes = {name: each[0, 0] for name, each in result.classes.items()}
        limiting = {name: each[0, 0] for name, each in result.limiting.items()}
        return cls(classes, limiting, tables.crops[0] in tables.dispensable)


class Side(NamedTuple):
    """Classes, limiting qualities and :attr:`Ratings.silent` of one scenario, each (soil on a place,)."""

    classes: NDArray[np.integer]
    limiting: NDArray[np.integer]
    silent: NDArray[np.bool_]

    @classmethod
    def of(
        cls, ratings: Sequence[Ratings], scenario: Scenario, which: NDArray[np.int64], at: NDArray[np.int64]
    ) -> "Side":
        """The soil or place ``at`` by the criteria ``which`` (position in ``ratings``)."""
        classes = np.stack([each.classes[scenario] for each in ratings])[which, at]
        limiting = np.stack([each.limiting[scenario] for each in ratings])[which, at]
        return cls(classes, limiting, np.array([each.silent for each in ratings])[which])


def worse_of(soil: Side, place: Side) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Class and limiting qualities of soils on places.

    The law of the minimum again: a characteristic is either the soil's or the place's, so the class of
    both together is the worse one, and a quality limits that limits either one at that class. Where
    either has no class there is none, but for a side that says nothing there.
    """
    unknown = (soil.classes == 0) & ~soil.silent | (place.classes == 0) & ~place.silent
    worst = np.where(unknown, 0, np.maximum(soil.classes, place.classes))
    limiting = np.zeros(len(worst), np.uint16)
    for side in (soil, place):
        limiting |= np.where(side.classes == worst, side.limiting, 0).astype(np.uint16)
    return worst.astype(np.uint8), limiting


# ---- what is told of a polygon ----------------------------------------------------------


def class_areas(areas: pd.DataFrame, zones: int) -> NDArray[np.float64]:
    """Hectares (zone, S1..N) of rows of ``zone``, ``class`` (0..4, 0 no class) and ``area_ha``."""
    rated = areas[areas["class"] > 0]
    cells = rated["zone"].to_numpy(np.int64) * len(CLASSES) + rated["class"].to_numpy(np.int64) - 1
    sums = np.bincount(cells, rated["area_ha"].to_numpy(), zones * len(CLASSES))
    return sums.reshape(zones, len(CLASSES))


def subclasses(
    classes: NDArray[np.uint8], limiting: NDArray[np.uint16], qualities: Sequence[str]
) -> list[str]:
    """FAO notation of each cell: "S2wa", "S3nr", "" without a class."""
    kinds, at = np.unique(classes.astype(np.int32) << 16 | limiting, return_inverse=True)
    names = [subclass(int(kind) >> 16, int(kind) & 0xFFFF, qualities) for kind in kinds]
    return [names[kind] for kind in at]


def in_words(shares: Sequence[tuple[str, float]]) -> str:
    """Subclasses and percents as text, equal ones added up, the largest first: "S2wa 60 %, S3nr 40 %".

    Tenths of a percent; what is less is not told.
    """
    total: dict[str, float] = {}
    for name, pct in shares:
        total[name] = total.get(name, 0.0) + pct
    ordered = sorted(total.items(), key=lambda one: (-one[1], one[0]))
    told = ((name or "–", round(pct, 1)) for name, pct in ordered)
    return ", ".join(f"{name} {pct:g} %" for name, pct in told if pct > 0)
