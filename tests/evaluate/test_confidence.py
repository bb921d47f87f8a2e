"""Probabilities of classes beside simulations that draw values and evaluate them with the tables."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import ndtri

from soilinfo.catalog.models import Crop
from soilinfo.evaluate.confidence import (
    NO_DATA,
    STEPS,
    VARIABLES,
    Confidence,
    confidence,
    limits,
    pieces,
    spread_of_quantiles,
)
from soilinfo.evaluate.suitability import Tables, compile_tables, evaluate
from tests.evaluate.rules import EVALUATION, MEANINGS, PACKINGS
from tests.evaluate.tables import NAMES, crop_of, one_row_crop, raw_crop, value_of

DRAWS = 100_000
MISSING = -9999
SPREADS = {"ph_h2o": 45.0, "soc": 30.0, "cec": 25.0, "salinity_ec": 150.0, "soil_depth": 20.0}
"""Standard deviations in packed steps: 0.45 pH, 3 g/kg, 2.5 cmol(+)/kg, 1.5 dS/m, 20 cm."""
CELLS = {
    "middling": {"ph_h2o": 570, "soc": 110, "cec": 160, "salinity_ec": 350, "soil_depth": 60},
    "acid": {"ph_h2o": 490, "soc": 200, "cec": 55, "salinity_ec": 50, "soil_depth": 90},
    "at the end of the range": {"ph_h2o": 780, "soc": 3, "cec": 2, "salinity_ec": 20, "soil_depth": 4},
}


def tables_of(crop: Crop, names: object = None) -> Tables:
    available = set(crop.characteristics) if names is None else set(names)  # type: ignore[call-overload]
    return compile_tables([crop], EVALUATION, {name: MEANINGS[name] for name in available})


def best_cell(name: str) -> dict[str, int]:
    """A cell in which every characteristic of a crop's table is S1."""
    found = {}
    for characteristic in crop_of(raw_crop(name)).characteristics:
        tables = tables_of(crop_of(raw_crop(name)), [characteristic])
        meaning = MEANINGS[characteristic]
        steps = (
            range(meaning.low, meaning.high + 1)
            if characteristic in PACKINGS
            else [entry.code for entry in meaning.classes]
        )
        classes = evaluate(tables, {characteristic: np.array([steps], np.int16)}).classes["actual"][0, 0]
        found[characteristic] = list(steps)[int(np.flatnonzero(classes == classes[classes > 0].min())[0])]
    return found


def at_cell(tables: Tables, cell: dict[str, int], spreads: dict[str, float]) -> Confidence:
    inputs = {name: np.array([[cell[name]]], np.int16) for name in tables.inputs}
    return confidence(tables, inputs, {name: np.array([[spread]]) for name, spread in spreads.items()})


def probabilities(result: Confidence) -> np.ndarray:
    return result.classes[0, :, 0, 0]


def probabilities_at(tables: Tables, cell: dict[str, int], spreads: dict[str, float]) -> np.ndarray:
    return probabilities(at_cell(tables, cell, spreads))


def drawn(name: str, mean: float, spread: float, uniform: np.ndarray) -> np.ndarray:
    """Stored integers of a value that is normal within the property's range, at these quantiles."""
    packing, normal = PACKINGS[name], NormalDist(mean, spread)
    low, high = normal.cdf(packing.low - 0.5), normal.cdf(packing.high + 0.5)
    values = mean + spread * ndtri(low + uniform * (high - low))
    return np.clip(np.rint(values), packing.low, packing.high).astype(np.int16)


def simulated(
    tables: Tables, cell: dict[str, int], spreads: dict[str, float], uniforms: dict[str, np.ndarray]
) -> np.ndarray:
    """Share of each class among cells with drawn values, and everything else as in ``cell``."""
    count = len(next(iter(uniforms.values())))
    inputs = {name: np.full((1, count), cell[name], np.int16) for name in tables.inputs}
    for name, uniform in uniforms.items():
        inputs[name] = drawn(name, cell[name], spreads[name], uniform)[np.newaxis]
    classes = evaluate(tables, inputs, scenarios=("actual",), limiting=False).classes["actual"]
    return np.bincount(classes[0, 0], minlength=5)[1:] / count


