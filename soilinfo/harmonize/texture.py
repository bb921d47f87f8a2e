"""Particle sizes: fractions that add up, limits between silt and sand that are made equal, texture classes.

Fractions are in % of the fine earth (< 2 mm). Clay ends at 0.002 mm everywhere; where silt ends and sand
begins differs (:data:`SAND_FROM_MM`), so that the same soil is called sandier by the limits of the ISSS.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.errors import InputError

CLAY_TO_MM, SAND_TO_MM = 0.002, 2.0
SAND_FROM_MM = {"usda": 0.05, "isss": 0.02, "wrb": 0.063}
"""Lower limit of sand in mm: Soil Survey Manual (2017) and FAO (2006); ISSS (1929); WRB and KA5."""
TOLERANCE = 5.0
"""How far from 100 % a sum may be to be taken as rounding and error of the laboratory. Ours."""
UNKNOWN, AS_IS, COMPLETED, NORMALISED, REFUSED = range(5)
"""What :func:`closed` did: nothing to go by, added up as it was, third fraction from two, scaled, refused."""
_DECIMALS = 9
"""Classes are decided on values rounded to this: 27 % that became 26.999999999999996 is 27 %."""

Floats = NDArray[np.float64]


class Fractions(NamedTuple):
    """Sand, silt and clay in %, arrays of one shape; NaN where unknown."""

    sand: Floats
    silt: Floats
    clay: Floats


@dataclass(frozen=True)
class Closed:
    """Fractions that add up to 100 %, or are NaN; ``state``: one of the codes above for each."""

    fractions: Fractions
    state: NDArray[np.uint8]


def closed(sand: ArrayLike, silt: ArrayLike, clay: ArrayLike, tolerance: float = TOLERANCE) -> Closed:
    """Fractions (%) made to add up to 100, and what was done to each of them.

    Where one of the three is missing (NaN) it is the rest to 100. A sum within ``tolerance`` of 100 is scaled
    to it, all three alike. Where two are missing, a fraction is negative, or the sum is further off, nothing
    is known (NaN): which of the three is wrong cannot be told.
    """
    three = np.stack(np.broadcast_arrays(*(np.asarray(each, float) for each in (sand, silt, clay))))
    missing = np.isnan(three)
    known = np.where(missing, 0.0, three).sum(axis=0)
    filled = np.where(missing & (missing.sum(axis=0) == 1), np.round(100.0 - known, _DECIMALS), three)
    total = np.round(filled.sum(axis=0), _DECIMALS)
    state = np.select(
        [missing.sum(axis=0) > 1, (filled < 0).any(axis=0), missing.any(axis=0), total == 100],
        [UNKNOWN, REFUSED, COMPLETED, AS_IS],
        np.where(np.abs(total - 100) <= tolerance, NORMALISED, REFUSED),
    ).astype(np.uint8)
    scale = np.divide(100.0, total, out=np.full_like(total, np.nan), where=state == NORMALISED)
    scale[(state == AS_IS) | (state == COMPLETED)] = 1.0
    return Closed(Fractions(*(filled * scale)), state)


def with_sand_from(fractions: Fractions, from_mm: float, to_mm: float) -> Fractions:
    """Fractions (%) by another lower limit of sand: ``to_mm`` instead of ``from_mm``.

    What lies between the two limits moves from silt to sand or back: within a fraction mass is taken to be
    even over the logarithm of the diameter. Clay and the sum stay. NaN stays NaN. There and back again is
    what it was only where silt and sand are equally even, so keep what was measured. Raises InputError for a
    limit that is not between clay and 2 mm.
    """
    for limit in (from_mm, to_mm):
        if not CLAY_TO_MM < limit < SAND_TO_MM:
            raise InputError(f"sand begins between {CLAY_TO_MM} and {SAND_TO_MM} mm, not at {limit:g} mm")
    sand, silt, clay = (np.asarray(each, float) for each in fractions)
    if to_mm < from_mm:
        moved = silt * (np.log(from_mm / to_mm) / np.log(from_mm / CLAY_TO_MM))
    else:
        moved = -sand * (np.log(to_mm / from_mm) / np.log(SAND_TO_MM / from_mm))
    return Fractions(sand + moved, silt - moved, clay)


def usda_class(fractions: Fractions) -> NDArray[np.str_]:
    """Texture class of each soil by its id in ``texture_usda``; "" where a fraction is missing (NaN).

    ``fractions`` by the limits of the USDA, adding up to 100 % (see :func:`closed`); sand is taken as the
    rest, so that each soil has one class. Soil Survey Manual, USDA Handbook 18 (2017), chapter 3. Heavy clay
    is no class of the triangle. Raises InputError where fractions do not add up to 100 % or are negative.
    """
    silt, clay = (np.round(np.asarray(each, float), _DECIMALS) for each in fractions[1:])
    sand = np.round(100 - silt - clay, _DECIMALS)
    wrong = (np.abs(sand - fractions.sand) > 1e-6) | (np.minimum(np.minimum(sand, silt), clay) < 0)
    if wrong.any():
        at = np.flatnonzero(wrong)[0]
        told = ", ".join(f"{name} {np.ravel(each)[at]:g} %" for name, each in fractions._asdict().items())
        raise InputError(f"sand, silt and clay are 0 % or more and add up to 100 %, unlike {told}")
    rules = _rules(sand, silt, clay)
    return np.where(np.isnan(sand), "", np.select([*rules.values()], [*rules], ""))


def _rules(sand: Floats, silt: Floats, clay: Floats) -> dict[str, NDArray[np.bool_]]:
    """Where each class applies; the first that does is the class."""
    return {
        "sand": silt + 1.5 * clay < 15,
        "loamy_sand": silt + 2 * clay < 30,
        "sandy_loam": ((clay < 20) & (sand > 52)) | ((clay < 7) & (silt < 50)),
        "silt": (silt >= 80) & (clay < 12),
        "silt_loam": (silt >= 50) & (clay < 27),
        "loam": (clay < 27) & (silt >= 28),
        "sandy_clay_loam": (clay < 35) & (sand > 45),
        "silty_clay_loam": (clay < 40) & (sand <= 20),
        "clay_loam": (clay < 40) & (sand <= 45),
        "sandy_clay": sand > 45,
        "silty_clay": silt >= 40,
        "clay": clay >= 40,
    }
