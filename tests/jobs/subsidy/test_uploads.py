"""Uploaded tables: what cannot be counted is refused with its rows."""

import pandas as pd
import pytest

from soilinfo.errors import InputError
from soilinfo.jobs.subsidy.uploads import without_negatives

ROWS = pd.DataFrame({"row": ["01.01.01", "01.01.02"], "area_ha": [12.5, -3.0], "urea": [None, -0.5]})


def test_numbers_below_zero_are_refused_each_with_its_row_and_column():
    with pytest.raises(InputError) as refused:
        without_negatives("erdkk", ROWS, ["area_ha", "urea"])
    assert str(refused.value) == (
        "table 'erdkk' has numbers below zero: area_ha -3 in 01.01.02, urea -0.5 in 01.01.02"
    )


def test_what_is_zero_or_missing_is_not_below_zero():
    without_negatives("erdkk", ROWS.head(1).assign(area_ha=0.0), ["area_ha", "urea"])
