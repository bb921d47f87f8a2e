"""Components of map units: what is known of them at a depth, and how their classes become shares."""

import numpy as np
import pandas as pd
import pytest

from soilinfo.catalog.models import Crop
from soilinfo.evaluate.components import (
    Ratings,
    Side,
    at_depth,
    class_areas,
    components_of,
    composition,
    in_words,
    is_missing,
    missing,
    subclasses,
    worse_of,
)
from soilinfo.evaluate.suitability import compile_tables, evaluate
from soilinfo.evaluate.tables import rated_classes
from tests.evaluate.rules import CLASS_TABLES, EVALUATION, MEANINGS, PACKINGS, QUALITIES
from tests.evaluate.tables import all_crops, raw_crop, telling_steps

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
    table["share_pct"] = [30.0, 70.0]
    parts = composition(["A", "water", "A"], components_of(table))
    assert parts["polygon"].tolist() == [0, 0, 2, 2]
    assert parts["soil"].tolist() == [1, 0, 1, 0]
    assert parts["weight"].tolist() == [0.7, 0.3, 0.7, 0.3]


@pytest.mark.parametrize(("shares", "weights"), [([60, 30], [0.6, 0.3]), ([100, 100], [0.5, 0.5])])
def test_shares_never_add_up_to_more_than_the_polygon(shares: list[float], weights: list[float]):
    table = rows(("A", "1", 0, 30, 5.0, "well"), ("A", "2", 0, 30, 6.0, "well"))
    table["share_pct"] = shares
    assert composition(["A"], components_of(table))["weight"].tolist() == weights


def side(classes: list[int], limiting: list[int], *, silent: bool = False) -> Side:
    return Side(np.array(classes), np.array(limiting), np.full(len(classes), silent))


def test_a_soil_on_a_place_has_the_worse_class_and_the_limits_of_that_class():
    classes, limiting = worse_of(
        side([1, 2, 3, 2, 4], [0, 1, 1, 1, 1]), side([2, 2, 1, 4, 0], [2, 2, 0, 2, 0])
    )
    assert classes.tolist() == [2, 2, 3, 4, 0]
    assert limiting.tolist() == [2, 3, 1, 2, 0]


def test_a_side_whose_characteristics_may_all_lack_forbids_no_class():
    soil, nothing = side([3, 0], [1, 0]), side([0, 0], [0, 0], silent=True)
    assert worse_of(soil, nothing)[0].tolist() == [3, 0]
    assert worse_of(nothing, nothing)[0].tolist() == [0, 0]


CELLS = 3000
OF_SOILS = ("ph_h2o", "drainage", "peat_thickness", "n_total", "cec", "soil_depth")


def values_of(crop: Crop, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Packed integers (cell,) about the edges of a crop's rows, mostly on the better side, some missing."""
    values = {"peat_thickness": random.choice([0, 299, 300], CELLS)}
    for name, row in raw_crop(crop.id)["characteristics"].items():
        steps = telling_steps(name, row)
        rated = rated_classes(crop.characteristics[name], MEANINGS[name], "as_printed")
        low = getattr(MEANINGS[name], "low", 0)
        weight = 1.0 / (1 + rated[np.array(steps) - low].astype(float)) ** 6
        values[name] = random.choice(steps, CELLS, p=weight / weight.sum())
        values[name][random.random(CELLS) < 0.01] = missing(MEANINGS[name])
    return values


@pytest.mark.parametrize("crop", all_crops()[:4], ids=lambda crop: crop.id)
def test_soil_and_place_rated_apart_are_as_if_rated_together(crop: Crop):
    values = values_of(crop, np.random.default_rng(1))
    known = {name: MEANINGS[name] for name in values}
    whole = evaluate(
        compile_tables([crop], EVALUATION, known),
        {name: packed[np.newaxis] for name, packed in values.items()},
    )
    sides = [
        Ratings.of(
            compile_tables(
                [crop], EVALUATION, {name: known[name] for name in known if (name in OF_SOILS) is own}
            ),
            values,
            CELLS,
        )
        for own in (True, False)
    ]
    for scenario, classes in whole.classes.items():
        first, every = np.zeros(CELLS, np.int64), np.arange(CELLS)
        found, limits = worse_of(*(Side.of([each], scenario, first, every) for each in sides))
        assert len(np.unique(found)) > 3
        assert found.tolist() == classes[0, 0].tolist()
        assert limits.tolist() == whole.limiting[scenario][0, 0].tolist()


def test_hectares_of_classes_leave_out_what_has_none():
    areas = pd.DataFrame({"zone": [1, 1, 1], "class": [2, 0, 2], "area_ha": [3.0, 5.0, 1.0]})
    assert class_areas(areas, 2).tolist() == [[0, 0, 0, 0], [0, 4.0, 0, 0]]


def test_subclasses_are_told_in_words_with_equal_ones_added_up():
    names = subclasses(np.array([2, 3, 0], np.uint8), np.array([2, 16, 0], np.uint16), QUALITIES)
    assert names == ["S2wa", "S3nr", ""]
    assert (
        in_words([("S3nr", 20.0), ("S2wa", 60.0), ("S3nr", 14.96), ("", 5.0), ("N", 0.04)])
        == "S2wa 60 %, S3nr 35 %, – 5 %"
    )
