import numpy as np
import pytest

from soilinfo.errors import InputError
from soilinfo.harmonize.salinity import classify, esp_of_sar

FAO_SALINITY = (0.75, 2, 4, 8, 15)


def test_sodium_follows_from_the_adsorption_ratio_as_in_handbook_60():
    assert esp_of_sar([10, 13, 30]) == pytest.approx([11.89, 15.19, 30.07], abs=0.005)


def test_there_is_no_less_than_no_sodium_and_no_sodium_of_a_missing_ratio():
    np.testing.assert_array_equal(esp_of_sar([0, 0.5, np.nan, -1]), [0, 0, np.nan, np.nan])


def test_each_edge_belongs_to_the_side_that_is_asked_for():
    values = [0, 0.75, 1, 2, 4, 8, 15, 200]
    assert classify(values, FAO_SALINITY, "above").tolist() == [1, 2, 2, 3, 4, 5, 6, 6]
    assert classify(values, FAO_SALINITY, "below").tolist() == [1, 1, 2, 2, 3, 4, 5, 6]
    sides = ["above", "below", "above", "above", "below"]
    assert classify(values, FAO_SALINITY, sides).tolist() == [1, 2, 2, 2, 4, 5, 5, 6]


def test_what_is_missing_has_no_class():
    assert classify([[np.nan, 3]], FAO_SALINITY, "above").tolist() == [[0, 3]]


@pytest.mark.parametrize(("edges", "sides"), [([2, 2], "above"), ([4, 2], "below"), ([2, 4], ["above"])])
def test_edges_that_do_not_ascend_or_have_no_side_are_refused(edges, sides):
    with pytest.raises(InputError, match="edges of classes ascend"):
        classify([1], edges, sides)
