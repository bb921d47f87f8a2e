"""Checks of soil profiles and their elements, and the judgement of a whole dataset.

What is wrong with single rows is told and flagged, and the rest is kept; what makes a dataset unusable
blocks it. The severity of each check can be changed per dataset in config (``severity: {check: block}``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.profile_rules import SHOWN, Mask, Rule, finding, flags, marked
from soilinfo.ingest.checks.profile_values import VALUE_RULES
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.profiles.numbers import today
from soilinfo.ingest.profiles.readings import Readings

_FOOTNOTE = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u209f]")
"""Raised and lowered digits."""


# ---- profiles ---------------------------------------------------------------------------


def _place_fault(check: str) -> Callable[[Readings], "pd.Series[bool]"]:
    return lambda seen: seen.profiles["place_fault"] == check


def same_place(seen: Readings) -> "pd.Series[bool]":
    """Profiles at the very place and day of another one."""
    where = seen.profiles[["lon", "lat", "date"]]
    return where.duplicated(keep=False) & where["lon"].notna()


def no_elements(seen: Readings) -> Mask:
    """Profiles of which no element is told."""
    return ~np.isin(np.arange(len(seen.profiles)), seen.elements["profile"])


def footnote_digits(seen: Readings) -> Mask:
    """Profiles with a raised or lowered digit in a code, as a footnote or a word processor leaves it."""
    codes = seen.profiles[["project", "site_code", "plot_code", "profile_code"]]
    return np.any([codes[name].str.contains(_FOOTNOTE).fillna(False) for name in codes], axis=0)


PROFILE_RULES = (
    Rule(
        "duplicate_profiles",
        "profiles",
        "warn",
        "profiles told more than once, and not the same; the first counts",
        lambda seen: seen.profiles["differs"],
        "doubtful",
    ),
    Rule(
        "colliding_codes",
        "profiles",
        "block",
        "profiles whose codes become the same id, as only letters, digits, '_' and '-' are kept",
        lambda seen: seen.profiles["id"].duplicated(keep=False),
    ),
    Rule("missing_place", "profiles", "note", "profiles without coordinates", _place_fault("missing_place")),
    Rule(
        "coordinates_zero",
        "profiles",
        "warn",
        "profiles at 0, 0, which are given no place",
        _place_fault("coordinates_zero"),
    ),
    Rule(
        "swapped_coordinates",
        "profiles",
        "warn",
        "profiles that would lie in the country if their coordinates were exchanged, and are given no place",
        _place_fault("swapped_coordinates"),
    ),
    Rule(
        "impossible_coordinates",
        "profiles",
        "warn",
        "profiles whose coordinates are no place on earth, and that are given none",
        _place_fault("impossible_coordinates"),
    ),
    Rule(
        "outside_country",
        "profiles",
        "warn",
        "profiles outside the rectangle of the national grid, which are given no place",
        _place_fault("outside_country"),
    ),
    Rule("same_place", "profiles", "warn", "profiles at the place and day of another one", same_place),
    Rule(
        "unreadable_dates",
        "profiles",
        "warn",
        "profiles whose date is no day as ISO 8601 writes it (2023-09-18), and is left out",
        lambda seen: seen.profiles["date_fault"],
    ),
    Rule(
        "future_dates",
        "profiles",
        "warn",
        "profiles described on a day to come",
        lambda seen: seen.profiles["date"].fillna("") > today(),
        "doubtful",
    ),
    Rule(
        "unreadable_values",
        "profiles",
        "warn",
        "profiles with an altitude, accuracy or depth of bedrock that is no number, and is left out",
        lambda seen: seen.profiles["number_fault"],
    ),
    Rule("no_elements", "profiles", "warn", "profiles without any horizon or layer", no_elements),
    Rule(
        "footnote_digits",
        "profiles",
        "note",
        "profiles with raised or lowered digits in a code",
        footnote_digits,
    ),
)
"""Checks of single profiles."""


# ---- elements ---------------------------------------------------------------------------


def _of_a_profile(seen: Readings) -> "pd.Series[bool]":
    return seen.elements["profile"] >= 0


def missing_depth(seen: Readings) -> "pd.Series[bool]":
    """Elements that lack an end and of which none could not be read."""
    ends = seen.elements[["upper_cm", "lower_cm"]]
    return ends.isna().any(axis=1) & seen.elements["fault"].isna() & _of_a_profile(seen)


def inverted_depth(seen: Readings) -> "pd.Series[bool]":
    """Elements that end where they begin or above, or begin above the surface."""
    upper, lower = seen.elements["upper_cm"], seen.elements["lower_cm"]
    return (upper < 0) | (lower <= upper)


def _down(seen: Readings) -> pd.DataFrame:
    """Elements with a usable depth, downwards within each profile, with the deepest end above each."""
    usable = (
        _of_a_profile(seen)
        & ~inverted_depth(seen)
        & seen.elements[["upper_cm", "lower_cm"]].notna().all(axis=1)
    )
    rows = seen.elements[usable].sort_values(["profile", "order"])
    deepest = rows.groupby("profile")["lower_cm"].cummax()
    return rows.assign(above=deepest.groupby(rows["profile"]).shift())


def same_depth(seen: Readings) -> Mask:
    """Elements of one profile with the same two ends."""
    rows = _down(seen)
    twice = rows[rows.duplicated(["profile", "upper_cm", "lower_cm"], keep=False)]
    return np.isin(seen.elements.index, twice.index)


def overlapping_horizons(seen: Readings) -> Mask:
    """Elements that begin above the end of one above them, other than at its very depth."""
    rows = _down(seen)
    overlap = rows[(rows["upper_cm"] < rows["above"]) & ~same_depth(seen)[rows.index]]
    return np.isin(seen.elements.index, overlap.index)


def depth_gaps(seen: Readings) -> Mask:
    """Elements that leave out soil between them and what is above them, or the surface."""
    rows = _down(seen)
    return np.isin(seen.elements.index, rows.index[rows["upper_cm"] > rows["above"].fillna(0)])


ELEMENT_RULES = (
    Rule(
        "elements_without_profile",
        "elements",
        "warn",
        "horizons of no profile that is told of; left out",
        lambda seen: ~_of_a_profile(seen),
    ),
    Rule(
        "missing_depth",
        "elements",
        "warn",
        "horizons without an upper or lower depth",
        missing_depth,
        "doubtful",
    ),
    Rule(
        "unreadable_values",
        "elements",
        "warn",
        "horizons whose depth is no number",
        lambda seen: seen.elements["fault"].notna() & (seen.elements["fault"] != "ambiguous_numbers"),
        "doubtful",
    ),
    Rule(
        "ambiguous_numbers",
        "elements",
        "block",
        "horizons with a depth whose point may part decimals or thousands; state 'decimal'",
        lambda seen: seen.elements["fault"] == "ambiguous_numbers",
    ),
    Rule(
        "inverted_depth",
        "elements",
        "warn",
        "horizons that do not end below their beginning, or begin above the surface",
        lambda seen: inverted_depth(seen) & _of_a_profile(seen),
        "rejected",
    ),
    Rule(
        "same_depth",
        "elements",
        "warn",
        "horizons at the depth of another one of the profile",
        same_depth,
        "doubtful",
    ),
    Rule(
        "overlapping_horizons",
        "elements",
        "warn",
        "horizons that begin above the end of another one",
        overlapping_horizons,
        "doubtful",
    ),
    Rule(
        "depth_gaps", "elements", "note", "horizons with soil above them of which nothing is told", depth_gaps
    ),
)
"""Checks of single elements."""


# ---- whole datasets ---------------------------------------------------------------------


def no_profiles(seen: Readings, layer: str) -> Finding | None:
    """Block a dataset without a profile: an empty template, or a sheet of another form."""
    if len(seen.profiles):
        return None
    rows = len(seen.elements)
    message = f"no profile is told of ({rows:,} row(s) of horizons); is the sheet filled in?"
    return Finding("no_profiles", "block", layer, message, 0)


def no_depths(seen: Readings, layer: str) -> Finding | None:
    """Block a dataset that has horizons and not one depth: nothing can be said of any soil then."""
    ends = seen.elements[["upper_cm", "lower_cm"]]
    if ends.empty or ends.notna().all(axis=1).any():
        return None
    message = f"none of {len(ends):,} horizons has a depth; state 'depth' if all samples are of one"
    return Finding("missing_depth", "block", layer, message, len(ends))


def missing_codes(seen: Readings, layer: str) -> Finding | None:
    """Warn of rows of profiles that have no code, which are left out."""
    rows = [
        int(row) for row in seen.written.profiles.loc[seen.written.profiles["profile_code"].isna(), "row"]
    ]
    if not rows:
        return None
    message = f"{len(rows):,} rows of profiles without a code, which are left out: row {some(rows)}"
    return Finding("missing_codes", "warn", layer, message, len(rows), {"rows": rows[:SHOWN]})


def unknown_projects(seen: Readings, layer: str) -> Finding | None:
    """Block a dataset that lacks a project whose privacy config states: it may be another spelling."""
    lost = sorted(set(seen.dataset.projects) - set(seen.profiles["project"]))
    if not lost or seen.profiles.empty:
        return None
    message = f"config says what is shown of projects that no profile is of, as written: {some(lost)}"
    return Finding("unknown_projects", "block", layer, message, len(lost))


def formula_errors(seen: Readings, layer: str) -> Finding | None:
    """Warn of cells whose formula gives an error: what they held is lost."""
    cells = seen.written.errors
    if not cells:
        return None
    message = f"{len(cells):,} cells hold an error such as #REF! instead of a value: {some(cells)}"
    return Finding("formula_errors", "warn", layer, message, len(cells), {"cells": list(cells[:SHOWN])})


def headings_differ(seen: Readings, layer: str) -> Finding | None:
    """Warn of columns of values that the sheet of procedures heads otherwise."""
    pairs = [f"'{one}' by '{other}'" for one, other in seen.written.likened.items()]
    if not pairs:
        return None
    what = "columns of values are explained under a heading that differs in its unit"
    message = f"{len(pairs):,} {what}: {some(pairs)}"
    return Finding(
        "headings_differ", "warn", layer, message, len(pairs), {"headings": dict(seen.written.likened)}
    )


DATASET_CHECKS = (no_profiles, no_depths, missing_codes, unknown_projects, formula_errors, headings_differ)
"""Checks of a dataset as a whole."""


@dataclass(frozen=True)
class Judgement:
    """What was found of a dataset, and the flag of each of its observations with the reason."""

    findings: list[Finding]
    flags: pd.DataFrame


def judge_profiles(seen: Readings, layer: str) -> Judgement:
    """The findings of every check, with the severities that config asks for, and the flags they lead to."""
    found = marked(seen, (*PROFILE_RULES, *ELEMENT_RULES, *VALUE_RULES))
    whole = [one for check in DATASET_CHECKS if (one := check(seen, layer)) is not None]
    told = [*whole, *(finding(seen, layer, one) for one in found)]
    return Judgement(with_severity(told, seen.dataset.severity), flags(seen, found))
