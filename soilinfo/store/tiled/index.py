"""Which shapes of a level lie where, found without looking at all of them."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.tiled.shapes import Box

_BLOCK = 64
"""Shapes whose boxes are skipped together."""

Boxes = NDArray[np.int32]
"""(n, 4): west, north, east, south."""


@dataclass(frozen=True)
class Index:
    """Boxes in blocks of neighbours (sort-tile-recursive packing, Leutenegger et al. 1997)."""

    order: NDArray[np.int32]
    """(n,): which shape each box is of."""
    boxes: Boxes
    blocks: Boxes
    """The box around each _BLOCK boxes."""

    def touching(self, box: Box) -> NDArray[np.intp]:
        """The shapes whose boxes touch a box, in their order."""
        found = np.empty(len(self.order), np.intp)
        some = found[: _touching(self.order, self.boxes, self.blocks, *box, found)].copy()
        some.sort()
        return some


def index(boxes: Boxes) -> Index:
    """An index of the boxes of shapes."""
    count = len(boxes)
    x, y = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    strips = max(1, ceil(sqrt(count / _BLOCK)))
    strip = np.empty(count, np.intp)
    strip[np.argsort(x, kind="stable")] = np.arange(count) * strips // max(count, 1)
    order = np.lexsort((y, strip))
    packed, starts = boxes[order], np.arange(0, count, _BLOCK)
    lower, upper = (np.minimum.reduceat(packed[:, :2], starts), np.maximum.reduceat(packed[:, 2:], starts))
    return Index(order.astype(np.int32), packed, np.hstack([lower, upper]))


@compiled
def _touching(
    order: NDArray[np.int32],
    boxes: Boxes,
    blocks: Boxes,
    west: int,
    north: int,
    east: int,
    south: int,
    found: NDArray[np.intp],
) -> int:
    count = 0
    for block in range(len(blocks)):
        if _touches(blocks[block], west, north, east, south):
            for at in range(block * _BLOCK, min((block + 1) * _BLOCK, len(boxes))):
                if _touches(boxes[at], west, north, east, south):
                    found[count] = order[at]
                    count += 1
    return count


@compiled
def _touches(box: Boxes, west: int, north: int, east: int, south: int) -> bool:
    across = box[0] <= east and box[2] >= west
    return bool(across and box[1] <= south and box[3] >= north)
