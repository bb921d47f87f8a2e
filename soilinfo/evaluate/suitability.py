"""Land suitability of every cell for every crop: actual, potential, and what limits it.

FAO (1976) framework with the law of the minimum: the class of a cell is the worst class of its
characteristics; the limiting qualities are those at that class. Potential suitability takes the
minimum again after each characteristic has gained the classes that a management level can give
it, never above S1.

What is missing is never S1 and never N: a cell that lacks a characteristic of the crop's table has
no class, not even where another characteristic alone would make it N (one rule that holds for all
classes can be explained; "N is certain" would bias areas toward N where data are poor). Excepted
are the characteristics that may lack: without them the cell is classed and ``lacking`` counts
them. A cell that lacks every characteristic has no class in any case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Scenario, SuitabilityClass
from soilinfo.errors import InputError
from soilinfo.evaluate import kernel
from soilinfo.evaluate.tables import Lookup, Packing, Tables, compile_tables

__all__ = ["Evaluation", "Packing", "Tables", "compile_tables", "dominant_limiting", "evaluate", "subclass"]

_STRIP = 65536
"""Cells carried through all factors at a time: few enough for the cache."""


@dataclass(frozen=True)
class Evaluation:
    """Suitability of a window; every array is (crop, y, x), crops in the order of the tables.

    ``classes``: 1..4 for S1..N, 0 no data. ``limiting``: bit ``q`` set where quality ``q`` is at the
    cell's class and that is S2 or worse; empty when not asked for. ``lacking``: how many used
    characteristics are missing where the cell has a class all the same.
    """

    crops: tuple[str, ...]
    classes: Mapping[Scenario, NDArray[np.uint8]]
    limiting: Mapping[Scenario, NDArray[np.uint16]]
    lacking: NDArray[np.uint8]


def evaluate(
    tables: Tables,
    inputs: Mapping[str, NDArray[np.integer]],
    *,
    scenarios: Sequence[Scenario] = SCENARIOS,
    limiting: bool = True,
) -> Evaluation:
    """Evaluate all crops of ``tables`` on one window.

    ``inputs``: packed integers (y, x) of every property in ``tables.inputs``, all of one shape; an
    integer outside the property's packed range is missing. The result takes, per cell and crop, one
    byte and per scenario one byte more (three with ``limiting``); the work beside it is bounded.
    Raises InputError when an input is missing or of another shape.
    """
    shape = _common_shape(tables, inputs)
    flat = {name: np.ascontiguousarray(inputs[name]).reshape(-1) for name in tables.inputs}
    crops, cells = len(tables.crops), shape[0] * shape[1]
    classes = np.zeros((len(scenarios), crops, cells), np.uint8)
    masks = np.zeros(classes.shape if limiting else (len(scenarios), crops, 0), np.uint16)
    lacking = np.zeros((crops, cells), np.uint8)
    for number in range(len(tables.rows)):
        word = _Word.of(tables, number, scenarios, limiting)
        own = slice(number * kernel.CROPS_PER_WORD, (number + 1) * kernel.CROPS_PER_WORD)
        for start in range(0, cells, _STRIP):
            strip = slice(start, start + _STRIP)
            packed = {name: values[strip] for name, values in flat.items()}
            part = _Part(packed, start, classes[:, own], masks[:, own], lacking[own, strip])
            _evaluate_part(word, part)
    return Evaluation(
        tables.crops,
        {name: classes[i].reshape(crops, *shape) for i, name in enumerate(scenarios)},
        {name: masks[i].reshape(crops, *shape) for i, name in enumerate(scenarios)} if limiting else {},
        lacking.reshape(crops, *shape),
    )


def subclass(code: int, mask: int, qualities: Sequence[str]) -> str:
    """FAO subclass notation of a class and its limiting qualities: "S3nr", "S2wa,nr", "Nwa", "S1".

    ``qualities``: codes in the order of the mask's bits. No data (0) is the empty text.
    """
    if code == 0:
        return ""
    limits = [quality for bit, quality in enumerate(qualities) if mask >> bit & 1]
    return SuitabilityClass(code).name + ",".join(limits)


def dominant_limiting(
    areas_ha: NDArray[np.float64], qualities: Sequence[str]
) -> list[tuple[str | None, float]]:
    """The quality that limits most of each zone at S2 or worse, and the hectares it limits.

    ``areas_ha`` (zone, quality) as :func:`soilinfo.evaluate.zonal.flagged_area` gives it; a cell
    limited by two qualities counts for both. The earlier quality wins a tie; None where nothing
    limits.
    """
    best = areas_ha.argmax(axis=1)
    largest = areas_ha[np.arange(len(areas_ha)), best]
    return [(qualities[q] if area > 0 else None, float(area)) for q, area in zip(best, largest, strict=True)]


def _common_shape(tables: Tables, inputs: Mapping[str, NDArray[np.integer]]) -> tuple[int, int]:
    missing = [name for name in tables.inputs if name not in inputs]
    if missing:
        raise InputError(f"the evaluation needs {', '.join(missing)}; given: {', '.join(sorted(inputs))}")
    shapes = {inputs[name].shape for name in tables.inputs}
    if len(shapes) > 1:
        raise InputError(f"inputs of one window have different shapes: {sorted(shapes)}")
    height, width = shapes.pop() if shapes else (0, 0)
    return height, width


@dataclass(frozen=True)
class _Word:
    """What the tables say of the crops of one word: for each factor the word of each packed value.

    ``classes[scenario][factor]``, ``known[factor]`` and ``lacks[factor]`` are as the kernel reads them;
    the classes of drainage are two tables, the second one for protected peat. ``spans``: the factors of
    each quality that has any, by the quality's bit, or all together where nobody asks for qualities;
    ``changed[scenario]``: places in ``spans`` of those whose tables are not those of the scenario before.
    ``dispensable``: as in Tables, by place in the word.
    """

    factors: tuple[Lookup, ...]
    spans: Mapping[int, range]
    changed: tuple[tuple[int, ...], ...]
    classes: tuple[tuple[NDArray[np.uint64], ...], ...]
    known: tuple[NDArray[np.uint64], ...]
    lacks: tuple[NDArray[np.uint64], ...]
    protected: Lookup | None
    dispensable: Mapping[int, int]
    served: np.uint64
    """The lowest bit of each crop for which there is any layer."""

    @classmethod
    def of(cls, tables: Tables, word: int, scenarios: Sequence[Scenario], limiting: bool) -> "_Word":
        factors = range(len(tables.factors))
        rows = [tables.rows[word, SCENARIOS.index(name)] for name in scenarios]
        first = word * kernel.CROPS_PER_WORD
        own = tables.crops[first : first + kernel.CROPS_PER_WORD]
        ends = [0, *map(int, tables.ends)] if limiting else [0, len(factors)]
        spans = {bit: range(*span) for bit, span in enumerate(pairwise(ends)) if span[0] < span[1]}
        return cls(
            tables.factors,
            spans,
            _changed(spans.values(), rows),
            tuple(tuple(_classes(tables, factor, own_rows) for factor in factors) for own_rows in rows),
            tuple(tables.known[word, factor][tables.factors[factor].bands] for factor in factors),
            tuple(tables.lacks[word, factor][tables.factors[factor].bands] for factor in factors),
            tables.protected,
            {own.index(crop): count for crop, count in tables.dispensable.items() if crop in own},
            _bits(place for place, crop in enumerate(own) if tables.dispensable.get(crop) != 0),
        )


def _changed(spans: Iterable[range], rows: Sequence[NDArray[np.uint64]]) -> tuple[tuple[int, ...], ...]:
    """Of each scenario the places of those spans of factors whose rows are not those of the one before."""
    ways = [*enumerate(spans)]
    later = (
        tuple(place for place, span in ways if not np.array_equal(one[[*span]], next_[[*span]]))
        for one, next_ in pairwise(rows)
    )
    return tuple(place for place, _ in ways), *later


def _bits(places: Iterable[int]) -> np.uint64:
    """The lowest bits of the crops at these places of a word."""
    return np.uint64(sum(1 << kernel.BITS * place for place in places))


def _classes(tables: Tables, factor: int, rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The word of each packed value, COMPLETE or not; (protected, value) for drainage."""
    complete = np.arange(rows.shape[-1]) >= tables.partial[factor]
    row = rows[factor] & ~kernel.COMPLETE | np.where(complete, kernel.COMPLETE, np.uint64(0))
    bands = tables.factors[factor].bands
    if tables.protected and factor in tables.drainage:
        bands = np.stack([bands, bands + np.uint16(1)])
    words: NDArray[np.uint64] = row[bands]
    return words


