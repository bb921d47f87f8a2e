"""Cells and hectares that changed, were gained or lost, counted window by window."""

import numpy as np
import pytest

from soilinfo.evaluate.change import PAIR, Change, State, Tally

HECTARES = np.array([[1.0], [2.0]])
"""Of a cell in each of two rows."""


def test_each_cell_is_the_same_changed_gained_lost_or_nothing():
    change = Change(nodata=0, classes=True)
    change.add(np.array([[1, 1, 0], [3, 0, 2]]), np.array([[1, 2, 2], [0, 0, 2]]), HECTARES)
    assert change.cells.tolist() == [0, 2, 1, 1, 1]
    assert change.area_ha.tolist() == [0, 3, 1, 1, 2]
    assert change.cells[State.LOST] == 1


def test_transitions_of_classes_name_before_and_after_the_largest_first():
    change = Change(nodata=0, classes=True)
    change.add(np.array([[1, 1, 0], [3, 0, 2]]), np.array([[1, 2, 2], [0, 0, 2]]), HECTARES)
    assert sorted(change.transitions()) == [(0, 2, 1.0), (1, 1, 1.0), (1, 2, 1.0), (2, 2, 2.0), (3, 0, 2.0)]
    assert change.transitions()[0][2] == 2.0
    assert [change.before.hectares(code) for code in (1, 2, 3, 9)] == [2, 2, 2, 0]
    assert [change.after.hectares(code) for code in (1, 2, 3)] == [1, 4, 0]


def test_statistics_weigh_cells_by_their_hectares_and_know_negative_values():
    change = Change(nodata=-32768, classes=False)
    before, after = np.array([[-10, 20], [5, 5]], "int16"), np.array([[-10, 30], [5, -32768]], "int16")
    change.add(before, after, HECTARES)
    told = change.before.statistics(0.1)
    assert told["mean"] == pytest.approx((-1.0 + 2.0 + 2 * 0.5 * 2) / 6)
    assert (told["q05"], told["median"], told["q95"]) == (-1.0, 0.5, 2.0)
    assert change.difference.statistics(0.1)["mean"] == pytest.approx(1.0 / 4)


def test_a_layer_without_data_has_no_statistics():
    assert set(Tally().statistics(1.0).values()) == {None}


def test_windows_added_one_by_one_give_what_the_whole_gives():
    random = np.random.default_rng(1)
    before, after = random.integers(0, 200, (2, 64, 50), dtype="uint8")
    area_ha = random.uniform(1, 2, (64, 1))
    whole, parts = Change(0, classes=True), Change(0, classes=True)
    whole.add(before, after, area_ha)
    for row in range(0, 64, 16):
        part = slice(row, row + 16)
        parts.add(before[part], after[part], area_ha[part])
    assert (parts.cells == whole.cells).all()
    assert parts.area_ha == pytest.approx(whole.area_ha)
    assert [one[:2] for one in sorted(parts.transitions())] == [
        one[:2] for one in sorted(whole.transitions())
    ]
    assert whole.pairs.high < PAIR * PAIR