def independent(names: object, seed: int = 1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: random.random(DRAWS) for name in names}  # type: ignore[attr-defined]


def within_its_error(simulation: np.ndarray, expected: np.ndarray) -> bool:
    """Within four standard errors of so many draws."""
    error = np.sqrt(expected * (1 - expected) / DRAWS)
    return bool((np.abs(simulation - expected) <= 4 * error + 2e-5).all())


@pytest.mark.parametrize("place", CELLS)
@pytest.mark.parametrize("name", ["maize", "cocoa", "rice_irrigated"])
def test_probabilities_equal_a_simulation_within_its_error(name: str, place: str):
    tables = tables_of(crop_of(raw_crop(name)))
    cell = best_cell(name) | {key: step for key, step in CELLS[place].items() if key in tables.inputs}
    spreads = {key: spread for key, spread in SPREADS.items() if key in tables.inputs}
    assert len(spreads) >= 3
    result = at_cell(tables, cell, spreads)
    assert within_its_error(simulated(tables, cell, spreads, independent(spreads)), probabilities(result))


@pytest.mark.parametrize("name", ["maize", "cocoa", "rice_irrigated"])
def test_the_confidence_is_the_probability_of_the_class_that_the_evaluation_gives(name: str):
    tables = tables_of(crop_of(raw_crop(name)))
    for place in CELLS.values():
        cell = best_cell(name) | {key: step for key, step in place.items() if key in tables.inputs}
        inputs = {key: np.array([[cell[key]]], np.int16) for key in tables.inputs}
        given = evaluate(tables, inputs).classes["actual"][0, 0, 0]
        result = at_cell(tables, cell, {key: SPREADS[key] for key in SPREADS if key in tables.inputs})
        assert result.assigned[0, 0, 0] == probabilities(result)[given - 1]


def test_two_rows_on_one_property_are_evaluated_jointly():
    retention = {
        "quality": "nr",
        "bands": {"S1": [[5.5, 7]], "S2": [[None, 5.5], [7, None]]},
        "worst_class": "S2",
    }
    toxicity = {"quality": "xs", "bands": {"S1": [[5.2, None]], "S3": [[None, 5.2]]}, "worst_class": "S3"}
    rows = [{"kind": "numeric", "unit": "pH", **row} for row in (retention, toxicity)]
    crops = [one_row_crop(ph_h2o=row).model_copy(update={"id": f"c{at}"}) for at, row in enumerate(rows)]
    apart = compile_tables(crops, EVALUATION, {"ph_h2o": MEANINGS["ph_h2o"]})
    # The bits of the second crop joined to those of the first: one crop with both rows.
    joint = replace(apart, crops=("both",), rows=apart.rows & apart.rows >> np.uint64(3))
    cell, spreads = {"ph_h2o": 540}, {"ph_h2o": 30.0}
    shares = simulated(joint, cell, spreads, independent(spreads))
    result = at_cell(joint, cell, spreads)
    assert (shares[:3] > 0.1).all()
    assert within_its_error(shares, probabilities(result))
    assert result.bounds[0] == result.assigned == result.bounds[1], "one property leaves no dependence open"


DEPENDENCES = {
    "together": lambda u: {"ph_h2o": u, "soc": u},
    "against each other": lambda u: {"ph_h2o": u, "soc": 1 - u},
}


