"""The inner loops, compiled: classes of all crops at once, limiting qualities, area histograms.

Classes are unary bits, three to a crop (S1 = 111, S2 = 011, S3 = 001, N = 000), 21 crops to a
64-bit word, so the worst class over all characteristics (law of the minimum, FAO 1976) is one
bitwise AND for all crops together. The bit that is left says whether anything is missing.

Nothing is compiled on import; the machine code is kept beside the module where that is writable.
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

BITS = 3
"""Bits of one crop in a word."""
CROPS_PER_WORD = 21
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
LOWEST = np.uint64(sum(1 << BITS * crop for crop in range(CROPS_PER_WORD)))
"""The lowest bit of every crop."""
COMPLETE = np.uint64(1 << 63)
"""Set in the word of a value that every crop rates: an AND without it met one that some crop does not."""
ONE, TWO, SEVEN = np.uint64(1), np.uint64(2), np.uint64(7)
FIVE = 5
"""Crops whose bits fit into sixteen, of which a vector holds four times as many as of words."""
FIFTEEN, FIFTEEN_BITS = np.uint64(0x7FFF), np.uint64(15)
BLOCK = 1024
"""Cells carried through several short loops at a time: few enough for the first cache."""


@compiled
def look_up(
    packed: NDArray[np.integer], low: int, table: NDArray[np.uint16], out: NDArray[np.uint16]
) -> None:
    """``out[i] = table[packed[i] - low]``; the table's last entry for whatever lies outside it."""
    first, last = np.int32(low), np.uint32(len(table) - 1)
    for i in range(len(packed)):
        step = np.uint32(np.int32(packed[i]) - first)  # below the table wraps round to far above it
        out[i] = table[min(step, last)]


@compiled
def intersect(
    packed: NDArray[np.integer], low: int, words: NDArray[np.uint64], acc: NDArray[np.uint64]
) -> None:
    """``acc[i] &= words[packed[i] - low]``; the last word for whatever lies outside them."""
    first, last = np.int32(low), np.uint32(len(words) - 1)
    for i in range(len(packed)):
        step = np.uint32(np.int32(packed[i]) - first)
        acc[i] &= words[min(step, last)]


@compiled
def intersect_either(
    packed: NDArray[np.integer],
    low: int,
    words: NDArray[np.uint64],
    which: NDArray[np.uint16],
    acc: NDArray[np.uint64],
) -> None:
    """As :func:`intersect`, with a table of ``words`` (table, value) for each cell: that of ``which``."""
    first, last = np.int32(low), np.uint32(words.shape[1] - 1)
    for i in range(len(packed)):
        step = np.uint32(np.int32(packed[i]) - first)
        acc[i] &= words[which[i], min(step, last)]


@compiled
def worst_of(own: NDArray[np.uint64], worst: NDArray[np.uint64]) -> np.uint64:
    """``worst[i]``: the AND of all rows of ``own`` (quality, cell); returns the AND of all cells."""
    together = ALL
    for first in range(0, len(worst), BLOCK):
        line = worst[first : first + BLOCK]
        line[:] = ALL
        for alone in own[:, first : first + BLOCK]:
            for i in range(len(line)):
                line[i] &= alone[i]
        for i in range(len(line)):
            together &= line[i]
    return together


# Below, short loops over contiguous cells of a block, with shifts by constants: only then does the compiler
# use vectors, of sixteen bits where the results are small.


@compiled
def write_classes(
    worst: NDArray[np.uint64], known: NDArray[np.uint64], start: int, classes: NDArray[np.uint8]
) -> None:
    """Classes (crop, cell) of the cells from ``start`` on: 4 less the number of unary ones; 0 where a
    crop's bit of ``known`` is not set."""
    fields, five = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint16)
    for first in range(0, len(worst), BLOCK):
        unary, any_ = worst[first : first + BLOCK], known[first : first + BLOCK]
        cells = len(unary)
        for i in range(cells):
            ones = (unary[i] & LOWEST) + (unary[i] >> ONE & LOWEST) + (unary[i] >> TWO & LOWEST)
            fields[i] = (any_[i] << TWO) - (ones & (any_[i] | any_[i] << ONE))
        for crop in range(len(classes)):
            if crop % FIVE == 0:
                _take_five(fields, five)
            line = classes[crop, start + first : start + first + cells]
            for i in range(cells):
                line[i] = five[i] & 7
                five[i] = five[i] >> 3


