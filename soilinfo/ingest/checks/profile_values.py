"""Checks of single observations of soil profiles."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from soilinfo.ingest.checks.profile_rules import Mask, Rule
from soilinfo.ingest.profiles.readings import Readings

PARTICLE_SIZES = (
    ("clay", "silt", "sand"),
    ("clay", "silt_isss", "sand_isss"),
    ("clay", "silt_wrb", "sand_wrb"),
)
"""Properties that add up to 100 %, by each system of limits between silt and sand."""


def _fault(check: str) -> Callable[[Readings], "pd.Series[bool]"]:
    return lambda seen: seen.observations["fault"] == check


def value_range(seen: Readings) -> "pd.Series[bool]":
    """Values outside what is physically possible, such as a pH of 55 or a negative share of clay."""
    ranges = {name: each.valid_range or (-np.inf, np.inf) for name, each in seen.properties.items()}
    named = seen.observations["property"]
    low, high = (named.map({name: one[end] for name, one in ranges.items()}) for end in (0, 1))
    value = seen.observations["value"]
    return (value < low) | ((value > high) & (seen.observations["qualifier"] != "<"))


def texture_sum(seen: Readings) -> Mask:
    """Particle sizes of one specimen that do not add up to 100 % within the tolerance of the dataset."""
    rows = seen.observations
    whole = rows[
        rows["property"].isin({name for names in PARTICLE_SIZES for name in names})
        & (rows["qualifier"] == "")
    ]
    key = ["element", "specimen_code"]
    sizes = whole.assign(specimen_code=whole["specimen_code"].fillna("")).drop_duplicates([*key, "property"])
    table = sizes.pivot(index=key, columns="property", values="value")
    wrong: set[int] = set()
    for names in PARTICLE_SIZES:
        sums = table.reindex(columns=list(names)).sum(axis=1, skipna=False)
        off = (sums - 100).abs() > seen.dataset.texture_sum_tolerance + 1e-9
        members = sizes[sizes["property"].isin(names)].set_index(key)
        wrong |= set(sizes.index[sizes["property"].isin(names)][members.index.isin(table.index[off])])
    return np.isin(rows.index, list(wrong))


def unknown_procedures(seen: Readings) -> "pd.Series[bool]":
    """Values of a procedure that leads to none of our properties."""
    return seen.observations["property"].isna() & seen.observations["procedure"].notna()


def unknown_properties(seen: Readings) -> "pd.Series[bool]":
    """Values of which nobody says what they are of."""
    return seen.observations["property"].isna() & seen.observations["procedure"].isna()


def duplicate_specimens(seen: Readings) -> "pd.Series[bool]":
    """Values that one specimen has twice of one property by one procedure."""
    rows = seen.observations
    key = ["element", "specimen_code", "source_property", "property", "procedure"]
    return rows.duplicated(key, keep=False) & (rows["element"] >= 0)


def _has_no_limit(seen: Readings) -> "pd.Series[bool]":
    return (
        (seen.observations["qualifier"] != "")
        & seen.observations["value"].isna()
        & seen.observations["fault"].isna()
    )


VALUE_RULES = (
    Rule(
        "observations_without_element",
        "observations",
        "warn",
        "values of no horizon that is told of; left out",
        lambda seen: seen.observations["element"] < 0,
    ),
    Rule(
        "unknown_procedures",
        "observations",
        "warn",
        "values by a procedure of which config does not know what it observes",
        unknown_procedures,
        "doubtful",
    ),
    Rule(
        "unknown_properties",
        "observations",
        "warn",
        "values of which neither the source nor config says what they are of",
        unknown_properties,
        "doubtful",
    ),
    Rule(
        "unknown_units",
        "observations",
        "warn",
        "values whose unit is not told, not known, told in two ways, or of another quantity; none is guessed",
        _fault("unknown_units"),
        "rejected",
    ),
    Rule(
        "unknown_codes",
        "observations",
        "warn",
        "codes without a class in 'codes'",
        _fault("unknown_codes"),
        "rejected",
    ),
    Rule(
        "unreadable_values",
        "observations",
        "warn",
        "values that are no numbers",
        _fault("unreadable_values"),
        "rejected",
    ),
    Rule(
        "ambiguous_numbers",
        "observations",
        "block",
        "values whose point may part decimals or thousands; state 'decimal'",
        _fault("ambiguous_numbers"),
        "rejected",
    ),
    Rule(
        "turned_into_dates",
        "observations",
        "warn",
        "dates where numbers should be, made by a spreadsheet",
        _fault("turned_into_dates"),
        "rejected",
    ),
    Rule(
        "formula_errors",
        "observations",
        "warn",
        "values that are the error of a formula",
        _fault("formula_errors"),
        "rejected",
    ),
    Rule("value_range", "observations", "warn", "values that cannot be", value_range, "rejected"),
    Rule(
        "texture_sum",
        "observations",
        "warn",
        "values of clay, silt and sand that do not add up to 100 %",
        texture_sum,
        "doubtful",
    ),
    Rule(
        "below_detection",
        "observations",
        "note",
        "values below or above what the laboratory could tell",
        lambda seen: (seen.observations["qualifier"] != "") & ~_has_no_limit(seen),
    ),
    Rule(
        "unknown_limit",
        "observations",
        "warn",
        "values below or above a limit that is not told",
        _has_no_limit,
        "doubtful",
    ),
    Rule(
        "duplicate_specimens",
        "observations",
        "warn",
        "values that one specimen has more than once",
        duplicate_specimens,
        "doubtful",
    ),
)
"""Checks of single observations."""
