"""What tonnes are worth where they go: a number per tonne, or a yield response that flattens.

A response curve is only as good as the trials behind it, so a plan names where it was published.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from soilinfo.catalog.allocations import YieldResponse
from soilinfo.errors import InputError
from soilinfo.findings import some

PIECES = ["code", "fertilizer", "width_t", "worth_per_t"]


def per_tonne(worth: pd.DataFrame) -> pd.DataFrame:
    """PIECES of an objective that is linear: ``worth`` (code, fertilizer) per tonne, however many."""
    rows = worth.rename_axis("code").reset_index()
    return rows.melt("code", var_name="fertilizer", value_name="worth_per_t").assign(width_t=np.inf)[PIECES]


def response(curve: YieldResponse, area_ha: "pd.Series[float]") -> pd.DataFrame:
    """PIECES of a yield response: the same curve on the area (ha, by code) of each unit.

    A tonne's worth is in the unit of the curve's yield. Beyond the last point nothing is gained. Raises
    InputError where an area is missing.
    """
    if (missing := area_ha.index[area_ha.isna()]).size:
        raise InputError(f"area is missing, which is not zero, of {some(sorted(missing))}")
    dose, gained = (np.array(each, np.float64) for each in zip(*curve.points, strict=True))
    widths_kg_ha = np.diff(dose)
    slopes = np.diff(gained) / widths_kg_ha
    return pd.DataFrame(
        {
            "code": np.repeat(area_ha.index.to_numpy(), len(slopes)),
            "fertilizer": curve.fertilizer,
            "width_t": np.outer(area_ha, widths_kg_ha / 1000).ravel(),
            "worth_per_t": np.tile(slopes * 1000, len(area_ha)),
        }
    )


def best_first(responses: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """PIECES of several commodities in one: a unit's first tonnes go where they are worth most."""
    by = ["fertilizer", "code", "worth_per_t"]
    return pd.concat(responses).sort_values(by, ascending=[True, True, False], ignore_index=True)
