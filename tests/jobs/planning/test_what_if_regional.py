"""A what-if where a region has criteria of its own."""

import numpy as np

from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.planning.trial import prepare
from tests.jobs.evaluation.test_criteria_sets import STEEP_IS_FINE, Trial


def test_a_what_if_that_changes_nothing_follows_the_criteria_of_each_region(tmp_path):
    nation = Trial(tmp_path)
    nation.add("hills", "01.02", slope=STEEP_IS_FINE)
    nation.evaluated(crops=["maize"])
    store, catalog = nation.store, nation.catalog
    snapshot = store.ledger.current()
    same = prepare(store, catalog, snapshot, "maize", WhatIf())
    assert same.criteria.regional
    window = catalog.grid.window
    result, _ = same.evaluate(window, reader(store, same.inputs)(window))
    published = store.cube.open(suitability_of("maize"), snapshot.layers[suitability_of("maize")])
    np.testing.assert_array_equal(result.classes["actual"][0], published.read("actual"))
    store.close()
