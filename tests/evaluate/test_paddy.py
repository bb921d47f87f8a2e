"""The share of protected paddy land: 0.87 is enough, less is not, and a missing figure is no figure."""

import numpy as np
import pandas as pd

from soilinfo.evaluate.paddy import added_up, protection

FIGURES = pd.DataFrame(
    {
        "paddy_ha": [1000.0, 1000.0, 1000.0, np.nan, 0.0, 500.0],
        "protected_ha": [870.0, 869.0, np.nan, 500.0, 0.0, 0.0],
    },
    index=["01.01", "01.02", "01.03", "01.04", "01.71", "02.01"],
)


def test_exactly_the_least_share_is_enough_and_a_missing_figure_is_unknown():
    judged = protection(FIGURES, 0.87)
    assert list(judged["verdict"]) == ["met", "not_met", "unknown", "unknown", "no_paddy", "not_met"]
    assert judged["protected_share"].iloc[:2].tolist() == [0.87, 0.869]
    assert judged["protected_share"].iloc[2:5].isna().all()
    assert judged["protected_share"].iloc[5] == 0.0


def test_units_add_up_and_one_that_lacks_a_figure_leaves_no_sum():
    both = FIGURES.loc[["01.01", "01.02", "02.01"]]
    sums = added_up(both.assign(units=1, units_missing=0), ["01", "01", "02"])
    assert sums.loc["01"].tolist() == [2000.0, 1739.0, 2, 0]
    lacking = FIGURES.loc[["01.01", "01.03"]]
    sums = added_up(lacking.assign(units=1, units_missing=[0, 1]), ["01", "01"])
    assert sums.loc["01", "paddy_ha"] == 2000.0
    assert np.isnan(sums.loc["01", "protected_ha"])
    assert sums.loc["01", ["units", "units_missing"]].tolist() == [2, 1]