@dataclass(frozen=True)
class _Part:
    """A strip of cells for the crops of a word: packed integers, and where the results go.

    ``classes`` and ``masks`` (scenario, crop, cell) are of the whole window, of which the strip begins at
    ``start``; ``lacking`` (crop, cell) is of the strip.
    """

    packed: Mapping[str, NDArray[Any]]
    start: int
    classes: NDArray[np.uint8]
    masks: NDArray[np.uint16]
    lacking: NDArray[np.uint8]


def _evaluate_part(word: _Word, part: _Part) -> None:
    cells = part.lacking.shape[1]
    protected = np.zeros(cells, np.uint16)
    if peat := word.protected:
        kernel.look_up(part.packed[peat.name], peat.low, peat.bands, protected)
    own, worst = np.empty((len(word.spans), cells), np.uint64), np.empty(cells, np.uint64)
    known, bits = np.full(cells, word.served), np.array([*word.spans], np.int64)
    complete = False
    for scenario in range(len(word.classes)):
        _rate_qualities(word, scenario, part, protected, own)
        together = kernel.worst_of(own, worst)
        if scenario == 0 and not (complete := bool(together & kernel.COMPLETE)):
            _find_missing(word, part, known)
        if not known.any():
            break
        kernel.write_classes(worst, known, part.start, part.classes[scenario])
        if part.masks.size and len(bits):
            kernel.write_limiting(own, bits, worst, known, part.start, part.masks[scenario])
    if not complete:
        _withhold(word, part)


