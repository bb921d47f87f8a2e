"""Classes that were observed of horizons, at common depths: at each the class that fills most of it."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.harmonize.at_depths import at_depths
from soilinfo.harmonize.depth import Intervals
from soilinfo.harmonize.observed import Elements, Positions, Texts, listed
from soilinfo.harmonize.table import Told
from soilinfo.harmonize.ways import NONE, Estimate, Led, Way


def dominant(
    property: str, elements: Elements, observations: pd.DataFrame, profiles: int, intervals: Intervals
) -> Told | None:
    """The class of each interval of the profiles that it was observed of; None where it was of none.

    Of two classes that fill the same the upper one counts, of two observations of a horizon the first. There
    is no mean of classes and no error of one. A profile whose horizons overlap is refused, as for numbers.
    """
    classes, ids, procedures = _observed(property, elements, observations)
    led = _led(property, classes != "", elements, ids, procedures, profiles)
    if not (classes != "").any():
        return None
    at = at_depths(led, elements, intervals, 0.0)
    unknown = np.full(at.value.shape, np.nan)
    at = replace(at, value=unknown, sd=unknown, sd_conversion=unknown, observed=unknown)
    said = listed(elements.profile, procedures, profiles, once=True)[at.profile]
    found = _most(classes, elements, at.profile, intervals)
    found[at.refused] = ""
    return Told(at, led.ways, led.chosen[at.profile], said, found)


def but_of(told: Told, profiles: Positions) -> Told:
    """What is told, but of these profiles."""
    kept = ~np.isin(told.at.profile, profiles)
    at = replace(told.at, **{each.name: getattr(told.at, each.name)[kept] for each in fields(told.at)})
    classes = None if told.classes is None else told.classes[kept]
    return replace(told, at=at, chosen=told.chosen[kept], procedures=told.procedures[kept], classes=classes)


def _observed(property: str, elements: Elements, observations: pd.DataFrame) -> tuple[Texts, Texts, Texts]:
    """Class, id of the observation and procedure of each element; '' where none was observed."""
    is_one = (observations["property"] == property) & (observations["flag"] != "rejected")
    rows = observations[is_one].dropna(subset=["class"]).drop_duplicates("element_id")
    position = pd.Index(elements.id).get_indexer(pd.Index(rows["element_id"]))
    rows, position = rows[position >= 0], position[position >= 0]
    count = len(elements.id)
    classes, ids, procedures = (
        listed(position, rows[name].fillna("").to_numpy(object), count)
        for name in ("class", "id", "procedure")
    )
    return classes, ids, procedures


def _led(
    property: str, which: NDArray[np.bool_], elements: Elements, ids: Texts, procedures: Texts, profiles: int
) -> Led:
    """Elements that have a class, as those that have a value."""
    value = np.where(which, 0.0, np.nan)
    never = np.zeros(len(which), bool)
    estimate = Estimate(value, value, value, never, np.full(len(which), NONE, np.uint8), never)
    has = np.bincount(elements.profile[which], minlength=profiles) > 0
    chosen = np.where(has, 0, -1)
    return Led((Way((property,)),), chosen, np.zeros(profiles, bool), estimate, value, ids, procedures)


def _most(classes: Texts, elements: Elements, profile: Positions, intervals: Intervals) -> Texts:
    found: Texts = np.full((len(profile), len(intervals)), "", object)
    for k, (top, bottom) in enumerate(intervals):
        shared = np.minimum(elements.lower, bottom) - np.maximum(elements.upper, top)
        some = np.flatnonzero((classes != "") & (shared > 0))
        order = some[np.lexsort((-shared[some], elements.profile[some]))]
        _, first = np.unique(elements.profile[order], return_index=True)
        best = order[first]
        found[np.searchsorted(profile, elements.profile[best]), k] = classes[best]
    return found
