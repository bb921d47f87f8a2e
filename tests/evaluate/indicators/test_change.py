"""Change of carbon between two times, beside published classes and exact fractions."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.evaluate.indicators.affected import Limit
from soilinfo.evaluate.indicators.change import PCT_STEP, relative_change
from soilinfo.evaluate.indicators.sums import NONE

EXAMPLES = Path(__file__).parents[4] / "shared" / "facts" / "examples" / "soc_change_classes.csv"
LOSS, GAIN = Limit(Fraction(-10), "below", True), Limit(Fraction(10), "above", True)


def class_of(before: int, after: int) -> str:
    ((step,),) = relative_change(np.array([[before]]), np.array([[after]]), -1, -1)
    if step == NONE:
        return "undefined"
    if step < LOSS.edge(PCT_STEP):
        return "degraded"
    return "stable" if step < GAIN.edge(PCT_STEP) else "improved"


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the published examples are not there")
def test_changes_have_the_published_classes():
    examples = pd.read_csv(EXAMPLES, comment="#", skiprows=1)
    found = [
        class_of(round(100 * row.soc0_t_ha), round(100 * row.soc1_t_ha)) for row in examples.itertuples()
    ]
    assert found == [*examples["class"]]
    assert "undefined" in found


@given(st.integers(1, 32766), st.integers(0, 32766))
def test_the_edges_belong_to_loss_and_gain_exactly(before, after):
    change = Fraction(100 * (after - before), before)
    expected = "degraded" if change <= -10 else "improved" if change >= 10 else "stable"
    assert class_of(before, after) == expected


def test_land_missing_at_one_time_or_without_carbon_at_first_has_no_change():
    before, after = np.array([[-1, 5, 0, 0]]), np.array([[5, -1, 0, 5]])
    assert [*relative_change(before, after, -1, -1)[0]] == [NONE] * 4
