"""Map units as cells: each component of each polygon is evaluated like a cell, and told as a share.

A map unit is never averaged to one soil (Soil Survey Manual 2017, ch. 4; FAO 1976): where 60 % of
it is one soil and 40 % another, 60 % of its land has the class of the one, 40 % that of the other.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import ClassTable, Depth, SuitabilityClass
from soilinfo.evaluate.suitability import subclass
from soilinfo.evaluate.tables import Meaning, Packing
from soilinfo.evaluate.zonal import Histogram

KEY = ["unit_code", "component"]
"""What names a component."""
CLASSES = tuple(name.lower() for name in SuitabilityClass.__members__)
"""The classes as columns are named: s1, s2, s3, n."""


def cells_of(polygons: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each component of each polygon: ``polygon`` (position), KEY, ``soil_name``, ``share_pct``.

    ``polygons``: ``unit_code``; ``rows``: the table of components, one row for each component and
    depth. The largest share of a polygon comes first; a polygon without components has no row.
    """
    components = rows.drop_duplicates(KEY)[[*KEY, "soil_name", "share_pct"]]
    drawn = pd.DataFrame({"polygon": np.arange(len(polygons)), "unit_code": polygons["unit_code"].to_numpy()})
    cells = drawn.merge(components, on="unit_code")
    order = ["polygon", "share_pct", "component"]
    return cells.sort_values(order, ascending=[True, False, True]).reset_index(drop=True)


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


# ---- what a polygon has of a raster -----------------------------------------------------


def prevailing_cells(areas: Histogram, meaning: Meaning) -> NDArray[np.int64]:
    """Packed integer of each zone: the median of a number, the largest class; :func:`missing` without data.

    Both by area; the median is the smallest value at which half of the valid area is reached.
    """
    if isinstance(meaning, ClassTable):
        at = areas.area_ha.argmax(axis=1)
    else:
        reached = areas.area_ha.cumsum(axis=1)
        at = (reached >= reached[:, -1:] / 2 - 1e-9).argmax(axis=1)
    return np.where(areas.valid_ha > 0, areas.low + at, missing(meaning))


# ---- what is told of a polygon ----------------------------------------------------------


def class_shares(cells: pd.DataFrame, classes: NDArray[np.uint8], polygons: int) -> NDArray[np.float64]:
    """Percent of each polygon (polygon, S1..N and no data last); shares above 100 in all are scaled down.

    ``classes`` (cell): 0..4. What no component stands for is no data.
    """
    shares = np.zeros((polygons, len(CLASSES) + 1))
    at = np.where(classes == 0, len(CLASSES), classes.astype(np.int64) - 1)
    np.add.at(shares, (cells["polygon"].to_numpy(), at), cells["share_pct"].to_numpy(np.float64))
    shares *= 100 / np.maximum(shares.sum(axis=1, keepdims=True), 100)
    shares[:, -1] = np.maximum(100 - shares[:, :-1].sum(axis=1), 0)
    return shares


def subclasses(
    classes: NDArray[np.uint8], limiting: NDArray[np.uint16], qualities: Sequence[str]
) -> list[str]:
    """FAO notation of each cell: "S2wa", "S3nr", "" without a class."""
    kinds, at = np.unique(classes.astype(np.int32) << 16 | limiting, return_inverse=True)
    names = [subclass(int(kind) >> 16, int(kind) & 0xFFFF, qualities) for kind in kinds]
    return [names[kind] for kind in at]


def in_words(shares: Sequence[tuple[str, float]]) -> str:
    """Subclasses and percents as text, equal ones added up, the largest first: "S2wa 60 %, S3nr 40 %"."""
    total: dict[str, float] = {}
    for name, pct in shares:
        total[name] = total.get(name, 0.0) + pct
    ordered = sorted(total.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name or '–'} {pct:g} %" for name, pct in ordered)
