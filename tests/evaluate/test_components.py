"""Components of map units: what is known of them at a depth, and how their classes become shares."""

import numpy as np
import pandas as pd
import pytest

from soilinfo.evaluate.components import (
    at_depth,
    cells_of,
    class_shares,
    in_words,
    is_missing,
    missing,
    prevailing_cells,
    subclasses,
)
from soilinfo.evaluate.zonal import Histogram
from tests.evaluate.rules import CLASS_TABLES, PACKINGS, QUALITIES

PH, DRAINAGE = PACKINGS["ph_h2o"], CLASS_TABLES["drainage"]


def rows(*layers: tuple[str, str, float, float, float, str]) -> pd.DataFrame:
    columns = ["unit_code", "component", "upper_cm", "lower_cm", "ph_h2o", "drainage"]
    table = pd.DataFrame(layers, columns=columns)
    return table.assign(soil_name="soil " + table["component"], share_pct=50.0)


def test_a_number_is_the_mean_of_the_depth_by_thickness():
    table = rows(("A", "1", 0, 20, 5.0, "well"), ("A", "1", 20, 60, 6.5, "well"))
    assert at_depth(table, "ph_h2o", PH, (0, 30)).tolist() == [550]


def test_what_lies_outside_the_depth_plays_no_part():
    table = rows(("A", "1", 0, 30, 5.0, "well"), ("A", "1", 30, 60, 9.0, "poor"))
    assert at_depth(table, "ph_h2o", PH, (0, 30)).tolist() == [500]
    assert at_depth(table, "drainage", DRAINAGE, (0, 30)).tolist() == [DRAINAGE.code_of["well"]]


def test_a_class_is_that_of_the_thickest_part():
    table = rows(("A", "1", 0, 10, 5.0, "poor"), ("A", "1", 10, 60, 5.0, "well"))
    assert at_depth(table, "drainage", DRAINAGE, (0, 30)).tolist() == [DRAINAGE.code_of["well"]]


def test_a_row_without_depths_is_about_the_whole_soil():
    table = rows(("A", "1", np.nan, np.nan, 6.0, "well"))
    assert at_depth(table, "ph_h2o", PH, (0, 30)).tolist() == [600]


def test_what_is_not_known_is_missing_and_never_zero():
    table = rows(("A", "1", 0, 30, np.nan, None), ("A", "2", 30, 60, 6.0, "well"))
    for name, meaning in (("ph_h2o", PH), ("drainage", DRAINAGE)):
        packed = at_depth(table, name, meaning, (0, 30)).to_numpy()
        assert is_missing(packed, meaning).all()
        assert packed.tolist() == [missing(meaning)] * 2


def test_every_polygon_of_a_unit_has_all_its_components_the_largest_first():
    table = rows(("A", "1", 0, 30, 5.0, "well"), ("A", "2", 0, 30, 6.0, "well"))
    table.loc[1, "share_pct"] = 70.0
    cells = cells_of(pd.DataFrame({"unit_code": ["A", "water", "A"]}), table)
    assert cells["polygon"].tolist() == [0, 0, 2, 2]
    assert cells["component"].tolist() == ["2", "1", "2", "1"]


def test_a_polygon_has_the_median_of_a_number_and_the_largest_class():
    areas = Histogram(10, np.array([[1.0, 1.0, 3.0, 0.0], [0, 0, 0, 0], [2.0, 0, 2.0, 0]]), np.zeros(3))
    assert prevailing_cells(areas, PH).tolist() == [12, missing(PH), 10]
    classes = Histogram(1, np.array([[1.0, 0.5, 3.0]]), np.zeros(1))
    assert prevailing_cells(classes, DRAINAGE).tolist() == [3]


@pytest.mark.parametrize(
    ("shares", "classes", "percents"),
    [
        ([60, 40], [2, 3], [0, 60, 40, 0, 0]),
        ([60, 40], [2, 2], [0, 100, 0, 0, 0]),
        ([60, 40], [0, 4], [0, 0, 0, 40, 60]),
        ([60, 30], [1, 4], [60, 0, 0, 30, 10]),
        ([100, 100], [1, 4], [50, 0, 0, 50, 0]),
    ],
)
def test_shares_add_up_to_the_whole_polygon(shares: list[float], classes: list[int], percents: list[float]):
    cells = pd.DataFrame({"polygon": [0, 0], "share_pct": shares})
    assert class_shares(cells, np.array(classes, np.uint8), 1)[0].tolist() == percents


def test_subclasses_are_told_in_words_with_equal_ones_added_up():
    names = subclasses(np.array([2, 3, 0], np.uint8), np.array([2, 16, 0], np.uint16), QUALITIES)
    assert names == ["S2wa", "S3nr", ""]
    assert (
        in_words([("S3nr", 20.0), ("S2wa", 60.0), ("S3nr", 15.0), ("", 5.0)]) == "S2wa 60 %, S3nr 35 %, – 5 %"
    )
