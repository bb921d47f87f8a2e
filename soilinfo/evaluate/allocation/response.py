"""What tonnes are worth where they go: a number per tonne, or a yield response that flattens.

A response curve is only as good as the trials behind it, so it always names where it was published.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import named

PIECES = ["code", "fertilizer", "width_t", "worth_per_t"]


def per_tonne(worth: pd.DataFrame) -> pd.DataFrame:
    """PIECES of an objective that is linear: ``worth`` (code, fertilizer) per tonne, however many."""
    rows = worth.rename_axis("code").reset_index()
    return rows.melt("code", var_name="fertilizer", value_name="worth_per_t").assign(width_t=np.inf)[PIECES]


def response(
    curve: Sequence[tuple[float, float]], area_ha: "pd.Series[float]", fertilizer: str, *, source: str
) -> pd.DataFrame:
    """PIECES of a yield response: the same curve on the area (ha, by code) of each unit.

    ``curve``: points (dose in kg/ha, yield in any unit per ha), doses rising from 0, between which yields lie
    on straight lines; a tonne's worth is in the yield's unit. ``source``: where the curve was published.
    Beyond the last point nothing is gained. Raises InputError without a source, where an area is missing, for
    doses that do not rise from 0, and for a curve that steepens: the best would be all or nothing.
    """
    if not source.strip():
        raise InputError("a yield response must name where its curve was published")
    if (missing := area_ha.index[area_ha.isna()]).size:
        raise InputError(f"area is missing, which is not zero, of {named(sorted(missing))}")
    dose, gained = (np.array(each, np.float64) for each in zip(*curve, strict=True))
    widths_kg_ha = np.diff(dose)
    if len(dose) < 2 or dose[0] != 0 or (widths_kg_ha <= 0).any():
        raise InputError(f"the doses of a yield response must rise from 0: {dose.tolist()}")
    slopes = np.diff(gained) / widths_kg_ha
    if (np.diff(slopes) > 0).any():
        raise InputError(f"the yield response of {fertilizer} (from: {source}) steepens; it must flatten")
    return pd.DataFrame(
        {
            "code": np.repeat(area_ha.index.to_numpy(), len(slopes)),
            "fertilizer": fertilizer,
            "width_t": np.outer(area_ha, widths_kg_ha / 1000).ravel(),
            "worth_per_t": np.tile(slopes * 1000, len(area_ha)),
        }
    )
