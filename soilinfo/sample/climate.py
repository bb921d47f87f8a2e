"""The climate of the sample nation: cooler with height, wet in the west, dry in two rain shadows."""

import numpy as np

from soilinfo.sample.noise import Array, noise, step
from soilinfo.sample.relief import Ellipse, Relief, frayed

LAPSE_DEGREES_PER_METRE = 0.0060
_DRY_SOUTH_EAST = Ellipse(99.45, -7.45, 1.15, 0.80, 6)
_LEE = Ellipse(97.04, -6.62, 0.80, 0.46, -60)
"""The drier flank of the volcanoes and the upper plain, sheltered from the rain of the west."""
_RAIN_MM = (700.0, 1000.0, 1400.0, 1800.0, 2300.0, 2800.0, 3300.0, 4200.0)


def temperature_mean_annual(land: Relief) -> Array:
    """Mean annual air temperature in degrees Celsius."""
    coast = 27.1 + 0.9 * _dryness(land) + 0.3 * noise("warmth", land.x, land.y, 0.5, 3)
    return coast - LAPSE_DEGREES_PER_METRE * land.elevation


def rainfall_annual(land: Relief) -> Array:
    """Annual rainfall in mm."""
    west = step(land.u, 98.3, 96.4)
    lifted = step(land.elevation, 80.0, 1300.0) * (0.4 + 0.6 * west)
    base = 1950.0 + 750.0 * west + 700.0 * lifted - 500.0 * land.karst
    shadow = (1.0 - 0.62 * _dryness(land)) * (1.0 - 0.48 * _lee(land))
    return (base + 240.0 * noise("rain", land.x, land.y, 0.40, 4)) * shadow


def rainy_days(land: Relief) -> Array:
    """Days with rain a year, whole numbers: fewer where it is dry, though each brings less rain there."""
    usual = np.interp(rainfall_annual(land), _RAIN_MM, (62.0, 80.0, 99.0, 114.0, 130.0, 143.0, 155.0, 168.0))
    return np.rint(usual * np.exp(0.12 * noise("rainy days", land.x, land.y, 0.45, 3)))


def dry_months(land: Relief) -> Array:
    """Months with less than 100 mm, whole numbers."""
    return np.rint(np.interp(rainfall_annual(land), _RAIN_MM, (8.4, 5.8, 3.6, 2.4, 1.7, 1.1, 0.6, 0.0)))


def wet_months(land: Relief) -> Array:
    """Months with more than 200 mm, whole numbers."""
    return np.rint(np.interp(rainfall_annual(land), _RAIN_MM, (0.6, 2.0, 3.2, 4.4, 5.8, 7.2, 8.4, 10.4)))


def relative_humidity(land: Relief) -> Array:
    """Annual mean relative humidity in percent."""
    from_rain = np.interp(rainfall_annual(land), _RAIN_MM, (57.0, 60.0, 62.0, 64.0, 70.5, 77.0, 83.0, 88.0))
    return from_rain + 3.0 * noise("humidity", land.x, land.y, 0.4, 2)


def _dryness(land: Relief) -> Array:
    return _DRY_SOUTH_EAST.inside(*frayed(land), 0.6)


def _lee(land: Relief) -> Array:
    return _LEE.inside(*frayed(land), 0.6)
