"""Soil loss by the universal soil loss equation, A = R K LS C P (Wischmeier and Smith 1978), in t/ha/yr.

R is in MJ mm/(ha h yr) and K in t ha h/(ha MJ mm), so that A is in t/ha/yr; the other factors have no unit.
Every function takes and gives arrays of one shape, NaN where data are missing.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.zoning import CARBON, CLAY, RAIN, SAND, SLOPE, Erosion
from soilinfo.errors import InputError
from soilinfo.evaluate.zoning import Kinds, Member, Values, numbers_of

Array = NDArray[np.float64]

_METRIC = 0.1317
"""US customary erodibility to t ha h/(ha MJ mm) (Foster et al. 1981)."""
_UNIT_PLOT_M = 22.13
"""Length of the plot that L is 1 on."""


def soil_loss(rules: Erosion, inputs: Mapping[str, Values]) -> Array:
    """Soil loss in t/ha/yr from rain (mm/yr), sand, clay and organic carbon (%), slope (%) and land cover.

    NaN where one of them is missing, or the land cover has no cover factor. Raises InputError when an input
    is not given.
    """
    lacking = [name for name in rules.needed if name not in inputs]
    if lacking:
        raise InputError(f"soil loss needs {', '.join(lacking)}; given: {', '.join(sorted(inputs))}")
    rain, sand, clay, carbon, slope = (numbers_of(inputs, name) for name in (RAIN, SAND, CLAY, CARBON, SLOPE))
    return (
        rainfall_erosivity(rain)
        * soil_erodibility(sand, clay, carbon)
        * slope_length_steepness(slope, rules.slope_length_m)
        * by_class(inputs[rules.land_cover], rules.cover)
        * by_class(inputs[rules.land_cover], rules.practice)
    )


def rainfall_erosivity(rain_mm: Array) -> Array:
    """R from annual rain: Renard and Freimund (1994), J. Hydrology 157, 287-306.

    Fitted to stations of the United States; tropical rain of short storms erodes more than it says.
    """
    with np.errstate(invalid="ignore"):
        much = 587.8 - 1.219 * rain_mm + 0.004105 * rain_mm**2
        return np.where(rain_mm <= 850, 0.0483 * rain_mm**1.610, much)


def soil_erodibility(sand_pct: Array, clay_pct: Array, carbon_pct: Array) -> Array:
    """K from texture and organic carbon: Williams (1995), the EPIC model, in Singh (ed.), Computer Models of
    Watershed Hydrology, 909-1000. Silt is what sand and clay leave.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        silt = np.maximum(100.0 - sand_pct - clay_pct, 0.0)
        coarse = 0.2 + 0.3 * np.exp(-0.0256 * sand_pct * (1 - silt / 100))
        fine = np.where(silt + clay_pct > 0, (silt / (clay_pct + silt)) ** 0.3, 0.0)
        organic = 1 - 0.25 * carbon_pct / (carbon_pct + np.exp(3.72 - 2.95 * carbon_pct))
        rest = 1 - sand_pct / 100
        sandy = 1 - 0.7 * rest / (rest + np.exp(-5.51 + 22.9 * rest))
    known = ~np.isnan(sand_pct + clay_pct)
    return np.where(known, _METRIC * coarse * fine * organic * sandy, np.nan)


def slope_length_steepness(slope_pct: Array, length_m: float) -> Array:
    """LS: steepness by McCool et al. (1987), Trans. ASAE 30, 1387-1396; length by McCool et al. (1989),
    Trans. ASAE 32, 1571-1576, for rill and interrill erosion alike, as in USDA Agriculture Handbook 703.
    """
    sine = np.sin(np.arctan(slope_pct / 100))
    with np.errstate(invalid="ignore"):
        steepness = np.where(slope_pct < 9, 10.8 * sine + 0.03, 16.8 * sine - 0.50)
    ratio = sine / 0.0896 / (3.0 * sine**0.8 + 0.56)
    return np.asarray((length_m / _UNIT_PLOT_M) ** (ratio / (1 + ratio)) * steepness)


def by_class(values: Values, factors: Mapping[str, float]) -> Array:
    """The factor of each cell's class, NaN for a class without one."""
    if not isinstance(values, Kinds):
        raise InputError("land cover must have classes")
    names = list(factors)

    def position(members: tuple[Member, ...]) -> int:
        named = (names.index(name) for member in members for name in member if name in factors)
        return next(named, len(names))

    return np.array([*factors.values(), np.nan])[values.look_up(position, len(names))]
