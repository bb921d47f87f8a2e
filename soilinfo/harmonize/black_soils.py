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
    """What the category rests on: 1 in each element that complies, or that alone makes the soil no black one.

    ``leads``: what is known of :data:`PARTS`, by name. None where config does not say which rule holds, and
    where no element tells as much: a colour that nobody wrote down makes no category.
    """
    some = [*leads.values()]
    used = _telling(leads, elements, rules)
    if not used.any():
        return None
    profiles = np.bincount(elements.profile[used], minlength=len(some[0].chosen)) > 0
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
        _united([led.observations for led in some], used),
        _united([led.procedures for led in some], used),
    )


def _united(texts: list[Texts], used: NDArray[np.bool_]) -> Texts:
    """The lists of all in the elements used, '' in the others."""
    found: Texts = np.full(len(used), "", object)
    found[used] = united([each[used] for each in texts])
    return found


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


def _telling(leads: Mapping[str, Led], elements: Elements, rules: Rules) -> NDArray[np.bool_]:
    """Elements within 25 cm that, were the soil like them throughout, would tell its category."""
    within = elements.upper < THICKNESS_CM
    if rules.harmonization.black_soil_region is None or not SURFACE.keys() & leads.keys():
        return within & False
    count = int(within.sum())
    depths = np.zeros(count), np.full(count, THICKNESS_CM)
    codes = _codes(leads, within, np.arange(count + 1), depths, np.nan, rules)
    telling = within.copy()
    telling[within] = codes != BlackSoil.UNKNOWN
    return telling


def _categories(
    leads: Mapping[str, Led], elements: Elements, profile: Positions, bedrock_cm: Floats, rules: Rules
) -> list[str]:
    used = _telling(leads, elements, rules) & np.isin(elements.profile, profile)
    counts = np.bincount(elements.profile[used], minlength=len(bedrock_cm))[profile]
    offsets, depths = np.append(0, np.cumsum(counts)), (elements.upper[used], elements.lower[used])
    codes = _codes(leads, used, offsets, depths, bedrock_cm[profile], rules)
    return [CLASSES[BlackSoil(code)] for code in codes]


def _codes(
    leads: Mapping[str, Led],
    used: NDArray[np.bool_],
    offsets: Positions,
    depths: tuple[Floats, Floats],
    bedrock_cm: Floats | float,
    rules: Rules,
) -> NDArray[np.uint8]:
    """The category of each of the profiles that the elements used are laid out as."""
    tropical = rules.harmonization.black_soil_region == "tropical"
    columns = _columns(leads, used, rules)
    return black_soil(offsets, *depths, **columns, tropical=tropical, bedrock_cm=bedrock_cm)


def _columns(leads: Mapping[str, Led], used: NDArray[np.bool_], rules: Rules) -> dict[str, Any]:
    """The values of the elements used, as the rule names them and in its units; NaN where missing."""
    missing = np.full(int(used.sum()), np.nan)
    known = {name: led.estimate.value[used] for name, led in leads.items()}
    return {
        column: convert(known[name], rules.unit(name), unit) if name in known else missing
        for name, (column, unit) in (SURFACE | CATEGORY).items()
    }
