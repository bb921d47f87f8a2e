"""What a planner reads off the sample nation: what to grow where, and where land is not to be had."""

import numpy as np
import pytest

from soilinfo.catalog.choice import AVAILABLE, NO_CROP, UNKNOWN
from soilinfo.catalog.product_direction import compared_crops, crop_codes
from soilinfo.evaluate.choice import Choice, Exclusion, choose, common_basis, cut_to, first_loss
from soilinfo.evaluate.suitability import Packing, compile_tables, evaluate
from soilinfo.sample.relief import DOME, DRY_ISLAND, RICE_PLAIN
from tests.sample.nation import Nation
from tests.sample.test_land import inside


@pytest.fixture(scope="module")
def chosen(nation: Nation) -> Choice:
    """The best crops of the crops that the shipped configuration compares."""
    catalog = nation.catalog
    assert catalog.choice is not None
    crops = [catalog.crop(name) for name in compared_crops(catalog)]
    layers = {name for crop in crops for name in crop.characteristics} & catalog.layers.keys()
    land = np.isfinite(nation.values("elevation"))
    held = {name: _has_data(nation, name)[land].mean() for name in layers}
    basis = common_basis(
        crops,
        {name: 100 * float(share) for name, share in held.items()},
        irrigation_only=catalog.evaluation.irrigation_only,
        least_pct=catalog.choice.least_coverage_pct,
    )
    assert {"rainfall_annual", "peat_thickness", "n_total"} <= set(basis.used)
    assert "k2o_hcl25" not in basis.used  # one province never measured potassium
    known = {name: _meaning(nation, name) for name in basis.used}
    tables = compile_tables([cut_to(crop, basis.used) for crop in crops], catalog.evaluation, known)
    potential = catalog.choice.potential
    full = compile_tables(crops, catalog.evaluation, {name: _meaning(nation, name) for name in layers})
    cells = {name: nation.packed(name) for name in {*tables.inputs, *full.inputs}}
    classes = evaluate(tables, cells, scenarios=("actual", potential), limiting=False).classes
    whole = evaluate(full, cells, scenarios=("actual",), limiting=False).classes["actual"]
    codes, weights = [crop_codes(catalog)[crop.id] for crop in crops], [1.0] * len(crops)
    return choose(classes["actual"], classes[potential], whole, codes=codes, weights=weights)


def _has_data(nation: Nation, name: str) -> np.ndarray:
    values = nation.values(name)
    return values != 0 if nation.catalog.property(name).class_table else np.isfinite(values)


def _meaning(nation: Nation, name: str):
    prop = nation.catalog.property(name)
    return nation.catalog.class_table(prop.class_table) if prop.class_table else Packing.of(prop)


def test_no_crop_suits_the_deep_peat(nation: Nation, chosen: Choice) -> None:
    dome = inside(nation, DOME, 0.4)
    assert (chosen.best[dome] == NO_CROP).mean() > 0.8


def test_maize_leads_on_the_dry_island_and_rice_on_the_plain(nation: Nation, chosen: Choice) -> None:
    codes = crop_codes(nation.catalog)
    for land, crop in ((DRY_ISLAND, "maize"), (RICE_PLAIN, "rice_irrigated")):
        best = chosen.best[inside(nation, land, 0.8)]
        found, cells = np.unique(best[best > 0], return_counts=True)
        assert found[cells.argmax()] == codes[crop], crop


def test_where_crops_tie_the_map_says_that_they_compete(chosen: Choice) -> None:
    known = chosen.best > 0
    assert 0.2 < ((chosen.competing > 0) & (chosen.competing < 255))[known].mean() < 0.95


def test_land_without_a_map_of_permits_is_unknown_and_elsewhere_most_is_available(nation: Nation) -> None:
    land = nation.catalog.available_land
    assert land is not None
    steps = []
    for step in land.steps:
        classes = nation.classes(step.layer)
        steps.append(Exclusion(classes != "", np.isin(classes, step.any_of)))
    outcome = first_loss(steps)
    on_land = nation.classes("land_cover") != ""
    permits = [step.id for step in land.steps].index("concessions") + 1
    unmapped = on_land & (nation.classes("concessions") == "")
    assert (outcome[unmapped] != AVAILABLE).all()
    assert (outcome[unmapped] == UNKNOWN + permits).mean() > 0.3
    assert 0.5 < (outcome[on_land & ~unmapped] == AVAILABLE).mean() < 0.95
