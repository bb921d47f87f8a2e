"""Nutrients in tonnes of fertilizer: how much of what crops should have is brought to them."""

from typing import get_args

import numpy as np
import pandas as pd

from soilinfo.catalog.fertilizers import Nutrient
from soilinfo.evaluate.fertilizer import Contents


def nutrients_met(
    wanted: pd.DataFrame, bought: pd.DataFrame, given: pd.DataFrame, contents: Contents
) -> pd.DataFrame:
    """How much of the nutrients that units should have is in the fertilizers that they are given.

    ``wanted``: what should be had, ``bought``: what of it comes from elsewhere, ``given``; each ``code``,
    ``fertilizer`` and ``t``, any number of rows. Returns, by code and in the order of ``Nutrient``, ``code``,
    ``nutrient``, ``need_t`` (wanted less bought), ``allocated_t`` and ``need_met_pct`` of the nutrients that
    are needed; more than 100 where more is given. NaN in a unit with a fertilizer of which it is not known
    what it holds: one that ``contents`` lacks. One of which nobody states it (None) brings nothing to count
    on.
    """
    wanted_t, bought_t, given_t = (_in_nutrients(each, contents) for each in (wanted, bought, given))
    need = wanted_t.sub(bought_t.reindex(wanted_t.index, fill_value=0.0)).clip(lower=0)
    need = need[[name for name in get_args(Nutrient) if name in need]]
    brought = given_t.reindex(need.index, fill_value=0.0)[need.columns]
    rows = pd.DataFrame({"need_t": need.stack(), "allocated_t": brought.stack()}).round(3)
    rows = rows[rows["need_t"] != 0].rename_axis(["code", "nutrient"]).reset_index()
    return rows.assign(need_met_pct=(100 * rows["allocated_t"] / rows["need_t"]).round(4))


def _in_nutrients(tonnes: pd.DataFrame, contents: Contents) -> pd.DataFrame:
    """Tonnes of each nutrient (column) by code; NaN where some of them are of unknown contents."""
    shares = pd.DataFrame([held or {} for held in contents.values()], index=[*contents], dtype="float64")
    by_unit = tonnes.groupby(["code", "fertilizer"])["t"].sum().unstack().fillna(0.0)
    nutrients = by_unit @ (shares.fillna(0.0) / 100).reindex(by_unit.columns, fill_value=0.0)
    nutrients[(by_unit[by_unit.columns.difference(shares.index)] > 0).any(axis=1)] = np.nan
    return nutrients
