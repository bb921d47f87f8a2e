"""What holds for land suitability whatever the soil, the crop and the boundary rule."""

from functools import cache
from typing import get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.catalog.models import SCENARIOS, BoundaryRule, Criterion, SuitabilityClass
from soilinfo.evaluate.criteria import rate
from soilinfo.evaluate.suitability import Evaluation, Packing, Tables, compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, MAY_LACK, MEANINGS, QUALITIES
from tests.evaluate.tables import all_crops

CROPS = {crop.id: crop for crop in all_crops()}
MISSING = -9999
Cell = dict[str, int]

unhurried = settings(deadline=None, max_examples=60)
rules = st.sampled_from(get_args(BoundaryRule))
names = st.sampled_from(sorted(CROPS))


def steps(name: str) -> st.SearchStrategy[int]:
    meaning = MEANINGS[name]
    if isinstance(meaning, Packing):
        return st.integers(meaning.low, meaning.high) | st.just(MISSING)
    return st.integers(0, len(meaning.classes))


@st.composite
def crop_and_cell(draw: st.DrawFn) -> tuple[str, Cell]:
    crop = draw(names)
    return crop, {name: draw(steps(name)) for name in CROPS[crop].characteristics}


@cache
def tables_of(crop: str, available: frozenset[str], rule: BoundaryRule) -> Tables:
    return compile_tables([CROPS[crop]], EVALUATION, {name: MEANINGS[name] for name in available}, rule)


def evaluated(crop: str, cell: Cell, rule: BoundaryRule) -> Evaluation:
    tables = tables_of(crop, frozenset(cell), rule)
    return evaluate(tables, {name: np.array([[step]], np.int16) for name, step in cell.items()})


def class_of(crop: str, cell: Cell, rule: BoundaryRule) -> int:
    return int(evaluated(crop, cell, rule).classes["actual"][0, 0, 0])


@unhurried
@given(crop_and_cell(), rules)
def test_more_management_never_makes_land_worse(given_cell: tuple[str, Cell], rule: BoundaryRule):
    classes = evaluated(*given_cell, rule).classes
    ordered = [int(classes[scenario][0, 0, 0]) for scenario in SCENARIOS]
    assert ordered == sorted(ordered, reverse=True)
    assert len({code == 0 for code in ordered}) == 1, "what cannot be classed cannot be improved either"


@unhurried
@given(crop_and_cell(), rules, st.data())
def test_one_more_characteristic_never_makes_land_better(
    given_cell: tuple[str, Cell], rule: BoundaryRule, data: st.DataObject
):
    crop, cell = given_cell
    dropped = data.draw(st.sampled_from(sorted(cell)))
    fewer = {name: step for name, step in cell.items() if name != dropped}
    before, after = class_of(crop, fewer, rule), class_of(crop, cell, rule)
    assert after == 0 or after >= before


@unhurried
@given(crop_and_cell(), rules, st.data())
def test_a_missing_needed_characteristic_is_neither_s1_nor_n(
    given_cell: tuple[str, Cell], rule: BoundaryRule, data: st.DataObject
):
    crop, cell = given_cell
    lost = data.draw(st.sampled_from(sorted(set(cell) - set(MAY_LACK))))
    result = evaluated(crop, {**cell, lost: MISSING}, rule)
    for scenario in SCENARIOS:
        assert result.classes[scenario][0, 0, 0] == 0
        assert result.limiting[scenario][0, 0, 0] == 0


@unhurried
@given(crop_and_cell(), rules)
def test_limiting_qualities_are_the_crops_own_and_stand_with_every_class_but_s1(
    given_cell: tuple[str, Cell], rule: BoundaryRule
):
    crop, cell = given_cell
    result = evaluated(crop, cell, rule)
    own = sum(1 << QUALITIES.index(q) for q in {row.quality for row in CROPS[crop].characteristics.values()})
    for scenario in SCENARIOS:
        code, mask = int(result.classes[scenario][0, 0, 0]), int(result.limiting[scenario][0, 0, 0])
        assert (mask > 0) == (code > SuitabilityClass.S1)
        assert mask & ~own == 0


@unhurried
@given(names, rules, st.data())
def test_no_row_is_ever_worse_than_its_worst_class(crop: str, rule: BoundaryRule, data: st.DataObject):
    row = data.draw(st.sampled_from(list(CROPS[crop].characteristics.values())))
    values = data.draw(numbers if row.kind == "numeric" else categories(row))
    classes = rate(row, values, rule)
    assert classes.max(initial=0) <= SuitabilityClass[row.worst_class]


@unhurried
@given(names, st.data())
def test_better_and_worse_enclose_the_other_rules(crop: str, data: st.DataObject):
    numeric = [row for row in CROPS[crop].characteristics.values() if row.kind == "numeric"]
    row = data.draw(st.sampled_from(numeric))
    edges = sorted({e for band in row.bands.values() for pair in band for e in pair if e is not None})
    values = np.array(data.draw(st.lists(st.sampled_from(edges) | st.floats(-10, 5000), min_size=1)))
    better, printed, worse = (rate(row, values, rule) for rule in ("better", "as_printed", "worse"))
    assert (better <= printed).all()
    assert (printed <= worse).all()


numbers = st.lists(st.floats(-1e4, 1e4) | st.just(float("nan")), max_size=30)


def categories(row: Criterion) -> st.SearchStrategy[list[str]]:
    listed = [str(name) for band in row.bands.values() for name in band]
    return st.lists(st.sampled_from([*listed, "something_else", ""]), max_size=10)
