"""What was observed in the elements (horizons, layers) of many profiles, as arrays: a property at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.harmonize.depth import ROUNDING_CM

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
Positions = NDArray[np.int64]
Censored = Literal["half", "limit", "leave_out"]

SEPARATOR = ", "
"""Between the ids in a text that lists some."""


@dataclass(frozen=True)
class Elements:
    """The elements of profiles that have a depth, from the top of each profile down; arrays (element)."""

    id: Texts
    profile: Positions
    """Position of each element's profile."""
    upper: Floats
    lower: Floats
    organic: NDArray[np.bool_]
    """False, too, where nobody said."""
    code: Texts
    """Designation of the horizon; '' where there is none."""


@dataclass(frozen=True)
class Observed:
    """One property: arrays (element), NaN and '' where it was not observed.

    ``value``: mean of the specimens in the property's unit; ``sd``: of that mean, their errors taken as
    independent, NaN where one is unknown; ``censored``: a specimen lay beyond what could be detected.
    """

    value: Floats
    sd: Floats
    censored: NDArray[np.bool_]
    ids: Texts
    """Ids of the observations."""
    procedures: Texts


def elements_of(profiles: "pd.Series[str]", elements: pd.DataFrame) -> Elements:
    """The elements of these profiles (ids), but for those without depth, upside down or thin as rounding."""
    position = pd.Index(profiles).get_indexer(pd.Index(elements["profile_id"]))
    upper, lower = (elements[name].to_numpy(float) for name in ("upper_cm", "lower_cm"))
    kept = np.flatnonzero((position >= 0) & (lower - upper > ROUNDING_CM))
    kept = kept[np.lexsort((lower[kept], upper[kept], position[kept]))]
    return Elements(
        elements["id"].to_numpy(object)[kept],
        position[kept].astype(np.int64),
        upper[kept],
        lower[kept],
        elements["is_organic"].astype("boolean").fillna(False).to_numpy(bool)[kept],
        elements["horizon_code"].astype("object").fillna("").to_numpy(object)[kept],
    )


def observed_in(elements: Elements, observations: pd.DataFrame, censored: Censored) -> Mapping[str, Observed]:
    """Every property that was observed as a number in some element, but for values that were rejected.

    Half of the limit, the limit itself or nothing stands for a value below it, as ``censored`` says; for one
    above a limit the limit or nothing.
    """
    position = pd.Index(elements.id).get_indexer(pd.Index(observations["element_id"]))
    usable = (position >= 0) & observations["value"].notna() & (observations["flag"] != "rejected")
    if censored == "leave_out":
        usable &= observations["qualifier"].fillna("") == ""
    rows = observations[usable].assign(position=position[usable])
    grouped = rows.groupby("property")
    return {str(name): _observed(some, len(elements.id), censored) for name, some in grouped}


def _observed(rows: pd.DataFrame, count: int, censored: Censored) -> Observed:
    at = rows["position"].to_numpy(np.int64)
    qualifier = rows["qualifier"].fillna("")
    value = rows["value"].mask((qualifier == "<") & (censored == "half"), rows["value"] / 2)
    specimens = np.bincount(at, minlength=count)
    some = specimens > 0
    sums = np.bincount(at, value.to_numpy(float), count)
    variances = np.bincount(at, rows["sd"].to_numpy(float) ** 2, count)
    over = np.where(some, specimens, np.nan)
    return Observed(
        sums / over,
        np.sqrt(variances) / over,
        np.bincount(at, (qualifier != "").to_numpy(float), count) > 0,
        listed(at, rows["id"].to_numpy(object), count),
        listed(at, rows["procedure"].fillna("").to_numpy(object), count, once=True),
    )


def listed(position: Positions, texts: Texts, count: int, *, once: bool = False) -> Texts:
    """The texts of each position with commas between them, in their order; with ``once`` none repeated."""
    order = np.argsort(position, kind="stable")
    at, said = position[order], texts[order]
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    ends = np.append(starts[1:], len(at))
    found: NDArray[Any] = np.full(count, "", object)
    single = ends - starts == 1
    found[at[starts[single]]] = said[starts[single]]
    for start, end in zip(starts[~single], ends[~single], strict=True):
        some = dict.fromkeys(filter(None, said[start:end])) if once else said[start:end]
        found[at[start]] = SEPARATOR.join(some)
    return found


def united(texts: Sequence[Texts]) -> Texts:
    """Lists in texts, side by side: in each place what is in any of them, once."""
    first, *others = texts
    if not others:
        return first
    rows = [dict.fromkeys(filter(None, row)) for row in zip(*texts, strict=True)]
    found: Texts = np.empty(len(rows), object)
    found[:] = [_union(row) if len(row) > 1 else "".join(row) for row in rows]
    return found


def _union(lists: Iterable[str]) -> str:
    whole = SEPARATOR.join(lists)
    parts = whole.split(SEPARATOR)
    once = dict.fromkeys(parts)
    return whole if len(once) == len(parts) else SEPARATOR.join(once)
