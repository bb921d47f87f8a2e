"""Black soils of profiles: the definition of the International Network of Black Soils.

Endorsed by the Intergovernmental Technical Panel on Soils, 11th working session (FAO 2019). A black soil has
black surface horizons of 25 cm or more: moist chroma and value 3 or less, dry value 5 or less, organic carbon
1.2 % (0.6 % in the tropics) to 20 % in the upper 25 cm. It is of the first category where these horizons have
a CEC of 25 cmol(+)/kg and a base saturation of 50 % or more, else of the second.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from soilinfo.harmonize.depth import Horizons, overlaps

THICKNESS_CM = 25.0
LEAST_SOC_PCT, LEAST_SOC_TROPICS_PCT, MOST_SOC_PCT = 1.2, 0.6, 20.0
MOST_CHROMA, MOST_MOIST_VALUE, MOST_DRY_VALUE = 3.0, 3.0, 5.0
LEAST_CEC_CMOL_KG, LEAST_BASE_SATURATION_PCT = 25.0, 50.0
_ROUNDING_CM = 1e-6


class BlackSoil(IntEnum):
    """Category of a profile; what was not observed makes it unknown, never no black soil."""

    NONE = 0
    FIRST = 1
    SECOND = 2
    FIRST_OR_SECOND = 3
    """Black, but CEC or base saturation are missing, on which the category hangs."""
    UNKNOWN = 255


def black_soil(
    offsets: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike,
    *,
    soc_pct: ArrayLike,
    chroma_moist: ArrayLike,
    value_moist: ArrayLike,
    value_dry: ArrayLike,
    cec_cmol_kg: ArrayLike,
    base_saturation_pct: ArrayLike,
    tropical: ArrayLike,
    bedrock_cm: ArrayLike = np.nan,
) -> NDArray[np.uint8]:
    """Category (:class:`BlackSoil`) of each profile by its horizons within 25 cm: each has to comply.

    ``offsets``, ``upper`` and ``lower`` as in :class:`soilinfo.harmonize.depth.Horizons` (which raises
    InputError for what overlaps); the further arrays are of each horizon, NaN where missing; ``tropical`` and
    ``bedrock_cm`` (NaN: not known) of each profile, or one for all. One horizon that does not comply decides,
    whatever else is missing, and so does rock above 25 cm. Without either, all of the 25 cm has to be
    described.
    """
    values = [np.asarray(a, float) for a in (soc_pct, chroma_moist, value_moist, value_dry)]
    horizons = Horizons(np.asarray(offsets), np.asarray(upper), np.asarray(lower), np.zeros(len(values[0])))
    within = overlaps(horizons, [(0.0, THICKNESS_CM)])[:, 0]
    owner, count = horizons.profile[within > 0], horizons.profiles
    soc, chroma, moist, dry, cec, bases = (
        np.asarray(each, float)[within > 0] for each in (*values, cec_cmol_kg, base_saturation_pct)
    )
    least = np.where(np.broadcast_to(tropical, count), LEAST_SOC_TROPICS_PCT, LEAST_SOC_PCT)[owner]
    not_black = (soc < least) | (soc > MOST_SOC_PCT) | (chroma > MOST_CHROMA)
    not_black |= (moist > MOST_MOIST_VALUE) | (dry > MOST_DRY_VALUE)
    described = np.bincount(horizons.profile, within, count) >= THICKNESS_CM - _ROUNDING_CM
    shallow = np.broadcast_to(np.asarray(bedrock_cm, float), count) < THICKNESS_CM
    poor = (cec < LEAST_CEC_CMOL_KG) | (bases < LEAST_BASE_SATURATION_PCT)
    return np.select(
        [
            _any(not_black, owner, count) | shallow,
            ~described | _any(np.isnan(soc + chroma + moist + dry), owner, count),
            _any(poor, owner, count),
            _any(np.isnan(cec + bases), owner, count),
        ],
        [BlackSoil.NONE, BlackSoil.UNKNOWN, BlackSoil.SECOND, BlackSoil.FIRST_OR_SECOND],
        BlackSoil.FIRST,
    ).astype(np.uint8)


def _any(holds: NDArray[np.bool_], owner: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Whether it holds for any horizon of each profile."""
    return np.bincount(owner[holds], minlength=count) > 0