def _rate_qualities(
    word: _Word, scenario: int, part: _Part, protected: NDArray[np.uint16], own: NDArray[np.uint64]
) -> None:
    """Unary bits (quality, cell) of each quality alone; ``own`` is of the scenario before."""
    for place in word.changed[scenario]:
        into, factors = own[place], [*word.spans.values()][place]
        into.fill(kernel.ALL)
        for at in factors:
            factor, table = word.factors[at], word.classes[scenario][at]
            if table.ndim == 1:
                kernel.intersect(part.packed[factor.name], factor.low, table, into)
            else:
                kernel.intersect_either(part.packed[factor.name], factor.low, table, protected, into)


def _find_missing(word: _Word, part: _Part, known: NDArray[np.uint64]) -> None:
    """Clear the bit of each crop (cell) that needs what is missing, and count what crops may lack.

    Most strips lack nothing and are spared this: the AND of their words tells.
    """
    for factor, needed, lacked in zip(word.factors, word.known, word.lacks, strict=True):
        kernel.intersect(part.packed[factor.name], factor.low, needed, known)
        if lacked.any():
            kernel.count_lacking(part.packed[factor.name], factor.low, lacked, part.lacking)


def _withhold(word: _Word, part: _Part) -> None:
    """Take the class from cells that lack everything, and the count from cells without a class."""
    strip = slice(part.start, part.start + part.lacking.shape[1])
    classes, masks = part.classes[:, :, strip], part.masks[:, :, strip]
    for crop, count in word.dispensable.items():
        blank = part.lacking[crop] == count
        classes[:, crop, blank] = 0
        if masks.size:
            masks[:, crop, blank] = 0
    part.lacking[classes[0] == 0] = 0
