"""Checks of the horizons and layers of soil profiles: what they belong to and where they lie."""

import numpy as np
import pandas as pd

from soilinfo.ingest.checks.profile_rules import Mask, Rule, mask
from soilinfo.ingest.profiles.readings import Readings

DEEPEST_CM = 1500.0
"""Nobody describes horizons below that; the limit is ours."""


def _of_a_profile(seen: Readings) -> Mask:
    return mask(seen.elements["profile"] >= 0)


def _is_inverted(seen: Readings) -> Mask:
    upper, lower = seen.elements["upper_cm"], seen.elements["lower_cm"]
    return mask((upper < 0) | (lower <= upper))


def _down(seen: Readings) -> pd.DataFrame:
    """Elements with a usable depth, downwards within each profile, with the deepest end above each."""
    whole = seen.elements[["upper_cm", "lower_cm"]].notna().all(axis=1)
    usable = seen.elements[_of_a_profile(seen) & ~_is_inverted(seen) & whole]
    rows = usable.sort_values(["profile", "order"])
    deepest = rows.groupby("profile")["lower_cm"].cummax()
    return rows.assign(above=deepest.groupby(rows["profile"]).shift())


def elements_without_profile(seen: Readings) -> Mask:
    """Warn of horizons of a profile that is not told of: they are left out, with their values."""
    return ~_of_a_profile(seen)


def missing_depth(seen: Readings) -> Mask:
    """Warn of horizons that lack an upper or a lower depth: their values are doubtful."""
    ends = seen.elements[["upper_cm", "lower_cm"]]
    return mask(ends.isna().any(axis=1) & seen.elements["fault"].isna()) & _of_a_profile(seen)


def unreadable_depths(seen: Readings) -> Mask:
    """Warn of depths that are no numbers: the values of these horizons are doubtful."""
    fault = seen.elements["fault"]
    return mask(fault.notna() & (fault != "ambiguous_numbers"))


def ambiguous_depths(seen: Readings) -> Mask:
    """Block depths whose point may part decimals or thousands, until config states 'decimal'."""
    return mask(seen.elements["fault"] == "ambiguous_numbers")


def inverted_depth(seen: Readings) -> Mask:
    """Warn of horizons that do not end below their beginning, or begin above the surface: values rejected."""
    return _is_inverted(seen) & _of_a_profile(seen)


def impossible_depth(seen: Readings) -> Mask:
    """Warn of horizons deeper than 15 m, as where millimetres are taken for centimetres: values rejected."""
    return mask(seen.elements["lower_cm"] > DEEPEST_CM) & _of_a_profile(seen) & ~_is_inverted(seen)


def same_depth(seen: Readings) -> Mask:
    """Warn of horizons of one profile with the same two ends: their values are doubtful."""
    rows = _down(seen)
    twice = rows[rows.duplicated(["profile", "upper_cm", "lower_cm"], keep=False)]
    return np.isin(seen.elements.index, twice.index)


def overlapping_horizons(seen: Readings) -> Mask:
    """Warn of horizons that begin above the end of one above them: their values are doubtful."""
    rows = _down(seen)
    overlap = rows[(rows["upper_cm"] < rows["above"]) & ~same_depth(seen)[rows.index]]
    return np.isin(seen.elements.index, overlap.index)


def depth_gaps(seen: Readings) -> Mask:
    """Note soil between two horizons, or above the first, of which nothing is told."""
    rows = _down(seen)
    return np.isin(seen.elements.index, rows.index[rows["upper_cm"] > rows["above"].fillna(0)])


ELEMENT_RULES = (
    Rule(
        elements_without_profile,
        "elements",
        "warn",
        "horizons of no profile that is told of; left out (a code stands on every row, in merged cells too)",
    ),
    Rule(missing_depth, "elements", "warn", "horizons without an upper or lower depth", "doubtful"),
    Rule(unreadable_depths, "elements", "warn", "horizons whose depth is no number", "doubtful"),
    Rule(
        ambiguous_depths,
        "elements",
        "block",
        "horizons with a depth whose point may part decimals or thousands; state 'decimal'",
    ),
    Rule(
        inverted_depth,
        "elements",
        "warn",
        "horizons that do not end below their beginning, or begin above the surface (an organic layer of old "
        "surveys, 5-0 cm: write it as 0-5 and move what lies below it down by 5)",
        "rejected",
    ),
    Rule(
        impossible_depth,
        "elements",
        "warn",
        "horizons deeper than 15 m (is 'depth_unit' right?)",
        "rejected",
    ),
    Rule(same_depth, "elements", "warn", "horizons at the depth of another one of the profile", "doubtful"),
    Rule(
        overlapping_horizons,
        "elements",
        "warn",
        "horizons that begin above the end of another one",
        "doubtful",
    ),
    Rule(depth_gaps, "elements", "note", "horizons with soil above them of which nothing is told"),
)
"""Checks of single elements."""
