"""Rows of the harmonized table, made of a property at common depths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.harmonize.at_depths import AtDepths
from soilinfo.harmonize.depth import ROUNDING_CM, Intervals
from soilinfo.harmonize.observed import Positions, Texts
from soilinfo.harmonize.stock import T_HA_PER_KG_M3_CM
from soilinfo.harmonize.ways import RANGES, Rules, Way

COLUMNS = (
    *("id", "profile_id", "dataset", "project", "date", "property", "upper_cm", "lower_cm", "value", "unit"),
    *("sd", "sd_conversion", "class", "covered_cm", "covered_pct", "state", "method", "smoothing"),
    *("observed_property", "observed_value", "observed_unit", "procedures", "equations", "equation_range"),
    *("censored_pct", "elements", "observations", "version"),
)
"""Columns of the table, in their order."""
STATES = ("known", "partly", "refused", "bedrock", "unsampled")
"""What may be known of an interval; the first that holds counts."""
THEN = " > "
"""Between equations that follow each other."""


@dataclass(frozen=True)
class Told:
    """A property at common depths, and how it was come by: arrays (profile) beside those of ``at``."""

    at: AtDepths
    ways: Sequence[Way]
    chosen: Positions
    """Position of each profile's way in ``ways``; -1 for none."""
    procedures: Texts
    classes: Texts | None = None
    """Class ids (profile, interval) of a property of classes."""
    is_sum: bool = False
    """Whether values are sums over what is covered, and not means."""
    by_horizon: bool = False
    """Whether a rule looks at each horizon, without a spline."""


def in_sum(told: Told) -> Told:
    """Means of a mass per volume (kg/m3) as the mass per area (t/ha) of what is covered.

    Gaps between horizons are within: over them the spline is a straight line.
    """
    at, per_mean = told.at, told.at.span_cm * T_HA_PER_KG_M3_CM
    sums = {name: getattr(at, name) * per_mean for name in ("value", "sd", "sd_conversion")}
    return replace(told, at=replace(at, **sums), is_sum=True)


def rows_of(
    name: str, told: Told, profiles: pd.DataFrame, intervals: Intervals, rules: Rules
) -> pd.DataFrame:
    """A row for each profile and interval (:data:`COLUMNS`)."""
    at, count = told.at, len(intervals)
    tops, bottoms = np.array(intervals, float).T
    about = profiles.iloc[at.profile]
    of_profile = {each: _each(about[each], count) for each in ("dataset", "project", "date", "version")}
    frame = {
        "id": _ids(about["id"], name, intervals),
        "profile_id": _each(about["id"], count),
        **of_profile,
        "property": name,
        "upper_cm": np.tile(tops, len(about)),
        "lower_cm": np.tile(bottoms, len(about)),
        "value": at.value.ravel(),
        "unit": None if told.classes is not None else rules.unit(name),
        "sd": at.sd.ravel(),
        "sd_conversion": at.sd_conversion.ravel(),
        "class": None if told.classes is None else _or_none(told.classes),
        "covered_cm": at.covered_cm.ravel(),
        "covered_pct": (100 * at.covered_cm / (bottoms - tops)).ravel(),
        "state": _states(told, about["bedrock_cm"].to_numpy(float), tops, bottoms, rules).ravel(),
        "method": _methods(told).ravel(),
        "smoothing": np.full(at.value.size, np.nan if told.by_horizon else rules.harmonization.smoothing),
        **_ways(told, count, rules),
        "observed_value": at.observed.ravel(),
        "equation_range": np.array(RANGES, object)[at.range].ravel(),
        "censored_pct": _shares(at.censored_cm, at.covered_cm).ravel(),
        "elements": _or_none(at.elements),
        "observations": _or_none(at.observations),
    }
    return pd.DataFrame({column: _column(frame[column], at.value.size) for column in COLUMNS}, copy=False)


def _column(values: Any, count: int) -> "pd.Series[Any]":
    """Numbers as they are; texts as objects, as many rows share each and a copy would be long."""
    if isinstance(values, np.ndarray):
        return pd.Series(values, dtype=values.dtype)
    # np.full would make a text anew for each row.
    return pd.Series(np.repeat(np.array([values], object), count), dtype=object)


def _ids(profiles: "pd.Series[str]", name: str, intervals: Intervals) -> NDArray[np.object_]:
    endings = [f".{name}.{_padded(top)}-{_padded(bottom)}" for top, bottom in intervals]
    return np.array([profile + ending for profile in profiles for ending in endings], object)


def _padded(cm: float) -> str:
    """A depth as part of an id, 005 or 012.5: rows come by their ids, and so from the top down."""
    whole, point, part = f"{cm:g}".partition(".")
    return whole.zfill(3) + point + part


def _each(values: "pd.Series[Any]", count: int) -> NDArray[np.object_]:
    return np.repeat(values.to_numpy(object), count)


def _or_none(texts: Texts) -> NDArray[np.object_]:
    found: NDArray[np.object_] = texts.ravel().copy()
    found[found == ""] = None
    return found


def _known(told: Told) -> NDArray[np.bool_]:
    return told.classes != "" if told.classes is not None else np.isfinite(told.at.value)


def _states(
    told: Told, bedrock: NDArray[np.float64], tops: NDArray[Any], bottoms: NDArray[Any], rules: Rules
) -> NDArray[np.object_]:
    """What is known of each interval; it counts as known by its share of what lies above bedrock.

    A mean of the larger part stands for the whole; a sum of it does not: it has to reach through all of it.
    """
    bedrock = np.where(np.isnan(bedrock), np.inf, bedrock)[:, None]
    soil = np.maximum(np.minimum(bottoms, bedrock) - tops, 0)
    enough = told.at.covered_cm >= soil * rules.harmonization.least_covered_pct / 100 - 1e-9
    if told.is_sum:
        enough &= told.at.span_cm >= soil - ROUNDING_CM
    known = _known(told)
    conditions = [known & enough, known, told.at.refused, bedrock <= tops]
    states = np.select(conditions, range(len(conditions)), len(conditions))
    found: NDArray[np.object_] = np.array(STATES, object)[states]
    return found


def _methods(told: Told) -> NDArray[np.object_]:
    """How each value came about; None where there is none."""
    methods = np.empty(told.at.value.shape, object)
    methods[:] = "integral" if told.is_sum else "spline"
    methods[told.at.single & (not told.is_sum)] = "single_horizon"
    if told.by_horizon:
        methods[:] = "by_horizon"
    methods[~_known(told)] = None
    return methods


def _ways(told: Told, count: int, rules: Rules) -> Mapping[str, NDArray[np.object_]]:
    """What was observed, and by which equations, of every row."""
    texts = [_way(way, rules) for way in told.ways] + [(None, None, None)]
    columns = np.array(texts, object).T
    names = ("observed_property", "observed_unit", "equations")
    said = {name: np.repeat(column[told.chosen], count) for name, column in zip(names, columns, strict=True)}
    return said | {"procedures": np.repeat(_or_none(told.procedures), count)}


def _way(way: Way, rules: Rules) -> tuple[str | None, str | None, str | None]:
    one = way.observed[0] if len(way.observed) == 1 else None
    unit = rules.unit(one) if one and rules.properties[one].kind == "numeric" else None
    return ", ".join(way.observed) or None, unit, THEN.join(way.equations) or None


def _shares(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Percentages; NaN of nothing."""
    return np.divide(100 * part, whole, out=np.full_like(whole, np.nan), where=whole > 0)
