"""What leads to a property in the elements of profiles: ways that each profile takes, and peat's own density.

Organic layers have a spline of their own, and so may have a way of their own: functions that were fitted on
mineral soils give peat two to three times the density that it has.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.harmonize.observed import Elements, Floats, Observed
from soilinfo.harmonize.ways import NONE, NOT_STATED, Estimate, Led, Rules, Way, led_by_ways
from soilinfo.units import convert

BULK_DENSITY = "bulk_density"
PEAT = "peat_density"
"""What stands among the equations of a density that is that of peat."""
DECOMPOSITION = {"i": "fibric", "e": "hemic", "a": "sapric"}
"""Degree of decomposition by the letter after O or H (Soil Survey Manual 2017; FAO 2006)."""
_PEAT = r"^\d*'?[OH][a-z]*?([iea])"


def led_to(
    property: str, elements: Elements, observed: Mapping[str, Observed], rules: Rules, profiles: int
) -> Led | None:
    """A property in every profile that some way leads to; None where none leads anywhere.

    The organic layers of a profile of which nobody measured the density of any have that of peat, as config
    says, where their designation tells how far it is decomposed; its error is not known.
    """
    led = led_by_ways(property, elements, observed, rules, profiles)
    if property != BULK_DENSITY or rules.harmonization.peat_density is None:
        return led
    led = led or _nothing(len(elements.id), profiles)
    peat = _peat(elements, rules)
    peat[_profiles_of(_measured(led, elements) & elements.organic, elements, profiles)[elements.profile]] = (
        np.nan
    )
    led = _with_peat(led, peat, elements)
    return led if (led.chosen >= 0).any() else None


def _peat(elements: Elements, rules: Rules) -> Floats:
    """Density of each organic element by its designation, in the unit of the property; NaN of others."""
    letters = pd.Series(elements.code, dtype="object").str.extract(_PEAT, expand=False)
    told = rules.harmonization.peat_density
    densities = letters.map(DECOMPOSITION).map(told.model_dump() if told else {}).to_numpy(float)
    return np.where(elements.organic, convert(densities, "g/cm3", rules.unit(BULK_DENSITY)), np.nan)


def _measured(led: Led, elements: Elements) -> NDArray[np.bool_]:
    """Elements whose density was measured, of the fine earth or of the whole soil."""
    ways = np.array([way.observed[0].startswith(BULK_DENSITY) for way in led.ways] + [False])
    found: NDArray[np.bool_] = ways[led.chosen[elements.profile]] & np.isfinite(led.estimate.value)
    return found


def _with_peat(led: Led, peat: Floats, elements: Elements) -> Led:
    """A density in every element, of those that are peat its own; it rests on no observation."""
    is_peat = np.isfinite(peat)
    profiles = len(led.chosen)
    has_peat = _profiles_of(is_peat, elements, profiles)
    others = _profiles_of(np.isfinite(led.estimate.value) & ~is_peat, elements, profiles)
    ways, chosen = [*led.ways], led.chosen.copy()
    for before in np.unique(led.chosen[has_peat]):
        for joined in (True, False):
            which = has_peat & (led.chosen == before) & (others == joined)
            if not which.any():
                continue
            way = led.ways[before] if joined else Way(())
            chosen[which] = len(ways)
            ways.append(Way(way.observed, (*way.equations, PEAT)))
    here: dict[str, Any] = {
        "value": peat,
        "sd": np.nan,
        "sd_conversion": np.nan,
        "censored": False,
        "range": NOT_STATED,
        "refused": False,
    }
    estimate = {
        name: np.where(is_peat, each, getattr(led.estimate, name)).astype(getattr(led.estimate, name).dtype)
        for name, each in here.items()
    }
    return replace(
        led,
        ways=tuple(ways),
        chosen=chosen,
        refused=led.refused & ~has_peat,
        estimate=Estimate(**estimate),
        observed=np.where(is_peat, np.nan, led.observed),
        observations=np.where(is_peat, "", led.observations),
        procedures=np.where(is_peat, "", led.procedures),
    )


def _nothing(elements: int, profiles: int) -> Led:
    """Nothing leads to the property anywhere."""
    missing, never = np.full(elements, np.nan), np.zeros(elements, bool)
    estimate = Estimate(missing, missing, missing, never, np.full(elements, NONE, np.uint8), never)
    texts = np.full(elements, "", object)
    none = np.full(profiles, -1)
    return Led((), none, np.zeros(profiles, bool), estimate, missing, texts, texts)


def _profiles_of(which: NDArray[np.bool_], elements: Elements, profiles: int) -> NDArray[np.bool_]:
    return np.bincount(elements.profile[which], minlength=profiles) > 0
