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


# The arrays below are contiguous, their rows that is: only then does the compiler use vectors.


@compiled
def classes_of(worst: NDArray[np.uint64], known: NDArray[np.uint64], crops: int) -> NDArray[np.uint8]:
    """Classes (crop, cell): 4 less the number of unary ones; 0 where a crop's bit of ``known`` is not set."""
    classes, fields = np.empty((crops, len(worst)), np.uint8), np.empty_like(worst)
    for i in range(len(worst)):
        ones = (worst[i] & LOWEST) + (worst[i] >> ONE & LOWEST) + (worst[i] >> TWO & LOWEST)
        fields[i] = (known[i] << TWO) - (ones & (known[i] | known[i] << ONE))
    for crop in range(crops):
        shift, line = np.uint64(BITS * crop), classes[crop]
        for i in range(len(fields)):
            line[i] = fields[i] >> shift & SEVEN
    return classes


@compiled
def limiting_of(
    own: NDArray[np.uint64],
    bits: NDArray[np.int64],
    worst: NDArray[np.uint64],
    known: NDArray[np.uint64],
    crops: int,
) -> NDArray[np.uint16]:
    """Bit masks (crop, cell) of the qualities at the cell's class, where that is known and not S1.

    ``own`` (quality, cell): the unary bits of each quality alone; ``bits``: its place in the mask, ascending.
    """
    equal = _equal(own, bits, worst, known)
    masks = np.zeros((crops, len(worst)), np.uint16)
    for crop in range(crops):
        shift, line = np.uint64(BITS * crop), masks[crop]
        for group in range(0, len(equal), 2):
            one, other = equal[group], equal[group + 1]
            place, next_ = np.uint64(BITS * group), np.uint64(BITS * group + BITS)
            for i in range(len(line)):
                line[i] |= (one[i] >> shift & SEVEN) << place | (other[i] >> shift & SEVEN) << next_
    return masks


@compiled
def _equal(
    own: NDArray[np.uint64], bits: NDArray[np.int64], worst: NDArray[np.uint64], known: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Whether each quality is at the class of the cell, where that limits: (group, cell), an even number of
    groups. The qualities of a group share the three bits of a crop."""
    groups = 2 * (1 + bits[-1] // (2 * BITS))
    equal, limited = np.zeros((groups, len(worst)), np.uint64), np.empty_like(worst)
    for i in range(len(worst)):
        limited[i] = known[i] & ~(worst[i] & worst[i] >> ONE & worst[i] >> TWO)
    for quality, bit in enumerate(bits):
        alone, into, place = own[quality], equal[bit // BITS], np.uint64(bit % BITS)
        for i in range(len(worst)):
            differs = alone[i] ^ worst[i]
            into[i] |= (limited[i] & ~(differs | differs >> ONE | differs >> TWO)) << place
    return equal


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
