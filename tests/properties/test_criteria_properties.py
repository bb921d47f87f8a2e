"""What holds for every criteria set in which the linter finds nothing, and for rows that are dropped."""

from typing import Any, get_args

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.catalog.crops import Criterion
from soilinfo.catalog.lint import bands_of, gaps, overlaps
from soilinfo.catalog.models import SCENARIOS, BoundaryRule, SuitabilityClass
from soilinfo.evaluate.criteria import rate
from soilinfo.evaluate.suitability import compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, MEANINGS, PACKINGS
from tests.evaluate.tables import one_row_crop

unhurried = settings(deadline=None, max_examples=60)
rules = st.sampled_from(get_args(BoundaryRule))
ROWS = {
    "ph_h2o": ("nr", "pH"),
    "slope": ("eh", "%"),
    "soil_depth": ("rc", "cm"),
    "base_saturation": ("nr", "%"),
}
ORDER = [*SuitabilityClass.__members__]


@st.composite
def clean_rows(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A row of bands that meet, worse and worse on one side of the best or on both."""
    packing = PACKINGS[name]
    sides = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    worst = draw(st.integers(2, 4))
    steps = st.integers(packing.low + 1, packing.high - 1)
    count = (worst - 1) * sum(sides)
    cuts = sorted(draw(st.lists(steps, min_size=max(count, 2), max_size=max(count, 2), unique=True)))
    edges = [round(step * packing.scale, 6) for step in cuts[:count]]
    below, above = (edges[: worst - 1], edges[worst - 1 :]) if all(sides) else (edges, edges)
    falling = [None, *below] if sides[0] else [None]
    rising = [*above, None] if sides[1] else [None]
    bands: dict[str, list[list[float | None]]] = {"S1": [[falling[-1], rising[0]]]}
    for rank in range(1, worst):
        ends = [[falling[-1 - rank], falling[-rank]]] if sides[0] else []
        ends += [[rising[rank - 1], rising[rank]]] if sides[1] else []
        bands[ORDER[rank]] = ends
    quality, unit = ROWS[name]
    shape = {"quality": quality, "kind": "numeric", "unit": unit, "worst_class": ORDER[worst - 1]}
    return shape | {"bands": bands}


named_rows = st.sampled_from([*ROWS]).flatmap(lambda name: st.tuples(st.just(name), clean_rows(name)))


def is_clean(row: Criterion) -> bool:
    bands = bands_of(row)
    return not gaps(bands, (-1e9, 1e9)) and not overlaps(bands)


@unhurried
@given(named_rows, rules, st.data())
def test_moving_away_from_the_best_value_never_improves_the_class(
    named: tuple[str, dict[str, Any]], rule: BoundaryRule, data: st.DataObject
):
    name, raw = named
    row, packing = Criterion(**raw), PACKINGS[name]
    assert is_clean(row)
    low, high = (packing.low if end is None else end / packing.scale for end in raw["bands"]["S1"][0])
    high = packing.high if raw["bands"]["S1"][0][1] is None else high
    best = (low + high) / 2 * packing.scale
    steps = data.draw(st.lists(st.integers(packing.low, packing.high), min_size=2))
    values = np.sort(np.array([*steps, low, high]) * packing.scale)
    classes = rate(row, np.round(values, 6), rule).astype(int)
    assert (np.diff(classes[values <= best]) <= 0).all()
    assert (np.diff(classes[values >= best]) >= 0).all()


@unhurried
@given(st.fixed_dictionaries({name: clean_rows(name) for name in ROWS}), rules, st.data())
def test_on_a_clean_set_the_whole_land_is_never_better_for_one_value_further_from_the_best(
    rows: dict[str, dict[str, Any]], rule: BoundaryRule, data: st.DataObject
):
    cell = {name: data.draw(st.integers(PACKINGS[name].low, PACKINGS[name].high)) for name in rows}
    moved = data.draw(st.sampled_from(sorted(rows)))
    packing, (low, high) = PACKINGS[moved], rows[moved]["bands"]["S1"][0]
    ends = [
        packing.low if low is None else low / packing.scale,
        packing.high if high is None else high / packing.scale,
    ]
    outward = 1 if cell[moved] >= sum(ends) / 2 else -1
    further = data.draw(st.integers(0, 400)) * outward + cell[moved]
    end = min(max(further, packing.low), packing.high)
    tables = compile_tables([one_row_crop(**rows)], EVALUATION, {name: MEANINGS[name] for name in rows}, rule)
    inputs = {name: np.array([[step, step]], np.int32) for name, step in cell.items()}
    inputs[moved] = np.array([[cell[moved], end]], np.int32)
    result = evaluate(tables, inputs)
    for scenario in SCENARIOS:
        before, after = result.classes[scenario][0, 0].tolist()
        assert after >= before


@unhurried
@given(st.fixed_dictionaries({name: clean_rows(name) for name in ROWS}), rules, st.data())
def test_a_row_that_a_region_drops_never_makes_its_land_worse(
    rows: dict[str, dict[str, Any]], rule: BoundaryRule, data: st.DataObject
):
    dropped = data.draw(st.sampled_from(sorted(rows)))
    known = {name: MEANINGS[name] for name in rows}
    inputs = {
        name: np.array([[data.draw(st.integers(PACKINGS[name].low, PACKINGS[name].high))]], np.int32)
        for name in rows
    }
    fewer = {name: row for name, row in rows.items() if name != dropped}
    whole, part = (
        evaluate(compile_tables([one_row_crop(**kept)], EVALUATION, known, rule), inputs)
        for kept in (rows, fewer)
    )
    for scenario in SCENARIOS:
        assert part.classes[scenario][0, 0, 0] <= whole.classes[scenario][0, 0, 0]
