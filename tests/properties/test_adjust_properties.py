"""What holds for every what-if, whatever the soil and the crop."""

from typing import get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.catalog.models import SCENARIOS, BoundaryRule
from soilinfo.catalog.what_ifs import Adjustment, as_text, read_text
from soilinfo.evaluate.adjust import adjust, hazards_of, steps_of
from soilinfo.evaluate.suitability import compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, MEANINGS
from tests.evaluate.tables import all_crops

CROPS = {crop.id: crop for crop in all_crops()}
NODATA = -32768
PH = MEANINGS["ph_h2o"]
HAZARDS = hazards_of(EVALUATION, MEANINGS)
unhurried = settings(deadline=None, max_examples=60)
rules = st.sampled_from(get_args(BoundaryRule))
crops = st.sampled_from(sorted(CROPS))
improvable = st.sampled_from(["drainage", "peat_maturity", "erosion_class", "total_n_class"])
stored_ph = st.lists(st.integers(PH.low, PH.high) | st.just(NODATA), min_size=1, max_size=40)


@given(st.floats(2.0, 12.0), stored_ph)
def test_lime_never_lowers_ph_nor_passes_the_target(target: float, steps: list[int]):
    before = np.array([steps], np.int16)
    lime = Adjustment(property="ph_h2o", raise_to=target)
    after, _ = adjust(steps_of([lime], CROPS["maize"], MEANINGS, "as_printed"), HAZARDS, {"ph_h2o": before})
    limed = after["ph_h2o"]
    assert (limed >= before).all()
    assert (limed[limed != before] * PH.scale <= target + 1e-9).all()
    assert (limed[before == NODATA] == NODATA).all()


@unhurried
@given(crops, improvable, st.integers(1, 6), rules)
def test_an_improvement_never_makes_a_class_worse(crop: str, name: str, classes: int, rule: BoundaryRule):
    row = CROPS[crop].characteristics.get(name)
    if row is None:
        return
    table = MEANINGS[name]
    tables = compile_tables([CROPS[crop]], EVALUATION, {name: table}, rule)
    codes = np.array([[entry.code for entry in table.classes]], np.int16)
    dry = {"peat_thickness": np.zeros_like(codes), "sulfidic_depth": np.full_like(codes, 400)}
    improve = steps_of([Adjustment(property=name, improve=classes)], CROPS[crop], MEANINGS, rule)
    after, _ = adjust(improve, HAZARDS, {name: codes, **dry})
    before_class, after_class = (
        evaluate(tables, {name: each}).classes["actual"][0] for each in (codes, after[name])
    )
    assert ((after_class > 0) == (before_class > 0)).all()
    assert (after_class <= before_class).all()


@given(
    st.sampled_from(["times", "add"]),
    st.floats(0, 3),
    st.lists(st.integers(0, 12000) | st.just(NODATA), min_size=1),
)
def test_another_climate_stays_within_the_valid_range(change: str, amount: float, steps: list[int]):
    before = np.array([steps], np.int16)
    climate = Adjustment(property="rainfall_annual", **{change: amount})
    table = steps_of([climate], CROPS["maize"], MEANINGS, "as_printed")
    after, (effect,) = adjust(table, HAZARDS, {"rainfall_annual": before})
    known = before != NODATA
    assert (after["rainfall_annual"][known] >= 0).all()
    assert (after["rainfall_annual"][known] <= 12000).all()
    assert (after["rainfall_annual"][effect.cells["clamped"]] == 12000).all()


@given(
    st.lists(
        st.builds(
            lambda v: Adjustment(property="ph_h2o", raise_to=v), st.integers(0, 140).map(lambda v: v / 10)
        )
        | st.builds(lambda v: Adjustment(property="drainage", improve=v), st.integers(1, 6))
        | st.builds(
            lambda v: Adjustment(property="rainfall_annual", times=v),
            st.integers(0, 30).map(lambda v: v / 10),
        )
    )
)
def test_adjustments_written_as_text_are_read_back(adjustments: list[Adjustment]):
    read = [Adjustment(**raw) for raw in read_text(as_text(tuple(adjustments)))]
    assert read == adjustments


@unhurried
@given(crops, st.integers(0, 2**32 - 1))
def test_a_what_if_that_changes_nothing_gives_the_same_classes(crop: str, seed: int):
    random = np.random.default_rng(seed)
    tables = compile_tables([CROPS[crop]], EVALUATION, MEANINGS)
    inputs = {name: random.integers(0, 200, (4, 8)).astype(np.int16) for name in tables.inputs}
    after, effects = adjust((), HAZARDS, inputs)
    assert effects == ()
    for scenario in SCENARIOS:
        before_classes = evaluate(tables, inputs).classes[scenario]
        np.testing.assert_array_equal(evaluate(tables, after).classes[scenario], before_classes)
