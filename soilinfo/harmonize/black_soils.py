"""Black soils at common depths: what is known of the upper 25 cm of profiles leads to their category."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.black_soil import THICKNESS_CM, BlackSoil, black_soil
from soilinfo.harmonize.observed import Elements, Floats, Positions, Texts, united
from soilinfo.harmonize.table import Told
from soilinfo.harmonize.ways import Estimate, Led, Rules, joint
from soilinfo.units import convert

BLACK_SOIL = "black_soil"
INTERVAL = (0.0, THICKNESS_CM)
"""The only interval that a black soil is told of."""
SURFACE = {
    "soc": ("soc_pct", "%"),
    "munsell_value_moist": ("value_moist", "1"),
    "munsell_chroma_moist": ("chroma_moist", "1"),
    "munsell_value_dry": ("value_dry", "1"),
}
"""What tells whether a soil is black, as the rule names it and in its unit."""
CATEGORY = {"cec": ("cec_cmol_kg", "cmol(+)/kg"), "base_saturation": ("base_saturation_pct", "%")}
"""What tells of which category it is."""
PARTS = (*SURFACE, *CATEGORY)
CLASSES = {
    BlackSoil.NONE: "not_black",
    BlackSoil.FIRST: "first",
    BlackSoil.SECOND: "second",
    BlackSoil.FIRST_OR_SECOND: "first_or_second",
    BlackSoil.UNKNOWN: "",
}
"""Ids of config/classes/black_soil.yaml."""


def rule(rules: Rules) -> str:
    """The way from these properties to the category: that of the tropics, or that of other regions."""
    return f"black_soil_{rules.harmonization.black_soil_region}"


def described(leads: Mapping[str, Led], elements: Elements, rules: Rules) -> Led | None:
    """What the category rests on: 1 in each element that tells something about it.

    ``leads``: what is known of :data:`PARTS`, by name. None where config does not say which rule holds, and
    where no profile has carbon or a colour within 25 cm.
    """
    surface = _known([led for name, led in leads.items() if name in SURFACE], elements)
    if rules.harmonization.black_soil_region is None or not surface.any():
        return None
    some = [*leads.values()]
    profiles = np.bincount(elements.profile[surface], minlength=len(some[0].chosen)) > 0
    used = _known(some, elements) & profiles[elements.profile]
    missing = np.full(len(used), np.nan)
    estimate = Estimate(
        value=np.where(used, 1.0, np.nan),
        sd=missing,
        sd_conversion=missing,
        censored=np.any([led.estimate.censored for led in some], axis=0),
        range=np.max([led.estimate.range for led in some], axis=0).astype(np.uint8),
        refused=np.zeros(len(used), bool),
    )
    ways, chosen = joint(some, [(rule(rules),)], np.zeros(len(profiles), np.int64))
    return Led(
        ways,
        np.where(profiles, chosen, -1),
        np.zeros(len(profiles), bool),
        estimate,
        missing,
        united([np.where(used, led.observations, "") for led in some]),
        united([np.where(used, led.procedures, "") for led in some]),
    )


def categorised(
    told: Told, leads: Mapping[str, Led], elements: Elements, bedrock_cm: Floats, rules: Rules
) -> Told:
    """The category of the profiles that are ``told`` of at :data:`INTERVAL`; '' where it is unknown.

    ``bedrock_cm`` is of each profile, NaN where not known. A class has no value and no error.
    """
    unknown: Floats = np.full(told.at.value.shape, np.nan)
    at = replace(told.at, value=unknown, sd=unknown, sd_conversion=unknown, observed=unknown)
    whole = ~at.refused[:, 0]
    classes: Texts = np.full(at.value.shape, "", object)
    classes[whole, 0] = _categories(leads, elements, at.profile[whole], bedrock_cm, rules)
    return replace(told, at=at, classes=classes, by_horizon=True)


def _known(leads: list[Led], elements: Elements) -> NDArray[np.bool_]:
    """Elements within 25 cm of which one of the properties is known."""
    some = np.zeros(len(elements.id), bool)
    for led in leads:
        some |= np.isfinite(led.estimate.value)
    return some & (elements.upper < THICKNESS_CM)


def _categories(
    leads: Mapping[str, Led], elements: Elements, profile: Positions, bedrock_cm: Floats, rules: Rules
) -> list[str]:
    used = _known([*leads.values()], elements) & np.isin(elements.profile, profile)
    counts = np.bincount(elements.profile[used], minlength=len(bedrock_cm))[profile]
    codes = black_soil(
        np.append(0, np.cumsum(counts)),
        elements.upper[used],
        elements.lower[used],
        **_columns(leads, used, rules),
        tropical=rules.harmonization.black_soil_region == "tropical",
        bedrock_cm=bedrock_cm[profile],
    )
    return [CLASSES[BlackSoil(code)] for code in codes]


def _columns(leads: Mapping[str, Led], used: NDArray[np.bool_], rules: Rules) -> dict[str, Any]:
    """The values of the elements used, as the rule names them and in its units; NaN where missing."""
    missing = np.full(int(used.sum()), np.nan)
    known = {name: led.estimate.value[used] for name, led in leads.items()}
    return {
        column: convert(known[name], rules.unit(name), unit) if name in known else missing
        for name, (column, unit) in (SURFACE | CATEGORY).items()
    }
