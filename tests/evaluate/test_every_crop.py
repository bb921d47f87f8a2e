"""Every crop on 10,000 random cells and on every class edge, beside the naive evaluation of its YAML."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from soilinfo.catalog.models import SCENARIOS, Crop
from soilinfo.evaluate.suitability import compile_tables, evaluate, subclass
from soilinfo.evaluate.tables import Packing
from tests.evaluate import oracle
from tests.evaluate.oracle import Rules, naive_class, naive_row_of
from tests.evaluate.rules import EVALUATION, IMPROVEMENT, MEANINGS, QUALITIES
from tests.evaluate.tables import NAMES, crop_of, raw_crop, rules_of, telling_steps, value_of

CELLS = 10_000
MISSING = -9999
VALUES = 200
"""Random values of each characteristic that cells are made of; edges come on top."""


def steps_of(name: str, row: Mapping[str, Any], random: np.random.Generator) -> np.ndarray:
    """Random stored integers of a property, every class edge of the row, and no data."""
    meaning = MEANINGS[name]
    anything = random.integers(meaning.low, meaning.high + 1, VALUES) if isinstance(meaning, Packing) else []
    return np.array([*anything, *telling_steps(name, row), MISSING], np.int32)


def random_cells(raw: Mapping[str, Any], random: np.random.Generator) -> dict[str, np.ndarray]:
    """Cells of random values; most are taken from the better classes, so that each row can be the worst."""
    cells = {}
    for name, row in raw["characteristics"].items():
        steps = steps_of(name, row, random)
        rated = [naive_row_of(name, row, value_of(name, int(step)), rules_of()) for step in steps]
        weight = np.array([{"S1": 60.0, "S2": 4.0, None: 0.3}.get(own, 1.0) for own in rated])
        for own in set(rated):  # as likely by class, however many values a class has
            same = np.array([each == own for each in rated])
            weight[same] /= same.sum()
        cells[name] = random.choice(steps, CELLS, p=weight / weight.sum())
    return cells


def edge_cells(raw: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """For every edge of every row a cell at it, just below and just above, where all else is best."""
    best = {name: best_step(name, row) for name, row in raw["characteristics"].items()}
    cells = [
        {**best, name: step}
        for name, row in raw["characteristics"].items()
        for step in telling_steps(name, row)
    ]
    return {name: np.array([cell[name] for cell in cells], np.int32) for name in best}


def best_step(name: str, row: Mapping[str, Any]) -> int:
    steps = telling_steps(name, row)
    rated = [naive_row_of(name, row, value_of(name, step), rules_of()) or "none" for step in steps]
    return steps[rated.index(min(rated))]


def naive(raw: Mapping[str, Any], cells: Mapping[str, np.ndarray], rules: Rules) -> list[tuple[str, int]]:
    """Subclass and number lacking of each cell, by loops."""
    values = {
        name: {int(step): value_of(name, int(step)) for step in np.unique(steps)}
        for name, steps in cells.items()
    }
    found = []
    for place in range(len(next(iter(cells.values())))):
        cell = {name: values[name][int(steps[place])] for name, steps in cells.items()}
        worst, limiting, lacking = naive_class(raw, cell, rules)
        qualities = ",".join(quality for quality in QUALITIES if quality in limiting)
        found.append((f"{worst or ''}{qualities}", lacking))
    return found


def compiled(crop: Crop, cells: Mapping[str, np.ndarray], scenario: Any) -> list[tuple[str, int]]:
    tables = compile_tables([crop], EVALUATION, {name: MEANINGS[name] for name in cells})
    result = evaluate(tables, {name: steps[np.newaxis] for name, steps in cells.items()})
    pairs = zip(result.classes[scenario][0, 0], result.limiting[scenario][0, 0], strict=True)
    texts = [subclass(int(worst), int(mask), QUALITIES) for worst, mask in pairs]
    return list(zip(texts, result.lacking[0, 0].tolist(), strict=True))


@pytest.fixture(autouse=True)
def rated_once(monkeypatch: pytest.MonkeyPatch):
    """The naive rating of a row is worked out once for each value: only its speed changes."""
    known: dict[tuple[int, object], str | None] = {}

    def once(name: str, row: Mapping[str, Any], value: Any, rules: Rules) -> str | None:
        key = id(row), value
        if key not in known:
            known[key] = naive_row_of(name, row, value, rules)
        return known[key]

    monkeypatch.setattr(oracle, "naive_row_of", once)


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_random_cells_and_every_edge_equal_the_naive_evaluation(name: str):
    raw = raw_crop(name)
    random = np.random.default_rng(NAMES.index(name))
    anything, edges = random_cells(raw, random), edge_cells(raw)
    for level, scenario in enumerate(SCENARIOS):
        gains = {row: (0, *gain)[level] for row, gain in IMPROVEMENT.items()}
        # All cells as they are; of the potentials each a third, for the loops are slow.
        third = slice(None) if scenario == "actual" else slice(level, None, 3)
        for cells in ({row: steps[third] for row, steps in anything.items()}, edges):
            assert compiled(crop_of(raw, name), cells, scenario) == naive(raw, cells, rules_of(gains=gains))
