"""Decoded chunks of the cube kept for the next reader, within a budget of bytes.

A map that is panned, a threshold that is moved and a curve at a place ask for the same chunks again and
again; decoding them is most of what such an answer costs.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from soilinfo.grid import CHUNK, Window

Packed = NDArray[np.integer]
Read = Callable[[Window], Packed]
Place = tuple[int, int]
"""Row and column of a chunk, counted in chunks."""

WIDEST = CHUNK * CHUNK * 4
"""Bytes of a chunk of the widest cells."""
LARGEST_SHARE = 8
"""A window whose chunks may take more than this part of the budget is not kept: it would push out others."""


class Chunks:
    """Chunks read lately; the least lately used go when there are too many bytes. For any threads."""

    def __init__(self, budget: int) -> None:
        """``budget``: most bytes of cells kept; 0 keeps nothing."""
        self._budget, self._held, self._lock = budget, 0, Lock()
        self._kept: OrderedDict[tuple[Hashable, Place], Packed] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes of the cells kept now."""
        return self._held

    def read(self, array: Hashable, read: Read, window: Window, shape: tuple[int, ...]) -> Packed:
        """The cells of a window that lies in ``shape``, as the caller's own array.

        ``array`` is what the chunks of an array, which never changes, are known by; ``read`` decodes a
        window of it.
        """
        places = list(_places(window))
        if not places or len(places) * WIDEST * LARGEST_SHARE > self._budget:
            return read(window)
        chunks = self._known(array, places)
        if lacking := [place for place in places if place not in chunks]:
            chunks |= self._decoded(array, read, lacking, shape)
        return _put_together(chunks, window)

    def kept(self, array: Hashable, window: Window) -> Packed | None:
        """The cells of a window that lies in the array, if all of its chunks are kept."""
        places = list(_places(window))
        chunks = self._known(array, places)
        return _put_together(chunks, window) if 0 < len(places) == len(chunks) else None

    def _known(self, array: Hashable, places: list[Place]) -> dict[Place, Packed]:
        with self._lock:
            found = {place: self._kept[array, place] for place in places if (array, place) in self._kept}
            for place in found:
                self._kept.move_to_end((array, place))
        return found

    def _decoded(
        self, array: Hashable, read: Read, places: list[Place], shape: tuple[int, ...]
    ) -> dict[Place, Packed]:
        """The chunks, decoded in one go with those between them, and kept."""
        around = _around(places, shape)
        cells = read(around)
        found = {place: _cut(cells, around, place) for place in places}
        with self._lock:
            for place, chunk in found.items():
                if (array, place) not in self._kept:
                    self._kept[array, place] = chunk
                    self._held += chunk.nbytes
            while self._held > self._budget:
                self._held -= self._kept.popitem(last=False)[1].nbytes
        return found


def _places(window: Window) -> Iterator[Place]:
    """The chunks that a window touches."""
    for row in range(window.row // CHUNK, -(-(window.row + window.height) // CHUNK)):
        for col in range(window.col // CHUNK, -(-(window.col + window.width) // CHUNK)):
            yield row, col


def _around(places: list[Place], shape: tuple[int, ...]) -> Window:
    """The window of whole chunks around some, cut where the array ends."""
    rows, cols = zip(*places, strict=True)
    top, left = min(rows) * CHUNK, min(cols) * CHUNK
    bottom, right = min((max(rows) + 1) * CHUNK, shape[0]), min((max(cols) + 1) * CHUNK, shape[1])
    return Window(top, left, bottom - top, right - left)


def _cut(cells: Packed, around: Window, place: Place) -> Packed:
    """One chunk of its own, so that it does not keep its neighbours in memory."""
    row, col = place[0] * CHUNK - around.row, place[1] * CHUNK - around.col
    return cells[row : row + CHUNK, col : col + CHUNK].copy()


def _put_together(chunks: dict[Place, Packed], window: Window) -> Packed:
    cells = np.empty(window.shape, next(iter(chunks.values())).dtype)
    for place, chunk in chunks.items():
        row, col = place[0] * CHUNK - window.row, place[1] * CHUNK - window.col
        part = chunk[max(0, -row) : window.height - row, max(0, -col) : window.width - col]
        top, left = max(0, row), max(0, col)
        cells[top : top + part.shape[0], left : left + part.shape[1]] = part
    return cells
