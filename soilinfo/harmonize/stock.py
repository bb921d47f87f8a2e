"""Organic carbon per volume of soil in the elements of profiles: what stocks of depths are sums of."""

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.carbon import carbon_kg_m3, fine_earth_g_cm3, soc_stock_sd_t_ha
from soilinfo.harmonize.observed import Elements, Floats, united
from soilinfo.harmonize.ways import Estimate, Led, Rules, joint
from soilinfo.units import convert

STOCK = "soc_stock"
INTEGRAL = "soc_stock_by_density"
"""The way from carbon, density and stones to a stock."""
NO_STONES = "no_stones_assumed"
"""What stands among the equations of a stock whose stones nobody told."""
PARTS = ("soc", "bulk_density", "coarse_fragments")
"""What a stock is made of."""
T_HA_PER_KG_M3_CM = 0.1
"""1 kg/m3 in 1 cm of soil, in t/ha."""
UNITS = ("g/kg", "g/cm3", "% vol")
"""Units of these in which it is computed."""


def carbon_density(
    soc: Led, density: Led, coarse: Led | None, elements: Elements, rules: Rules
) -> Led | None:
    """Organic carbon (kg/m3) of each element; None where no profile has both carbon and density.

    Where nobody told the coarse fragments they are not 0: the stock is refused, or, if config says so, told
    as that of a soil without stones, with :data:`NO_STONES` among its equations.

    Errors: those of measurements of carbon and density count as independent, but where density was estimated
    from the same carbon they run against each other wholly. Those of equations count as independent of each
    other; as density falls with carbon, this tells too large a deviation rather than too small a one.
    """
    leads = (soc, density) if coarse is None else (soc, density, coarse)
    parts = [in_unit(led, name, unit, rules) for led, name, unit in zip(leads, PARTS, UNITS, strict=False)]
    both = np.isfinite(parts[0][0]) & np.isfinite(parts[1][0])
    if not both.any():
        return None
    if coarse is None:
        parts.append([np.full(len(both), np.nan)] * 3)
    assumed = np.isnan(parts[2][0]) & (rules.harmonization.stock_without_coarse_fragments == "as_none")
    # How many stones there are is then not known, and so is the error.
    parts[2] = [np.where(assumed, 0.0, parts[2][0]), *parts[2][1:]]
    value = carbon_kg_m3(parts[0][0], fine_earth_g_cm3(parts[1][0], parts[2][0]))
    same = from_the_same(soc, density)[elements.profile]
    estimate = Estimate(
        value,
        _sd(parts, 1, np.where(same, -1.0, 0.0)),
        _sd(parts, 2, 0.0),
        np.any([led.estimate.censored for led in leads], axis=0),
        np.max([led.estimate.range for led in leads], axis=0).astype(np.uint8),
        both & np.isnan(value),
    )
    return _led(leads, estimate, elements, assumed & both)


def in_unit(led: Led, name: str, unit: str, rules: Rules) -> list[Floats]:
    """Values and both deviations of a part, in the unit that a stock is computed in."""
    numbers = (led.estimate.value, led.estimate.sd, led.estimate.sd_conversion)
    return [np.asarray(convert(each, rules.unit(name), unit), np.float64) for each in numbers]


def from_the_same(soc: Led, density: Led) -> NDArray[np.bool_]:
    """Profiles whose density was estimated from what their carbon was told by."""
    at = zip(soc.chosen, density.chosen, strict=True)
    same = {
        (i, j): bool(there.equations) and here.observed == there.observed
        for i, here in enumerate(soc.ways)
        for j, there in enumerate(density.ways)
    }
    return np.array([same.get(pair, False) for pair in at], bool)


def _sd(parts: list[list[Floats]], which: int, correlation: Floats | float) -> Floats:
    soc, density, stones = parts
    sds = (soc[which], density[which], stones[which])
    sd: Floats = soc_stock_sd_t_ha(soc[0], density[0], stones[0], 1.0, *sds, correlation) / T_HA_PER_KG_M3_CM
    return sd


def _led(leads: tuple[Led, ...], estimate: Estimate, elements: Elements, assumed: NDArray[np.bool_]) -> Led:
    """What a stock rests on, of each profile: the ways of its parts, one after the other."""
    known = np.isfinite(estimate.value)
    has, fails, bare = (
        np.bincount(elements.profile[which], minlength=len(leads[0].chosen)) > 0
        for which in (known, estimate.refused, assumed)
    )
    ways, chosen = joint(leads, [(INTEGRAL,), (NO_STONES, INTEGRAL)], bare.astype(np.int64))
    return Led(
        ways,
        chosen,
        fails & ~has,
        estimate,
        np.full(len(known), np.nan),
        united([np.where(known, led.observations, "") for led in leads]),
        united([np.where(known, led.procedures, "") for led in leads]),
    )