@pytest.mark.parametrize("dependence", DEPENDENCES)
@pytest.mark.parametrize("place", CELLS)
def test_bounds_hold_for_errors_that_go_together_or_against_each_other(place: str, dependence: str):
    tables = tables_of(crop_of(raw_crop("maize")))
    cell, spreads = best_cell("maize") | CELLS[place], {"ph_h2o": 45.0, "soc": 30.0}
    cell = {key: step for key, step in cell.items() if key in tables.inputs}
    result = at_cell(tables, cell, spreads)
    given = evaluate(tables, {key: np.array([[cell[key]]], np.int16) for key in tables.inputs})
    uniform = (np.arange(20_000) + 0.5) / 20_000
    shares = simulated(tables, cell, spreads, DEPENDENCES[dependence](uniform))
    share = shares[given.classes["actual"][0, 0, 0] - 1]
    assert result.bounds[0][0, 0, 0] - 1e-4 <= share <= result.bounds[1][0, 0, 0] + 1e-4
    assert result.bounds[0] <= result.assigned <= result.bounds[1]


def test_the_bounds_of_two_properties_are_reached():
    crop = one_row_crop(
        ph_h2o={"quality": "nr", "kind": "numeric", "unit": "pH", "worst_class": "S3",
                "bands": {"S1": [[5.5, None]], "S3": [[None, 5.5]]}},
        soc={"quality": "nr", "kind": "numeric", "unit": "g/kg", "worst_class": "S3",
             "bands": {"S1": [[10, None]], "S3": [[None, 10]]}},
    )  # fmt: skip
    tables, cell = tables_of(crop), {"ph_h2o": 570, "soc": 110}
    result = at_cell(tables, cell, SPREADS | {})
    uniform = (np.arange(20_000) + 0.5) / 20_000
    together = simulated(tables, cell, SPREADS, DEPENDENCES["together"](uniform))[0]
    against = simulated(tables, cell, SPREADS, DEPENDENCES["against each other"](uniform))[0]
    assert result.bounds[1][0, 0, 0] == pytest.approx(together, abs=1e-4)
    assert result.bounds[0][0, 0, 0] == pytest.approx(against, abs=1e-4)


def test_without_spread_the_class_is_certain_and_unknown_spread_gives_nothing():
    crop = one_row_crop(ph_h2o=raw_crop("maize")["characteristics"]["ph_h2o"])
    tables, steps = tables_of(crop), np.arange(400, 900, 1, dtype=np.int16)[np.newaxis]
    classes = evaluate(tables, {"ph_h2o": steps}).classes["actual"][0]
    for spread in (0.0, 1e-6):
        result = confidence(tables, {"ph_h2o": steps}, {"ph_h2o": np.full(steps.shape, spread)})
        assert (result.classes[0] == (np.arange(1, 5)[:, None, None] == classes)).all()
        assert (result.bounds[0] == 1).all()
    unknown = confidence(tables, {"ph_h2o": steps}, {"ph_h2o": np.full(steps.shape, np.nan)})
    assert np.isnan(unknown.classes).all()
    assert (unknown.packed() == NO_DATA).all()


def test_a_cell_without_a_class_has_no_probability_and_a_property_that_may_lack_limits_nothing():
    rows = raw_crop("maize")["characteristics"]
    tables = tables_of(one_row_crop(ph_h2o=rows["ph_h2o"], k2o_hcl25=rows["k2o_hcl25"]))
    spreads = {"ph_h2o": 40.0, "k2o_hcl25": 100.0}
    assert np.isnan(at_cell(tables, {"ph_h2o": MISSING, "k2o_hcl25": 500}, spreads).assigned).all()
    lacking = at_cell(tables, {"ph_h2o": 570, "k2o_hcl25": MISSING}, spreads | {"k2o_hcl25": np.nan})
    alone = at_cell(tables_of(one_row_crop(ph_h2o=rows["ph_h2o"])), {"ph_h2o": 570}, {"ph_h2o": 40.0})
    assert (probabilities(lacking) == probabilities(alone)).all()
    assert probabilities(alone).sum() == pytest.approx(1)


