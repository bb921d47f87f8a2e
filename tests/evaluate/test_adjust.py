"""Adjustments: what each makes of stored integers, and which cells they leave, hold back or flag."""

import numpy as np
import pytest

from soilinfo.catalog.models import ClassTable
from soilinfo.catalog.what_ifs import Adjustment
from soilinfo.evaluate.adjust import Hazards, adjust, hazards_of, steps_of
from soilinfo.evaluate.tables import Packing
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import crop_of, one_row_crop, raw_crop

NODATA = -32768
MAIZE = crop_of(raw_crop("maize"), "maize")
RICE = crop_of(raw_crop("rice_irrigated"), "rice_irrigated")
ALL_KNOWN = hazards_of(EVALUATION, MEANINGS)
WET = {"peat_thickness": 0, "sulfidic_depth": 300}


def cells(**values):
    """Inputs of one row of cells, lists of stored integers by property."""
    return {name: np.array([steps], np.int16) for name, steps in values.items()}


def adjusted(adjustment, inputs, *, crop=MAIZE, hazards=ALL_KNOWN):
    steps = steps_of([adjustment], crop, MEANINGS, "as_printed")
    after, (effect,) = adjust(steps, hazards, inputs)
    cells_of = {outcome: mask[0].tolist() for outcome, mask in effect.cells.items()}
    return after[adjustment.property][0].tolist(), cells_of


def drained(codes, *, crop=MAIZE, classes=1, hazards=ALL_KNOWN, **rest):
    inputs = cells(drainage=codes, **{name: [value] * len(codes) for name, value in (WET | rest).items()})
    return adjusted(Adjustment(property="drainage", improve=classes), inputs, crop=crop, hazards=hazards)


def code(name):
    table = MEANINGS["drainage"]
    assert isinstance(table, ClassTable)
    return table.code_of[name]


def test_lime_raises_acid_soil_to_the_target_and_leaves_the_rest():
    after, did = adjusted(
        Adjustment(property="ph_h2o", raise_to=6.0), cells(ph_h2o=[430, 599, 600, 601, NODATA])
    )
    assert after == [600, 600, 600, 601, NODATA]
    assert did == {"changed": [True, True, False, False, False], "clamped": [False] * 5}


def test_a_target_between_two_steps_is_not_passed():
    after, _ = adjusted(Adjustment(property="base_saturation", raise_to=50.07), cells(base_saturation=[100]))
    assert after == [500]


def test_a_tenth_less_rain_is_rounded_to_whole_millimetres():
    after, _ = adjusted(
        Adjustment(property="rainfall_annual", times=0.9), cells(rainfall_annual=[2000, 1001, 0])
    )
    assert after == [1800, 901, 0]


def test_what_would_leave_the_valid_range_stays_at_its_end_and_is_told():
    after, did = adjusted(Adjustment(property="dry_months", add=2.5), cells(dry_months=[10, 100, 120]))
    assert after == [35, 120, 120]
    assert did["clamped"] == [False, True, True]
    assert did["changed"] == [True, True, False]


def test_drainage_moves_one_class_toward_what_the_crop_asks_for():
    names = ("rapid", "somewhat_rapid", "well", "moderately_well", "somewhat_poor", "poor", "very_poor")
    after, did = drained([code(name) for name in names] + [0])
    expected = (
        "somewhat_rapid",
        "well",
        "well",
        "moderately_well",
        "moderately_well",
        "somewhat_poor",
        "poor",
    )
    assert after == [code(name) for name in expected] + [0]
    assert did["changed"] == [True, True, False, False, True, True, True, False]


def test_for_a_crop_of_wet_land_better_is_wetter():
    row = raw_crop("rice_irrigated")["characteristics"]["drainage"]["bands"]
    after, _ = drained([code(row["N"][0])], crop=RICE, classes=6)
    named = {entry.code: entry.id for entry in MEANINGS["drainage"].classes}
    assert named[after[0]] in row["S1"]


def test_more_classes_than_there_are_end_where_the_crop_is_served_best():
    every = [*MEANINGS["drainage"].code_of.values()]
    assert drained(every, classes=254) == drained(every, classes=len(every))


def test_a_crop_without_the_row_has_nothing_to_improve():
    slope = one_row_crop(slope=raw_crop("maize")["characteristics"]["slope"])
    after, did = drained([code("poor")], crop=slope)
    assert after == [code("poor")]
    assert did["changed"] == [False]


def test_land_made_wetter_is_not_drained():
    codes, did = drained([code("rapid")], crop=RICE, peat_thickness=400, sulfidic_depth=50)
    assert codes == [code("somewhat_rapid")]
    assert {name for name, where in did.items() if where[0]} == {"changed"}


@pytest.mark.parametrize("change", [{"times": 1e308}, {"add": 1e308}])
def test_a_change_beyond_all_bounds_ends_at_the_highest_value(change):
    after, did = adjusted(Adjustment(property="rainfall_annual", **change), cells(rainfall_annual=[1, 3000]))
    assert after == [12000, 12000]
    assert did["clamped"] == [True, True]


@pytest.mark.parametrize(
    ("peat_cm", "after", "outcome"),
    [
        (300, "poor", "refused_protective_peat"),
        (299, "somewhat_poor", "flagged_peat"),
        (50, "somewhat_poor", "flagged_peat"),
        (49, "somewhat_poor", None),
        (NODATA, "somewhat_poor", "unchecked_peat"),
    ],
)
def test_peat_decides_whether_land_is_drained(peat_cm, after, outcome):
    codes, did = drained([code("poor")], peat_thickness=peat_cm)
    assert codes == [code(after)]
    assert {name for name, where in did.items() if where[0]} - {"changed"} == (
        {outcome} if outcome else set()
    )


@pytest.mark.parametrize(("depth_cm", "flagged"), [(0, True), (100, True), (101, False)])
def test_draining_above_sulfidic_material_is_flagged(depth_cm, flagged):
    codes, did = drained([code("poor")], sulfidic_depth=depth_cm)
    assert codes == [code("somewhat_poor")]
    assert did["flagged_sulfidic"] == [flagged]


def test_without_layers_of_peat_and_sulfidic_material_every_drained_cell_is_unchecked():
    codes, did = drained([code("poor"), code("well")], hazards=Hazards(None, None, None))
    assert codes == [code("somewhat_poor"), code("well")]
    assert did["unchecked_peat"] == did["unchecked_sulfidic"] == [True, False]


def test_adjustments_follow_one_another_and_leave_their_inputs_alone():
    inputs = cells(ph_h2o=[500])
    steps = steps_of(
        [Adjustment(property="ph_h2o", raise_to=6.0), Adjustment(property="ph_h2o", add=-0.5)],
        MAIZE,
        MEANINGS,
        "as_printed",
    )
    after, _ = adjust(steps, ALL_KNOWN, inputs)
    assert after["ph_h2o"].tolist() == [[550]]
    assert inputs["ph_h2o"].tolist() == [[500]]


def test_hazards_are_read_in_the_unit_of_their_property():
    in_metres = {**MEANINGS, "peat_thickness": Packing(0, 200, 0.1, "m")}
    hazards = hazards_of(EVALUATION, in_metres)
    _, did = drained([code("poor")], hazards=hazards, peat_thickness=30)
    assert did["refused_protective_peat"] == [True]
