"""What limits land besides its nutrients: wetness, texture, peat, acid sulphate, salt, sodium, floods."""

import numpy as np
from numpy.typing import NDArray

from soilinfo.sample.noise import Array, step
from soilinfo.sample.relief import SALT_COAST, SODIC_PLAIN
from soilinfo.sample.soils import Soilscape, mineral_clay, sand

Codes = NDArray[np.uint8]

NO_SULFIDE_CM = 300.0
"""Depth recorded where no sulfidic material was met down to there."""

DRAINAGE_CODES = dict(
    enumerate(
        ("rapid", "somewhat_rapid", "well", "moderately_well", "somewhat_poor", "poor", "very_poor"), start=1
    )
)
"""Codes in the drainage file."""

MATURITY_CODES = {
    0: "mineral",
    10: "sapric",
    20: "sapric_hemic",
    30: "hemic",
    40: "hemic_fibric",
    50: "fibric",
}
"""Codes in the peat maturity file."""

TEXTURE_CODES = {
    11: "heavy_clay",
    12: "clay",
    13: "silty_clay",
    14: "sandy_clay",
    21: "clay_loam",
    22: "silty_clay_loam",
    23: "sandy_clay_loam",
    31: "loam",
    32: "silt_loam",
    33: "silt",
    41: "sandy_loam",
    51: "loamy_sand",
    52: "sand",
}
"""Codes in the texture file: an institute's own, the tens by fineness."""


def drainage(soils: Soilscape) -> Codes:
    """Natural drainage class by code: wetter along rivers, drier on slopes; drains lift the peat's edge."""
    wet = soils.blend("wetness") + 0.45 * soils.noise("wetness", 0.09, 4)
    wet += 0.7 * soils.relief.river * step(soils.relief.slope, 3.0, 1.0)
    wet += 0.9 * soils.relief.marsh * soils.share["alluvium"]
    wet -= 1.0 * step(soils.relief.slope, 12.0, 45.0) + 1.6 * soils.drained * soils.share["peat"]
    wet -= 0.8 * soils.share["limestone"] * step(soils.noise("sink", 0.05), 0.4, 0.7)
    return np.clip(np.rint(wet), 1, 7).astype(np.uint8)


def texture(soils: Soilscape) -> Codes:
    """USDA texture class by code; clay above 52 % on the dry island is heavy (swelling) clay.

    Under peat that of the mineral soil below: a cell without a texture class would get no class at
    all, and what limits peat is its thickness and maturity.
    """
    clay = mineral_clay(soils)
    heavy = (clay > 52.0) & (soils.share["dryland"] > 0.5)
    return np.where(heavy, 11, usda_texture(clay, sand(soils))).astype(np.uint8)


def usda_texture(clay_pct: Array, sand_pct: Array) -> Codes:
    """Texture class by code from clay and sand in percent (USDA Soil Survey Manual 2017, chapter 3)."""
    silt_pct = 100.0 - clay_pct - sand_pct
    # The first condition that holds decides, so each may lean on those before it.
    classes = (
        (52, silt_pct + 1.5 * clay_pct < 15),
        (51, silt_pct + 2 * clay_pct < 30),
        (33, (silt_pct >= 80) & (clay_pct < 12)),
        (32, (silt_pct >= 50) & (clay_pct < 27)),
        (41, (clay_pct < 7) & (silt_pct < 50)),
        (41, (clay_pct < 20) & (sand_pct > 52)),
        (31, (clay_pct < 27) & (silt_pct >= 28)),
        (23, (clay_pct < 35) & (silt_pct < 28) & (sand_pct > 45)),
        (14, (clay_pct >= 35) & (sand_pct > 45)),
        (13, (clay_pct >= 40) & (silt_pct >= 40)),
        (12, clay_pct >= 40),
        (22, sand_pct <= 20),
    )
    return np.select([held for _, held in classes], [code for code, _ in classes], 21).astype(np.uint8)


def peat_thickness(soils: Soilscape) -> Array:
    """Thickness of the organic layer in cm; 0 on mineral soil."""
    return soils.peat_cm