def test_what_is_certain_limits_the_classes_that_are_possible():
    rows = raw_crop("maize")["characteristics"]
    tables = tables_of(one_row_crop(ph_h2o=rows["ph_h2o"], slope=rows["slope"]))
    steep = at_cell(tables, {"ph_h2o": 570, "slope": 120}, {"ph_h2o": 40.0})
    assert probabilities(steep).tolist() == [0, 0, 1, 0]
    assert steep.bounds == (1, 1)


def test_pieces_of_the_range_are_the_bands_of_the_tables():
    rows = raw_crop("maize")["characteristics"]
    tables = tables_of(one_row_crop(ph_h2o=rows["ph_h2o"], slope=rows["slope"]))
    edges, ranks = pieces(tables, "trial", "ph_h2o", "actual")
    assert edges.tolist() == [199.5, 549.5, 579.5, 780.5, 820.5, 1200.5]
    assert ranks.tolist() == [3, 2, 1, 2, 3]
    assert limits(tables, "trial", "ph_h2o")
    assert not limits(tables, "trial", "soc")


def test_stored_probabilities_add_up_and_are_near_the_true_ones():
    crop = crop_of(raw_crop("maize"))
    tables, random = tables_of(crop, ["ph_h2o", "soc", "slope"]), np.random.default_rng(3)
    inputs = {"ph_h2o": random.integers(450, 850, (20, 20)).astype(np.int16)}
    inputs |= {"soc": random.integers(0, 200, (20, 20)).astype(np.int16)}
    inputs |= {"slope": random.integers(0, 200, (20, 20)).astype(np.int16)}
    spreads = {"ph_h2o": random.uniform(0, 60, (20, 20)), "soc": random.uniform(0, 60, (20, 20))}
    result = confidence(tables, inputs, spreads)
    stored = dict(zip(VARIABLES, result.packed()[0], strict=True))
    classes = np.stack([stored[f"p_{name}"] for name in ("s1", "s2", "s3", "n")]).astype(int)
    assert (classes.sum(axis=0) == STEPS).all()
    assert np.abs(classes / STEPS - result.classes[0]).max() <= 0.005
    assert np.abs(stored["confidence"] / STEPS - result.assigned).max() <= 0.0025 + 1e-6


def test_quantiles_are_read_as_those_of_a_normal_distribution():
    normal = NormalDist(5.6, 0.4)
    q05, q95 = np.array([normal.inv_cdf(0.05)]), np.array([normal.inv_cdf(0.95)])
    assert spread_of_quantiles(q05, q95) == pytest.approx(0.4)
    assert value_of("ph_h2o", 560) == 5.6


@pytest.mark.parametrize("name", NAMES)
def test_of_every_crop_probabilities_add_up_and_bounds_hold_the_independent_one(name: str):
    tables, random = tables_of(crop_of(raw_crop(name))), np.random.default_rng(NAMES.index(name))
    best, shape = best_cell(name), (1, 500)
    inputs = {key: np.full(shape, best[key], np.int16) for key in tables.inputs}
    uncertain = [key for key in tables.inputs if key in PACKINGS]
    for key in uncertain:
        inputs[key] = np.clip(
            random.normal(best[key], 40, shape).astype(np.int16), PACKINGS[key].low, PACKINGS[key].high
        )
    result = confidence(tables, inputs, {key: random.uniform(0, 30, shape) for key in uncertain})
    given = evaluate(tables, inputs).classes["actual"]
    assert result.classes.sum(axis=1) == pytest.approx(1, abs=1e-5)
    own = np.take_along_axis(result.classes, given[:, np.newaxis].astype(int) - 1, axis=1)[:, 0]
    assert result.assigned == pytest.approx(own)
    low, high = result.bounds
    assert ((low >= 0) & (low <= result.assigned + 1e-5) & (result.assigned <= high + 1e-5)).all()
    assert (high <= 1 + 1e-5).all()
