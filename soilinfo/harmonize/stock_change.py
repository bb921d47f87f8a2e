"""Change of the stock of organic carbon between two samplings: to a fixed depth, and in an equal mass.

At the same depth a soil that was compacted seems to have gained carbon, and one that was loosened to have
lost some. In the mass of mineral soil that the first sampling had down to that depth it has not (Ellert and
Bettany 1995; Wendt and Hauser 2013, doi 10.1111/ejss.12002; von Haden, Yang and DeLucia 2020, doi
10.1111/gcb.15124).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.carbon import (
    T_HA_PER_KG_M3_CM,
    carbon_kg_m3,
    equal_mass_stock_t_ha,
    mineral_mass_t_ha,
)
from soilinfo.harmonize.depth import ROUNDING_CM, Horizons, depth_means

SURE_SD = 1.96
"""Standard deviations of a difference beyond which it is told as one: 95 % of a normal distribution."""
_STEP = 1e-3
"""Share of a standard deviation by which inputs are moved, to see what the difference does."""
_NOTHING = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layers:
    """One sampling: arrays (layer) from the top down, which may leave gaps, and (part, layer).

    Parts are organic carbon (g/kg), bulk density of the fine earth over its own volume (g/cm3) and coarse
    fragments (% of the volume). ``sd``: of errors independent from layer to layer; ``sd_common``: of those
    that an equation makes in all layers alike; NaN where not known.
    """

    upper: Floats
    lower: Floats
    organic: NDArray[np.bool_]
    value: Floats
    sd: Floats
    sd_common: Floats
    opposed: bool = False
    """Whether density was estimated from the same carbon, so that its errors run against those of carbon."""

    @property
    def from_surface(self) -> "Layers":
        """The layers in which every part is known, from the surface down to the first gap."""
        known = self.taken(np.flatnonzero(np.isfinite(self.value).all(axis=0)))
        above = np.append(0.0, known.lower)[:-1] if len(known.lower) else known.lower
        gaps = np.flatnonzero(known.upper > above + ROUNDING_CM)
        return known.taken(np.arange(gaps[0] if len(gaps) else len(known.upper)))

    @property
    def bottom(self) -> float:
        """Depth (cm) of the last layer, 0 where there is none."""
        return float(self.lower[-1]) if len(self.lower) else 0.0

    def taken(self, which: NDArray[np.int64]) -> "Layers":
        """Some of the layers."""
        parts = {name: getattr(self, name)[:, which] for name in ("value", "sd", "sd_common")}
        ends = {name: getattr(self, name)[which] for name in ("upper", "lower", "organic")}
        return replace(self, **parts, **ends)

    def gaps(self, part: int, depth_cm: float) -> Iterator[tuple[float, float]]:
        """The depths above ``depth_cm`` at which a part is not known."""
        reached = 0.0
        for at in np.flatnonzero(np.isfinite(self.value[part]) & (self.upper < depth_cm)):
            if self.upper[at] > reached + ROUNDING_CM:
                yield reached, float(self.upper[at])
            reached = max(reached, float(self.lower[at]))
        if reached < depth_cm - ROUNDING_CM:
            yield reached, depth_cm


@dataclass(frozen=True)
class Difference:
    """Stocks (t/ha) of both samplings; ``sd`` of their difference, NaN where an error is not known."""

    first: float
    second: float
    sd: float

    @property
    def change(self) -> float:
        """Second less first."""
        return self.second - self.first

    @property
    def is_sure(self) -> bool | None:
        """Whether it is larger than errors make it in 19 of 20 cases; None where these are not known."""
        return None if np.isnan(self.sd) else abs(self.change) > SURE_SD * self.sd


def at_fixed_depth(first: Layers, second: Layers, depth_cm: float) -> Difference:
    """The stocks down to ``depth_cm``, which both have to reach from the surface without a gap.

    Each layer keeps its own carbon: the spline of carbon per volume has a lambda of 0.
    """
    return _difference(
        first, second, lambda a, b: (_to_depth(first, a, depth_cm), _to_depth(second, b, depth_cm))
    )


def in_equal_mass(
    first: Layers, second: Layers, depth_cm: float, organic_matter_per_carbon: float
) -> Difference:
    """The stocks in the mass of mineral soil that the ``first`` sampling has down to ``depth_cm``.

    NaN where the second reaches less of it; both from the surface without a gap. That the mass itself was
    measured with an error is in the deviation.
    """

    def stocks(one: Floats, other: Floats) -> tuple[Floats, Floats]:
        reference = _masses(first, one, depth_cm, organic_matter_per_carbon)
        return (
            _in_mass(first, one, reference, organic_matter_per_carbon),
            _in_mass(second, other, reference, organic_matter_per_carbon),
        )

    return _difference(first, second, stocks)


def mineral_mass(layers: Layers, depth_cm: float, organic_matter_per_carbon: float) -> float:
    """Mass of fine earth without its organic matter down to a depth (t/ha), as far as it was sampled."""
    return float(_masses(layers, layers.value[None], depth_cm, organic_matter_per_carbon)[0])


def depth_of(layers: Layers, mass_t_ha: float, organic_matter_per_carbon: float) -> float:
    """Depth (cm) at which the mass would be reached if the soil went on as its last layer."""
    soc, density, coarse = layers.value[:, -1]
    per_cm = mineral_mass_t_ha(density * (1 - coarse / 100), soc, 1.0, organic_matter_per_carbon)
    lacking = mass_t_ha - mineral_mass(layers, layers.bottom, organic_matter_per_carbon)
    return float(layers.bottom + lacking / per_cm)


# ---- stocks of copies of a sampling: values (copy, part, layer) ---------------------------


def _fine_earth(values: Floats) -> Floats:
    """Mass of fine earth per volume of soil with its stones (g/cm3); (copy, layer)."""
    fine: Floats = values[:, 1] * (1 - values[:, 2] / 100)
    return fine


def _means(layers: Layers, density: Floats, depth_cm: float) -> tuple[Floats, Floats]:
    """Mean (copy) of something per volume from the surface to a depth, and the cm that it is the mean of."""
    copies, count = density.shape
    upper, lower = (np.tile(each, copies) for each in (layers.upper, layers.lower))
    horizons = Horizons(np.arange(copies + 1) * count, upper, lower, density.ravel())
    made = depth_means(horizons, [(0.0, depth_cm)], 0.0, np.tile(layers.organic, copies))
    return made.mean[:, 0], made.covered_cm[:, 0]


def _to_depth(layers: Layers, values: Floats, depth_cm: float) -> Floats:
    """Carbon down to a depth (t/ha)."""
    mean, covered = _means(layers, carbon_kg_m3(values[:, 0], _fine_earth(values)), depth_cm)
    return mean * covered * T_HA_PER_KG_M3_CM


def _masses(layers: Layers, values: Floats, depth_cm: float, per_carbon: float) -> Floats:
    """Mineral mass down to a depth (t/ha)."""
    per_cm = mineral_mass_t_ha(_fine_earth(values), values[:, 0], 1.0, per_carbon)
    mean, covered = _means(layers, per_cm, depth_cm)
    return mean * covered


def _in_mass(layers: Layers, values: Floats, reference: Floats, per_carbon: float) -> Floats:
    """Carbon in the uppermost reference mass of each copy (t/ha)."""
    fine, thickness = _fine_earth(values), layers.lower - layers.upper
    mass = mineral_mass_t_ha(fine, values[:, 0], thickness, per_carbon)
    carbon = carbon_kg_m3(values[:, 0], fine) * thickness * T_HA_PER_KG_M3_CM
    offsets = np.arange(len(values) + 1) * len(thickness)
    return equal_mass_stock_t_ha(offsets, mass.ravel(), carbon.ravel(), reference)


# ---- their errors -------------------------------------------------------------------------


def _difference(
    first: Layers, second: Layers, stocks: Callable[[Floats, Floats], tuple[Floats, Floats]]
) -> Difference:
    """Both stocks, and the deviation of their difference to the first order.

    Every error moves the inputs that it is an error of, and the difference moves with them; as errors are
    independent of each other, the squares of these movements add up.
    """
    errors = [_errors(each) for each in (first, second)]
    unknown = np.concatenate([np.isnan(each).any(axis=(1, 2)) for each in errors])
    of_first, of_second = (np.where(np.isnan(each), 1.0, each) * _STEP for each in errors)
    one = np.concatenate([of_first, np.zeros((len(of_second), *first.value.shape))])
    other = np.concatenate([np.zeros((len(of_first), *second.value.shape)), of_second])
    before, after = stocks(_moved(first.value, one), _moved(second.value, other))
    change, count = after - before, len(unknown)
    moved = (change[1 : count + 1] - change[count + 1 :]) / (2 * _STEP)
    counts = np.abs(moved) > _NOTHING
    sd = np.nan if (unknown & counts).any() else np.sqrt((moved**2).sum())
    return Difference(float(before[0]), float(after[0]), float(sd))


def _moved(value: Floats, steps: Floats) -> Floats:
    """The values as they are, then with each step added, then with each taken off."""
    return np.concatenate([value[None], value + steps, value - steps])


def _errors(layers: Layers) -> Floats:
    """Each independent error: by how much it moves every input (error, part, layer) at one deviation."""
    parts, count = layers.value.shape
    at = np.arange(parts * count)
    single = np.zeros((parts * count, parts * count))
    single[at, at] = layers.sd.ravel()
    single = single.reshape(-1, parts, count)
    if layers.opposed:
        which = np.arange(count)
        single[which, 1, which] = -layers.sd[1]
        single = np.delete(single, count + which, axis=0)
    common = np.zeros((parts, parts, count))
    common[np.arange(parts), np.arange(parts)] = layers.sd_common
    return np.concatenate([single, common])