@compiled
def write_limiting(
    own: NDArray[np.uint64],
    bits: NDArray[np.int64],
    worst: NDArray[np.uint64],
    known: NDArray[np.uint64],
    start: int,
    masks: NDArray[np.uint16],
) -> None:
    """Bit masks (crop, cell) of the cells from ``start`` on, zero before: the qualities at the cell's class,
    where that is known and not S1.

    ``own`` (quality, cell): the unary bits of each quality alone; ``bits``: its place in the mask, ascending.
    """
    groups = 4 * (1 + bits[-1] // (4 * BITS))
    equal, fives = np.empty((groups, BLOCK), np.uint64), np.empty((groups, BLOCK), np.uint16)
    for first in range(0, len(worst), BLOCK):
        block = slice(first, first + BLOCK)
        cells = len(worst[block])
        _find_equal(own[:, block], bits, worst[block], known[block], equal)
        for crop in range(len(masks)):
            line = masks[crop, start + first : start + first + cells]
            for group in range(0, groups, 4):
                if crop % FIVE == 0:
                    for each in range(group, group + 4):
                        _take_five(equal[each], fives[each])
                _take_mask(fives[group : group + 4], np.uint16(1 << BITS * group), line)


@compiled
def _find_equal(
    own: NDArray[np.uint64],
    bits: NDArray[np.int64],
    worst: NDArray[np.uint64],
    known: NDArray[np.uint64],
    equal: NDArray[np.uint64],
) -> None:
    """Whether each quality is at the class of the cell, where that limits: ``equal`` (group, cell). The
    qualities of a group share the three bits of a crop."""
    equal[:] = 0
    for quality, bit in enumerate(bits):
        alone, into, place = own[quality], equal[bit // BITS], np.uint64(bit % BITS)
        for i in range(len(worst)):
            limited = known[i] & ~(worst[i] & worst[i] >> ONE & worst[i] >> TWO)
            differs = alone[i] ^ worst[i]
            into[i] |= (limited & ~(differs | differs >> ONE | differs >> TWO)) << place


@compiled
def _take_five(words: NDArray[np.uint64], five: NDArray[np.uint16]) -> None:
    """Move the bits of the next five crops out of the words."""
    for i in range(len(words)):
        five[i] = words[i] & FIFTEEN
        words[i] >>= FIFTEEN_BITS


@compiled
def _take_mask(fives: NDArray[np.uint16], place: np.uint16, line: NDArray[np.uint16]) -> None:
    """Move the bits of the next crop out of four groups into its masks, from the bit ``place`` on."""
    a, b, c, d = fives[0], fives[1], fives[2], fives[3]
    for i in range(len(line)):
        mask = (a[i] & 7) | (b[i] & 7) << 3 | (c[i] & 7) << 6 | (d[i] & 7) << 9
        line[i] |= mask * place  # a shift by what is no constant would not be done in sixteen bits
        a[i], b[i], c[i], d[i] = a[i] >> 3, b[i] >> 3, c[i] >> 3, d[i] >> 3


@compiled
def count_lacking(
    packed: NDArray[np.integer], low: int, words: NDArray[np.uint64], lacking: NDArray[np.uint8]
) -> None:
    """Add 1 (crop, cell) where the lowest bit of the crop is set in the word of the cell's value."""
    first, last = np.int32(low), np.uint32(len(words) - 1)
    for i in range(len(packed)):
        bits = words[min(np.uint32(np.int32(packed[i]) - first), last)]
        if bits:
            for crop in range(len(lacking)):
                lacking[crop, i] += bits >> np.uint64(BITS * crop) & ONE


@compiled
def add_areas(
    packed: NDArray[np.integer],
    origin: tuple[int, int],
    spans: tuple[NDArray[np.integer], ...],
    areas: NDArray[np.float64],
    low: int,
    nodata: int,
    histogram: NDArray[np.float64],
    missing: NDArray[np.float64],
) -> None:
    """Add the area of each cell of each span to its zone's bin, or to ``missing``.

    ``packed`` (y, x) begins at grid cell ``origin``; ``spans`` = (row, column, length, zone);
    ``areas``: hectares of one cell of each span that lie in its zone; ``histogram`` (zone, bin).
    """
    rows, columns, lengths, zones = spans
    bins = histogram.shape[1]
    for span in range(len(rows)):
        zone, area = zones[span], areas[span]
        line = packed[rows[span] - origin[0]]
        first = columns[span] - origin[1]
        for column in range(first, first + lengths[span]):
            step = np.int64(line[column]) - low
            if line[column] != nodata and 0 <= step < bins:
                histogram[zone, step] += area
            else:
                missing[zone] += area


@compiled
def add_flagged(
    flags: NDArray[np.integer],
    origin: tuple[int, int],
    spans: tuple[NDArray[np.integer], ...],
    areas: NDArray[np.float64],
    flagged: NDArray[np.float64],
) -> None:
    """As :func:`add_areas`, but the area goes to every bit set in the cell: ``flagged`` (zone, bit)."""
    rows, columns, lengths, zones = spans
    for span in range(len(rows)):
        zone, area = zones[span], areas[span]
        line = flags[rows[span] - origin[0]]
        first = columns[span] - origin[1]
        for column in range(first, first + lengths[span]):
            bits = line[column]
            for bit in range(flagged.shape[1]):
                if bits >> bit & 1:
                    flagged[zone, bit] += area
