"""Checks of single observations of soil profiles."""

import numpy as np
import pandas as pd

from soilinfo import units
from soilinfo.findings import Severity
from soilinfo.ingest.checks.profile_rules import Flag, Look, Mask, Rule, mask
from soilinfo.ingest.profiles.readings import Readings

SIZES = (
    ("clay", "silt", "sand"),
    ("clay", "silt_isss", "sand_isss"),
    ("clay", "silt_wrb", "sand_wrb"),
)
"""Properties that add up to 100 %, by each system of limits between silt and sand."""
CARBON, DENSITY = ("soc", "soc_walkley_black"), ("bulk_density",)
"""Properties that limit each other."""


def observations_without_element(seen: Readings) -> Mask:
    """Warn of values of a horizon that is not told of: they are left out."""
    return mask(seen.observations["element"] < 0)


def unknown_procedures(seen: Readings) -> Mask:
    """Warn of procedures that lead to none of our properties: values are kept as written, and doubtful."""
    rows = seen.observations
    return mask(rows["property"].isna() & rows["procedure"].notna())


def unknown_properties(seen: Readings) -> Mask:
    """Warn of values of which nobody says what they are of: they are kept as written, and doubtful."""
    rows = seen.observations
    return mask(rows["property"].isna() & rows["procedure"].isna())


def unknown_units(seen: Readings) -> Mask:
    """Warn of units not told, not known, told in two ways, or of another quantity: values are rejected."""
    return mask(seen.observations["fault"] == "unknown_units")


def unknown_codes(seen: Readings) -> Mask:
    """Warn of class codes without a class in 'codes': a legend is never guessed, they are rejected."""
    return mask(seen.observations["fault"] == "unknown_codes")


def unreadable_values(seen: Readings) -> Mask:
    """Warn of values that are no numbers, 'nd' too unless 'nodata' has it: rejected, kept as written."""
    return mask(seen.observations["fault"] == "unreadable_values")


def ambiguous_numbers(seen: Readings) -> Mask:
    """Block '1.234' where config does not tell whether it is 1234 or 1 and 234 thousandths."""
    return mask(seen.observations["fault"] == "ambiguous_numbers")


def turned_into_dates(seen: Readings) -> Mask:
    """Warn of dates where numbers should be, made by a spreadsheet of 10-20: rejected, kept as written."""
    return mask(seen.observations["fault"] == "turned_into_dates")


def value_range(seen: Readings) -> Mask:
    """Warn of values that cannot be, such as a pH of 55 or a negative share of clay: they are rejected."""
    ranges = {name: each.valid_range or (-np.inf, np.inf) for name, each in seen.properties.items()}
    named = seen.observations["property"]
    low, high = (named.map({name: one[end] for name, one in ranges.items()}) for end in (0, 1))
    value = seen.observations["value"]
    return mask((value < low) | ((value > high) & (seen.observations["qualifier"] != "<")))


def texture_sum(seen: Readings) -> Mask:
    """Warn of clay, silt and sand that miss 100 % by more than `texture_sum_tolerance`: they are doubtful.

    Sizes by different limits between silt and sand are different properties, and summed apart.
    """
    rows = seen.observations
    sizes = rows[
        (rows["qualifier"] == "") & rows["property"].isin({each for names in SIZES for each in names})
    ]
    key = ["element", "specimen_code"]
    sizes = sizes.assign(specimen_code=sizes["specimen_code"].fillna(""))
    table = sizes.drop_duplicates([*key, "property"]).pivot(index=key, columns="property", values="value")
    wrong = np.zeros(len(rows), dtype=bool)
    for names in SIZES:
        sums = table.reindex(columns=list(names)).sum(axis=1, skipna=False)
        off = table.index[(sums - 100).abs() > seen.dataset.texture_sum_tolerance + 1e-9]
        members = sizes[sizes["property"].isin(names)]
        lie = pd.MultiIndex.from_frame(members[key]).isin(off)
        wrong |= np.isin(rows.index, members.index[lie])
    return wrong


