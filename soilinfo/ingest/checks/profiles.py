"""Checks of soil profiles, and the judgement of a whole dataset.

What is wrong with single rows is told and flagged, and the rest is kept; what makes a dataset unusable
blocks it. The severity of each check can be changed per dataset in config (``severity: {check: block}``).
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.profile_depths import ELEMENT_RULES
from soilinfo.ingest.checks.profile_rules import SHOWN, Mask, Rule, finding, flags, marked, mask
from soilinfo.ingest.checks.profile_values import VALUE_RULES
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.profiles.numbers import today
from soilinfo.ingest.profiles.readings import Readings

_FOOTNOTE = re.compile(r"[\u00b2\u00b3\u00b9\u2070-\u209f]")
"""Raised and lowered digits."""


def duplicate_profiles(seen: Readings) -> Mask:
    """Warn of codes that rows tell different things of: the first counts, all their values are doubtful."""
    return mask(seen.profiles["differs"])


def colliding_codes(seen: Readings) -> Mask:
    """Block codes that become the same id: only letters, digits, '_' and '-' are kept in one."""
    return mask(seen.profiles["id"].duplicated(keep=False))


def missing_place(seen: Readings) -> Mask:
    """Note profiles without coordinates: they are kept, and are on no map."""
    return mask(seen.profiles["place_fault"] == "missing_place")


def coordinates_zero(seen: Readings) -> Mask:
    """Warn of profiles at 0, 0, which is how a missing place is often written; they are given none."""
    return mask(seen.profiles["place_fault"] == "coordinates_zero")


def swapped_coordinates(seen: Readings) -> Mask:
    """Warn of profiles outside the country whose exchanged coordinates lie in it; they are given no place."""
    return mask(seen.profiles["place_fault"] == "swapped_coordinates")


def impossible_coordinates(seen: Readings) -> Mask:
    """Warn of coordinates that are no place on earth, no numbers, or one without the other: no place."""
    return mask(seen.profiles["place_fault"] == "impossible_coordinates")


def outside_country(seen: Readings) -> Mask:
    """Warn of profiles outside the rectangle of the national grid; they are given no place."""
    return mask(seen.profiles["place_fault"] == "outside_country")


def same_place(seen: Readings) -> Mask:
    """Warn of profiles at the very place and day of another one: perhaps the same under two codes."""
    where = seen.profiles[["lon", "lat", "date"]]
    return mask(where.duplicated(keep=False) & where["lon"].notna())


def unreadable_dates(seen: Readings) -> Mask:
    """Warn of dates that are no day as ISO 8601 writes it: left out, for 03/04/2020 may be of two months."""
    return mask(seen.profiles["date_fault"])


def future_dates(seen: Readings) -> Mask:
    """Warn of profiles described on a day to come: all their values are doubtful."""
    return mask(seen.profiles["date"].fillna("") > today())


def unreadable_details(seen: Readings) -> Mask:
    """Warn of altitudes, accuracies and depths of bedrock that are no numbers: they are left out."""
    return mask(seen.profiles["number_fault"])


def no_elements(seen: Readings) -> Mask:
    """Warn of profiles of which no horizon is told: they are kept with their place alone."""
    return ~np.isin(np.arange(len(seen.profiles)), seen.elements["profile"])


def footnote_digits(seen: Readings) -> Mask:
    """Note codes with a raised or lowered digit, as a footnote or a word processor leaves it; it is kept."""
    codes = seen.profiles[["project", "site_code", "plot_code", "profile_code"]]
    return mask(np.any([codes[name].str.contains(_FOOTNOTE).eq(True) for name in codes], axis=0))


PROFILE_RULES = (
    Rule(
        duplicate_profiles, "profiles", "warn", "profiles told more than once, and not the same", "doubtful"
    ),
    Rule(colliding_codes, "profiles", "block", "profiles whose codes become the same id"),
    Rule(missing_place, "profiles", "note", "profiles without coordinates"),
    Rule(coordinates_zero, "profiles", "warn", "profiles at 0, 0, which are given no place"),
    Rule(
        swapped_coordinates,
        "profiles",
        "warn",
        "profiles whose coordinates seem to be exchanged, and which are given no place",
    ),
    Rule(
        impossible_coordinates,
        "profiles",
        "warn",
        "profiles whose coordinates are no place on earth, and which are given none",
    ),
    Rule(
        outside_country,
        "profiles",
        "warn",
        "profiles outside the rectangle of the national grid, which are given no place",
    ),
    Rule(same_place, "profiles", "warn", "profiles at the place and day of another one"),
    Rule(
        unreadable_dates,
        "profiles",
        "warn",
        "profiles whose date is no day as ISO 8601 writes it (2023-09-18), and is left out; "
        "state 'dates: day_first' if 18/09/2023 is meant",
    ),
    Rule(future_dates, "profiles", "warn", "profiles described on a day to come", "doubtful"),
    Rule(
        unreadable_details,
        "profiles",
        "warn",
        "profiles with an altitude, accuracy or depth of bedrock that is no number, and is left out",
    ),
    Rule(no_elements, "profiles", "warn", "profiles without any horizon or layer"),
    Rule(footnote_digits, "profiles", "note", "profiles with raised or lowered digits in a code"),
)
"""Checks of single profiles."""


# ---- whole datasets ---------------------------------------------------------------------


def no_profiles(seen: Readings, layer: str) -> Finding | None:
    """Block a dataset without a profile: an empty template, or a sheet of another form."""
    if len(seen.profiles):
        return None
    rows = len(seen.elements)
    message = f"no profile is told of ({rows:,} row(s) of horizons); is the sheet filled in?"
    return Finding("no_profiles", "block", layer, message, 0)


def no_horizons(seen: Readings, layer: str) -> Finding | None:
    """Block profiles without a single horizon: an emptied sheet would take all that was published of them."""
    if seen.profiles.empty or (seen.elements["profile"] >= 0).any():
        return None
    message = f"no horizon of {len(seen.profiles):,} profile(s) is told of; is the sheet filled in?"
    return Finding("no_horizons", "block", layer, message, len(seen.profiles))


def no_depths(seen: Readings, layer: str) -> Finding | None:
    """Block a dataset that has horizons and not one depth: nothing can be said of any soil then."""
    ends = seen.elements[["upper_cm", "lower_cm"]]
    if ends.empty or ends.notna().all(axis=1).any():
        return None
    message = f"none of {len(ends):,} horizons has a depth; state 'depth' if all samples are of one"
    return Finding("no_depths", "block", layer, message, len(ends))


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


def external_links(seen: Readings, layer: str) -> Finding | None:
    """Warn of formulas that take values from other workbooks: they are as old as the last saving."""
    if not seen.written.is_linked:
        return None
    message = "formulas take values from other workbooks; they are as they were when it was saved"
    return Finding("external_links", "warn", layer, message)


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


DATASET_CHECKS = (
    no_profiles,
    no_horizons,
    no_depths,
    missing_codes,
    unknown_projects,
    formula_errors,
    external_links,
    headings_differ,
)
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
