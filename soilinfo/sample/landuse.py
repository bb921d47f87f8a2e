"""How the land of the sample nation is used, and what the law says of it: land cover and the maps of offices.

What an office draws follows the land only roughly: forest estate reaches over fields, and fields into it.
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.sample.hazards import Codes
from soilinfo.sample.noise import Array, step
from soilinfo.sample.soils import Soilscape

LAND_COVER_CODES = {
    11: "primary_forest",
    12: "secondary_forest",
    13: "mangrove",
    14: "plantation_forest",
    21: "paddy",
    22: "dryland_crops",
    23: "mixed_garden",
    24: "estate_crops",
    25: "fish_pond",
    31: "shrub",
    32: "grassland",
    33: "bare_land",
    41: "settlement",
    51: "water",
}
"""Codes in the land cover file: an office's own, the tens by kind."""

FOREST_ESTATE_CODES = {
    1: "conservation",
    2: "protection",
    3: "limited_production",
    4: "production",
    5: "convertible",
    9: "other_use",
}
"""Codes in the forest estate file."""

CONCESSION_CODES = {0: "no_permit", 1: "timber", 2: "estate", 3: "mining"}
"""Codes in the concessions file."""

MORATORIUM_CODES = {0: "outside", 1: "primary_natural_forest", 2: "peatland"}
"""Codes in the file of the moratorium on new permits."""

_PERMIT = 0.45
"""Noise above which a permit was given, so that they come in blocks."""


def land_cover(soils: Soilscape) -> Codes:
    """Land cover by code: forest where it is steep, high or wet; rice on the plain; towns by the rivers."""
    land = soils.relief
    wild, cleared = _remoteness(soils), soils.noise("clearing", 0.11, 4)
    shore = step(land.coast, 0.03, 0.012) * land.marsh
    salty = step(land.coast, 0.05, 0.02) * step(land.elevation, 12.0, 4.0) * (1.0 - land.karst)
    # The first condition that holds decides, so each may lean on those before it.
    covers = (
        (51, (land.river > 0.985) & (land.slope < 3.0)),
        (41, _towns(soils) > 0.8),
        (13, shore > 0.5),
        (25, (salty > 0.7) & (soils.noise("ponds", 0.07) > 0.25)),
        (
            24,
            (soils.drained > 0.5) & (soils.peat_cm > 0.0)
            | (_permits(soils, "estate") > _PERMIT) & (wild < 0.6),
        ),
        (11, wild + 0.25 * cleared > 0.75),
        (14, (_permits(soils, "timber") > _PERMIT) & (wild > 0.3)),
        (12, wild + 0.35 * cleared > 0.50),
        (21, (land.plain > 0.35) & (land.slope < 4.0) & (cleared > -0.75)),
        (32, (land.dry > 0.5) & (cleared > -0.1)),
        (33, (land.elevation > 2200.0) | (soils.share["beach"] > 0.6)),
        (31, cleared < -0.35),
        (21, _irrigated(soils)),
        (22, (land.slope < 12.0) & (cleared > 0.0)),
    )
    return np.select([held for _, held in covers], [code for code, _ in covers], 23).astype(np.uint8)


def land_cover_2010(soils: Soilscape) -> Codes:
    """Land cover of 2010 by code: less was cleared, built on and planted than in 2020."""
    return _before(soils, land_cover(soils), "2010")


def land_cover_2000(soils: Soilscape) -> Codes:
    """Land cover of 2000 by code: as :func:`land_cover_2010`, ten years more."""
    return _before(soils, land_cover_2010(soils), "2000")


def _before(soils: Soilscape, cover: Codes, year: str) -> Codes:
    """What the land of a map was at the beginning of its decade, by noise of that decade."""
    change, land = soils.noise(f"cover {year}", 0.08, 3), soils.relief
    gentle = (land.plain > 0.35) & (land.slope < 4.0)
    # (code now, where, code before)
    changes = (
        (24, change > 0.35, 12),
        (22, change > 0.55, 12),
        (23, change > 0.65, 12),
        (41, (change > 0.0) & gentle, 21),
        (41, (change > 0.2) & ~gentle, 23),
        (25, change > 0.3, 13),
        (21, (change > 0.7) & ~gentle, 31),
        (31, change > 0.75, 12),
        (33, change > 0.6, 32),
        (14, change < -0.2, 31),
        (23, change < -0.75, 32),
        (12, change < -0.8, 31),
    )
    were = [(cover == now) & where for now, where, _ in changes]
    return np.select(were, [np.uint8(code) for *_, code in changes], cover)


