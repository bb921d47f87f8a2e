"""The soils of the sample nation: which soil lies where, and what follows from it.

Nine soils share each point. A property is the mean of its soils' values weighted by their shares,
times a noise of its own. The values are of the order that textbooks give for such soils in the
humid tropics; they are not measurements of any place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from soilinfo.sample.noise import Array, noise, step
from soilinfo.sample.relief import DOME, Relief

SOILS = ("peat", "marine", "beach", "limestone", "dryland", "andosol", "terrace", "alluvium", "acid", "brown")
"""Organic soil; potential acid sulphate soil; sand; limestone soil; soil of the dry island; volcanic soil;
old terrace poor in phosphorus and potassium; clay of the rice plain; acid upland soil; brown hill soil."""

# One row a property, one value a soil in the order of SOILS; the last number is the height of the noise.
_VALUES: Mapping[str, tuple[tuple[float, ...], float]] = {
    "clay": ((48, 54, 5, 50, 46, 27, 38, 52, 46, 36), 0.16),
    "sand": ((12, 10, 90, 16, 26, 40, 34, 10, 28, 32), 0.16),
    "ph_h2o": ((3.8, 4.1, 6.6, 7.5, 7.3, 6.1, 5.9, 6.1, 4.6, 5.7), 0.05),
    "cec": ((105, 27, 4, 33, 30, 25, 17, 27, 10, 19), 0.20),
    "base_saturation": ((7, 32, 72, 85, 82, 52, 55, 66, 15, 42), 0.18),
    "soc": ((44, 4.2, 0.5, 2.6, 1.0, 4.4, 1.5, 1.7, 1.7, 2.2), 0.20),
    "n_total": ((1.5, 0.34, 0.05, 0.26, 0.11, 0.42, 0.16, 0.24, 0.18, 0.21), 0.18),
    "p2o5_hcl25": ((26, 30, 14, 30, 36, 58, 16, 50, 25, 30), 0.22),
    "p2o5_bray1": ((22, 12, 8, 7, 15, 12, 4, 19, 5, 11), 0.30),
    "k2o_hcl25": ((11, 42, 9, 24, 48, 42, 9, 31, 14, 23), 0.22),
    "bulk_density": ((0.14, 0.85, 1.55, 1.15, 1.32, 0.82, 1.28, 1.22, 1.18, 1.12), 0.05),
    "soil_depth": ((200, 120, 150, 62, 78, 135, 140, 160, 130, 105), 0.24),
    "coarse_fragments": ((0, 0.2, 1.5, 26, 19, 9, 4, 0.8, 5, 11), 0.45),
    "surface_stones": ((0, 0, 0.5, 15, 9, 5, 0.8, 0.1, 2, 4), 0.55),
    "rock_outcrops": ((0, 0, 0, 21, 3, 1.5, 0.2, 0, 1, 2), 0.60),
    "wetness": ((7.0, 6.4, 1.6, 3.3, 3.3, 3.2, 4.0, 5.0, 3.4, 3.4), 0.0),
}


def value_of(soil: str, name: str) -> float:
    """A property of one soil, without noise."""
    return _VALUES[name][0][SOILS.index(soil)]


ORGANIC_SOIL_CM = 40.0
"""Thickness from which an organic layer makes an organic soil: a Histosol of the WRB (IUSS 2022)."""


@dataclass(frozen=True)
class Soilscape:
    """Soils of a set of points: share 0..1 of each soil, peat in cm, how far drains reach 0..1."""

    relief: Relief
    share: Mapping[str, Array]
    peat_cm: Array
    drained: Array

    @classmethod
    def of(cls, relief: Relief) -> Self:
        """The soils of these points, of any shape."""
        peat, drained = _peat(relief)
        return cls(relief, _shares(relief, peat), peat, drained)

    def blend(self, name: str) -> Array:
        """A property from the table above, with its noise."""
        values, height = _VALUES[name]
        mean = sum((value * self.share[soil] for soil, value in zip(SOILS, values, strict=True)), 0.0)
        return mean * np.exp(height * self.noise(name, 0.16, 5))

    def noise(self, name: str, wavelength: float, octaves: int = 3) -> Array:
        """Noise at these points."""
        return noise(name, self.relief.x, self.relief.y, wavelength, octaves)


def _peat(land: Relief) -> tuple[Array, Array]:
    """Thickness of the dome in cm, and how far the plantation on its western edge has drained it.

    The dome is eight metres thick in the middle; the drained edge has subsided.
    """
    ragged = 0.22 * noise("dome edge", land.x, land.y, 0.24, 5)
    radius = DOME.radius(land.u, land.v) + ragged
    drained = step(radius, 0.50, 0.62) * step(land.u, DOME.x - 0.02, DOME.x - 0.08)
    thickness = 800.0 * np.clip(1.0 - radius**2, 0.0, 1.0) ** 0.75 * (1.0 - 0.4 * drained)
    thickness *= land.marsh * step(land.coast, 0.01, 0.05)
    return np.where(thickness < 20.0, 0.0, thickness), drained


def _shares(land: Relief, peat_cm: Array) -> dict[str, Array]:
    """Share of each soil: in the order of SOILS each takes its part of what is left."""
    edge = 0.55 * noise("soil edge", land.x, land.y, 0.07, 4)
    old = noise("terrace", land.x, land.y, 0.28, 4) - 0.5 * step(land.plain, 0.6, 1.0)
    east = land.u + 0.18 * noise("acid border", land.x, land.y, 0.4, 4)
    flat = step(land.slope, 6.0, 2.0)
    members = {
        "peat": step(peat_cm, 20.0, 60.0),
        "marine": _sharp(land.marsh * step(land.coast, 0.16, 0.02), edge, 0.45),
        "beach": step(land.coast, 0.011, 0.006) * flat * (1.0 - land.karst),
        "limestone": _sharp(land.karst, edge, 0.40),
        "dryland": _sharp(land.dry, edge, 0.40),
        "andosol": _sharp(land.volcanic, edge, 0.40),
        "terrace": step(land.plain, 0.02, 0.2) * step(old, 0.30, 0.55) * flat,
        "alluvium": _sharp(np.maximum(land.plain, 0.9 * land.marsh), edge, 0.50) * flat,
        "acid": _sharp(np.maximum(land.upland, 0.55 * step(east, 97.5, 97.8)), edge, 0.40),
    }
    left, shares = np.ones_like(peat_cm), {}
    for soil in SOILS[:-1]:
        shares[soil] = members[soil] * left
        left = left - shares[soil]
    return shares | {SOILS[-1]: left}


def _sharp(membership: Array, edge: Array, middle: float) -> Array:
    """A membership as a soil map draws it: a ragged but quick change where it passes ``middle``."""
    return step(
        membership + 0.4 * edge * (membership > 0.02) * (membership < 0.98), middle - 0.12, middle + 0.12
    )


def clay(soils: Soilscape) -> Array:
    """Clay in percent of the fine earth, NaN where the topsoil is peat and has none."""
    return np.where(soils.peat_cm < ORGANIC_SOIL_CM, mineral_clay(soils), np.nan)


def mineral_clay(soils: Soilscape) -> Array:
    """Clay in percent of the fine earth; under peat that of the mineral soil below."""
    return np.clip(soils.blend("clay"), 1.0, 78.0)


def sand(soils: Soilscape) -> Array:
    """Sand in percent of the fine earth; under peat that of the mineral soil below."""
    return np.clip(np.minimum(soils.blend("sand"), 98.0 - mineral_clay(soils)), 1.0, 97.0)


def ph_h2o(soils: Soilscape) -> Array:
    """pH in water."""
    return np.clip(soils.blend("ph_h2o"), 3.2, 8.8)


def ph_h2o_sd(soils: Soilscape) -> Array:
    """Standard deviation of the pH prediction: larger where few pits were dug, in steep and wet land."""
    remote = step(soils.relief.slope, 8.0, 30.0) + step(soils.peat_cm, 50.0, 400.0)
    return 0.24 + 0.16 * remote + 0.10 * np.abs(soils.noise("pits", 0.3))


def cec(soils: Soilscape) -> Array:
    """Cation exchange capacity in cmol(+)/kg of soil."""
    return soils.blend("cec")


def base_saturation(soils: Soilscape) -> Array:
    """Base saturation in percent."""
    return np.clip(soils.blend("base_saturation"), 3.0, 100.0)


def soc(soils: Soilscape) -> Array:
    """Organic carbon in 2020 in percent: more where it is cool."""
    cool = 1.0 + 0.45 * step(soils.relief.elevation, 300.0, 1800.0)
    return np.clip(soils.blend("soc") * cool, 0.1, 56.0)


def soc_2010(soils: Soilscape) -> Array:
    """Organic carbon in 2010 in percent: more than in 2020 but for the plain, where straw now stays."""
    lost = 1.12 + 0.12 * soils.noise("carbon lost", 0.3) + 0.10 * soils.drained
    return np.clip(soc(soils) * (lost - 0.20 * soils.share["alluvium"]), 0.1, 57.0)


def soc_sd(soils: Soilscape) -> Array:
    """Standard deviation of the carbon prediction in percent."""
    return 0.15 + soc(soils) * _unsure(soils)


def _unsure(soils: Soilscape) -> Array:
    """Standard deviation of a predicted content as a share of it: more where few pits were dug."""
    return 0.16 + 0.06 * np.abs(soils.noise("pits", 0.3))


def _worn(soils: Soilscape, nutrient: str) -> Array:
    """0..1: how much of a nutrient long cropping has used up, on gentle land."""
    return step(soils.relief.slope, 9.0, 3.0) * step(soils.noise(f"worn {nutrient}", 0.35, 2), -0.1, 0.5)


def n_total(soils: Soilscape) -> Array:
    """Total nitrogen in percent."""
    return soils.blend("n_total")


def p2o5_hcl25(soils: Soilscape) -> Array:
    """Potential P2O5 (HCl 25 %) in mg per 100 g: less where long cropping has used it up."""
    return soils.blend("p2o5_hcl25") * (1.0 - 0.58 * _worn(soils, "phosphorus"))


def p2o5_hcl25_sd(soils: Soilscape) -> Array:
    """Standard deviation of the prediction of potential P2O5 in mg per 100 g."""
    return 1.5 + 0.8 * _unsure(soils) * p2o5_hcl25(soils)


def p2o5_bray1(soils: Soilscape) -> Array:
    """Available P2O5 (Bray I) in ppm: volcanic and limestone soils hold theirs fast."""
    return soils.blend("p2o5_bray1")


def k2o_hcl25(soils: Soilscape) -> Array:
    """Potential K2O (HCl 25 %) in mg per 100 g: less where straw has long been carried away."""
    return soils.blend("k2o_hcl25") * (1.0 - 0.65 * _worn(soils, "potassium"))


def k2o_hcl25_sd(soils: Soilscape) -> Array:
    """Standard deviation of the prediction of potential K2O in mg per 100 g."""
    return 0.8 + 0.8 * _unsure(soils) * k2o_hcl25(soils)


def bulk_density(soils: Soilscape) -> Array:
    """Bulk density in g/cm3."""
    return np.clip(soils.blend("bulk_density"), 0.08, 1.75)


def soil_depth(soils: Soilscape) -> Array:
    """Effective depth in cm: shallow on steep land, deep in the pockets between limestone towers."""
    pocket = 90.0 * soils.share["limestone"] * step(soils.noise("pocket", 0.06), 0.25, 0.55)
    shed = 1.0 - 0.6 * step(soils.relief.slope, 12.0, 45.0)
    return np.clip((soils.blend("soil_depth") + pocket) * shed, 8.0, 250.0)


def coarse_fragments(soils: Soilscape) -> Array:
    """Coarse fragments in percent of the volume: more on steep land."""
    return np.clip(soils.blend("coarse_fragments") * _bouldery(soils), 0.0, 85.0)


def surface_stones(soils: Soilscape) -> Array:
    """Stones on the surface in percent of it."""
    return np.clip(soils.blend("surface_stones") * _bouldery(soils), 0.0, 80.0)


def rock_outcrops(soils: Soilscape) -> Array:
    """Bare rock in percent of the surface."""
    return np.clip(soils.blend("rock_outcrops") * _bouldery(soils), 0.0, 70.0)


def _bouldery(soils: Soilscape) -> Array:
    return (
        0.7 + 1.1 * step(soils.relief.slope, 4.0, 30.0) + 1.5 * step(soils.relief.elevation, 1400.0, 2500.0)
    )
