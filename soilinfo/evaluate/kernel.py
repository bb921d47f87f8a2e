"""The inner loops, compiled: classes of all crops at once, limiting qualities, area histograms.

Classes are unary bits, three to a crop (S1 = 111, S2 = 011, S3 = 001, N = 000), 21 crops to a
64-bit word, so the worst class over all characteristics (law of the minimum, FAO 1976) is one
bitwise AND for all crops together. Strips of cells small enough for the cache are carried through
all factors before the next strip begins.

Nothing is compiled on import; the machine code is kept beside the module where that is writable.
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled

BITS = 3
"""Bits of one crop in a word."""
CROPS_PER_WORD = 21
STRIP = 2048
"""Cells carried through all factors at a time."""
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
LOWEST = np.uint64(sum(1 << BITS * crop for crop in range(CROPS_PER_WORD)))
"""The lowest bit of every crop."""
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
def _worst(
    bands: NDArray[np.uint16], rows: NDArray[np.uint64], factors: range, start: int, size: int
) -> NDArray[np.uint64]:
    """Unary bits (cell) of a strip: AND of the rows (factor, band) that its cells fall in."""
    acc = np.full(size, ALL)
    for factor in factors:
        row, band = rows[factor], bands[factor, start : start + size]
        for i in range(size):
            acc[i] &= row[band[i]]
    return acc


@compiled
def _known(
    bands: NDArray[np.uint16], known: NDArray[np.uint64], partial: NDArray[np.int64], start: int, size: int
) -> NDArray[np.uint64]:
    """The lowest bit of each crop (cell) where nothing that it needs is missing.

    Most strips lack nothing: a factor without a cell in its ``partial`` first bands is passed over.
    """
    acc = np.full(size, LOWEST)
    for factor in range(len(known)):
        if bands[factor, start : start + size].min() < partial[factor]:
            acc &= _worst(bands, known, range(factor, factor + 1), start, size)
    return acc


@compiled
def _write_classes(
    worst: NDArray[np.uint64], known: NDArray[np.uint64], crops: range, start: int, out: NDArray[np.uint8]
) -> None:
    """Classes (crop, cell from ``start`` on): 4 less the number of unary ones, 0 where not known."""
    fields = np.empty_like(worst)
    for i in range(len(worst)):
        ones = (worst[i] & LOWEST) + (worst[i] >> ONE & LOWEST) + (worst[i] >> TWO & LOWEST)
        fields[i] = (known[i] << TWO) - (ones & (known[i] | known[i] << ONE))
    for position, crop in enumerate(crops):
        shift, line = np.uint64(BITS * position), out[crop, start : start + len(fields)]
        for i in range(len(fields)):
            line[i] = fields[i] >> shift & SEVEN


@compiled
def _write_limiting(
    per_quality: NDArray[np.uint64],
    worst: NDArray[np.uint64],
    known: NDArray[np.uint64],
    crops: range,
    start: int,
    out: NDArray[np.uint16],
) -> None:
    """Bit masks (crop, cell from ``start`` on) of the qualities at the cell's class, where not S1."""
    for first in range(0, len(per_quality), BITS):  # three qualities share the three bits of a crop
        equal = np.zeros_like(worst)
        for quality in range(first, min(first + BITS, len(per_quality))):
            own, place = per_quality[quality], np.uint64(quality - first)
            for i in range(len(worst)):
                differs = own[i] ^ worst[i]
                limited = known[i] & ~(worst[i] & worst[i] >> ONE & worst[i] >> TWO)
                equal[i] |= (limited & ~(differs | differs >> ONE | differs >> TWO)) << place
        for position, crop in enumerate(crops):
            shift, line = np.uint64(BITS * position), out[crop, start : start + len(equal)]
            for i in range(len(equal)):
                line[i] |= np.uint16((equal[i] >> shift & SEVEN) << np.uint64(first))


@compiled
def classify(
    bands: NDArray[np.uint16],
    rows: NDArray[np.uint64],
    known: NDArray[np.uint64],
    partial: NDArray[np.int64],
    offset: int,
    classes: NDArray[np.uint8],
) -> None:
    """Class of every crop in every scenario at each cell of a block.

    ``bands`` (factor, cell): which band of a factor's table each cell falls in.
    ``rows`` (word, scenario, factor, band): unary class bits.
    ``known`` (word, factor, band): 111 where the crop can be classed, 000 where what is missing is
    needed; all 111 but in the ``partial`` first bands of each factor.
    ``classes`` (scenario, crop, cell of the whole array), zero on entry, written from ``offset`` on.
    """
    factors, cells = bands.shape
    for start in range(0, cells, STRIP):
        size = min(STRIP, cells - start)
        for word in range(len(rows)):
            crops = range(word * CROPS_PER_WORD, min((word + 1) * CROPS_PER_WORD, classes.shape[1]))
            told = _known(bands, known[word], partial, start, size)
            if told.any():
                for scenario in range(len(classes)):
                    worst = _worst(bands, rows[word, scenario], range(factors), start, size)
                    _write_classes(worst, told, crops, offset + start, classes[scenario])


@compiled
def classify_limiting(
    bands: NDArray[np.uint16],
    rows: NDArray[np.uint64],
    known: NDArray[np.uint64],
    partial: NDArray[np.int64],
    ends: NDArray[np.int64],
    offset: int,
    classes: NDArray[np.uint8],
    limiting: NDArray[np.uint16],
) -> None:
    """As :func:`classify`, and which land qualities are at the class of each cell.

    Factors are ordered by quality; those of quality ``q`` end before ``ends[q]``.
    ``limiting`` (scenario, crop, cell of the whole array), zero on entry: bit ``q`` is set where
    quality ``q`` is at the cell's class and that class is S2 or worse.
    """
    cells = bands.shape[1]
    for start in range(0, cells, STRIP):
        size = min(STRIP, cells - start)
        per_quality = np.empty((len(ends), size), np.uint64)
        for word in range(len(rows)):
            crops = range(word * CROPS_PER_WORD, min((word + 1) * CROPS_PER_WORD, classes.shape[1]))
            told = _known(bands, known[word], partial, start, size)
            if told.any():
                for scenario in range(len(classes)):
                    worst, begin = np.full(size, ALL), np.int64(0)
                    for quality, end in enumerate(ends):
                        own = _worst(bands, rows[word, scenario], range(begin, end), start, size)
                        per_quality[quality], begin = own, end
                        worst &= own
                    _write_classes(worst, told, crops, offset + start, classes[scenario])
                    _write_limiting(per_quality, worst, told, crops, offset + start, limiting[scenario])


@compiled
def count_lacking(
    bands: NDArray[np.uint16],
    lacks: NDArray[np.uint64],
    partial: NDArray[np.int64],
    offset: int,
    lacking: NDArray[np.uint8],
) -> None:
    """Add, per crop and cell, how many of its dispensable characteristics are missing.

    ``lacks`` (word, factor, band): the crop's lowest bit is set where it uses the factor, may do
    without it, and the band is 'missing'. ``lacking`` (crop, cell of the whole array).
    """
    for factor in range(len(bands)):
        band = bands[factor]
        if band.min() >= partial[factor]:
            continue
        for word in range(len(lacks)):
            row, own = lacks[word, factor], lacking[word * CROPS_PER_WORD : (word + 1) * CROPS_PER_WORD]
            for i in range(len(band)):
                bits = row[band[i]]
                if bits:
                    for crop in range(len(own)):
                        own[crop, offset + i] += bits >> np.uint64(BITS * crop) & ONE


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