def land_productivity_2010(soils: Soilscape) -> Codes:
    """Productivity dynamics of 2000-2010 by class, 1 (declining) to 5 (increasing)."""
    return _productivity(soils, land_cover_2000(soils), land_cover_2010(soils), "2010")


def land_productivity_2020(soils: Soilscape) -> Codes:
    """Productivity dynamics of 2010-2020 by class, 1 (declining) to 5 (increasing)."""
    return _productivity(soils, land_cover_2010(soils), land_cover(soils), "2020")


def _productivity(soils: Soilscape, before: Codes, after: Codes, year: str) -> Codes:
    """Down where forest was cleared, land built on or peat drained; up on plains and in young woods."""
    cleared = np.isin(before, (11, 12, 13)) & ~np.isin(after, (11, 12, 13, 14))
    built = (before != 41) & (after == 41)
    planted = np.isin(before, (31, 32)) & np.isin(after, (12, 14, 23))
    trend = soils.noise(f"productivity {year}", 0.11, 3) + 0.25 * soils.relief.plain + 0.5 * planted
    trend -= 0.5 * cleared + 0.9 * built + 0.35 * soils.drained + 0.25 * soils.relief.dry
    return (1 + np.digitize(trend, (-0.95, -0.7, -0.5, 0.45))).astype(np.uint8)


def forest_estate(soils: Soilscape) -> Codes:
    """Legal function of the land by code: conserved heights and peat, protected slopes, production forest."""
    land, edge = soils.relief, 0.3 * soils.noise("estate edge", 0.18, 3)
    wild = _remoteness(soils) + edge
    deep_peat = soils.peat_cm > 450.0
    functions = (
        (1, (land.elevation > 1500.0) | deep_peat & (edge > -0.1)),
        (2, (wild > 0.85) | (soils.peat_cm > 300.0)),
        (3, wild > 0.65),
        (4, wild > 0.45),
        (5, (wild > 0.30) & (edge > 0.05)),
    )
    return np.select([held for _, held in functions], [code for code, _ in functions], 9).astype(np.uint8)


def concessions(soils: Soilscape) -> Codes:
    """Permits by code: estates on low land, timber in the hills, a few mines."""
    wild = _remoteness(soils)
    permits = (
        (3, (soils.noise("mine", 0.12) > 0.62) & (wild > 0.2)),
        (2, (_permits(soils, "estate") > _PERMIT) & (wild < 0.6) & (soils.relief.plain < 0.35)),
        (1, (_permits(soils, "timber") > _PERMIT) & (wild > 0.3)),
    )
    return np.select([held for _, held in permits], [code for code, _ in permits], 0).astype(np.uint8)


def moratorium(soils: Soilscape) -> Codes:
    """Land on which no new permit is given, by code: peat, and primary forest within the forest estate."""
    forest = (land_cover(soils) == 11) & (forest_estate(soils) != 9)
    return np.select([soils.peat_cm >= 50.0, forest], [2, 1], 0).astype(np.uint8)


def _remoteness(soils: Soilscape) -> Array:
    """About 0..1: steep, high or waterlogged land, far from people."""
    land = soils.relief
    steep = 0.7 * step(land.slope, 8.0, 40.0) + 0.6 * step(land.elevation, 250.0, 1100.0)
    wet = 0.9 * step(soils.peat_cm, 100.0, 350.0) * (1.0 - soils.drained)
    return np.clip(np.maximum(steep + 0.35 * land.karst, wet), 0.0, 1.2)


def _towns(soils: Soilscape) -> Array:
    """0..1: the towns, on gentle land and most of them by a river or the sea."""
    land = soils.relief
    favoured = 0.25 * step(land.river, 0.3, 0.9) + 0.2 * step(land.coast, 0.12, 0.03)
    dry_feet = step(soils.peat_cm, 60.0, 10.0) * step(land.slope, 12.0, 5.0)
    return dry_feet * step(soils.noise("town", 0.09, 2) + favoured, 0.70, 0.95)


def _irrigated(soils: Soilscape) -> NDArray[np.bool_]:
    """Gentle land with water for rice besides the plain: the more of it, the nearer to a river."""
    water = soils.noise("irrigation", 0.08, 2) + 0.45 * soils.relief.river
    return np.asarray((soils.relief.slope < 4.0) & (water > 0.4))


def _permits(soils: Soilscape, kind: str) -> Array:
    """Noise of blocks of some kilometres in which a permit of this kind may lie."""
    return soils.noise(f"permit {kind}", 0.16, 2)
