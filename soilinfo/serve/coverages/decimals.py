"""Packed integers as JSON text, far faster than number by number: few different ones stand in many cells."""

from collections.abc import Callable

import numpy as np
import orjson
from numpy.typing import NDArray

from soilinfo.compiled import compiled

Values = Callable[[NDArray[np.integer]], NDArray[np.generic]]
"""Stored integers, none of them no data, as the numbers that they stand for."""

CELLS_PER_TEXT = 32
"""Cells for each integer of the range from which on texts are made for all of the range, rather than for
those that occur: finding these costs more than a text that nobody needs."""


def json_array(packed: NDArray[np.integer], nodata: int, values: Values) -> bytes:
    """A JSON array of all cells, row by row: what ``values`` makes of each, in the fewest digits that give it
    back; null for ``nodata``.
    """
    cells = packed.ravel()
    known = cells[cells != nodata]
    if known.size == 0:
        return b"[" + b",".join([b"null"] * cells.size) + b"]"
    low, high = int(known.min()), int(known.max())
    if high - low < cells.size // CELLS_PER_TEXT:
        stored = np.arange(low, high + 1).astype(cells.dtype)
    else:
        stored = np.unique(known)
        cells = np.where(cells == nodata, -1, np.searchsorted(stored, cells))
        low, nodata = 0, -1
    texts = np.array([*_texts(values(stored)), b"null,"])
    lengths = np.strings.str_len(texts).astype(np.int64)
    written = np.empty(cells.size * texts.itemsize + 2, np.uint8)
    written[0] = ord("[")
    end = _copy(cells, low, nodata, texts.view(np.uint8).reshape(len(texts), -1), lengths, written)
    written[end - 1] = ord("]")
    return written[:end].tobytes()


def _texts(values: NDArray[np.generic]) -> list[bytes]:
    """The text of each value and the comma behind it."""
    array = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)
    return [text + b"," for text in array[1:-1].split(b",")]


@compiled
def _copy(
    cells: NDArray[np.integer],
    low: int,
    nodata: int,
    texts: NDArray[np.uint8],
    lengths: NDArray[np.int64],
    written: NDArray[np.uint8],
) -> int:
    """Write the text of each cell from the second byte on: of ``low`` the first, of no data the last.

    Returns where the last one ends. Each is written in the width of the longest: what is too much of it the
    next one writes over.
    """
    end, width = 1, texts.shape[1]
    for cell in cells:
        row = len(texts) - 1 if cell == nodata else np.int64(cell) - low
        for at in range(width):
            written[end + at] = texts[row, at]
        end += lengths[row]
    return end
