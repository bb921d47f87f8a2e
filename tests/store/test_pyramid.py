"""Overviews: what a cell of a coarser level says about the four below it."""

from collections import Counter
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from soilinfo.grid import Window
from soilinfo.store.pyramid import below, factors, reduce, reduced_shape

NODATA = -99


def test_an_average_leaves_out_cells_without_data():
    packed = np.array([[10, 20, NODATA, NODATA], [NODATA, 30, NODATA, 7]], dtype="int16")
    assert reduce(packed, "average", NODATA).tolist() == [[20, 7]]


def test_an_average_is_rounded_to_the_packed_step():
    packed = np.array([[1, 1, -1, -1], [1, 2, -1, -2]], dtype="int16")
    assert reduce(packed, "average", NODATA).tolist() == [[1, -1]]


def test_a_class_is_the_most_frequent_one_and_no_data_has_no_vote():
    packed = np.array([[0, 0, 3, 1], [0, 4, 2, 2]], dtype="uint8")
    assert reduce(packed, "mode", 0).tolist() == [[4, 2]]


def test_of_equally_frequent_classes_the_first_in_reading_order_is_taken():
    packed = np.array([[0, 3, 1, 2], [2, 0, 2, 1]], dtype="uint8")
    assert reduce(packed, "mode", 0).tolist() == [[3, 1]]


def test_large_values_do_not_overflow():
    packed = np.full((2, 2), 2**31 - 1, dtype="int32")
    assert reduce(packed, "average", -(2**31)).tolist() == [[2**31 - 1]]


@given(
    arrays(
        "int16",
        st.tuples(st.integers(1, 9), st.integers(1, 9)),
        elements=st.sampled_from([NODATA, -7, 0, 5, 6]),
    ),
    st.sampled_from(["average", "mode"]),
)
def test_every_cell_agrees_with_the_plain_definition(packed, method):
    reduced = reduce(packed, method, NODATA)
    assert reduced.shape == reduced_shape(packed.shape, 2)
    assert reduced.dtype == packed.dtype
    for (row, col), value in np.ndenumerate(reduced):
        cells = [
            int(cell) for cell in packed[2 * row : 2 * row + 2, 2 * col : 2 * col + 2].flat if cell != NODATA
        ]
        assert value == (plain(cells, method) if cells else NODATA)


def plain(cells, method):
    return round(fmean(cells)) if method == "average" else Counter(cells).most_common(1)[0][0]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((512, 512), (1,)), ((513, 10), (1, 2)), ((8160, 22080), (1, 2, 4, 8, 16, 32, 64))],
)
def test_a_pyramid_ends_when_both_sides_fit_a_chunk(shape, expected):
    assert factors(shape) == expected


def test_the_cells_below_a_window_are_cut_at_the_edge():
    assert below(Window(2048, 0, 10, 5), (4115, 9)) == Window(4096, 0, 19, 9)
