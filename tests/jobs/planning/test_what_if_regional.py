"""A what-if where a region has criteria of its own."""

import numpy as np

from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.what_ifs import Adjustment, WhatIf
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.planning.area import land_suitability
from soilinfo.jobs.planning.best_crops import best_crops
from soilinfo.jobs.planning.trial import prepare
from soilinfo.jobs.planning.what_if import compare_scenarios, what_if
from tests.trial import STEEP_IS_FINE, Trial


def test_a_what_if_that_changes_nothing_follows_the_criteria_of_each_region_and_names_them(trial: Trial):
    nation = trial
    nation.add("hills", "01.02", slope=STEEP_IS_FINE)
    nation.evaluated(names=["maize"])
    store, catalog = nation.store, nation.catalog
    snapshot = store.ledger.current()
    same = prepare(store, catalog, snapshot, "maize", WhatIf())
    assert same.criteria.regional
    window = catalog.grid.window
    result, _ = same.evaluate(window, reader(store, same.inputs)(window))
    published = store.cube.open(suitability_of("maize"), snapshot.layers[suitability_of("maize")])
    np.testing.assert_array_equal(result.classes["actual"][0], published.read("actual"))
    asked = {"crop": "maize", "asked": WhatIf()}
    whole = {"area": {"region": "01"}}
    found = what_if(store, catalog, snapshot, **whole, **asked)["criteria"]
    assert {each["region"]: each["criteria_set"] for each in found} == {None: "lasem", "01.02": "hills"}
    assert found == land_suitability(store, catalog, snapshot, **whole, crop="maize")["criteria"]
    by_unit = compare_scenarios(store, catalog, snapshot, level="regencies", **asked)["criteria"]
    assert [each["region"] for each in by_unit] == [None, "01.02"]
    ranked = best_crops(store, catalog, snapshot, **whole, crops=["maize"])["ranking"]
    assert ranked[0]["criteria"] == found


def test_better_drainage_is_what_the_criteria_of_each_region_call_so(trial: Trial):
    nation = trial
    bands = {"S1": ["poor"], "S2": ["somewhat_poor"], "S3": ["moderately_well"], "N": ["well"]}
    wet = {"quality": "oa", "kind": "category", "worst_class": "N", "bands": bands}
    nation.add("wetland", "01.02", drainage=wet)
    nation.evaluated(names=["maize"])
    store, catalog = nation.store, nation.catalog
    improve = WhatIf(adjustments=(Adjustment(property="drainage", improve=1),))
    trial = prepare(store, catalog, store.ledger.current(), "maize", improve)
    window = catalog.grid.window
    packed = reader(store, trial.inputs)(window)
    result, (effect,) = trial.evaluate(window, packed)
    code = catalog.class_table("drainage").code_of
    ((unit, _),) = trial.criteria.regional
    inside = unit.mask(catalog.grid, window)
    dry = np.isin(packed["drainage"], [code["well"], code["moderately_well"]])
    poor = packed["drainage"] == code["poor"]
    for where, moves in ((inside, dry), (~inside, poor | (packed["drainage"] == code["moderately_well"]))):
        assert (effect.cells["changed"] & where).any()
        assert not (effect.cells["changed"] & where & ~moves).any()
    assert effect.cells["changed"][inside & dry].all()
    assert effect.cells["changed"][~inside & poor].all()
    live = trial.classes(catalog.grid, window, packed)
    np.testing.assert_array_equal(live, result.classes["actual"][0])
