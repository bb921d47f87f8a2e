"""An index of indicators."""

import numpy as np

from soilinfo.evaluate.indicators.index import score, weighted


def test_a_score_is_in_proportion_between_worst_and_best_and_ends_there():
    assert [*score([0.0, 1.0, 3.0, 5.0, 9.0], 1, 5)] == [0, 0, 50, 100, 100]
    assert [*score([9.0, 3.5, 2.0], 8, 2)] == [0, 75, 100]


def test_a_unit_that_lacks_a_part_has_no_index():
    whole = weighted([np.array([100.0, 50.0]), np.array([0.0, np.nan])], [3, 1])
    assert whole[0] == 75
    assert np.isnan(whole[1])
