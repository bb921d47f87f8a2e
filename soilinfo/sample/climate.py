"""The climate of the sample nation: cooler with height, wet on the western slopes, dry in the south-east."""

import numpy as np

from soilinfo.sample.noise import Array, noise, step
from soilinfo.sample.relief import Ellipse, Relief

LAPSE_DEGREES_PER_METRE = 0.0060
_SHADOW = Ellipse(99.30, -7.45, 1.15, 0.80, 6)
_RAIN_MM = (700.0, 1000.0, 1400.0, 1800.0, 2300.0, 2800.0, 3300.0, 4200.0)


def temperature_mean_annual(land: Relief) -> Array:
    """Mean annual air temperature in degrees Celsius."""
    coast = 27.1 + 0.9 * _dryness(land) + 0.3 * noise("warmth", land.x, land.y, 0.5, 3)
    return coast - LAPSE_DEGREES_PER_METRE * land.elevation


def rainfall_annual(land: Relief) -> Array:
    """Annual rainfall in mm."""
    west = step(land.x, 98.3, 96.4)
    lifted = step(land.elevation, 80.0, 1300.0) * (0.4 + 0.6 * west)
    base = 2050.0 + 650.0 * west + 1150.0 * lifted - 350.0 * land.karst
    return (base + 180.0 * noise("rain", land.x, land.y, 0.45, 3)) * (1.0 - 0.62 * _dryness(land))


def dry_months(land: Relief) -> Array:
    """Months with less than 100 mm, whole numbers."""
    return np.rint(np.interp(rainfall_annual(land), _RAIN_MM, (8.6, 7.4, 5.6, 4.2, 2.6, 1.4, 0.6, 0.0)))


def wet_months(land: Relief) -> Array:
    """Months with more than 200 mm, whole numbers."""
    return np.rint(np.interp(rainfall_annual(land), _RAIN_MM, (0.6, 2.0, 3.2, 4.4, 5.8, 7.2, 8.4, 10.4)))


def relative_humidity(land: Relief) -> Array:
    """Annual mean relative humidity in percent."""
    from_rain = np.interp(rainfall_annual(land), _RAIN_MM, (63.0, 67.0, 72.0, 76.0, 79.0, 82.0, 85.0, 89.0))
    return from_rain + 1.5 * noise("humidity", land.x, land.y, 0.4, 2)


def _dryness(land: Relief) -> Array:
    return _SHADOW.inside(land.x, land.y, 0.6)
