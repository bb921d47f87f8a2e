"""Numbers as JSON text: the same as orjson writes them, whatever the cells hold."""

from collections.abc import Callable

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from soilinfo.serve.coverages.decimals import json_array

NODATA = -32768


def hundredths(packed: NDArray[np.integer]) -> NDArray[np.float64]:
    return packed / 100


def one_by_one(packed: NDArray[np.integer]) -> bytes:
    values = [None if cell == NODATA else float(hundredths(cell)) for cell in packed.ravel()]
    return orjson.dumps(values)


@given(st.lists(st.one_of(st.just(NODATA), st.integers(NODATA + 1, 32767)), max_size=50))
def test_each_number_is_in_the_fewest_digits_that_give_it_back(cells: list[int]):
    packed = np.array(cells, np.int16)
    assert json_array(packed, NODATA, hundredths) == one_by_one(packed)


@pytest.mark.parametrize("dtype", ["int16", "int32"])
@pytest.mark.parametrize("holes", [0.0, 0.3])
def test_many_cells_of_few_numbers_are_written_by_their_texts(dtype: str, holes: float):
    random = np.random.default_rng(1)
    packed = random.integers(-150, 150, (120, 130)).astype(dtype)
    packed[random.random(packed.shape) < holes] = NODATA
    assert json_array(packed, NODATA, hundredths) == one_by_one(packed)


@pytest.mark.parametrize(("shape", "text"), [((2, 2), b"[null,null,null,null]"), ((0, 3), b"[]")])
def test_nothing_known_is_null(shape: tuple[int, int], text: bytes):
    assert json_array(np.full(shape, NODATA, np.int16), NODATA, hundredths) == text


def test_codes_stay_whole_numbers():
    codes: Callable[[NDArray[np.integer]], NDArray[np.generic]] = np.asarray
    assert json_array(np.array([3, 0, 1], np.uint8), 0, codes) == b"[3,null,1]"