def peat_maturity(soils: Soilscape) -> Codes:
    """Maturity of the peat by code: fibric in the middle of the dome, sapric where it is thin or drained."""
    decay = 1.0 - soils.peat_cm / 780.0 + 0.35 * soils.drained + 0.06 * soils.noise("decay", 0.08)
    codes = np.select([decay > 0.68, decay > 0.50, decay > 0.30, decay > 0.27], [10, 20, 30, 40], 50)
    return np.where(soils.peat_cm > 0, codes, 0).astype(np.uint8)


def sulfidic_depth(soils: Soilscape) -> Array:
    """Depth to sulfidic material in cm: shallow at the marshy coast, deeper inland."""
    inland = soils.relief.coast + 0.03 * soils.noise("pyrite", 0.10)
    depth = 18.0 + 170.0 * step(inland, 0.02, 0.20) + 12.0 * soils.noise("pyrite depth", 0.03)
    marine = np.maximum(soils.share["marine"], step(soils.relief.marsh, 0.3, 0.6) * step(inland, 0.2, 0.1))
    return np.where(marine > 0.3, np.clip(depth, 5.0, NO_SULFIDE_CM), NO_SULFIDE_CM)


def salinity_ec(soils: Soilscape) -> Array:
    """Electrical conductivity in dS/m: the sea's reach into flat coasts, and salt pans on the dry island."""
    land = soils.relief
    low = step(land.elevation, 30.0, 4.0) * step(land.slope, 4.0, 1.5)
    reach = 0.6 * land.marsh + np.maximum(land.plain, 0.7 * land.dry)
    sea = 11.0 * low * reach * np.exp(-np.clip(land.coast, 0.0, None) / 0.022)
    fresh = 0.25 + 0.5 * land.dry + 0.9 * soils.share["marine"]
    return np.clip(fresh * np.exp(0.4 * soils.noise("salt", 0.1)) + sea + 15.0 * _pans(soils), 0.02, 40.0)


def esp(soils: Soilscape) -> Array:
    """Exchangeable sodium in percent: sodic flats round the salt pans, high at the marshy coast."""
    favoured = 1.3 * SODIC_PLAIN.inside(soils.relief.u, soils.relief.v, 0.6)
    sodic = _flats(soils) * step(soils.noise("sodic", 0.22) + favoured, 0.15, 0.40)
    base = 1.6 + 2.0 * soils.relief.dry + 7.0 * soils.share["marine"]
    return np.clip(
        base * np.exp(0.35 * soils.noise("sodium", 0.1)) + 44.0 * sodic + 6.0 * _pans(soils), 0.1, 75.0
    )


def _flats(soils: Soilscape) -> Array:
    """0..1: the flat valleys of the dry island."""
    land = soils.relief
    return land.dry * step(land.slope, 6.0, 3.0) * step(land.elevation, 160.0, 90.0)


def _pans(soils: Soilscape) -> Array:
    """Salt pans: flats that the sea reaches at spring tide, most of them on the southern coast."""
    favoured = 1.3 * SALT_COAST.inside(soils.relief.u, soils.relief.v, 0.6)
    return _flats(soils) * step(soils.noise("pan", 0.20) + favoured, 0.30, 0.60)


def flood_height(soils: Soilscape) -> Array:
    """Height of the usual flood in cm; 0 where none comes."""
    height = 120.0 * _flooded(soils) * np.exp(0.3 * soils.noise("flood", 0.08))
    return np.where(height < 5.0, 0.0, height)


def flood_duration(soils: Soilscape) -> Array:
    """Days of the usual flood; 0 where none comes."""
    days = 1.0 + 22.0 * _flooded(soils) * np.exp(0.3 * soils.noise("flood days", 0.08))
    return np.where(flood_height(soils) > 0, np.rint(days), 0.0)


def _flooded(soils: Soilscape) -> Array:
    """0..1: low land along the rivers of the two plains, and the back swamps between them."""
    land = soils.relief
    low = (
        step(land.elevation, 16.0, 6.0)
        * step(land.slope, 2.0, 0.8)
        * np.maximum(land.plain, 0.6 * land.marsh)
    )
    swamp = 0.45 * step(soils.noise("back swamp", 0.25), 0.35, 0.75)
    return low * np.clip(step(land.river, 0.15, 0.9) + swamp, 0.0, 1.0) * (1.0 - soils.share["peat"])
