"""Decoded chunks: the same cells as from the array, decoded once, never more bytes than the budget."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.grid import CHUNK, Window
from soilinfo.store.chunks import LARGEST_SHARE, WIDEST, Chunks

CELLS = np.random.default_rng(1).integers(0, 30_000, (3 * CHUNK + 17, 2 * CHUNK + 5)).astype("int16")
ROOMY = 12 * WIDEST * LARGEST_SHARE


class Array:
    """An array that tells what was decoded of it."""

    def __init__(self, cells=CELLS):
        self.cells, self.decoded, self._lock = cells, [], threading.Lock()

    def __call__(self, window):
        with self._lock:
            self.decoded.append(window)
        return self.cells[window.slices]


@st.composite
def windows(draw):
    row, col = draw(st.integers(0, CELLS.shape[0] - 1)), draw(st.integers(0, CELLS.shape[1] - 1))
    height = draw(st.integers(1, CELLS.shape[0] - row))
    return Window(row, col, height, draw(st.integers(1, CELLS.shape[1] - col)))


@settings(max_examples=50)
@given(st.lists(windows(), min_size=1, max_size=6), st.sampled_from([0, 3 * WIDEST * LARGEST_SHARE, ROOMY]))
def test_whatever_was_read_before_a_window_holds_the_cells_of_the_array(asked, budget):
    chunks, array = Chunks(budget), Array()
    for window in asked:
        assert np.array_equal(chunks.read("ph", array, window, CELLS.shape), CELLS[window.slices])
        assert chunks.held <= budget


def test_a_window_of_no_cells_is_read_as_such():
    empty = Window(CHUNK, CHUNK, 0, 0)
    assert Chunks(ROOMY).read("ph", Array(), empty, CELLS.shape).shape == (0, 0)


def test_a_chunk_is_decoded_once():
    chunks, array = Chunks(ROOMY), Array()
    for step in range(0, 200, 10):
        chunks.read("ph", array, Window(step, step, 300, 300), CELLS.shape)
    assert array.decoded == [Window(0, 0, CHUNK, CHUNK)]
    chunks.read("ph", array, Window(400, 100, 300, 300), CELLS.shape)
    assert array.decoded[1:] == [Window(CHUNK, 0, CHUNK, CHUNK)]


def test_memory_stays_within_the_budget_and_the_least_lately_read_goes_first():
    budget = LARGEST_SHARE * WIDEST
    chunks, arrays = Chunks(budget), [Array() for _ in range(40)]
    one = Window(0, 0, 10, 10)
    for number, array in enumerate(arrays):
        chunks.read(number, array, one, CELLS.shape)
        chunks.read(0, arrays[0], one, CELLS.shape)
    assert budget - 2 * CHUNK * CHUNK < chunks.held <= budget
    assert len(arrays[0].decoded) == 1, "read all the time"
    chunks.read(39, arrays[39], one, CELLS.shape)
    chunks.read(1, arrays[1], one, CELLS.shape)
    assert (len(arrays[39].decoded), len(arrays[1].decoded)) == (1, 2)


def test_a_large_window_is_read_past_what_is_kept():
    chunks, array = Chunks(2 * WIDEST * LARGEST_SHARE), Array()
    whole = Window(0, 0, *CELLS.shape)
    assert np.array_equal(chunks.read("ph", array, whole, CELLS.shape), CELLS)
    assert (array.decoded, chunks.held) == ([whole], 0)


def test_what_a_reader_does_to_its_cells_changes_no_other_answer():
    chunks, array = Chunks(ROOMY), Array()
    window = Window(0, 0, CHUNK, CHUNK)
    chunks.read("ph", array, window, CELLS.shape)[:] = 0
    assert np.array_equal(chunks.read("ph", array, window, CELLS.shape), CELLS[window.slices])


def test_threads_may_read_at_once():
    chunks, array = Chunks(LARGEST_SHARE * 3 * WIDEST), Array()
    asked = [Window(row, col, 500, 500) for row in range(0, 1000, 90) for col in range(0, 500, 90)] * 3
    with ThreadPoolExecutor(8) as pool:
        read = pool.map(lambda window: (window, chunks.read("ph", array, window, CELLS.shape)), asked)
        for window, cells in read:
            assert np.array_equal(cells, CELLS[window.slices])
    assert 0 < chunks.held <= LARGEST_SHARE * 3 * WIDEST


@pytest.mark.parametrize("name", ["ph", "soc"])
def test_arrays_do_not_take_each_others_chunks(name):
    chunks, window = Chunks(ROOMY), Window(0, 0, 4, 4)
    chunks.read("ph", Array(), window, CELLS.shape)
    other = Array(CELLS if name == "ph" else CELLS + 1)
    assert np.array_equal(chunks.read(name, other, window, CELLS.shape), other.cells[window.slices])