def carbon_beside_density(seen: Readings) -> Mask:
    """Warn of organic carbon and bulk density that no soil has together, as by % taken for g/kg: doubtful.

    Organic matter (1.724 times the carbon) is light: by Adams (1973, Journal of Soil Science 24, 10-17) soil
    with a share om of it has a density of 1 / (om / 0.244 + (1 - om) / 1.64) g/cm3. Densities more than half
    above that are marked; that limit is ours.
    """
    rows = seen.observations
    carbon, density = (_means(seen, names, unit) for names, unit in ((CARBON, "%"), (DENSITY, "g/cm3")))
    organic = (1.724 * carbon / 100).clip(upper=1)
    wrong = density.reindex(organic.index) > 1.5 / (organic / 0.244 + (1 - organic) / 1.64)
    return mask(rows["property"].isin([*CARBON, *DENSITY]) & rows["element"].isin(wrong.index[wrong]))


def _means(seen: Readings, names: tuple[str, ...], unit: str) -> "pd.Series[float]":
    """Mean of the values of properties by element, in a unit."""
    rows = seen.observations
    known = rows[rows["property"].isin([name for name in names if name in seen.properties])]
    values = pd.Series(np.nan, index=known.index)
    for name, members in known.groupby("property"):
        stored = seen.properties[str(name)].unit
        values[members.index] = units.convert(members["value"].to_numpy(dtype=float), stored, unit)
    return values.groupby(known["element"]).mean()


def _has_no_limit(seen: Readings) -> Mask:
    rows = seen.observations
    return mask((rows["qualifier"] != "") & rows["value"].isna() & rows["fault"].isna())


def below_detection(seen: Readings) -> Mask:
    """Note values below or above what the laboratory could tell ('<0.1'): their limit is kept as such."""
    return mask(seen.observations["qualifier"] != "") & ~_has_no_limit(seen)


def unknown_limit(seen: Readings) -> Mask:
    """Warn of values below a limit that is not told ('tr', '<LOD'): they are doubtful and have no number."""
    return _has_no_limit(seen)


def duplicate_specimens(seen: Readings) -> Mask:
    """Warn of values that one specimen has more than once of one property: they are doubtful."""
    rows = seen.observations
    key = ["element", "specimen_code", "source_property", "property", "procedure"]
    return mask(rows.duplicated(key, keep=False) & (rows["element"] >= 0))


def _rule(look: Look, severity: Severity, text: str, flag: Flag = "ok") -> Rule:
    return Rule(look, "observations", severity, text, flag)


VALUE_RULES = (
    _rule(observations_without_element, "warn", "values of no horizon that is told of; left out"),
    _rule(unknown_procedures, "warn", "values by a procedure that config does not know", "doubtful"),
    _rule(
        unknown_properties,
        "warn",
        "values of which neither source nor config says what they are of",
        "doubtful",
    ),
    _rule(
        unknown_units,
        "warn",
        "values whose unit is not told, not known, told in two ways, or of another quantity",
        "rejected",
    ),
    _rule(unknown_codes, "warn", "codes without a class in 'codes'", "rejected"),
    _rule(unreadable_values, "warn", "values that are no numbers", "rejected"),
    _rule(
        ambiguous_numbers,
        "block",
        "values whose point may part decimals or thousands; state 'decimal'",
        "rejected",
    ),
    _rule(turned_into_dates, "warn", "dates where numbers should be, made by a spreadsheet", "rejected"),
    _rule(value_range, "warn", "values that cannot be", "rejected"),
    _rule(texture_sum, "warn", "values of clay, silt and sand that do not add up to 100 %", "doubtful"),
    _rule(
        carbon_beside_density,
        "warn",
        "values of organic carbon and bulk density that no soil has together (is the unit right?)",
        "doubtful",
    ),
    _rule(below_detection, "note", "values below or above what the laboratory could tell"),
    _rule(unknown_limit, "warn", "values below or above a limit that is not told", "doubtful"),
    _rule(duplicate_specimens, "warn", "values that one specimen has more than once", "doubtful"),
)
"""Checks of single observations."""
